package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// formBody writes form fields as application/x-www-form-urlencoded.
func (f *filler) formBody(fields []param) string {
	var parts []string
	for _, p := range fields {
		if part, ok := f.formPart(p, bodySlot); ok {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "&")
}

// multipart writes form fields as multipart/form-data (RFC 7578). The boundary is a digest of the case and of all values: it cannot stand
// in them, and the same case has the same bytes every time.
func (f *filler) multipart(fields []param) (body []byte, mediaType string) {
	digest := sha256.New()
	fmt.Fprintf(digest, "%q", f.caseID)
	filled := make([]probe.Header, 0, len(fields))
	for _, p := range fields {
		if value, ok := f.paramValue(p, bodySlot); ok {
			filled = append(filled, probe.Header{Name: p.name, Value: value})
			fmt.Fprintf(digest, "%q%q", p.name, value)
		}
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	// Errors are impossible: the boundary is of the allowed form, and a buffer takes everything.
	_ = w.SetBoundary(hex.EncodeToString(digest.Sum(nil))[:40])
	for _, field := range filled {
		_ = w.WriteField(field.Name, field.Value)
	}
	_ = w.Close()
	return b.Bytes(), w.FormDataContentType()
}
