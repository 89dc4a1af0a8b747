package judge

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// decide ranks a place and says for which outcome a live value must be a documented one; false where the place tells nothing.
func (l *learner) decide(p *place, pattern string) bool {
	if messageNames.has(p.key()) || p.hasBlanks() {
		return false
	}
	p.success.total, p.failure.total = l.total[probe.OutcomeSuccess], l.total[probe.OutcomeError]
	differs := p.differs()
	p.rank = l.rankOf(p, pattern, differs)
	for _, o := range []probe.Outcome{probe.OutcomeSuccess, probe.OutcomeError} {
		p.of(o).demand = len(p.of(o).values) > 0 && p.rank != hint && l.demands(p, pattern, o)
	}
	p.failsAlone = l.failsAlone(p)
	return differs || p.success.demand || p.failure.demand || p.failsAlone
}

// failsAlone says that a status below the top, of which only success is documented, would tell of a failure: {"result": {"status": "SUCCESS"}}.
// Anything else that it may say is data.
func (l *learner) failsAlone(p *place) bool {
	return p.rank == flag && len(p.path) == 2 && (payloadNames.has(p.path[0]) || headNames.has(p.path[0])) && flagNames.has(p.key()) &&
		l.total[probe.OutcomeError] == 0 && len(p.success.values) > 0 &&
		p.every(func(v documentedValue) bool {
			if v.kind == nearjson.Bool {
				return boolOutcome(p.key(), v.text) == probe.OutcomeSuccess
			}
			return v.kind == nearjson.String && probe.WordsOutcome(v.text) == probe.OutcomeSuccess && !isState(v.text)
		})
}

// saysFailure says that a live value at a place where success is documented is one for failure.
func (p *place) saysFailure(v *nearjson.Value) bool {
	if v.Kind == nearjson.Bool {
		return p.isAll(nearjson.Bool) && boolOutcome(p.key(), v.Text) == probe.OutcomeError
	}
	return v.Kind == nearjson.String && probe.WordsOutcome(v.Text) == probe.OutcomeError
}

// isNumericMark says that a number tells how the call went, whatever its key is called: {"ret": 1, "msg": "found"}. A message stands beside it
// in successes and errors, and it is the 0, the 1 or the 200 of success.
func (l *learner) isNumericMark(p *place, pattern string) bool {
	beside := l.envelope[string(probe.OutcomeSuccess)+pattern] && l.envelope[string(probe.OutcomeError)+pattern]
	texts := p.texts(probe.OutcomeSuccess)
	return beside && len(p.path) <= 2 && len(texts) == 1 && slices.Contains([]string{"0", "1", "200"}, texts[0]) && !isQuantity(p.key()) &&
		!slices.ContainsFunc(p.texts(probe.OutcomeError), func(t string) bool { return strings.Trim(t, "-0123456789") != "" })
}

// isQuantity says that a key counts or measures something.
func isQuantity(key string) bool {
	name := fold(key)
	return slices.ContainsFunc(strings.Fields(quantityNames), func(end string) bool { return strings.HasSuffix(name, end) })
}

const quantityNames = `count counts total amount balance quantity qty size length page pages limit offset remaining attempt attempts retry retries left score
id no number version time timestamp seconds duration rows records items results found after delay wait ttl ms secs minutes hours days age price rate percent`

func (p *place) hasBlanks() bool {
	for _, s := range p.sides() {
		for _, v := range s.values {
			if strings.ContainsAny(strings.TrimSpace(v.text), " \t\n") || len(v.text) > 64 || v.text == "" {
				return true
			}
		}
	}
	return false
}

// differs says that both outcomes have values there, and none in common.
func (p *place) differs() bool {
	for _, v := range p.success.values {
		if p.has(probe.OutcomeError, v.text) {
			return false
		}
	}
	return len(p.success.values) > 0 && len(p.failure.values) > 0
}

func (l *learner) rankOf(p *place, pattern string, differs bool) rank {
	isCode := codeNames.has(p.key()) || fold(p.key()) == "code"
	isFlag := flagNames.has(p.key()) || weakFlagNames.has(p.key())
	switch {
	case p.isAll(nearjson.Bool):
		if isFlag {
			return flag
		}
		return hint
	case l.carried[pattern] && (isCode || isFlag || differs || len(p.path) <= 2 && !p.isAll(nearjson.Number)):
		return code
	case isCode, isFlag && l.inTable(p), differs && p.every(l.isListed):
		return code
	case isFlag:
		return flag
	case differs && p.isAll(nearjson.Number) && l.isNumericMark(p, pattern):
		return code
	}
	return hint
}

