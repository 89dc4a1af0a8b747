package probe

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Redactor removes secret values from whatever is recorded, and leaves a mark such as [masked:token] that names the variable. It is safe
// for concurrent use, and the zero value knows no secrets.
//
// A value of 6 code points or more is masked wherever it occurs, in every form in which it travels: as it is, percent-encoded, base64
// (also within Basic credentials), hexadecimal, escaped for JSON or HTML, broken into lines, from 8 code points on in upper or lower case. One of 3 to 5 is masked where it stands alone, since short
// values are parts of many words. Whatever its value, a credential is masked where one is known to stand: in the headers, parameters and
// keys that carry credentials. The vocabulary of answers ("success", "error") is masked only there: it gives nothing away, and without it
// nothing could be judged.
//
// What is masked stays of one kind: JSON stays JSON, a string a string, a number a number. Masking what is masked changes nothing.
//
// After Salt the marks of long values carry a digest as well, as in [masked:token~k3f7q], so that a reader sees where two of them are equal.
type Redactor struct {
	mu     sync.Mutex // guards writing of known
	known  atomic.Pointer[knowledge]
	parent *Redactor // whose secrets count too
	names  nameMemo
}

// knowledge is never changed once it is in use.
type knowledge struct {
	secrets []secret
	names   map[string]named // by value
	open    map[string]bool  // texts that are no secrets whatever their value
	matcher *matcher
	digests *digests // of who was given a salt; nil for none
}

type secret struct{ name, value string }

// named is what the marks of a secret carry.
type named struct{ name, digest string }

// NewRedactor makes one that knows the secrets among vars.
func NewRedactor(vars Vars) *Redactor {
	r := &Redactor{}
	var secrets []secret
	for _, v := range vars.All() {
		if v.Secret {
			secrets = append(secrets, secret{v.Name, v.Value})
		}
	}
	r.add(secrets)
	return r
}

// Add makes a value secret from now on; the mark left in its place carries the name. An empty value is none.
func (r *Redactor) Add(name, value string) { r.add([]secret{{name, value}}) }

func (r *Redactor) add(secrets []secret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.load().secrets
	all, there := slices.Clip(known), map[secret]bool{}
	for _, s := range known {
		there[s] = true
	}
	for _, s := range secrets {
		s.name = markName(s.name, s.value)
		if s.value != "" && !there[s] {
			there[s] = true
			all = append(all, s)
		}
	}
	if len(all) > len(known) {
		r.learn(all, r.load().digests)
	}
}

// learn replaces what is known; its caller holds the lock.
func (r *Redactor) learn(secrets []secret, own *digests) {
	digests := own
	if r.parent != nil {
		digests = r.parent.digests()
	}
	k := newKnowledge(secrets, digests)
	k.open, k.digests = r.load().open, own
	r.known.Store(k)
}

func newKnowledge(secrets []secret, digests *digests) *knowledge {
	k := &knowledge{secrets: secrets, names: map[string]named{}}
	var patterns []pattern
	for _, s := range secrets {
		if _, ok := k.names[s.value]; !ok {
			k.names[s.value] = named{s.name, digests.of(s.value)}
		}
		patterns = append(patterns, patternsOf(s.name, s.value)...)
		if _, credential := splitScheme(s.value); credential != s.value {
			patterns = append(patterns, patternsOf(s.name+"-part", credential)...)
			password := basicPassword(s.value)
			patterns = append(patterns, patternsOf(s.name+"-part", password)...)
		}
	}
	for i := range patterns {
		if i > 0 && patterns[i].stands == patterns[i-1].stands { // another form of it
			patterns[i].digest = patterns[i-1].digest
		} else {
			patterns[i].digest = digests.of(patterns[i].stands)
		}
	}
	k.matcher = newMatcher(patterns)
	return k
}

var nothing = &knowledge{matcher: newMatcher(nil)}

func (r *Redactor) load() *knowledge {
	if r == nil {
		return nothing
	}
	if k := r.known.Load(); k != nil {
		return k
	}
	return nothing
}

// Text masks every secret in a text, in every encoding it travels in.
func (r *Redactor) Text(s string) string {
	masked := rewriting{of: s}
	for _, sp := range r.find(s) {
		masked.put(sp.start, sp.end, mark(sp.name, sp.digest))
	}
	return masked.String()
}

// Changes says that Text would change a text.
func (r *Redactor) Changes(s string) bool {
	if strings.Contains(s, markOpen) { // some of which may stay
		return r.Text(s) != s
	}
	return r.occurs(s) && len(r.plainSpans(s)) > 0 || hasLayers(s) && len(r.layeredSpans(nil, s)) > 0
}

// Body masks like Text, and also the credentials that stand under keys such as "password" or "access_token", whatever their value. A JSON
// body stays JSON of the same shape: a number that holds a secret becomes 0, a key is changed only where it holds a long secret.
func (r *Redactor) Body(s string) string { return r.masking().body(newBody(s)) }

