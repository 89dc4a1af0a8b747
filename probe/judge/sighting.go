package judge

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// sighting is what the coverage has to know of an answer, so that nobody reads it once more.
func (a *answer) sighting() *probe.Sighting {
	s := &probe.Sighting{Codes: a.codes}
	p := a.judge.promiseOf(a.outcome)
	if p == nil {
		return s
	}
	for i := range p.responses {
		if a.matches(p, i) {
			s.Responses = append(s.Responses, i)
		}
	}
	if len(s.Responses) < 2 {
		return s
	}
	words := textsIn(a.value)
	said := keep(s.Responses, func(i int) bool { return p.hasOwnWordAmong(words, i, s.Responses) })
	if s.Sure = len(said) > 0; s.Sure {
		s.Responses = said
	}
	return s
}

// promiseOf is nil of an outcome that nobody documents.
func (j *Judge) promiseOf(o probe.Outcome) *promise {
	switch o {
	case probe.OutcomeSuccess:
		return j.success
	case probe.OutcomeError:
		return j.failure
	}
	return nil
}

// matches says that an answer may be a documented one.
func (a *answer) matches(p *promise, i int) bool {
	r := &p.responses[i]
	switch {
	case r.Code != "":
		return slices.Contains(a.codes, r.Code) || a.isStatus(r.Code)
	case r.HTTPStatus != nil:
		return a.status == *r.HTTPStatus
	}
	return r.Body.Value == nil || a.value != nil && a.isLike(p, i)
}

// words are the texts of each documented answer.
func (p *promise) words() []map[string]bool {
	p.once.Do(func() {
		for i := range p.responses {
			p.texts = append(p.texts, textsIn(p.responses[i].Body.Value))
		}
	})
	return p.texts
}

// isOwnWord says that a text of one documented answer is in none of the others.
func (p *promise) isOwnWord(word string, own int, others []int) bool {
	words := p.words()
	return words[own][word] && !slices.ContainsFunc(others, func(i int) bool { return i != own && words[i][word] })
}

func (p *promise) hasOwnWords(own int, others []int) bool {
	return p.hasOwnWordAmong(p.words()[own], own, others)
}

func (p *promise) hasOwnWordAmong(words map[string]bool, own int, others []int) bool {
	for word := range words {
		if p.isOwnWord(word, own, others) {
			return true
		}
	}
	return false
}

// textsIn are the texts of a value, but for templates, which say nothing of what stands there.
func textsIn(v *nearjson.Value) map[string]bool {
	texts := map[string]bool{}
	if v == nil {
		return texts
	}
	v.Walk(func(_ string, v *nearjson.Value) bool {
		if v.Kind == nearjson.String && !v.Template && v.Text != "" {
			texts[strings.ToLower(v.Text)] = true
		}
		return true
	})
	return texts
}
