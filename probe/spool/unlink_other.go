//go:build !unix

package spool

import (
	"errors"
	"os"
)

// unlink takes the name from an open file; here that has to wait until it is closed.
func unlink(*os.File) error { return errors.ErrUnsupported }
