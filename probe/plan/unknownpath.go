package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// pathID is a part of the path that may name a thing: a placeholder, or a segment that looks like an id.
type pathID struct {
	name    string // of the placeholder, or of what stands before the segment
	unknown string
	draft   draft
	isID    bool // rather than a language, a version, a city
	last    bool // no other id follows it
}

// deriveUnknownPath asks for something that is not there by an id in the path of which no test data tell: one that is filled from elsewhere, or
// that the sheet shows in its URL. The status 404 is one of the last id of a safe request; elsewhere the sheet has to say in words that there
// is an error for it, and otherwise only a safe request is sent, and its acceptance is a question and no error.
func deriveUnknownPath(b *builder) {
	for _, id := range b.pathIDs() {
		s := spec{
			family: probe.FamilyUnknownPath, subject: id.name, detail: firstNonEmpty(probe.Slug(id.name), "id"), draft: id.draft, outcome: probe.OutcomeError,
			title: fmt.Sprintf("with an unknown %q in its path", id.name), mutation: fmt.Sprintf("%q in the path replaced by %q, which is most likely unknown", id.name, id.unknown),
			forbidden: b.documentsUnknownPath(id),
		}
		if !s.forbidden && !isSafe(b.sheet.Method) && !b.options.Negatives.named(s.family) {
			s.skip = unstated
		}
		b.add(s)
	}
}

func (b *builder) documentsUnknownPath(id pathID) bool {
	texts := []string{}
	for _, r := range b.sheet.Errors {
		if id.isID && id.last && isSafe(b.sheet.Method) && r.HTTPStatus != nil && *r.HTTPStatus == 404 {
			return true
		}
		texts = append(texts, r.Title, r.When, r.Raw)
	}
	for _, row := range b.sheet.StatusCodes {
		texts = append(texts, row.Message)
	}
	return id.isID && tellsUnknown(id.name, texts...)
}

// pathIDs lists the parts of the path that are no test data's, in order.
func (b *builder) pathIDs() []pathID {
	tested := b.testedIDs()
	split := authorityEnd(b.base.url)
	segments := strings.Split(b.base.url[split:], "/")
	var all []pathID
	for i, segment := range segments {
		refs := probe.FindPlaceholders(segment, true)
		switch {
		case len(refs) == 0 && looksLikeID(segment):
			all = append(all, b.shownID(segments, i))
		case len(refs) == 1 && !slices.ContainsFunc(tested, func(id testedID) bool { return fold(id.name) == fold(refs[0].Name) }):
			all = append(all, b.filledID(refs[0].Name))
		}
	}
	all = slices.DeleteFunc(all, func(id pathID) bool { return id.unknown == "" })
	for i := range all {
		all[i].last = !slices.ContainsFunc(all[i+1:], func(id pathID) bool { return id.isID })
	}
	return all
}

// shownID is an id that stands in the URL of the sheet, named by what stands before it: "orders" in /orders/1001.
func (b *builder) shownID(segments []string, i int) pathID {
	id := pathID{name: "id", draft: b.base, unknown: unknownLike(segments[i], nil), isID: true}
	if i > 0 && segments[i-1] != "" && len(probe.FindPlaceholders(segments[i-1], true)) == 0 {
		id.name = strings.TrimSuffix(segments[i-1], "s") + "Id"
	}
	changed := slices.Clone(segments)
	changed[i] = id.unknown
	id.draft.url = b.base.url[:authorityEnd(b.base.url)] + strings.Join(changed, "/")
	return id
}

// filledID is what fills a placeholder of the path, save where that is a secret, of which nothing else may be made, or not known yet.
func (b *builder) filledID(name string) pathID {
	v, ok := b.values.lookup(name)
	if !ok || v.Secret || b.isCredential(name, "") || probe.LooksSecret(name) {
		return pathID{}
	}
	id := pathID{name: name, draft: b.base, unknown: unknownLike(v.Value, b.shownValues(name)), isID: namesID(name) || looksLikeID(v.Value)}
	id.draft.given = map[string]string{fold(name): id.unknown}
	return id
}
