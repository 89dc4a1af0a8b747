//go:build unix

package spool

import "os"

// unlink takes the name from an open file, so that it goes with the process, however that ends.
func unlink(file *os.File) error { return os.Remove(file.Name()) }
