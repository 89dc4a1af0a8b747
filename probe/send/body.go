package send

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// What can be wrong with a body besides the connection.
var (
	errTooLarge   = errors.New("larger than the limit")
	errCompressed = errors.New("the compressed body cannot be read")
)

// unknownEncoding is a Content-Encoding that we did not ask for.
type unknownEncoding string

func (u unknownEncoding) Error() string { return fmt.Sprintf("unknown content encoding %q", string(u)) }

// readBody reads, decompresses and closes a body. With an error it returns what came before it, at most limit bytes.
func readBody(answer *http.Response, limit int64) ([]byte, error) {
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusSwitchingProtocols {
		return nil, nil // what follows is another protocol
	}
	kept, err := readCoded(answer, limit)
	if int64(len(kept)) > limit {
		return kept[:limit], errTooLarge
	}
	return kept, err
}

// readCoded reads a byte more than the limit, if there is one.
func readCoded(answer *http.Response, limit int64) ([]byte, error) {
	encoding := strings.ToLower(strings.TrimSpace(answer.Header.Get("Content-Encoding")))
	if encoding == "" || encoding == "identity" {
		return readUpTo(limit+1, answer.Body, answer.ContentLength)
	}
	wire := &witnessed{r: answer.Body}
	var kept []byte
	plain, err := decompress(wire, encoding)
	if err == nil {
		kept, err = readUpTo(limit+1, plain, answer.ContentLength)
	}
	switch {
	case wire.err != nil:
		err = wire.err // the cause of whatever the decompressor said
	case unknown(err):
		kept, _ = readUpTo(limit, wire, answer.ContentLength)
	case err != nil:
		err = errCompressed
	}
	return kept, err
}

// readUpTo reads to the end, or as much as the limit. What the length is said to be decides how much is asked for first, within bounds: many
// tell more than they have.
func readUpTo(limit int64, r io.Reader, said int64) ([]byte, error) {
	first := min(said+1, 64<<10, limit) // one more, to meet the end
	if said < 0 {
		first = min(512, limit)
	}
	kept := make([]byte, 0, first)
	for int64(len(kept)) < limit {
		if len(kept) == cap(kept) {
			kept = slices.Grow(kept, len(kept))
		}
		n, err := r.Read(kept[len(kept):min(int64(cap(kept)), limit)])
		kept = kept[:len(kept)+n]
		if err == io.EOF {
			return kept, nil
		}
		if err != nil {
			return kept, err
		}
	}
	return kept, nil
}

func unknown(err error) bool {
	var u unknownEncoding
	return errors.As(err, &u)
}

// witnessed remembers the error of the connection.
type witnessed struct {
	r   io.Reader
	err error
}

func (w *witnessed) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// decompress reads what RFC 9110, section 8.4.1 defines, except "compress". A body that is empty is no stream, whatever its headers say.
func decompress(wire io.Reader, encoding string) (io.Reader, error) {
	var first [1]byte
	if n, err := io.ReadFull(wire, first[:]); n == 0 {
		if err == io.EOF {
			err = nil
		}
		return bytes.NewReader(nil), err
	}
	wire = io.MultiReader(bytes.NewReader(first[:]), wire)
	switch encoding {
	case "gzip", "x-gzip":
		return gzip.NewReader(wire)
	case "deflate":
		return zlib.NewReader(wire)
	}
	return nil, unknownEncoding(encoding)
}
