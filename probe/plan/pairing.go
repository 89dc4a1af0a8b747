package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
)

// How well a documented error belongs to a mistake that is made on purpose.
const (
	unfit       = iota
	fitsAny     // "bad request"
	fitsKind    // "a parameter is missing"
	fitsField   // it names the field, and another mistake that is near
	fitsExactly // it names the field, and the mistake
)

// maxPairs bounds what one case is paired with: where more fit, nothing is said.
const maxPairs = 8

// pair names the documented errors that a broken request is there to bring about; none means that any of them will do. Beside an error that names the
// field stand those that are meant for any mistake: servers are free to answer with them. It is sure only where one error alone names both
// the field and the mistake.
func (b *builder) pair(s spec) []probe.ExpectedError {
	if s.family == probe.FamilyDocumentedError {
		return nil // what it is there for is known to whoever derived it
	}
	type pairing struct {
		fit int
		e   probe.ExpectedError
	}
	var all []pairing
	exact := 0
	for i := range b.errors {
		fit, why, sure := b.fit(&b.errors[i], s)
		if fit == unfit {
			continue
		}
		if fit == fitsExactly {
			exact++
		}
		all = append(all, pairing{fit, b.errors[i].expected(why, sure)})
	}
	slices.SortStableFunc(all, func(x, y pairing) int { return cmp.Compare(y.fit, x.fit) })
	var paired []probe.ExpectedError
	for _, p := range all {
		best := all[0].fit
		if p.fit < best && (best < fitsField || p.fit > fitsKind) {
			break
		}
		p.e.Sure = p.e.Sure && exact == 1
		paired = append(paired, p.e)
	}
	if len(paired) > maxPairs {
		return nil
	}
	return paired
}

// expected is the error as a case expects it.
func (e *documentedError) expected(why string, sure bool) probe.ExpectedError {
	return probe.ExpectedError{Code: e.code, HTTPStatus: e.status, Title: e.title, Why: why, Sure: sure, Nth: e.response + 1}
}

// errorsOfField tells of each family which mistakes it makes in a field: those that are the same, and those that words may as well call it.
var errorsOfField = map[probe.Family]struct{ exact, near mistake }{
	probe.FamilyMissingField: {isMissing, isEmpty | isNull | isInvalid},
	probe.FamilyNullField:    {isNull, isMissing | isEmpty | isInvalid | isMistyped},
	probe.FamilyEmptyField:   {isEmpty, isMissing | isNull | isInvalid | isTooShort},
	probe.FamilyWrongType:    {isMistyped, isInvalid},
	probe.FamilyTooLong:      {isTooLong, isInvalid | isTooGreat},
	probe.FamilyBrokenRule:   {0, isInvalid | isTooLong | isTooShort | isTooGreat | isTooSmall | isUnlisted | isMistyped},
	probe.FamilyUnknownID:    {isUnknown, isInvalid},
	probe.FamilyUnknownPath:  {isUnknown, isInvalid},
}

// errorsOfRequest tells the same of the families that break the request as a whole.
var errorsOfRequest = map[probe.Family]struct{ exact, near mistake }{
	probe.FamilyNoAuth:         {isUnauthorised, 0},
	probe.FamilyBadAuth:        {isUnauthorised, 0},
	probe.FamilyWrongMethod:    {isWrongMethod, isUnknown},
	probe.FamilyWrongMediaType: {isWrongMedia, isGeneric | isInvalid | isMalformed},
	probe.FamilyMalformedBody:  {isMalformed, isGeneric | isInvalid | isBodiless},
	probe.FamilyEmptyBody:      {isBodiless, isMalformed | isMissing | isGeneric | isInvalid},
	probe.FamilyMissingField:   {isMissing, isGeneric | isInvalid},
	probe.FamilyNullField:      {isMissing | isNull, isGeneric | isInvalid},
	probe.FamilyEmptyField:     {isMissing | isEmpty, isGeneric | isInvalid},
	probe.FamilyWrongType:      {isMistyped | isInvalid, isGeneric},
	probe.FamilyTooLong:        {isTooLong | isInvalid, isGeneric},
	probe.FamilyBrokenRule:     {isInvalid, isGeneric},
	probe.FamilyUnknownID:      {isUnknown, isGeneric | isInvalid},
	probe.FamilyUnknownPath:    {isUnknown, isGeneric | isInvalid},
}

// fit tells how well an error belongs to a case, and why.
func (b *builder) fit(e *documentedError, s spec) (fit int, why string, sure bool) {
	of := errorsOfField[s.family]
	for _, c := range e.claims {
		if !c.isOfField() || s.subject == "" || !b.isAbout(c.claim, s) {
			continue
		}
		if c.mistake&(of.exact|of.near) == 0 {
			continue
		}
		why = fmt.Sprintf("%s %q names %q", c.from, c.said, s.subject)
		if c.mistake&of.exact != 0 && !c.all {
			return fitsExactly, why, c.full && !c.loose && (len(c.places) == 1 || c.each)
		}
		return fitsField, why, false
	}
	whole := errorsOfRequest[s.family]
	if b.isAboutBody(s) {
		whole.exact |= isMissing | isInvalid | isGeneric
	}
	switch {
	case e.mistake&isUnauthorised != 0 && s.family != probe.FamilyNoAuth && s.family != probe.FamilyBadAuth:
		return unfit, "", false
	case e.mistake&whole.exact != 0 && b.fitsIdentity(e, s):
		return fitsKind, e.name + " tells of such a mistake", false
	case e.mistake&whole.near != 0:
		return fitsAny, e.name + " may be the answer to any such mistake", false
	}
	return unfit, "", false
}

// fitsIdentity tells "missing" from "wrong" where an error about credentials says either.
func (b *builder) fitsIdentity(e *documentedError, s spec) bool {
	missing, wrong := e.mistake&isMissing != 0, e.mistake&(isInvalid|isExpired|isUnknown) != 0
	switch s.family {
	case probe.FamilyNoAuth:
		return missing || !wrong
	case probe.FamilyBadAuth:
		return wrong || !missing
	}
	return true
}

// isAboutBody says that a case is about credentials in the body, whose absence is an incomplete request as well as an unknown caller (RFC 6749,
// section 5.2, has 400 for it).
func (b *builder) isAboutBody(s spec) bool {
	d := s.draft
	return (s.family == probe.FamilyNoAuth || s.family == probe.FamilyBadAuth) && !s.anonymous && d.url == b.base.url && slices.Equal(d.headers, b.base.headers) &&
		slices.Equal(d.query, b.base.query)
}

// isAbout says that a claim names the field of a case.
func (b *builder) isAbout(c claim, s spec) bool {
	return slices.ContainsFunc(c.places, func(i int) bool { return sameName(b.names.places[i].name, s.subject) })
}
