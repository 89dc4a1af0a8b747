package report

import (
	"io"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Lint writes for a person what is wrong with documents as documents: first what belongs to no sheet, then sheet by sheet, each complaint
// with the line it is about. mask removes secrets from what is quoted; nil removes none. A quiet report counts only.
func Lint(w io.Writer, documents []Document, mask Masker, o Options) error {
	p := newPage(o)
	mask = remembering(mask)
	total, sheets := map[source.Severity]int{}, 0
	for _, d := range documents {
		sheets += len(d.Sheets)
		for _, diagnostic := range allOf(d) {
			total[diagnostic.Severity]++
		}
		if o.Quiet {
			continue
		}
		if err := p.lintDocument(d, mask); err != nil {
			return err
		}
	}
	p.blank()
	_, s := verdictWord(probe.Conforms)
	if total[source.Error] > 0 {
		s = red
	} else if total[source.Warning] > 0 {
		s = yellow
	}
	p.text(0, s, count(len(documents), "document")+", "+count(sheets, "sheet")+": "+severityCounts(total)+".")
	return p.writeTo(w)
}

func (p *page) lintDocument(d Document, mask Masker) error {
	if len(d.Diagnostics) > 0 {
		p.blank()
		p.banner(plain, documentName(d.Document.Name, p.width-20), "")
		if err := p.diagnostics(d.Diagnostics, d.Document, mask); err != nil {
			return err
		}
	}
	for _, s := range d.Sheets {
		if len(s.Diagnostics) == 0 {
			continue
		}
		p.blank()
		p.sheetBanner(d, s)
		if err := p.diagnostics(s.Diagnostics, d.Document, mask); err != nil {
			return err
		}
	}
	return nil
}

// sheetBanner heads what is said of a sheet with its name and, at the right, its document's.
func (p *page) sheetBanner(d Document, s *probe.Sheet) {
	p.banner(plain, inert(orElse(s.Name, "a sheet without a name")), documentName(d.Document.Name, p.width/2))
}

func (p *page) diagnostics(ds source.Diagnostics, doc *source.Document, mask Masker) error {
	ds = slices.Clone(ds)
	ds.Sort()
	for i := range ds { // masked before they are cut, lest half a secret remain
		ds[i].Message, ds[i].Hint = inert(masked(ds[i].Message, mask)), inert(masked(ds[i].Hint, mask))
	}
	name := documentName(doc.Name, min(maxName, p.width-16)) // a place behind it stays on the line
	return ds.Render(&p.out, doc, source.RenderOptions{Color: p.color, Width: p.width, Page: p.width, Name: name, Mask: textOf(mask)})
}

// textOf is the function that masks a text, or nil.
func textOf(mask Masker) func(string) string {
	if mask == nil {
		return nil
	}
	return mask.Text
}

// remembered is a masker that keeps the long text that it masked last: on a line of megabytes, as saved pages and exports have them, thousands
// of complaints quote the same piece.
type remembered struct {
	Masker
	text, after string
}

// remembering is the masker with a memory; nil stays nil.
func remembering(mask Masker) Masker {
	if mask == nil {
		return nil
	}
	return &remembered{Masker: mask}
}

func (r *remembered) Text(s string) string {
	const long = 4096
	if len(s) < long {
		return r.Masker.Text(s)
	}
	if s != r.text {
		r.text, r.after = s, r.Masker.Text(s)
	}
	return r.after
}

// allOf are the diagnostics of a document and of all its sheets, in the order of the document.
func allOf(d Document) source.Diagnostics {
	all := slices.Clone(d.Diagnostics)
	for _, s := range d.Sheets {
		all = append(all, s.Diagnostics...)
	}
	all.Sort()
	return source.Diagnostics(list(all))
}

// LintJSON writes the same for a machine:
//
//	{"documents": [{"source", "format", "sha256", "diagnostics": [DIAGNOSTIC],
//	  "sheets": [{"name", "method", "url", "diagnostics": [DIAGNOSTIC]}]}],
//	 "summary": {"documents", "sheets", "errors", "warnings", "infos"}}
//
// with DIAGNOSTIC as in the JSON report. The diagnostics beside "sheets" are those that belong to no sheet.
func LintJSON(w io.Writer, documents []Document, mask Masker) error {
	out := lintJSON{Documents: []lintDocument{}}
	for _, d := range documents {
		doc := lintDocument{documentJSON: describe(d), Diagnostics: out.Summary.masked(d.Diagnostics, mask), Sheets: []lintSheet{}}
		for _, s := range d.Sheets {
			doc.Sheets = append(doc.Sheets, lintSheet{s.Name, s.Method, masked(s.URL, mask), out.Summary.masked(s.Diagnostics, mask)})
		}
		out.Summary.Documents++
		out.Summary.Sheets += len(d.Sheets)
		out.Documents = append(out.Documents, doc)
	}
	return probe.EncodeJSON(w, out)
}

type lintJSON struct {
	Documents []lintDocument `json:"documents"`
	Summary   lintSummary    `json:"summary"`
}

type lintDocument struct {
	documentJSON
	Diagnostics source.Diagnostics `json:"diagnostics"`
	Sheets      []lintSheet        `json:"sheets"`
}

type lintSheet struct {
	Name        string             `json:"name"`
	Method      string             `json:"method"`
	URL         string             `json:"url"`
	Diagnostics source.Diagnostics `json:"diagnostics"`
}

type lintSummary struct {
	Documents int `json:"documents"`
	Sheets    int `json:"sheets"`
	Errors    int `json:"errors"`
	Warnings  int `json:"warnings"`
	Infos     int `json:"infos"`
}

// masked copies diagnostics in the order of the document, secrets removed, and counts them.
func (s *lintSummary) masked(ds source.Diagnostics, mask Masker) source.Diagnostics {
	out := append(source.Diagnostics{}, ds...)
	out.Sort()
	for i := range out {
		out[i].Message, out[i].Hint = masked(out[i].Message, mask), masked(out[i].Hint, mask)
	}
	s.Errors += out.Count(source.Error)
	s.Warnings += out.Count(source.Warning)
	s.Infos += out.Count(source.Info)
	return out
}

func masked(s string, mask Masker) string {
	if mask == nil {
		return s
	}
	return mask.Text(s)
}

// documentJSON is how a document is named in every listing.
type documentJSON struct {
	Source string `json:"source"`
	Format string `json:"format"`
	SHA256 string `json:"sha256"`
}

func describe(d Document) documentJSON {
	return documentJSON{Source: d.Document.Name, Format: d.Document.Format, SHA256: d.Document.SHA256}
}
