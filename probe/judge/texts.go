package judge

import (
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// said is a text of an answer. Of JSON, texts that stand in one list are one: frames of a stack often do.
type said struct {
	path    []string // of its place, with "*" for every item; nil for a body that is not JSON
	pointer string   // of the first
	text    string
}

// maxSaid is how much of an answer is looked through for what should not be in it, in bytes.
const maxSaid = 256 << 10

// textsOf lists the texts of an answer in order.
func (a *answer) textsOf() []said {
	if a.value == nil {
		return []said{{text: a.body[:min(len(a.body), maxSaid)]}}
	}
	s := sayings{at: map[string]int{}, left: maxSaid}
	s.walk(a.value, nil, "")
	for i := range s.all {
		s.all[i].text = strings.Join(s.texts[i], "\n")
	}
	return s.all
}

// anyText says that something holds for one of the texts of an answer, each for itself.
func (a *answer) anyText(is func(text string) bool) bool {
	left := maxSaid
	if a.value == nil {
		return is(a.body[:min(len(a.body), left)])
	}
	return anyText(a.value, &left, is)
}

func anyText(v *nearjson.Value, left *int, is func(text string) bool) bool {
	if v.Kind == nearjson.String && *left > 0 {
		text := v.Text[:min(len(v.Text), *left)]
		*left -= len(text)
		if is(text) {
			return true
		}
	}
	for i := range v.Members {
		if anyText(v.Members[i].Value, left, is) {
			return true
		}
	}
	for _, item := range v.Items {
		if anyText(item, left, is) {
			return true
		}
	}
	return false
}

type sayings struct {
	all   []said
	texts [][]string // of each
	at    map[string]int
	left  int
}

func (s *sayings) walk(v *nearjson.Value, path []string, pointer string) {
	switch v.Kind {
	case nearjson.Object:
		for _, m := range v.Members {
			s.walk(m.Value, append(path[:len(path):len(path)], m.Key), nearjson.AppendPointer(pointer, m.Key))
		}
	case nearjson.Array:
		for i, item := range v.Items {
			s.walk(item, append(path[:len(path):len(path)], "*"), pointer+"/"+strconv.Itoa(i))
		}
	case nearjson.String:
		s.add(v.Text, path, pointer)
	default:
	}
}

func (s *sayings) add(text string, path []string, pointer string) {
	text = text[:min(len(text), s.left)]
	s.left -= len(text)
	key := joined(path)
	if i, ok := s.at[key]; ok {
		s.texts[i] = append(s.texts[i], text)
		return
	}
	s.at[key] = len(s.all)
	s.all = append(s.all, said{path: path, pointer: pointer})
	s.texts = append(s.texts, []string{text})
}

// shown are the texts that the sheet's own examples have at the place.
func (j *Judge) shown(path []string) []string {
	var texts []string
	for _, p := range []*promise{j.success, j.failure} {
		for _, r := range p.responses {
			if r.Body.Value == nil {
				if path == nil && r.Body.Text != "" {
					texts = append(texts, r.Body.Text)
				}
				continue
			}
			if v := lookup(r.Body.Value, path); v != nil && path != nil {
				texts = append(texts, v.Text)
			}
		}
	}
	return texts
}

func hasBody(a *answer) bool { return !a.isEmpty() && a.c.Family != probe.FamilyCallback }
