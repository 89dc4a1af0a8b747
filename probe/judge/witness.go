package judge

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// witness is one way to tell the outcome from the body; OutcomeUnknown where it has nothing to say.
type witness struct {
	evidence evidence
	ask      func(*Judge, *answer) probe.Outcome
}

// witnesses, in the order in which they are believed.
var witnesses = []witness{
	{byCode, (*Judge).askCodes},
	{byCode, (*Judge).askHeaders},
	{byFlag, (*Judge).askFlags},
	{byFamily, (*Judge).askFamilies},
	{byKeys, (*Judge).askKeys},
	{byHint, (*Judge).askHints},
	{byWords, (*Judge).askWords},
	{byWords, (*Judge).askMessages},
}

// isContradicted says that code and flag are both known, and say different things, and that the one that is against the expected outcome
// would be reported.
func (j *Judge) isContradicted(a *answer) bool {
	byCode, expected := j.askCodes(a), a.c.Expect.Outcome
	if byCode == probe.OutcomeUnknown || expected == probe.OutcomeUnknown {
		return false
	}
	if byFlag := j.askFlags(a); byFlag == byCode || byFlag == probe.OutcomeUnknown {
		return false
	}
	wrong := flag
	if byCode != expected {
		wrong = code
	}
	return slices.ContainsFunc(j.tells.places, func(p place) bool {
		v := lookup(a.value, p.path)
		return p.rank == wrong && p.of(expected).demand && v != nil && p.hasKind(expected, v.Kind) && !p.has(expected, v.Text)
	})
}

func (j *Judge) askCodes(a *answer) probe.Outcome { return j.askPlaces(a, code) }

// askFlags believes documented values first, then words and booleans that speak for themselves.
func (j *Judge) askFlags(a *answer) probe.Outcome {
	if o := j.askPlaces(a, flag); o != probe.OutcomeUnknown {
		return o
	}
	for i := range j.tells.places {
		p := &j.tells.places[i]
		v := lookup(a.value, p.path)
		if p.failsAlone && v != nil && p.saysFailure(v) {
			return probe.OutcomeError
		}
		if p.rank != flag || p.isData() || !p.success.demand && !p.failure.demand {
			continue
		}
		switch {
		case v == nil:
		case v.Kind == nearjson.Bool:
			return boolOutcome(p.key(), v.Text)
		case v.Kind == nearjson.String:
			if o := probe.WordsOutcome(v.Text); o != probe.OutcomeUnknown {
				return o
			}
		}
	}
	return probe.OutcomeUnknown
}

// isData says that successes hold something of their own at the place.
func (p *place) isData() bool {
	return len(p.success.values) > 0 && !p.success.demand
}

// askHints believes a number only where the answer has the keys of a documented error and no others.
func (j *Judge) askHints(a *answer) probe.Outcome {
	if o := j.askPlaces(a, hint); o != probe.OutcomeUnknown {
		return o
	}
	if j.hasKeysOfError(a.value) && j.ask(a, j.tells.numbers, hint) == probe.OutcomeError {
		return probe.OutcomeError
	}
	return probe.OutcomeUnknown
}

func (j *Judge) askPlaces(a *answer, r rank) probe.Outcome { return j.ask(a, j.tells.places, r) }

func (j *Judge) ask(a *answer, places []place, r rank) probe.Outcome {
	for i := range places {
		p := &places[i]
		if p.rank != r {
			continue
		}
		v := lookup(a.value, p.path)
		if v == nil || v.Kind == nearjson.Null || v.Kind == nearjson.Object || v.Kind == nearjson.Array {
			continue
		}
		if o := j.meaningAt(p, v); o != probe.OutcomeUnknown {
			return o
		}
	}
	return probe.OutcomeUnknown
}

// hasKeysOfError says that the answer has the keys of a documented error, and no others.
func (j *Judge) hasKeysOfError(v *nearjson.Value) bool {
	return slices.ContainsFunc(j.failure.responses, func(r probe.Response) bool {
		e := r.Body.Value
		return e != nil && e.Kind == nearjson.Object && len(e.Members) == len(v.Members) &&
			!slices.ContainsFunc(e.Members, func(m nearjson.Member) bool { return v.Get(m.Key) == nil })
	})
}

// meaningAt is what a documented value at a place means.
func (j *Judge) meaningAt(p *place, v *nearjson.Value) probe.Outcome {
	success, failure := p.has(probe.OutcomeSuccess, v.Text), p.has(probe.OutcomeError, v.Text)
	switch {
	case success && failure:
		return probe.OutcomeUnknown
	case success && (p.success.demand || p.differs()):
		return probe.OutcomeSuccess
	case failure:
		return probe.OutcomeError
	case p.rank == code && !success:
		if o, ok := j.codes.Meaning(v.Text); ok {
			return o
		}
	}
	return probe.OutcomeUnknown
}

