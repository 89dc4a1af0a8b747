package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// unrelated names the documented errors that cannot be the answer to a case which breaks one field: those whose words tell of another field, which goes out
// as documented, and those that tell of credentials, which do so too. What fits the case in any way, and what may be said of any mistake, is none.
func (b *builder) unrelated(s spec) (all []probe.ExpectedError) {
	switch _, ofField := errorsOfField[s.family]; {
	case !ofField, s.subject == "", b.isSubjectCredential(s):
		return nil
	case s.family == probe.FamilyUnknownID, s.family == probe.FamilyUnknownPath:
		return nil // what belongs to an id that is unknown is unknown, or no longer right, too
	}
	for i := range b.errors {
		e := &b.errors[i]
		if fit, _, _ := b.fit(e, s); fit != unfit || e.mistake&isUnauthorised == 0 && e.mistake&(isGeneric|isInvalid|isMissing|isMalformed) != 0 {
			continue
		}
		if about := b.tellsOfAnother(e, s); about != "" && len(all) < maxPairs {
			all = append(all, e.expected("it tells of "+about+", which the request leaves as documented", false))
		}
	}
	return all
}

func (b *builder) isSubjectCredential(s spec) bool {
	return slices.ContainsFunc(b.names.places, func(p place) bool { return p.credential && sameName(p.name, s.subject) })
}

// tellsOfAnother says what an error tells of, where that is surely something else than the field of a case, or what stands in it; "" where it is not.
// The message of an example is no word about the error: it is one of those that it comes with.
func (b *builder) tellsOfAnother(e *documentedError, s spec) string {
	if len(e.claims) == 0 {
		if e.mistake&isUnauthorised != 0 && e.mistake&^(isUnauthorised|isExpired|isUnknown|isInvalid|isMissing) == 0 {
			return "credentials"
		}
		return ""
	}
	if _, err := strconv.Atoi(e.code); e.code == "" || err == nil && len(e.code) == 3 {
		return "" // a status stands for many mistakes, whichever of them an example shows
	}
	about := ""
	for _, c := range e.claims {
		if c.from == fromMessage || !c.isOfField() || !c.full || c.loose || len(c.places) != 1 || b.isAbout(c.claim, s) || b.standsWithin(c.claim, s) {
			return ""
		}
		about = fmt.Sprintf("%q", b.names.places[c.places[0]].name)
	}
	return about
}

// standsWithin says that a claim names what stands in the field of a case, and goes with it, or what that stands in.
func (b *builder) standsWithin(c claim, s spec) bool {
	at := b.names.places[c.places[0]].pointer
	return slices.ContainsFunc(b.names.places, func(p place) bool {
		return sameName(p.name, s.subject) && p.pointer != "" && at != "" && (strings.HasPrefix(at, p.pointer+"/") || strings.HasPrefix(p.pointer, at+"/"))
	})
}
