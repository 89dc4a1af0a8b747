package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func comparesCodes(a *answer) bool {
	return !a.settled && !a.foreign && !a.layered && a.value != nil && len(a.judge.tells.places) > 0
}

// checkCodes compares the codes and flags of the answer with those that are documented for its outcome.
func checkCodes(a *answer) []probe.Finding {
	var findings []probe.Finding
	for i := range a.judge.tells.places {
		p := &a.judge.tells.places[i]
		if !p.of(a.promise.outcome).demand {
			continue
		}
		v := lookup(a.value, p.path)
		switch {
		case v == nil || v.Kind == nearjson.Null:
			findings = append(findings, a.missingCode(p, v)...)
		case p.has(a.promise.outcome, v.Text) || !p.hasKind(a.promise.outcome, v.Kind) || a.mirrorsStatus(p, v):
		case p.rank == code && a.isPromised(v.Text):
		default:
			findings = append(findings, a.wrongCode(p))
		}
	}
	return findings
}

func (p *place) hasKind(o probe.Outcome, k nearjson.Kind) bool {
	return slices.ContainsFunc(p.of(o).values, func(v documentedValue) bool { return v.kind == k })
}

// isPromised says that field 10 knows the code, and does not know it as one of the other outcome.
func (a *answer) isPromised(text string) bool {
	meaning, ok := a.judge.codes.Meaning(text)
	return ok && (meaning == a.promise.outcome || meaning == probe.OutcomeUnknown)
}

// mirrorsStatus says that the place repeats the HTTP status, in the examples and here: then it is the status that is judged.
func (a *answer) mirrorsStatus(p *place, v *nearjson.Value) bool {
	if !a.isStatus(v.Text) {
		return false
	}
	for _, text := range p.texts(a.promise.outcome) {
		if n, err := strconv.Atoi(text); err != nil || n < 100 || n > 599 {
			return false
		}
	}
	return true
}

// missingCode reports a business code that is in every documented answer of the outcome and not in the live one. That a flag is missing,
// or that the code's key came under another spelling, is told by the shape.
func (a *answer) missingCode(p *place, v *nearjson.Value) []probe.Finding {
	if v != nil && a.promise.outcome == probe.OutcomeSuccess && errorOnlyNames.has(p.key()) {
		return nil // a success that names no error
	}
	always := p.of(a.promise.outcome).in >= p.of(a.promise.outcome).total
	if p.rank != code || !always {
		return nil
	}
	if inList := slices.Contains(p.path, "*"); inList && !a.namesNoError(p) || !inList && a.isExplained(p) {
		return nil
	}
	f := a.finding("status.code", probe.AtBusinessCode, p.pattern())
	f.Pointer, f.At = p.pattern(), p.of(a.promise.outcome).values[0].at
	f.Documented, f.Observed = a.documentedCodes(p), "no code"
	f.Message = fmt.Sprintf("the business code %q is missing", p.key())
	if v != nil {
		f.Observed, f.Message = "null", fmt.Sprintf("the business code %q is null", p.key())
	}
	a.soften(&f)
	return []probe.Finding{f}
}

// namesNoError says that an error has its list of errors, and that the list is empty or null.
func (a *answer) namesNoError(p *place) bool {
	list := lookup(a.value, p.path[:slices.Index(p.path, "*")])
	return a.promise.outcome == probe.OutcomeError && list != nil && (list.Kind == nearjson.Null || list.Kind == nearjson.Array && len(list.Items) == 0)
}

// isExplained says that the shape tells why nothing stands at the place: a key on the way to it came under another spelling, or something
// above it is missing or of another type.
func (a *answer) isExplained(p *place) bool {
	pattern := p.pattern()
	return slices.ContainsFunc(a.mismatches, func(m schema.Mismatch) bool {
		switch m.Problem {
		case schema.Renamed:
			return renamesPartOf(p, m)
		case schema.Undocumented, schema.Unchecked:
			return false
		}
		return m.Pattern != pattern && (m.Pattern == "" || strings.HasPrefix(pattern, m.Pattern+"/"))
	})
}

func renamesPartOf(p *place, m schema.Mismatch) bool {
	above := ""
	for _, token := range p.path {
		if above == parent(m.Pattern) && strings.Contains(m.Documented, strconv.Quote(token)) {
			return true
		}
		above = nearjson.AppendPointer(above, token)
	}
	return false
}

func parent(pattern string) string {
	return pattern[:max(0, strings.LastIndexByte(pattern, '/'))]
}

// wrongCode tells a documented code of the other outcome from an undocumented one.
func (a *answer) wrongCode(p *place) probe.Finding {
	v, pointer := find(a.value, p.path)
	rule, what := "status.code-undocumented", "is not documented"
	elsewhere := inWords(other(a.promise.outcome))
	if _, documented := a.judge.codes.Meaning(v.Text); documented || p.has(other(a.promise.outcome), v.Text) {
		rule, what = "status.code", "is documented for "+elsewhere
	}
	f := a.finding(rule, probe.AtBusinessCode, p.pattern())
	f.Pointer, f.At = pointer, p.of(a.promise.outcome).values[0].at
	f.Documented, f.Observed = a.documentedCodes(p), scalarText(v)
	f.Message = fmt.Sprintf("the value %s of %q %s", scalarText(v), p.key(), what)
	if a.outcome == a.promise.outcome {
		f.Message += " in an answer that is otherwise " + a.outcomeInWords()
	}
	if rule == "status.code-undocumented" {
		a.wordUndocumented(p, v, &f)
		if a.promise.outcome == probe.OutcomeError && len(a.judge.sheet.StatusCodes) == 0 {
			f.Severity = source.Warning // without a table, one example of an error does not say that there is no other
		}
	}
	a.soften(&f)
	return f
}

