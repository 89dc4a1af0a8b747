package plan

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Where a place lies, besides the parts of a request that fields are in.
const (
	inHeader      = "header"
	inPlaceholder = "placeholder" // of a path, or within another text
)

// place is one thing of the documented request that words can name.
type place struct {
	target
	words      []word
	text       string // the documented value; "" where it is open, or no text
	kind       nearjson.Kind
	known      bool // text is what is documented
	credential bool // it tells who asks
}

// places lists what the documented request has: its body at any depth, form, query, path and headers.
func (b *builder) places() []place {
	all := append(b.bodyPlaces(), b.paramPlaces()...)
	for _, h := range b.base.headers {
		if plain := strings.ToLower(h.Name); plain != "content-type" && plain != "accept" && plain != "user-agent" {
			all = append(all, place{target: target{name: h.Name, in: inHeader}, text: h.Value, credential: b.isCredential(h.Name, h.Value)})
		}
	}
	all = append(all, b.placeholderPlaces(all)...)
	for i := range all {
		p := &all[i]
		p.words = scanWords(p.name)
		if !p.credential {
			p.text = b.filledText(p.text)
		}
		p.known = p.text != "" && isLiteral(p.text) && p.in != inPlaceholder
	}
	return all
}

// filledText is the value of a text that is one placeholder, unless it is secret; else the text.
func (b *builder) filledText(text string) string {
	refs := probe.FindPlaceholders(text, false)
	if len(refs) != 1 || strings.TrimSpace(text) != refs[0].Written || probe.LooksSecret(refs[0].Name) {
		return text
	}
	if v, ok := b.values.lookup(refs[0].Name); ok && !v.Secret {
		return v.Value
	}
	return text
}

func (b *builder) bodyPlaces() (all []place) {
	if b.base.body == nil {
		return nil
	}
	b.base.body.Walk(func(pointer string, v *nearjson.Value) bool {
		for _, m := range v.Members {
			at := nearjson.AppendPointer(pointer, m.Key)
			p := place{target: target{name: m.Key, in: probe.InBody, pointer: at, mandatory: b.statedAt(at, m.Key)}}
			p.kind, p.credential = m.Value.Kind, b.isCallersSecret(m.Key, m.Value.Text)
			isScalar := m.Value.Kind != nearjson.Object && m.Value.Kind != nearjson.Array
			if isScalar && !m.Value.Template && !m.Value.Absent {
				p.text = m.Value.Text
			}
			all = append(all, p)
		}
		return len(all) < maxPlaces
	})
	return all
}

// maxPlaces bounds what a body can be taken apart into.
const maxPlaces = 500

func (b *builder) paramPlaces() (all []place) {
	add := func(in string, p param, credential func(name, value string) bool) {
		name := decoded(p)
		text, err := unescapedQuery(p)
		if err != nil {
			text = ""
		}
		all = append(all, place{target: target{name: name, in: in, mandatory: b.stated(in, name)}, text: text, credential: credential(name, p.value)})
	}
	for _, p := range b.base.form {
		add(probe.InForm, p, b.isCallersSecret)
	}
	for _, p := range b.base.query {
		add(probe.InQuery, p, b.isCredential)
	}
	return all
}

// placeholderPlaces are the placeholders of the path, and those elsewhere whose name says more than that of the field or header they stand in.
func (b *builder) placeholderPlaces(known []place) (all []place) {
	texts := []string{b.base.url[authorityEnd(b.base.url):]}
	for _, p := range known {
		texts = append(texts, p.text)
	}
	for i, text := range texts {
		for _, ref := range probe.FindPlaceholders(text, i == 0) {
			named := func(p place) bool { return sameName(p.name, ref.Name) }
			if isNameless(ref.Name) || i > 0 && known[i-1].credential || slices.ContainsFunc(known, named) || slices.ContainsFunc(all, named) {
				continue
			}
			value, _ := b.values.lookup(ref.Name)
			p := place{target: target{name: ref.Name, in: inPlaceholder}, credential: b.isCredential(ref.Name, text)}
			if i == 0 {
				p.in = probe.InPath
			}
			if !value.Secret && !probe.LooksSecret(ref.Name) {
				p.text = value.Value
			}
			all = append(all, p)
		}
	}
	return all
}

// mention is a run of words that name a place.
type mention struct {
	from, to int // words
	place    int // -1 where it may be one of several
	full     bool
}

// index knows the places by their names.
type index struct {
	*lexicon
	places []place
	exact  map[string][]int
	tails  map[string][]int // by the last part of a name of several words, or by its first where the last is "number"
	things map[string][]int // by what an id is of
	secret bool             // something proves who asks outside of the body
}

