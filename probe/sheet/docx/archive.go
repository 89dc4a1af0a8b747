package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// The limits of an archive. Parts are counted unpacked: a small archive can hold a part of gigabytes.
const (
	maxParts  = 20000
	maxPart   = 32 << 20
	maxHelper = 4 << 20 // of parts such as the styles
)

var errTooLarge = errors.New("it is too large")

// archive is the parts of a document, by name.
type archive struct {
	parts map[string]*zip.File
	main  string // the part that holds the text
}

func open(data []byte) (*archive, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("it is no whole zip archive; perhaps the download broke off: %w", err)
	}
	if len(z.File) > maxParts {
		return nil, fmt.Errorf("%w: the archive has %d parts, at most %d are read", errTooLarge, len(z.File), maxParts)
	}
	a := &archive{parts: map[string]*zip.File{}}
	for _, f := range z.File {
		if part := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")); a.parts[part] == nil {
			a.parts[part] = f
		}
	}
	for _, r := range a.relationships("_rels/.rels") {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			a.main = strings.ToLower(strings.TrimPrefix(path.Clean("/"+r.Target), "/"))
		}
	}
	if a.parts[a.main] == nil {
		a.main = "word/document.xml"
	}
	if a.parts[a.main] == nil {
		return nil, errors.New("the archive has no word/document.xml, which holds the text")
	}
	return a, nil
}

// beside is the name of a part in the folder of the main part.
func (a *archive) beside(name string) string { return path.Join(path.Dir(a.main), name) }

// read unpacks a part of at most so many bytes. A part that does not exist is empty.
func (a *archive) read(name string, limit int64) ([]byte, error) {
	f := a.parts[name]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("the part %q: %w", name, err)
	}
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err = errors.Join(err, r.Close()); err != nil && int64(len(data)) <= limit {
		return nil, fmt.Errorf("the part %q: %w", name, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%w: the part %q has more than %d MiB unpacked", errTooLarge, name, limit>>20)
	}
	return data, nil
}

// relationship ties an id of a part to what it points at.
type relationship struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:",attr"`
	Target string `xml:",attr"`
}

// relationships are those that can be read: a document without them is still worth reading.
func (a *archive) relationships(part string) []relationship {
	var all []relationship
	a.helper(part, func(e xml.StartElement) {
		if e.Name.Local != "Relationship" {
			return
		}
		var r relationship
		for _, attr := range e.Attr {
			switch attr.Name.Local {
			case "Id":
				r.ID = attr.Value
			case "Type":
				r.Type = attr.Value
			case "Target":
				r.Target = attr.Value
			}
		}
		all = append(all, r)
	})
	return all
}

// helper visits the elements of a part that the text can be read without.
func (a *archive) helper(part string, visit func(xml.StartElement)) {
	data, err := a.read(part, maxHelper)
	if err != nil {
		return
	}
	d := decoder(data)
	for {
		token, err := d.RawToken()
		if err != nil {
			return
		}
		if e, ok := token.(xml.StartElement); ok {
			visit(e)
		}
	}
}

func decoder(data []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))))
	d.CharsetReader = func(label string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("it is encoded as %q; only UTF-8 is read", label)
	}
	return d
}
