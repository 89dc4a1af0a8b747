// Package plan derives from a sheet the cases it promises and the cases it forbids; one file per family.
//
// Every case is one change to one documented request: a draft holds the request with its placeholders still in it, a family changes the
// draft, and only then are the placeholders filled, each escaped for the place where it lands. So a case is blocked only by what it needs
// itself: the request without credentials does not wait for a token.
//
// What is never done: send a placeholder, a mask or a type word as if it were a value; send what the sheet does not document, except the
// one change that the case is about; break an unsafe request (RFC 9110, section 9.2.1) on purpose where the sheet does not say that the
// break must be refused, unless the family was asked for by name; send a request that may change data twice, unless the
// sheet documents what that leads to and the family was asked for by name; delete what the sheet's own test
// data does not name, unless that was allowed.
//
// The room touches no network, disk or clock. URLs follow RFC 3986, pointers RFC 6901, form bodies the URL standard's
// application/x-www-form-urlencoded and RFC 7578.
package plan

import (
	"fmt"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Options say which cases are wanted and what fills the placeholders. The zero value derives everything.
type Options struct {
	Slug string // first part of every case id; probe.Slug of the sheet's name where empty
	Vars probe.Vars
	// BaseURL replaces scheme, host and port of the sheet's URL, whose path and query are kept; "" keeps them. A path of its own is set
	// before the sheet's path, as a gateway's prefix. See CheckBaseURL.
	BaseURL   string
	Negatives NegativeFilter // which negative families
	// AllowUnsafe sends a DELETE of what no test data names, and together with the name of the family one that is broken otherwise than in its
	// credentials.
	AllowUnsafe bool
	Only        []string // patterns of case ids, see Match; none means all
	Skip        []string // patterns of case ids
	Dynamic     Dynamic  // what makes fresh values
	// CallbackURL is the URL at which the API is to call us because of a case; nil where nothing listens, and the request stays as documented.
	CallbackURL func(caseID string) string
	Siblings    *Siblings // nil where there are no others
}

// NegativeFilter chooses negative families. The zero value means all.
type NegativeFilter struct {
	None  bool
	Asked bool           // somebody has asked for them, if only for all
	Named []probe.Family // where not empty: only these, and then also where the sheet does not forbid the request
}

func (n NegativeFilter) named(f probe.Family) bool {
	for _, g := range n.Named {
		if f == g {
			return true
		}
	}
	return false
}

func (n NegativeFilter) wants(f probe.Family) bool {
	return !f.Negative() || !n.None && (len(n.Named) == 0 || n.named(f))
}

// Families are the negative ones that it lets through.
func (n NegativeFilter) Families() []probe.Family {
	all := []probe.Family{}
	for _, f := range probe.NegativeFamilies {
		if n.wants(f) {
			all = append(all, f)
		}
	}
	return all
}

// derivers are the families, in the order in which their cases are sent: the documented request first, since what comes of it decides
// whether the others mean anything.
var derivers = []struct {
	family probe.Family
	derive func(*builder)
}{
	{probe.FamilySuccess, deriveSuccess},
	{probe.FamilyTestData, deriveTestData},
	{probe.FamilyNoAuth, deriveNoAuth},
	{probe.FamilyBadAuth, deriveBadAuth},
	{probe.FamilyMissingField, deriveMissingField},
	{probe.FamilyNullField, deriveNullField},
	{probe.FamilyEmptyField, deriveEmptyField},
	{probe.FamilyWrongType, deriveWrongType},
	{probe.FamilyTooLong, deriveTooLong},
	{probe.FamilyBrokenRule, deriveBrokenRule},
	{probe.FamilyMalformedBody, deriveMalformedBody},
	{probe.FamilyEmptyBody, deriveEmptyBody},
	{probe.FamilyWrongMediaType, deriveWrongMediaType},
	{probe.FamilyUnknownID, deriveUnknownID},
	{probe.FamilyUnknownPath, deriveUnknownPath},
	{probe.FamilyWrongMethod, deriveWrongMethod},
	{probe.FamilyDocumentedError, deriveDocumentedError},
}

// Build derives the plan. It never fails: what cannot be sent is a blocked case with its reason. A sheet without a usable method or URL
// leads to one blocked case, and no more.
func Build(s *probe.Sheet, o Options) probe.Plan {
	b := &builder{
		sheet: s, options: o, slug: firstNonEmpty(o.Slug, probe.Slug(s.Name), "api"),
		base: newDraft(s), values: newValues(s, o.Vars), codes: probe.NewCodes(s), baseErr: CheckBaseURL(o.BaseURL),
		cases: make([]probe.Case, 0, usualCases+len(s.TestData)), ids: make(map[string]int, usualCases+len(s.TestData)),
		promised: map[probe.Outcome]probe.Expectation{},
	}
	b.learnCallback()
	b.readErrors()
	if b.hopeless = b.unusable(); b.hopeless {
		deriveSuccess(b)
	} else {
		for _, d := range derivers {
			if o.Negatives.wants(d.family) {
				d.derive(b)
			}
		}
	}
	if !b.hopeless {
		derivePoll(b)
		deriveCallback(b)
	}
	b.filter()
	b.once()
	return probe.Plan{Sheet: s, Cases: b.cases, Errors: b.plannedErrors()}
}

// usualCases is how many cases a sheet leads to, its test data aside.
const usualCases = 24

// builder collects the cases of one sheet.
type builder struct {
	sheet   *probe.Sheet
	options Options
	slug    string
	base    draft // the documented request; families change copies of it
	values  values
	codes   probe.Codes
	names   index // of the places that the sheet's words can name
	errors  []documentedError
	cases   []probe.Case
	broken  []broken // the cases that are broken on purpose
	ids     map[string]int

	// What is the same for all cases, each found out when it is asked for first.
	promised map[probe.Outcome]probe.Expectation
	parts    parts
	fields   []target   // see targets
	tested   []testedID // see testedIDs
	open     []string   // names of the placeholders of the documented request, see put

	baseErr error // what is wrong with the base URL
	// hopeless says that nothing can be sent, whatever is supplied
	hopeless bool
	callback callback
}

// broken is a case that is broken on purpose, by its place, and what it was made of.
type broken struct {
	at    int
	draft *draft
}

// unusable says that the method or the URL alone keeps every request from being sent, whatever values are supplied.
func (b *builder) unusable() bool {
	return len(b.methodProblem("")) > 0 || b.hopelessURL()
}

// spec is what a family says of one case.
type spec struct {
	family    probe.Family
	detail    string // part of the id; "" where the family has one case
	title     string
	mutation  string
	subject   string // the field, parameter or header that is broken; "" where it is the request as a whole
	draft     draft
	outcome   probe.Outcome
	forbidden bool
	anonymous bool             // without the identity of the sheet
	identity  *probe.Auth      // instead of that of the sheet; nil where that holds
	skip      string           // why it is not sent
	row       *probe.TestDatum // that it is derived from; nil for none
	problems  []probe.Finding  // why it cannot be sent, beyond what rendering finds; fingerprints are completed by add
}

// add renders the draft and appends the case.
func (b *builder) add(s spec) *probe.Case {
	c := probe.Case{
		ID: b.id(s.family, s.detail), Title: s.title, Family: s.family, Mutation: s.mutation, Skip: s.skip, Anonymous: s.anonymous,
		Identity: s.identity, Expect: b.expectation(s.outcome, s.forbidden),
	}
	if s.family.Negative() {
		c.Base, c.Expect.Errors, c.Expect.Unrelated = b.baseID(), b.pair(s), b.unrelated(s)
	}
	if c.Skip == "" && !b.hopeless {
		c.Skip = b.spared(s)
	}
	c.ByDesign = c.Skip != "" && s.family.Negative()
	b.giveOurURL(c.ID, &s.draft)
	request, generated, needs, problems := b.render(c.ID, s.draft)
	c.Request, c.Generated, c.Needs = request, generated, needs
	c.Blocked = append(c.Blocked, problems...)
	c.Blocked = append(c.Blocked, s.problems...)
	if len(c.Blocked) > 0 {
		c.Request, c.Generated = probe.Request{}, nil // half of a request is good for nothing, and may hold placeholders
	}
	if s.family.Negative() {
		d := s.draft
		b.broken = append(b.broken, broken{len(b.cases), &d})
	}
	b.cases = append(b.cases, c)
	return &b.cases[len(b.cases)-1]
}

// expectation is what the sheet promises for an outcome. Cases share the lists in it.
func (b *builder) expectation(o probe.Outcome, forbidden bool) probe.Expectation {
	e, known := b.promised[o]
	if !known {
		e = probe.Expectation{Outcome: o, HTTPStatus: slices.Clip(b.codes.Statuses(o)), Codes: slices.Clip(b.codes.For(o))}
		b.promised[o] = e
	}
	e.Forbidden = forbidden
	return e
}

// baseID is the id of the documented request.
func (b *builder) baseID() string { return b.slug + "/" + string(probe.FamilySuccess) }

// id is unique in the plan: what collides is numbered, in the order of the sheet.
func (b *builder) id(f probe.Family, detail string) string {
	if detail != "" {
		detail = "/" + detail
	}
	id := b.slug + "/" + string(f) + detail
	unique := id
	for b.ids[unique] > 0 {
		b.ids[id]++
		unique = fmt.Sprintf("%s-%d", id, b.ids[id])
	}
	b.ids[unique]++
	return unique
}

func firstNonEmpty(candidates ...string) string {
	for _, c := range candidates {
		if c != "" {
			return c
		}
	}
	return ""
}
