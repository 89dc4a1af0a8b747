package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// deriveWrongMethod asks by a method that the sheet does not document, and no other sheet of the run for the same address. Where the documented
// method may change data, that is GET, which changes nothing. Of the methods that are wrong for a GET, all may: POST is sent where the family
// was asked for by name, and PUT, PATCH and DELETE never are. That a server serves more than its sheet says is no error, so the sheet
// rules it out only by an error that it shows for it.
func deriveWrongMethod(b *builder) {
	s := spec{family: probe.FamilyWrongMethod, draft: b.base, outcome: probe.OutcomeError, subject: "method"}
	s.draft.method = "GET"
	if isSafe(b.sheet.Method) {
		s.draft.method = "POST"
	}
	if deletes(b.base) && !b.options.AllowUnsafe && !b.mayBeDeleted() { // the documented request is not sent, so there is nothing to compare with
		return
	}
	s.draft.body, s.draft.text, s.draft.form, s.draft.raw = nil, "", nil, []byte{}
	s.draft.headers = slices.DeleteFunc(slices.Clone(s.draft.headers), func(h probe.Header) bool { return strings.EqualFold(h.Name, "Content-Type") })
	s.title = fmt.Sprintf("by %s instead of %s", s.draft.method, b.sheet.Method)
	s.mutation = fmt.Sprintf("method %s replaced by %s", b.sheet.Method, s.draft.method)
	if b.hasBody() {
		s.mutation += ", and the body left out"
	}
	s.forbidden = b.documentsStatus(405, "method not allowed", "method is not allowed", "method not supported", "unsupported method", "wrong method")
	named := b.options.Negatives.named(s.family)
	switch other, served := b.options.Siblings.serving(s.draft.method, b.base.url); {
	case served:
		s.skip = fmt.Sprintf("%q documents %s for this address, so that it is no wrong method", other, s.draft.method)
	case deletes(s.draft):
		s.skip = "the request says elsewhere that it is a DELETE, whatever its method"
	case !isSafe(s.draft.method) && !named:
		s.skip = unstated
	}
	b.add(s)
}
