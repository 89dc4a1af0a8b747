package answers

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
)

// asText undoes what was done to a file and not by the endpoint: a byte-order mark, UTF-16 (which PowerShell writes for >), gzip.
func asText(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b, 8}) {
		unpacked, err := unpack(gzip.NewReader(bytes.NewReader(data)))
		if err != nil {
			return nil, fmt.Errorf("the file cannot be unpacked: %w", err)
		}
		data = unpacked
	}
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return bytes.TrimPrefix(data, []byte("\ufeff")), nil
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return []byte(string(utf16.Decode(units))), nil
}

func unpack(r io.ReadCloser, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err == nil && len(data) > MaxBytes {
		err = fmt.Errorf("larger than %d MiB", MaxBytes>>20)
	}
	return data, err
}

// decodeBody undoes the codings that a raw message tells of (RFC 9112, section 7.1; RFC 9110, section 8.4), unless whoever saved it has done
// so, and notes where less than the whole body was saved.
func decodeBody(r *probe.RecordedResponse) error {
	if strings.Contains(strings.ToLower(header(r.Headers, "Transfer-Encoding")), "chunked") {
		if joined, ok := dechunked(r.Body); ok {
			r.Body = joined
		}
	}
	coding := strings.ToLower(strings.TrimSpace(header(r.Headers, "Content-Encoding")))
	if coding == "" || coding == "identity" {
		limitBody(r)
		return nil
	}
	if utf8.ValidString(r.Body) {
		return nil
	}
	var data []byte
	var err error
	switch coding {
	case "gzip", "x-gzip":
		data, err = unpack(gzip.NewReader(strings.NewReader(r.Body)))
	case "deflate":
		data, err = unpack(zlib.NewReader(strings.NewReader(r.Body)))
	default:
		return fmt.Errorf("the body is packed (Content-Encoding: %s); save it with `curl --compressed`", coding)
	}
	if err != nil {
		return fmt.Errorf("the body cannot be unpacked (%w); save it with `curl --compressed`", err)
	}
	r.Body = string(data)
	return nil
}

// limitBody holds the body against the Content-Length. What stands behind it was printed by something else, as by `curl -w`; where there
// is less, as with `curl -I`, the rest was not saved. Line ends may have been changed since.
func limitBody(r *probe.RecordedResponse) {
	length, err := strconv.Atoi(header(r.Headers, "Content-Length"))
	switch {
	case err != nil || length <= 0:
	case length < len(r.Body) && json.Valid([]byte(r.Body[:length])):
		r.Body = r.Body[:length]
	case length > len(r.Body)+strings.Count(r.Body, "\n"):
		r.Truncated = true
	}
}

// dechunked joins the chunks of a body; ok is false where it is not written in chunks.
func dechunked(body string) (joined string, ok bool) {
	var b strings.Builder
	for {
		line, rest, found := strings.Cut(body, "\r\n")
		size, _, _ := strings.Cut(line, ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 31)
		switch {
		case !found || err != nil:
			return "", false
		case n == 0:
			return b.String(), true
		case len(rest) < int(n)+2 || rest[n:n+2] != "\r\n":
			return "", false
		}
		b.WriteString(rest[:n])
		body = rest[n+2:]
	}
}

func header(headers []probe.Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}