// wordUndocumented says what an undocumented value may be, and how sure that is.
func (a *answer) wordUndocumented(p *place, v *nearjson.Value, f *probe.Finding) {
	f.Message = fmt.Sprintf("the %s %s of %q is not documented", map[rank]string{flag: "value", code: "code"}[p.rank], scalarText(v), p.key())
	f.Hint = fmt.Sprintf("ask the API owner to add %s to the status codes, or to correct the endpoint", scalarText(v))
	switch {
	case p.doubtful && a.promise.outcome == probe.OutcomeSuccess && (probe.WordsOutcome(v.Text) == probe.OutcomeUnknown || isState(v.Text)):
		f.Severity = source.Warning
		f.Hint = fmt.Sprintf("ask the API owner whether %q tells how the request went, or the state of a thing, and which values it has", p.key())
	case p.rank == code && a.promise.outcome == probe.OutcomeError && !a.listsItsCode():
		f.Severity = source.Warning
	}
}

// listsItsCode says that the sheet promises the code of an error such as this one: field 10 lists business codes, or an example shows the
// error of this HTTP status, and not as that of another mistake. Examples are of what callers get wrong, and seldom of bad credentials and broken bodies.
func (a *answer) listsItsCode() bool {
	isBusiness := func(row probe.StatusCode) bool { return row.Kind == probe.KindBusiness }
	shows := func(r probe.Response) bool {
		return (r.HTTPStatus == nil || *r.HTTPStatus == a.status) && (r.When == "" || !isNegative(a) || a.isMeantBy(r))
	}
	rare := a.breaksCredentials() || a.c.Family == probe.FamilyMalformedBody || slices.Contains(routine, a.c.Family)
	return slices.ContainsFunc(a.judge.sheet.StatusCodes, isBusiness) || !rare && slices.ContainsFunc(a.promise.responses, shows)
}

// isMeantBy says that the sheet's own words tie a documented error to the mistake of the case.
func (a *answer) isMeantBy(r probe.Response) bool {
	return slices.ContainsFunc(a.c.Expect.Errors, func(e probe.ExpectedError) bool { return e.Sure && e.Title == r.Title && e.Code == r.Code })
}

// documentedCodes lists what may stand at the place.
func (a *answer) documentedCodes(p *place) string {
	all := p.written(a.promise.outcome)
	if p.rank == code {
		for _, c := range a.judge.codes.For(a.promise.outcome) {
			if !p.has(a.promise.outcome, c) {
				all = append(all, p.likeItsOwn(c))
			}
		}
	}
	slices.Sort(all)
	return list(slices.Compact(all), "or")
}

// likeItsOwn writes a code of field 10 as the place would: as a number where all that is documented there are numbers.
func (p *place) likeItsOwn(code string) string {
	if _, err := strconv.Atoi(code); err == nil && p.isAll(nearjson.Number) {
		return code
	}
	return strconv.Quote(short(code))
}

// codeOfOtherOutcome goes with an outcome finding: the code that told it.
func (a *answer) codeOfOtherOutcome() []probe.Finding {
	for i := range a.judge.tells.places {
		p := &a.judge.tells.places[i]
		v, pointer := find(a.value, p.path)
		if p.rank != code || v == nil || a.judge.meaningAt(p, v) != a.outcome || len(p.of(a.c.Expect.Outcome).values) == 0 {
			continue
		}
		f := a.finding("status.code", probe.AtBusinessCode, p.pattern(), "other")
		f.Pointer, f.At = pointer, p.of(a.c.Expect.Outcome).values[0].at
		f.Documented, f.Observed = list(p.written(a.c.Expect.Outcome), "or"), scalarText(v)
		f.Message = fmt.Sprintf("the business code %s of %q is documented for %s", scalarText(v), p.key(), inWords(a.outcome))
		return []probe.Finding{f}
	}
	return nil
}

// written lists the documented values of an outcome as JSON writes them.
func (p *place) written(o probe.Outcome) []string {
	var all []string
	for _, v := range p.of(o).values {
		if text := scalarText(&nearjson.Value{Kind: v.kind, Text: v.text}); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

func comparesPromisedCode(a *answer) bool {
	return a.c.Family == probe.FamilyTestData && len(a.c.Expect.Codes) == 1 && !a.foreign && a.value != nil && !a.settled &&
		(a.outcome == a.c.Expect.Outcome || a.c.Expect.Outcome == probe.OutcomeUnknown)
}

// checkPromisedCode compares with the one code that a row of test data promises.
func checkPromisedCode(a *answer) []probe.Finding {
	want := a.c.Expect.Codes[0]
	live := a.codes
	if len(live) == 0 || slices.Contains(live, want) {
		return nil
	}
	if places := a.judge.tells.places; !a.isPromised(live[0]) && len(places) > 0 && places[0].of(a.promise.outcome).demand {
		return nil // told already, as an undocumented code or as one of the other outcome
	}
	f := a.finding("status.code", probe.AtBusinessCode, "promised", want)
	f.Documented, f.Observed, f.At = strconv.Quote(want), strconv.Quote(short(live[0])), a.codePlace(want)
	f.Message = fmt.Sprintf("the test data promise the code %q, and %q came", want, short(live[0]))
	return []probe.Finding{f}
}

// codePlace is where the sheet documents a code.
func (a *answer) codePlace(text string) source.Span {
	for _, row := range a.judge.sheet.StatusCodes {
		if row.Code == text {
			return row.At
		}
	}
	for _, r := range slices.Concat(a.judge.sheet.Errors, a.judge.sheet.Success) {
		if r.Code == text {
			return r.At
		}
	}
	return a.judge.sheet.At.Of(probe.FieldStatusCodes)
}
