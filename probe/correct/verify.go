package correct

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/sheet/native"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// place is what a change is about, wherever in a list: a documented answer, and a pattern of pointers in it. Added answers and codes are
// told apart by what they were added for.
type place struct {
	field   probe.Field
	answer  int
	pattern string
}

// trace is equal for findings of one kind at one place of one answer.
type trace struct{ id, rule, pattern string }

func traceOf(c *probe.Result, f *probe.Finding) trace { return trace{c.ID, f.Rule, pattern(f.Pointer)} }

// verify judges every recorded answer by the proposal: what is left, and which changes are wrong because they settle nothing or break what
// was right before.
func (b *builder) verify() (left []Left, wrong map[place]bool) {
	j, err := judge.New(asWritten(b.sheet), judge.Options{})
	if err != nil { // the changed examples cannot be used together
		return nil, b.all()
	}
	before := map[trace]bool{}
	cases := make([]probe.Result, 0, len(b.result.Cases))
	wrong = map[place]bool{}
	for i := range b.result.Cases {
		c := &b.result.Cases[i]
		if !canBeJudged(c) {
			cases = append(cases, *c)
			continue
		}
		for k := range c.Findings {
			before[traceOf(c, &c.Findings[k])] = true
		}
		again := b.judgedBy(j, c)
		cases = append(cases, again)
		for k := range again.Findings {
			b.blame(&again, &again.Findings[k], !before[traceOf(c, &again.Findings[k])], wrong)
		}
	}
	return leftOf(cases), wrong
}

// asWritten is the sheet as it is read from the native form.
func asWritten(s *probe.Sheet) *probe.Sheet {
	text, err := native.Marshal([]*probe.Sheet{s})
	if err != nil {
		return s
	}
	return cmp.Or(reread(text), s)
}

// canBeJudged says that the record of a case holds all that its judgement rests on. A callback or a poll is judged by when it came, too.
func canBeJudged(c *probe.Result) bool {
	return answered(c) && c.Exchange != nil && c.Exchange.Response != nil && c.Family != probe.FamilyCallback && c.Family != probe.FamilyPoll
}

// judgedBy decides a recorded case by the proposal. What is not in the answer itself, such as its time, stays as it was found.
func (b *builder) judgedBy(j *judge.Judge, c *probe.Result) probe.Result {
	again := probe.Case{ID: c.ID, Title: c.Title, Family: c.Family, Mutation: c.Mutation, Base: c.Base, Expect: c.Expect}
	documented, codes := probe.NewCodes(b.documented), probe.NewCodes(b.sheet)
	if slices.Equal(c.Expect.HTTPStatus, documented.Statuses(c.Expect.Outcome)) { // else it is of the test data
		again.Expect.HTTPStatus = codes.Statuses(c.Expect.Outcome)
	}
	if slices.Equal(c.Expect.Codes, documented.For(c.Expect.Outcome)) {
		again.Expect.Codes = codes.For(c.Expect.Outcome)
	}
	q := c.Exchange.Request
	again.Request = probe.Request{Method: q.Method, URL: q.URL, Headers: q.Headers, Body: []byte(q.Body)}
	decided := j.Decide(&again, c.Exchange)
	for _, f := range c.Findings {
		elsewhere := f.Location == probe.AtTransport || f.Location == probe.AtTiming || strings.HasPrefix(f.Rule, "callback.")
		same := func(g probe.Finding) bool { return g.Fingerprint == f.Fingerprint }
		if elsewhere || isEndpoints(f.Rule) && !slices.ContainsFunc(decided.Findings, same) { // such as a further answer to the same request
			decided.Findings = append(decided.Findings, f)
		}
	}
	return decided
}

// blame finds the changes at the place of a finding: they did not settle it, or brought it about.
func (b *builder) blame(c *probe.Result, f *probe.Finding, fresh bool, wrong map[place]bool) {
	if f.Severity.Rank() < source.Warning.Rank() || isEndpoints(f.Rule) {
		return
	}
	field, answers := probe.FieldSuccessResponse, b.sheet.Success
	if c.Outcome == probe.OutcomeError {
		field, answers = probe.FieldErrorResponse, b.sheet.Errors
	}
	answer := matching(answers, c.Exchange.Response, bodyOf(c.Exchange.Response))
	at, found := pattern(f.Pointer), false
	for i := range b.changes {
		d := &b.changes[i]
		if d.Field == field && d.Answer == answer && d.Kind != Repaired && (pattern(d.Pointer) == at || d.Kind == Renamed && isBeside(d, at)) {
			wrong[d.place()] = true
			found = true
		}
	}
	if fresh && !found && !b.keep(f, field) {
		for i := range b.changes {
			if d := &b.changes[i]; d.Field == field && d.Kind != Repaired {
				wrong[d.place()] = true
			}
		}
	}
}

// keep holds on to what the document says in words beside an example, as "optional" or "may be null", where the proposed example no longer
// does: an answer that was right by the document shows it.
func (b *builder) keep(f *probe.Finding, field probe.Field) bool {
	yes := true
	o, known := map[string]schema.Override{"shape.missing": {Optional: &yes}, "shape.null": {Nullable: &yes}, "shape.type": {Any: true}}[f.Rule]
	in := probe.OutcomeSuccess
	if field == probe.FieldErrorResponse {
		in = probe.OutcomeError
	}
	o2 := probe.ShapeOverride{Pointer: pattern(f.Pointer), In: in, Override: o}
	same := func(known probe.ShapeOverride) bool { return known.Pointer == o2.Pointer && known.In == in }
	if !known || f.Pointer == "" || slices.ContainsFunc(b.kept, same) {
		return false
	}
	b.kept = append(b.kept, o2)
	return true
}

// isBeside says that a pattern is of the same object as a renamed key, under its former name.
func isBeside(d *Change, at string) bool {
	return at == pattern(d.Pointer[:strings.LastIndexByte(d.Pointer, '/')])+nearjson.AppendPointer("", d.Was)
}

func (c *Change) place() place {
	switch {
	case c.cause != place{}:
		return c.cause
	case c.Field == probe.FieldStatusCodes:
		return place{c.Field, 0, strings.TrimPrefix(c.Pointer, "/")}
	}
	return place{c.Field, c.Answer, pattern(c.Pointer)}
}

func (b *builder) all() map[place]bool {
	all := map[place]bool{}
	for i := range b.changes {
		all[b.changes[i].place()] = true
	}
	return all
}

// leftOf are what cases deviate in and the API owner can settle, one of a kind.
func leftOf(cases []probe.Result) []Left {
	var left []Left
	for i := range cases {
		c := &cases[i]
		if !answered(c) {
			continue
		}
		for k := range c.Findings {
			f := &c.Findings[k]
			what := c.Unchanged(f)
			same := func(l Left) bool { return l.What == what }
			if f.Severity.Rank() < source.Warning.Rank() || f.Blame == probe.BlameEnvironment || slices.ContainsFunc(left, same) {
				continue
			}
			left = append(left, Left{What: what, Why: whyLeft(f.Rule), Case: c.ID})
		}
	}
	return left
}

// whyLeft says why no change of the sheet is proposed.
func whyLeft(rule string) string {
	switch group, _, _ := strings.Cut(rule, "."); {
	case group == "outcome", group == "status", rule == wrongError:
		return "which of the two is right is for the API owner to say"
	case isEndpoints(rule), group == "body":
		return "it is for the endpoint to change, not for the sheet"
	case group == "shape":
		return "no one example fits all that came"
	}
	return "it is for the API owner to say which is right"
}
