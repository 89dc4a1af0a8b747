package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// anotherMediaType is one that no API asks for.
const anotherMediaType = "text/plain"

// deriveWrongMediaType sends the documented body under another Content-Type. Many servers do not look at it, and nobody is harmed; the sheet
// rules it out where it documents that error.
func deriveWrongMediaType(b *builder) {
	if !b.hasBody() || isSafe(b.sheet.Method) || strings.HasPrefix(contentType(b.base.headers), anotherMediaType) {
		return
	}
	d := b.base
	d.mediaType = firstNonEmpty(contentType(d.headers), b.sheet.Request.MediaType, "application/json")
	if len(d.form) > 0 && contentType(d.headers) == "" && b.sheet.Request.MediaType == "" {
		d.mediaType = "application/x-www-form-urlencoded"
	}
	d.headers = slices.DeleteFunc(slices.Clone(d.headers), func(h probe.Header) bool { return strings.EqualFold(h.Name, "Content-Type") })
	d.headers = append(d.headers, probe.Header{Name: "Content-Type", Value: anotherMediaType})
	s := spec{
		family: probe.FamilyWrongMediaType, title: "under another media type", draft: d, outcome: probe.OutcomeError, subject: "Content-Type",
		mutation: fmt.Sprintf("header %q set to %q", "Content-Type", anotherMediaType), forbidden: b.documentsStatus(415, "unsupported media", "content-type", "content type", "media type"),
	}
	if !s.forbidden && !b.options.Negatives.named(s.family) {
		s.skip = unstated
	}
	b.add(s)
}

// documentsStatus says that the sheet shows an error of the HTTP status, or one that speaks of its cause in one of the words. A row of a list
// of status codes is not enough: such lists are copied from sheet to sheet.
func (b *builder) documentsStatus(status int, words ...string) bool {
	return slices.ContainsFunc(b.sheet.Errors, func(r probe.Response) bool {
		if r.HTTPStatus != nil {
			return *r.HTTPStatus == status
		}
		said := strings.ToLower(r.Title + " " + r.When + " " + r.Raw)
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, w) })
	})
}
