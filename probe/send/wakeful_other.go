//go:build !unix

package send

import (
	"io"
	"net"
)

// newWakeful is the connection itself: these systems have no reading that does not wait.
func newWakeful(conn net.Conn, _ func() bool) io.Reader { return conn }