func (p *place) holdsNumbers() bool {
	return !p.every(func(v documentedValue) bool { return v.kind != nearjson.Number })
}

func (p *place) every(is func(documentedValue) bool) bool {
	for _, s := range p.sides() {
		if slices.ContainsFunc(s.values, func(v documentedValue) bool { return !is(v) }) {
			return false
		}
	}
	return true
}

func (p *place) isAll(k nearjson.Kind) bool {
	return p.every(func(v documentedValue) bool { return v.kind == k })
}

func (l *learner) inTable(p *place) bool {
	return !p.every(func(v documentedValue) bool { return !l.isListed(v) })
}

func (l *learner) isListed(v documentedValue) bool {
	_, documented := l.codes.Meaning(v.text)
	return documented
}

// demands says that a live value of the outcome must be a documented one: codes and flags, and not data that happens to bear their name.
func (l *learner) demands(p *place, pattern string, o probe.Outcome) bool {
	telling := !slices.ContainsFunc(p.of(o).values, func(v documentedValue) bool {
		return !l.speaksFor(p.key(), v, o) || p.rank == flag && o == probe.OutcomeSuccess && isState(v.text)
	})
	nested := len(p.path) > 1
	switch {
	case p.rank == flag && p.differs():
		return telling
	case p.rank == flag:
		return telling && !nested && l.total[other(o)] == 0 && flagNames.has(p.key()) && !p.isAll(nearjson.Number)
	case o == probe.OutcomeSuccess && l.isOfTheSubject(p, pattern):
		return false
	case o == probe.OutcomeError, l.carried[pattern], p.differs() && p.every(l.isListed):
		return true
	case len(p.path) > 2:
		return p.differs() && telling
	}
	return telling || codeNames.has(p.key()) || l.envelope[string(o)+pattern]
}

// isOfTheSubject says that a bare "code" of a success is that of what was asked for, as in {"code": "A12", "name": "Cup"}: no message stands
// beside it, nothing that carries the answer's data either, and the sheet's table does not list it.
func (l *learner) isOfTheSubject(p *place, pattern string) bool {
	telling := slices.ContainsFunc(p.success.values, func(v documentedValue) bool {
		return l.table[v.text] || probe.CodeOutcome(v.text, "") == probe.OutcomeSuccess
	})
	return fold(p.key()) == "code" && !telling && !l.envelope[string(probe.OutcomeSuccess)+pattern] && !l.framed[pattern]
}

// speaksFor says that the value alone means the outcome.
func (l *learner) speaksFor(key string, v documentedValue, o probe.Outcome) bool {
	if v.kind == nearjson.Bool {
		return boolOutcome(key, v.text) == o
	}
	if meaning, ok := l.codes.Meaning(v.text); ok && meaning == o {
		return true
	}
	switch v.text {
	case "1", "Y", "y":
		return o == probe.OutcomeSuccess
	case "N", "n":
		return o == probe.OutcomeError
	}
	return probe.CodeOutcome(v.text, "") == o || v.text == "0" && o == probe.OutcomeError
}

// isState says that a word sounds like success and may as well be the state of a thing: an order that was created may be accepted later.
func isState(text string) bool {
	return stateNames.has(text)
}

// isDoubtful says that the place, though its word speaks for success, may be data.
func (l *learner) isDoubtful(p *place, all []place) bool {
	bare := oneOf(p.key(), "status success ok") || weakFlagNames.has(p.key())
	carriesCode := slices.ContainsFunc(all, func(q place) bool { return q.rank == code && q.success.demand })
	return p.rank == flag && bare && !p.isAll(nearjson.Bool) && !carriesCode && !l.envelope[string(probe.OutcomeSuccess)+joined(p.path)]
}

func boolOutcome(key, text string) probe.Outcome {
	if (text == "true") != inverseNames.has(key) {
		return probe.OutcomeSuccess
	}
	return probe.OutcomeError
}

func other(o probe.Outcome) probe.Outcome {
	if o == probe.OutcomeSuccess {
		return probe.OutcomeError
	}
	return probe.OutcomeSuccess
}
