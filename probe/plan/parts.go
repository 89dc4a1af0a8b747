package plan

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// parts are what most cases of a sheet have in common: one change to the documented request leaves the rest of it as it is.
type parts struct {
	url     *part[string]
	head    *part[string] // scheme, host and port of the URL
	usable  string        // a URL that is known to be absolute
	headers *part[[]probe.Header]

	plain, typed []probe.Header // headers without the media type, and the same with it
	mediaType    string
}

// part is what a part of the documented request is filled to.
type part[T any] struct {
	filled T
	needs  []probe.Need
	asked  []string // folded names that values were looked up for
	fixed  bool     // it is the same for every case that brings none of these values itself
}

// newPart fills a part for nobody in particular.
func newPart[T any](b *builder, fill func(*filler) T) *part[T] {
	p := &part[T]{}
	f := b.filler("", nil)
	f.asked = &p.asked
	p.filled = fill(f)
	p.needs, p.fixed = slices.Clip(f.needs), len(f.problems)+len(f.generated) == 0
	return p
}

// fits says that the part is what a case would fill it to.
func (p *part[T]) fits(f *filler) bool {
	return p.fixed && !slices.ContainsFunc(p.asked, func(name string) bool { _, given := f.given[name]; return given })
}

// common is a part of a case that leaves it as it is documented: what it was filled to once, where that fits.
func common[T any](b *builder, f *filler, known **part[T], fill func(*filler) T) T {
	if *known == nil {
		*known = newPart(b, fill)
	}
	p := *known
	if !p.fits(f) {
		return fill(f)
	}
	if f.asked != nil {
		*f.asked = append(*f.asked, p.asked...)
	}
	if len(f.needs) == 0 {
		f.needs = p.needs
		return p.filled
	}
	for _, n := range p.needs {
		f.need(n)
	}
	return p.filled
}

func (b *builder) filler(caseID string, given map[string]string) *filler {
	return &filler{caseID: caseID, sheet: b.sheet, values: b.values, given: given, dynamic: b.options.Dynamic}
}

// url is the URL of a draft, filled.
func (b *builder) url(f *filler, d draft) string {
	if d.url != b.base.url || !slices.Equal(d.query, b.base.query) {
		return b.renderURL(f, d)
	}
	return common(b, f, &b.parts.url, func(f *filler) string { return b.renderURL(f, b.base) })
}

// head is the beginning of a URL, up to its path, filled.
func (b *builder) head(f *filler, written string, s slot) string {
	if written != b.base.url[:authorityEnd(b.base.url)] {
		return b.renderHead(f, written, s)
	}
	return common(b, f, &b.parts.head, func(f *filler) string { return b.renderHead(f, written, s) })
}

// headers are those of a draft, filled. Cases share them.
func (b *builder) headers(f *filler, d draft) []probe.Header {
	if !slices.Equal(d.headers, b.base.headers) {
		return f.headers(d.headers)
	}
	return common(b, f, &b.parts.headers, func(f *filler) []probe.Header { return slices.Clip(f.headers(b.base.headers)) })
}

// withContentType names the media type in headers. Cases that share their headers share what comes of it.
func (p *parts) withContentType(headers []probe.Header, mediaType string) []probe.Header {
	if p.typed == nil || p.mediaType != mediaType || !slices.Equal(p.plain, headers) {
		typed := slices.DeleteFunc(slices.Clone(headers), func(h probe.Header) bool { return strings.EqualFold(h.Name, "Content-Type") })
		p.plain, p.typed, p.mediaType = headers, slices.Clip(append(typed, probe.Header{Name: "Content-Type", Value: mediaType})), mediaType
	}
	return p.typed
}
