package report

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"

	"github.com/sheetprobe/sheetprobe/probe"
)

// writeBundle writes everything that a third party needs to see what a run found, and on what: the run with its exchanges (secrets were
// removed when they were recorded), every report, the documents, the versions, and the digest of each. A document that holds a secret is left
// out and named by its digest. Equal runs and documents give equal bytes.
func writeBundle(w io.Writer, run *probe.Run, o Options) error {
	b := &bundle{archive: zip.NewWriter(w), at: run.StartedAt.UTC()}
	b.archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, deflateLevel) })
	manifest := manifestOf(run)
	for _, f := range single {
		part := o
		part.Color, part.Width, part.Quiet, part.Verbose, part.Extension = false, 0, false, f.Name == "text", path.Ext(f.File)
		if err := b.add(f.File, func(w io.Writer) error { return f.Write(w, run, part) }); err != nil {
			return fmt.Errorf("%s: %w", f.File, err)
		}
	}
	for i := range manifest.Documents {
		if err := b.document(&manifest.Documents[i], o.Documents); err != nil {
			return err
		}
	}
	manifest.Files = slices.Clone(b.files)
	if err := b.add("manifest.json", func(w io.Writer) error { return writeIndented(w, manifest) }); err != nil {
		return err
	}
	for _, e := range []zipEntry{{"SHA256SUMS", b.sums()}, {"README.txt", bundleReadme(run)}} {
		if err := b.add(e.name, func(w io.Writer) error { _, err := io.WriteString(w, e.text); return err }); err != nil {
			return err
		}
	}
	return b.archive.Close()
}

// deflateLevel packs as well as compress/flate does by default, but for a few percent, in a third of its time.
const deflateLevel = 6

// manifest names what a bundle holds and what it was made from.
type manifest struct {
	RunID     string             `json:"run_id"`
	Tool      probe.Tool         `json:"tool"`
	StartedAt time.Time          `json:"started_at"`
	Verdict   probe.Verdict      `json:"verdict"`
	ExitCode  int                `json:"exit_code"`
	Unfit     []string           `json:"unfit_for_sign_off,omitempty"`
	Documents []manifestDocument `json:"documents"`
	Files     []manifestFile     `json:"files"`
}

type manifestDocument struct {
	probe.RunDocument
	Path    string `json:"path,omitempty"`     // within the bundle
	LeftOut string `json:"left_out,omitempty"` // why it is not in the bundle
}

type manifestFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Bytes  int    `json:"bytes"`
}

func manifestOf(run *probe.Run) *manifest {
	m := &manifest{
		RunID: run.RunID, Tool: run.Tool, StartedAt: run.StartedAt.UTC(), Verdict: run.Verdict, ExitCode: run.ExitCode, Unfit: run.Unfit,
		Documents: []manifestDocument{},
	}
	for _, d := range run.Documents {
		m.Documents = append(m.Documents, manifestDocument{RunDocument: d})
	}
	return m
}

type bundle struct {
	archive *zip.Writer
	at      time.Time
	files   []manifestFile
}

// add writes an entry and remembers its digest.
func (b *bundle) add(name string, write func(io.Writer) error) error {
	part, err := b.archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.at})
	if err != nil {
		return err
	}
	sum, size := sha256.New(), 0
	counted := writerFunc(func(p []byte) (int, error) {
		sum.Write(p)
		size += len(p)
		return part.Write(p)
	})
	if err := write(counted); err != nil {
		return err
	}
	b.files = append(b.files, manifestFile{name, hex.EncodeToString(sum.Sum(nil)), size})
	return nil
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// document adds the bytes of a document, where they are at hand and may be passed on.
func (b *bundle) document(d *manifestDocument, given []Document) error {
	i := slices.IndexFunc(given, func(g Document) bool { return g.Document.SHA256 == d.SHA256 && g.Data != nil })
	switch {
	case d.HoldsSecret:
		d.LeftOut = "it holds a secret; compare its digest with that of the original"
		return nil
	case i < 0:
		d.LeftOut = "it was not at hand when the bundle was written; name it behind the run to have it included"
		return nil
	}
	d.Path = b.freeName("documents/" + safeName(d.Name))
	return b.add(d.Path, func(w io.Writer) error { _, err := w.Write(given[i].Data); return err })
}

// freeName numbers documents of one name in different folders.
func (b *bundle) freeName(name string) string {
	taken := func(name string) bool {
		return slices.ContainsFunc(b.files, func(f manifestFile) bool { return strings.EqualFold(f.Path, name) })
	}
	ending := path.Ext(name)
	for unique, n := name, 2; ; n++ {
		if !taken(unique) {
			return unique
		}
		unique = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ending), n, ending)
	}
}

// safeName is a file's name that every system can unpack, and that leads out of no folder.
func safeName(document string) string {
	name := strings.Map(func(r rune) rune {
		if actsOnTerminal(r) || strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, fileName(document))
	name = strings.TrimLeft(inertUpTo(name, maxName), ".-")
	return orElse(strings.TrimRight(name, ". "), "document")
}

// sums is what sha256sum -c reads.
func (b *bundle) sums() string {
	var out strings.Builder
	for _, f := range b.files {
		fmt.Fprintf(&out, "%s  %s\n", f.SHA256, f.Path)
	}
	return out.String()
}

func bundleReadme(run *probe.Run) string {
	return fmt.Sprintf(`Evidence of run %s of %s, rules version %s.

%s

run.json       the whole run: every case, request, answer and finding, secrets masked
manifest.json  versions, the documents that the run was made from, and the digest of every file
documents/     the documents themselves, but for those that hold secrets
SHA256SUMS     for: sha256sum -c SHA256SUMS
The other files are reports made from run.json; "sheetprobe report run.json" writes them again.
`, inert(run.RunID), inert(strings.TrimSpace(run.Tool.Name+" "+run.Tool.Version)), inert(run.Tool.RulesVersion), headline(run))
}

func writeIndented(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
