package evidence

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Limits of a bundle.
const (
	MaxBundleBytes = 512 << 20
	maxEntryBytes  = 256 << 20
	maxEntries     = 2000
)

// bundle is a bundle that was unpacked, entry by entry, as far as it could be.
type bundle struct {
	run       []byte   // run.json
	documents []Source // as they are named in it
	problems  []string // what does not hold together, each with its entry
	entries   int
}

// openBundle unpacks a bundle and holds its entries against its own list of digests. It is read no further than it needs to be; what is wrong with it
// does not keep the rest from being looked at.
func openBundle(data []byte) *bundle {
	b := &bundle{}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	switch {
	case err != nil:
		b.wrong("it cannot be unpacked: %s", strings.TrimPrefix(err.Error(), "zip: "))
		return b
	case len(archive.File) > maxEntries:
		b.wrong("it has more than %d entries", maxEntries)
		return b
	}
	digests, left := map[string]string{}, int64(2*maxEntryBytes)
	var sums []byte
	for _, f := range archive.File {
		name := f.Name
		_, twice := digests[name]
		switch {
		case twice:
			b.wrong("the entry %.80q is there twice, so that two readers may see two things", name)
			continue
		case name != path.Clean(name) || path.IsAbs(name) || strings.HasPrefix(name, "..") || strings.Contains(name, "\\"):
			b.wrong("the name %.80q is none that a bundle has, and may lead out of the folder that it is unpacked into", name)
			continue
		}
		text, err := unpack(f, min(left, maxEntryBytes))
		if err != nil {
			b.wrong("the entry %.80q: %s", name, strings.TrimPrefix(err.Error(), "zip: "))
			continue
		}
		left -= int64(len(text))
		digests[name] = digestOf(text)
		b.keep(name, text)
		if name == "SHA256SUMS" {
			sums = text
		}
	}
	b.entries = len(digests)
	b.compare(sums, digests)
	return b
}

func (b *bundle) keep(name string, text []byte) {
	switch {
	case name == RunSubject:
		b.run = text
	case strings.HasPrefix(name, documentsIn):
		b.documents = append(b.documents, Source{Name: name, Data: text})
	}
}

func (b *bundle) wrong(format string, args ...any) {
	b.problems = append(b.problems, fmt.Sprintf(format, args...))
}

func unpack(f *zip.File, limit int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(text)) > limit {
		return nil, fmt.Errorf("unpacked it is larger than %d MiB", limit>>20)
	}
	return text, err
}

// compare holds what was unpacked against SHA256SUMS, which lists every entry but itself and the README.
func (b *bundle) compare(sums []byte, digests map[string]string) {
	if sums == nil {
		b.wrong("SHA256SUMS is missing")
		return
	}
	line := regexp.MustCompile(`^([0-9a-f]{64})  (.+)$`)
	listed := map[string]bool{"SHA256SUMS": true, "README.txt": true}
	for i, text := range strings.Split(strings.TrimSuffix(string(sums), "\n"), "\n") {
		parts := line.FindStringSubmatch(text)
		if parts == nil {
			b.wrong("SHA256SUMS:%d: expected a digest and a name", i+1)
			continue
		}
		digest, name := parts[1], parts[2]
		listed[name] = true
		switch got, there := digests[name]; {
		case !there:
			b.wrong("the entry %.80q is missing", name)
		case got != digest:
			b.wrong("the entry %.80q is not what SHA256SUMS says: it has the digest %s", name, got)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(digests)) {
		if !listed[name] {
			b.wrong("the entry %.80q stands in no list", name)
		}
	}
}
