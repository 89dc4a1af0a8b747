package spool

import "io"

// blocks are bytes in memory that grow without being moved: who reads what was written needs no lock while more is.
type blocks [][]byte

const blockSize = 256 << 10

func (b *blocks) writeAt(text []byte, offset int64) {
	for n := 0; n < len(text); {
		at := offset + int64(n)
		for at/blockSize >= int64(len(*b)) {
			*b = append(*b, make([]byte, blockSize))
		}
		n += copy((*b)[at/blockSize][at%blockSize:], text[n:])
	}
}

// ReadAt implements io.ReaderAt.
func (b blocks) ReadAt(p []byte, offset int64) (n int, err error) {
	for n < len(p) {
		at := offset + int64(n)
		if at/blockSize >= int64(len(b)) {
			return n, io.EOF
		}
		n += copy(p[n:], b[at/blockSize][at%blockSize:])
	}
	return n, nil
}