// askFamilies looks at undocumented codes: SUCC009 is made like SUCC001 and unlike ERR001, and where 0 is success, nothing else is.
func (j *Judge) askFamilies(a *answer) probe.Outcome {
	for i := range j.tells.places {
		p := &j.tells.places[i]
		v := lookup(a.value, p.path)
		if p.rank != code || p.isData() || v == nil || v.Kind != nearjson.String && v.Kind != nearjson.Number || v.Text == "" {
			continue
		}
		success := sameMake(p.texts(probe.OutcomeSuccess), v.Text)
		failure := sameMake(p.texts(probe.OutcomeError), v.Text)
		if success != failure {
			if success {
				return probe.OutcomeSuccess
			}
			return probe.OutcomeError
		}
		if isZero(p.texts(probe.OutcomeSuccess)) && !isZero([]string{v.Text}) {
			return probe.OutcomeError
		}
		if o := probe.CodeOutcome(v.Text, ""); o != probe.OutcomeUnknown && (p.success.demand || p.failure.demand) {
			return o
		}
	}
	return probe.OutcomeUnknown
}

func isZero(texts []string) bool {
	return len(texts) > 0 && !slices.ContainsFunc(texts, func(t string) bool { return strings.Trim(t, "0") != "" || t == "" })
}

// sameMake says that a code starts with the letters of a documented one, or, where that has none, has as many digits and the same first.
// Zero is of no make: it is what all others are not.
func sameMake(documented []string, text string) bool {
	return slices.ContainsFunc(documented, func(d string) bool {
		if letters := leadingLetters(d); letters != "" {
			return strings.EqualFold(letters, leadingLetters(text))
		}
		return len(d) == len(text) && len(d) > 1 && d[0] == text[0] && leadingLetters(text) == "" && !isZero([]string{d})
	})
}

func leadingLetters(code string) string {
	i := strings.IndexFunc(code, func(r rune) bool { return r|0x20 < 'a' || r|0x20 > 'z' })
	if i < 0 {
		return code
	}
	return code[:i]
}

// askKeys asks which outcome alone has the keys that the answer has.
func (j *Judge) askKeys(a *answer) probe.Outcome {
	success, failure := hasAny(a.value, j.tells.successKeys), hasAny(a.value, j.tells.errorKeys)
	return toldBy(success, failure)
}

func hasAny(v *nearjson.Value, paths [][]string) bool {
	return slices.ContainsFunc(paths, func(path []string) bool { return isPresent(lookup(v, path)) })
}

// askWords knows what errors look like everywhere: an "error" that no documented success has, or a flag that says so.
func (j *Judge) askWords(a *answer) probe.Outcome {
	for _, m := range a.value.Members {
		if j.documentsKey(m.Key) || !isPresent(m.Value) && m.Value.Kind != nearjson.Bool {
			continue
		}
		switch name := fold(m.Key); {
		case errorNames[name]:
			if isPresent(m.Value) && m.Value.Text != "0" {
				return probe.OutcomeError
			}
		case m.Value.Kind == nearjson.Bool && flagNames.has(m.Key):
			if boolOutcome(m.Key, m.Value.Text) == probe.OutcomeError {
				return probe.OutcomeError
			}
		case m.Value.Kind == nearjson.String && name == "status":
			if probe.WordsOutcome(m.Value.Text) == probe.OutcomeError {
				return probe.OutcomeError
			}
		}
	}
	return probe.OutcomeUnknown
}

// askMessages reads message texts, and only where the documented answers differ in nothing else: one that equals a documented message of
// one outcome, or has the words of success or error that the documented ones have.
func (j *Judge) askMessages(a *answer) probe.Outcome {
	if len(j.tells.places) > 0 || len(j.tells.successKeys) > 0 || len(j.tells.errorKeys) > 0 {
		return probe.OutcomeUnknown
	}
	for _, m := range a.value.Members {
		if !messageNames.has(m.Key) || m.Value.Kind != nearjson.String {
			continue
		}
		success, failure := messagesOf(j.success, m.Key), messagesOf(j.failure, m.Key)
		known := slices.Contains(success, m.Value.Text)
		switch {
		case known != slices.Contains(failure, m.Value.Text) && known:
			return probe.OutcomeSuccess
		case known != slices.Contains(failure, m.Value.Text):
			return probe.OutcomeError
		case !j.tellsByStatus(a) && allSay(success, probe.OutcomeSuccess) && allSay(failure, probe.OutcomeError):
			return probe.WordsOutcome(m.Value.Text)
		}
	}
	return probe.OutcomeUnknown
}

// tellsByStatus says that the sheet ties the HTTP status to one outcome alone: the words of a message tell less.
func (j *Judge) tellsByStatus(a *answer) bool {
	return slices.Contains(j.success.statuses, a.status) != slices.Contains(j.failure.statuses, a.status)
}

func messagesOf(p *promise, key string) []string {
	var texts []string
	for _, r := range p.responses {
		if v := r.Body.Value.Get(key); v != nil && v.Kind == nearjson.String {
			texts = append(texts, v.Text)
		}
	}
	return texts
}

func allSay(texts []string, o probe.Outcome) bool {
	return len(texts) > 0 && !slices.ContainsFunc(texts, func(t string) bool { return probe.WordsOutcome(t) != o })
}

// documentsKey says that a documented success holds something under the key.
func (j *Judge) documentsKey(key string) bool {
	return slices.ContainsFunc(j.success.responses, func(r probe.Response) bool { return isPresent(r.Body.Value.Get(key)) })
}

// toldBy is the outcome that signs of either tell of; unknown where there are those of both, or none.
func toldBy(success, failure bool) probe.Outcome {
	switch {
	case success == failure:
		return probe.OutcomeUnknown
	case success:
		return probe.OutcomeSuccess
	}
	return probe.OutcomeError
}