// BodyBytes is Body of a text that is at hand as bytes.
func (r *Redactor) BodyBytes(b []byte) string { return r.Body(string(b)) }

// URL masks like Text, and also the user information and the parameters that carry credentials, whatever their value.
func (r *Redactor) URL(s string) string { return r.masking().url(s) }

// Headers masks values of headers, the whole credential of those that carry one whatever its value. What is no credential stays: the
// authentication scheme, the names of cookies, the attributes of a cookie that is set.
func (r *Redactor) Headers(hs []Header) []Header {
	masked := make([]Header, len(hs))
	copy(masked, hs)
	r.MaskHeaders(masked)
	return masked
}

// MaskHeaders is Headers, in place.
func (r *Redactor) MaskHeaders(hs []Header) {
	m := r.masking()
	for i := range hs {
		h := &hs[i]
		h.Name, h.Value = m.text(h.Name), m.header(*h)
	}
}

// Request records a request, masked.
func (r *Redactor) Request(q Request) RecordedRequest {
	_, recorded := r.Record(q)
	return recorded
}

// Record is Knowing and the request, masked by what that knows.
func (r *Redactor) Record(q Request) (*Redactor, RecordedRequest) {
	return r.record(q, nil)
}

// record is Record of a request whose headers are known to hold nothing new, and masked already, where that is not nil.
func (r *Redactor) record(q Request, masked []Header) (*Redactor, RecordedRequest) {
	standing := learned{plausible: looksRandom}
	learn := r.learning(&standing)
	if masked == nil {
		learn.each(q.Headers)
	}
	learn.url(q.URL)
	text := bodyOf(q)
	body := masking{r: r, learned: &standing}.body(text) // as most will be recorded
	if len(standing.found) > 0 {
		r, masked = r.withCredentials(standing.found), nil
		body = r.masking().body(text)
	}
	if masked == nil {
		masked = r.Headers(q.Headers)
	}
	m := r.masking()
	return r, RecordedRequest{Method: m.text(q.Method), URL: m.url(q.URL), Headers: masked, Body: body}
}

func (r *Redactor) masking() masking { return masking{r: r} }

// credential is the mark for a value that is one by its place. What is masked already stays, and so does what is wrong on purpose.
func (r *Redactor) credential(name, value string) string {
	if isMark(value) || value == "" || isSpoilt(value) {
		return value
	}
	if known, ok := r.nameOf(value); ok {
		return mark(known.name, known.digest)
	}
	return mark(markName(name, value), r.digests().of(value))
}

// nameOf finds the variable that holds a value.
func (r *Redactor) nameOf(value string) (named, bool) {
	for at := r; at != nil; at = at.parent {
		if known, ok := at.load().names[value]; ok {
			return known, true
		}
	}
	return named{}, false
}

// spans finds what to mask in a text that holds no marks.
func (r *Redactor) spans(s string) []span {
	found := r.plainSpans(s)
	if hasLayers(s) {
		found = r.layeredSpans(found, s)
	}
	return merge(found)
}

// plainSpans are what to mask in a text as it is written.
func (r *Redactor) plainSpans(s string) (found []span) {
	for at := r; at != nil; at = at.parent {
		found = at.load().matcher.spans(found, s)
	}
	return found
}

// layeredSpans appends what there is to mask besides, where some layers of writing are undone.
func (r *Redactor) layeredSpans(found []span, s string) []span {
	for l := range layers(s) {
		for at := r; at != nil && l.below != nil; at = at.parent {
			found = l.add(found, at.load().matcher.spans(nil, l.text))
		}
	}
	return found
}

// isClean says that no string or number within a valid JSON text holds a secret. It may say no of one where that is so.
func (r *Redactor) isClean(s string) bool {
	if hasOneOf(s, `%&\`) { // what stands within may mean something else
		return false
	}
	return !r.occurs(s)
}

// occurs says that a secret stands in a text as it is written.
func (r *Redactor) occurs(s string) bool {
	for at := r; at != nil; at = at.parent {
		if at.load().matcher.occurs(s) {
			return true
		}
	}
	return false
}

// find is spans for any text. Marks that are there already stay, unless somebody put a secret into what looks like one.
func (r *Redactor) find(s string) []span {
	if !hasLayers(s) && !r.occurs(s) { // as of most
		return nil
	}
	var found []span
	for offset := 0; offset < len(s); {
		start, end := nextMark(s[offset:])
		if offset+start < len(s) && len(r.spans(s[offset+start:offset+end])) > 0 {
			start = end
		}
		for _, sp := range r.spans(s[offset : offset+start]) {
			sp.start, sp.end = sp.start+offset, sp.end+offset
			found = append(found, sp)
		}
		offset += end
	}
	return found
}
