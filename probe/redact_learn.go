package probe

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Knowing is a Redactor that knows, besides what r knows, the credentials that stand literally in a request, so that an answer that echoes
// them is masked too. It is r itself where there are none. What looks too plain to be a credential is not learned.
func (r *Redactor) Knowing(q Request) *Redactor {
	return r.withCredentials(r.standingIn(q, bodyOf(q), looksRandom))
}

func (r *Redactor) withCredentials(found []secret) *Redactor {
	if len(found) == 0 {
		return r
	}
	child := &Redactor{parent: r}
	child.add(found)
	return child
}

// Learn makes the credentials that stand literally in a request secrets of r itself, as those are that a document spells out.
func (r *Redactor) Learn(q Request) {
	r.add(r.standingIn(q, bodyOf(q), isLongEnough))
}

// Gather has do add, learn and keep what it likes, and takes note of all of it at once: with the sheets of ten thousand APIs, to work out anew
// with each of them what is known would take a day.
func (r *Redactor) Gather(do func(*Gathering)) {
	known := r.load()
	g := &Gathering{names: maps.Clone(known.names), teaches: map[string]bool{}, seen: map[secret]bool{}, open: maps.Clone(known.open)}
	if g.names == nil {
		g.names = map[string]named{}
	}
	if g.open == nil {
		g.open = map[string]bool{}
	}
	g.scratch.known.Store(&knowledge{names: g.names, matcher: newMatcher(nil)})
	do(g)
	r.add(g.found)
	r.Keep(slices.Collect(maps.Keys(g.open))...)
}

// Gathering collects secrets, see Gather. It is for one goroutine.
type Gathering struct {
	scratch Redactor         // knows the names alone, which is all that learning asks for
	teaches map[string]bool  // see MayTeach, by name
	names   map[string]named // of the secrets, by value
	seen    map[secret]bool
	found   []secret
	open    map[string]bool
}

// Add is Redactor.Add.
func (g *Gathering) Add(name, value string) {
	s := secret{markName(name, value), value}
	if value == "" || g.seen[s] {
		return
	}
	s.value = strings.Clone(value) // and not the document that it is a part of
	g.seen[s] = true
	g.found = append(g.found, s)
	if _, known := g.names[s.value]; !known {
		g.names[s.value] = named{name: s.name}
	}
}

// Learn is Redactor.Learn.
func (g *Gathering) Learn(q Request) {
	for _, s := range g.scratch.standingIn(q, bodyOf(q), isLongEnough) {
		g.Add(s.name, s.value)
	}
}

// MayTeach says that Learn may find something in the body of a form for the sake of a pair of this name. Where it says no of all pairs, the form
// need not be written: thousands of rows have the same few names.
func (g *Gathering) MayTeach(name string) bool {
	is, known := g.teaches[name]
	if !known {
		key := keyBefore(url.QueryEscape(name), false) // as it will stand there
		is = key != "" && g.scratch.wordsOf(key).key
		g.teaches[name] = is
	}
	return is
}

// Keep is Redactor.Keep.
func (g *Gathering) Keep(texts ...string) {
	for _, t := range texts {
		if !g.open[t] {
			g.open[strings.Clone(t)] = true // and not the document that the word is a part of
		}
	}
}

func isLongEnough(value string) bool { return utf8.RuneCountInString(value) >= minWithin }

// standingIn lists the credentials in a request that are not known yet. A placeholder is none, and neither is a name that was repeated
// where the value belongs.
func (r *Redactor) standingIn(q Request, text body, plausible func(string) bool) []secret {
	standing := learned{plausible: plausible}
	learn := r.learning(&standing)
	learn.each(q.Headers)
	learn.url(q.URL)
	learn.body(text)
	return standing.found
}

// learning masks nothing, and takes note of what it would mask by its place.
func (r *Redactor) learning(into *learned) masking {
	return masking{r: r, learned: into, byPlace: true, asIs: true}
}

// learned are credentials that stand literally in a request.
type learned struct {
	plausible func(string) bool
	found     []secret
}

func (l *learned) take(r *Redactor, name, value string) {
	_, known := r.nameOf(value)
	if !known && !isSpoilt(value) && l.plausible(value) && VarKey(name) != VarKey(value) && len(FindPlaceholders(value, false)) == 0 {
		l.found = append(l.found, secret{name, value})
	}
}

// looksRandom tells a credential from a word that somebody typed in its place, such as "invalid-token".
func looksRandom(value string) bool {
	n := utf8.RuneCountInString(value)
	return n >= 8 && strings.ContainsFunc(value, unicode.IsDigit) && !strings.ContainsFunc(value, unicode.IsSpace) || n >= 24
}

// Keep names texts that stay although they equal a secret: the codes, flags and keys that a document tells everybody. A PIN of "0000" must
// not make the code "0000" unreadable, since an answer is judged as it was recorded. Only a whole string, number or key of JSON is kept, and
// none under the key of a credential.
func (r *Redactor) Keep(texts ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := *r.load()
	k.open = maps.Clone(k.open)
	if k.open == nil {
		k.open = map[string]bool{}
	}
	for _, t := range texts {
		k.open[t] = true
	}
	r.known.Store(&k)
}

func (r *Redactor) isOpen(text string) bool {
	for at := r; at != nil; at = at.parent {
		if at.load().open[text] {
			return true
		}
	}
	return false
}
