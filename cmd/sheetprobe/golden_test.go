package main

import "flag"

// update rewrites the golden parts of the tests: go test ./cmd/sheetprobe -update.
var update = flag.Bool("update", false, "rewrite golden files")
