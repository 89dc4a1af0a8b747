package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// headerPlace is a header that carries a business code in documented answers.
type headerPlace struct {
	name   string
	values map[probe.Outcome][]headerValue
	always map[probe.Outcome]bool // every documented answer of the outcome that shows headers has it
}

type headerValue struct {
	text string
	at   source.Span
}

func (p *headerPlace) has(o probe.Outcome, text string) bool {
	return slices.ContainsFunc(p.values[o], func(v headerValue) bool { return v.text == text })
}

func (p *headerPlace) written(o probe.Outcome) []string {
	var texts []string
	for _, v := range p.values[o] {
		texts = append(texts, fmt.Sprintf("%q", short(v.text)))
	}
	return texts
}

// learnHeaders finds headers that carry codes: those that are named like one, and those whose values are documented codes.
func learnHeaders(s *probe.Sheet, codes probe.Codes) []headerPlace {
	var places []headerPlace
	for _, side := range []struct {
		outcome   probe.Outcome
		responses []probe.Response
	}{{probe.OutcomeSuccess, s.Success}, {probe.OutcomeError, s.Errors}} {
		for _, r := range side.responses {
			for _, h := range r.Headers {
				_, documented := codes.Meaning(h.Value)
				if !isCodeHeader(h.Name) && !documented || h.Value == "" {
					continue
				}
				i := slices.IndexFunc(places, func(p headerPlace) bool { return strings.EqualFold(p.name, h.Name) })
				if i < 0 {
					i = len(places)
					places = append(places, headerPlace{h.Name, map[probe.Outcome][]headerValue{}, map[probe.Outcome]bool{}})
				}
				places[i].values[side.outcome] = append(places[i].values[side.outcome], headerValue{h.Value, h.At})
			}
		}
		for i := range places {
			places[i].always[side.outcome] = inAll(side.responses, places[i].name)
		}
	}
	return places
}

// inAll says that every answer that shows headers at all shows this one.
func inAll(responses []probe.Response, name string) bool {
	shown := 0
	for _, r := range responses {
		if len(r.Headers) == 0 {
			continue
		}
		shown++
		if headerOf(r.Headers, name) == "" {
			return false
		}
	}
	return shown > 0
}

// isCodeHeader knows X-Error-Code, X-Acme-Status-Code and their like.
func isCodeHeader(name string) bool {
	name = fold(name)
	for code := range codeNames {
		if name == code || strings.HasPrefix(name, "x") && strings.HasSuffix(name, code) {
			return true
		}
	}
	return name == "xcode" || name == "xresult" || name == "grpcstatus"
}

func headerOf(headers []probe.Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return strings.TrimSpace(h.Value)
		}
	}
	return ""
}

// headerCodes are the codes that the headers of an answer carry: under a documented name, or under the name of a code where the value is a
// documented one.
func (a *answer) headerCodes() []string {
	var codes []string
	for _, h := range a.response.Headers {
		value := strings.TrimSpace(h.Value)
		_, known := a.judge.codes.Meaning(value)
		shown := slices.ContainsFunc(a.judge.headers, func(p headerPlace) bool { return strings.EqualFold(p.name, h.Name) })
		if value != "" && (shown || known && isCodeHeader(h.Name)) {
			codes = append(codes, value)
		}
	}
	return codes
}

// askHeaders goes by the codes in headers.
func (j *Judge) askHeaders(a *answer) probe.Outcome {
	for i := range j.headers {
		p := &j.headers[i]
		value := headerOf(a.response.Headers, p.name)
		success, failure := p.has(probe.OutcomeSuccess, value), p.has(probe.OutcomeError, value)
		switch {
		case value == "" || success && failure:
		case success:
			return probe.OutcomeSuccess
		case failure:
			return probe.OutcomeError
		}
	}
	for _, code := range a.codes[len(a.bodyCodes):] {
		if o, ok := j.codes.Meaning(code); ok && o != probe.OutcomeUnknown {
			return o
		}
	}
	return probe.OutcomeUnknown
}

func comparesHeaderCodes(a *answer) bool {
	return !a.settled && !a.foreign && !a.layered && len(a.judge.headers) > 0 && !(a.x.Saved && len(a.response.Headers) == 0)
}

// checkHeaderCodes compares the codes in headers with those that the documented answers of the outcome show there.
func checkHeaderCodes(a *answer) []probe.Finding {
	var findings []probe.Finding
	for i := range a.judge.headers {
		p, o := &a.judge.headers[i], a.promise.outcome
		value := headerOf(a.response.Headers, p.name)
		_, known := a.judge.codes.Meaning(value)
		var f probe.Finding
		switch {
		case len(p.values[o]) == 0 && !p.has(other(o), value), p.has(o, value), value != "" && a.isPromised(value):
			continue
		case value == "" && !p.always[o]:
			continue
		case value == "":
			f = a.finding("status.code", probe.AtHeader, p.name)
			f.Observed, f.Message = "no such header", fmt.Sprintf("the header %q, which carries the business code, is missing", p.name)
		case known || p.has(other(o), value):
			f = a.finding("status.code", probe.AtHeader, p.name, "other")
			f.Observed, f.Message = fmt.Sprintf("%q", short(value)), fmt.Sprintf("the code %q in the header %q is documented for %s", short(value), p.name, inWords(other(o)))
		default:
			f = a.finding("status.code-undocumented", probe.AtHeader, p.name)
			f.Observed, f.Message = fmt.Sprintf("%q", short(value)), fmt.Sprintf("the code %q in the header %q is not documented", short(value), p.name)
			if o == probe.OutcomeError && len(a.judge.sheet.StatusCodes) == 0 {
				f.Severity = source.Warning // as in the body: without a table, one example of an error does not say that there is no other
			}
		}
		f.Documented = firstNonEmpty(list(p.written(o), "or"), "no code of "+inWords(other(o)))
		f.At = a.promise.at(a.judge.sheet)
		if len(p.values[o]) > 0 && !p.values[o][0].at.IsZero() {
			f.At = p.values[o][0].at
		}
		a.soften(&f)
		findings = append(findings, f)
	}
	return findings
}