func newIndex(places []place) index {
	x := index{lexicon: theLexicon(), places: places, exact: map[string][]int{}, tails: map[string][]int{}, things: map[string][]int{}}
	add := func(m map[string][]int, key string, i int) {
		if key != "" && !slices.Contains(m[key], i) {
			m[key] = append(m[key], i)
		}
	}
	for i, p := range places {
		x.secret = x.secret || p.credential && p.in != probe.InBody
		words := p.words
		if p.in == inHeader && len(words) > 1 && words[0].text == "x" {
			words = words[1:]
		}
		for _, key := range keysOf(p.words, words, withParent(p)) {
			add(x.exact, key, i)
		}
		for j := 1; j < len(words); j++ {
			_, tail := nameKeys(words[j:])
			add(x.tails, tail, i)
		}
		_, meant := nameKeys(words)
		if thing, ok := strings.CutSuffix(meant, "number"); ok && len(thing) > 2 {
			add(x.tails, thing, i)
		}
		for _, ending := range [...]string{"id", "number", "code", "reference", "key"} {
			if thing, ok := strings.CutSuffix(meant, ending); ok && len(thing) > 2 {
				add(x.things, thing, i)
			}
		}
	}
	return x
}

func keysOf(names ...[]word) (keys []string) {
	for _, words := range names {
		written, meant := nameKeys(words)
		keys = append(keys, written, meant)
	}
	return keys
}

// withParent is the name of a field behind that of the object that it stands in: "customer name" for /customer/name.
func withParent(p place) []word {
	path, ok := nearjson.SplitPointer(p.pointer)
	if !ok || len(path) < 2 {
		return p.words
	}
	return append(scanWords(path[len(path)-2]), p.words...)
}

// longestName is the most words that a name is looked for in.
const longestName = 6

// mentions finds the places that the words name, the longest names first. A name such as "status" or "data", which every such text is full of, counts
// where it is quoted, or stands as the subject of the sentence alone.
func (x index) mentions(words []word) (found []mention) {
	for i := 0; i < len(words); i++ {
		if words[i].sign || words[i].number {
			continue
		}
		for n := min(longestName, len(words)-i); n > 0; n-- {
			if m, ok := x.mention(words, i, i+n); ok {
				found = append(found, m)
				i += n - 1
				break
			}
		}
	}
	return found
}

func (x index) mention(words []word, from, to int) (mention, bool) {
	if slices.ContainsFunc(words[from:to], func(w word) bool { return w.sign && w.text != "." }) {
		return mention{}, false
	}
	name := words[from:to]
	if silent := func(w word) bool { return w.sign || isOf(w) && from+1 < to }; slices.ContainsFunc(name, silent) {
		name = slices.DeleteFunc(slices.Clone(name), silent)
	}
	if len(name) == 0 || len(name) < to-from && (isOf(words[from]) || isOf(words[to-1])) {
		return mention{}, false
	}
	written, meant := nameKeys(name)
	for _, key := range [...]string{written, meant} {
		if all := x.exact[key]; len(all) > 0 && (!isGeneral(words, from, to) || standsQuoted(words, from, to)) {
			return mention{from, to, x.only(all), true}, true
		}
	}
	if x.isPlain(words[from].text) && to-from == 1 {
		return mention{}, false
	}
	for _, loose := range [...]map[string][]int{x.tails, x.things} {
		if all := loose[meant]; len(all) > 0 {
			return mention{from, to, x.only(all), false}, true
		}
	}
	return mention{}, false
}

// only is the one place, or -1: of several that bear the same name, the words do not tell which is meant. A field of the body that is called like
// what proves who asks may be either.
func (x index) only(all []int) int {
	if len(all) != 1 {
		return -1
	}
	p := x.places[all[0]]
	if !p.credential && p.in != inHeader && x.secret && namesCredential(p.name) {
		return -1
	}
	return all[0]
}

func isOf(w word) bool {
	return holdsWord(" of de do da del der des du di ", w.text)
}

// commonNames are names of fields that are more often words of a sentence.
const commonNames = " request data input parameter param field value error message response details info body payload json xml header url endpoint resource object record query element "

// isGeneral says that a name is one of the words that texts about errors are made of, and not spelled as only a name is.
func isGeneral(words []word, from, to int) bool {
	return to-from == 1 && holdsWord(commonNames, words[from].text)
}

func standsQuoted(words []word, from, to int) bool {
	return from > 0 && to < len(words) && words[from-1].text == `"` && words[to].text == `"`
}

func unescapedQuery(p param) (string, error) {
	if !p.encoded {
		return p.value, nil
	}
	return url.QueryUnescape(p.value)
}
