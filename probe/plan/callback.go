package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// ourURL is the placeholder that stands where a request tells the API our URL.
const ourURL = "callback_url"

// callback is how the requests of a sheet tell the API where to call us back.
type callback struct {
	names []string // folded names of the placeholders that our URL fills
	told  bool     // the request tells it at all
}

// learnCallback finds where the documented request tells our URL, and, where there is one to tell, puts a placeholder there. Where there is
// none, the request stays as it is documented.
func (b *builder) learnCallback() {
	c, marked := callback{names: []string{fold(ourURL)}}, b.base
	for _, cred := range b.sheet.Credentials {
		if !isCallbackName(cred.Name) {
			continue
		}
		c.names = append(c.names, fold(cred.Name))
		for _, ref := range probe.FindPlaceholders(cred.Value, false) {
			c.names = append(c.names, fold(ref.Name))
		}
		if isLiteral(cred.Value) {
			marked = marked.withOurURL(cred.Value)
		}
	}
	if b.sheet.Callback != nil && b.sheet.Callback.Field != "" {
		marked = marked.withOurURLAt(b.sheet.Callback.Field)
	}
	for _, text := range marked.texts() {
		for _, ref := range probe.FindPlaceholders(text, true) {
			name := fold(ref.Name)
			if isCallbackName(ref.Name) && !slices.Contains(c.names, name) {
				c.names = append(c.names, name)
			}
			c.told = c.told || slices.Contains(c.names, name)
		}
	}
	if b.callback = c; b.options.CallbackURL != nil && c.told {
		b.base = marked
	}
}

// isCallbackName says that something of the name is a URL that the API calls.
func isCallbackName(name string) bool {
	return strings.Contains(fold(name), "callback") || strings.Contains(fold(name), "webhook")
}

// texts are all texts of the request that may hold a placeholder.
func (d draft) texts() []string {
	texts := []string{d.url, d.text}
	if d.body != nil {
		texts = append(texts, string(nearjson.Encode(d.body)))
	}
	for _, h := range d.headers {
		texts = append(texts, h.Value)
	}
	for _, p := range slices.Concat(d.query, d.form) {
		texts = append(texts, p.value)
	}
	return texts
}

const ourURLWritten = "<<" + ourURL + ">>"

// withOurURL puts the placeholder wherever the request has the very URL that the sheet names as the callback URL.
func (d draft) withOurURL(documented string) draft {
	if d.body != nil {
		d.body.Walk(func(pointer string, v *nearjson.Value) bool {
			if path, ok := nearjson.SplitPointer(pointer); ok && v.Kind == nearjson.String && v.Text == documented {
				d.body, _ = replaced(d.body, path, isOurURL)
			}
			return true
		})
	}
	d.headers = slices.Clone(d.headers)
	for i, h := range d.headers {
		if h.Value == documented {
			d.headers[i].Value = ourURLWritten
		}
	}
	for _, params := range []*[]param{&d.query, &d.form} {
		*params = slices.Clone(*params)
		for i, p := range *params {
			if p.value == documented {
				(*params)[i] = param{name: decoded(p), value: ourURLWritten, at: p.at}
			}
		}
	}
	return d
}

func isOurURL(*nearjson.Value) *nearjson.Value { return nearjson.NewString(ourURLWritten) }

// withOurURLAt puts the placeholder where the sheet says that our URL goes: a pointer into the body, "query:NAME" or "header:NAME". What is not
// there yet is added, in the body to an object that is.
func (d draft) withOurURLAt(field string) draft {
	if name, ok := strings.CutPrefix(field, "query:"); ok {
		d.query = withParam(d.query, name)
		return d
	}
	if name, ok := strings.CutPrefix(field, "header:"); ok {
		d.headers = slices.DeleteFunc(slices.Clone(d.headers), func(h probe.Header) bool { return strings.EqualFold(h.Name, name) })
		d.headers = append(d.headers, probe.Header{Name: name, Value: ourURLWritten})
		return d
	}
	path, ok := nearjson.SplitPointer(field)
	if !ok || len(path) == 0 || d.body == nil {
		if len(d.form) > 0 && len(path) == 1 {
			d.form = withParam(d.form, path[0])
		}
		return d
	}
	if body, found := replaced(d.body, path, isOurURL); found {
		d.body = body
		return d
	}
	key := path[len(path)-1]
	addTo := func(v *nearjson.Value) *nearjson.Value {
		if v == nil || v.Kind != nearjson.Object {
			return v
		}
		c := *v
		c.Members = append(slices.Clone(v.Members), nearjson.Member{Key: key, Value: isOurURL(nil)})
		return &c
	}
	if len(path) == 1 {
		d.body = addTo(d.body)
	} else if body, found := replaced(d.body, path[:len(path)-1], addTo); found {
		d.body = body
	}
	return d
}

func withParam(params []param, name string) []param {
	params = slices.DeleteFunc(slices.Clone(params), func(p param) bool { return decoded(p) == name })
	return append(params, param{name: name, value: ourURLWritten})
}

// giveOurURL fills the placeholders for our URL with the one of the case; a row of test data that brings its own wins.
func (b *builder) giveOurURL(caseID string, d *draft) {
	if b.options.CallbackURL == nil || !b.callback.told {
		return
	}
	given := maps.Clone(d.given)
	if given == nil {
		given = map[string]string{}
	}
	for _, name := range b.callback.names {
		if _, ok := given[name]; !ok {
			given[name] = b.options.CallbackURL(caseID)
		}
	}
	d.given = given
}

// deriveCallback is the call that is to come because of the documented request, and of each row of test data that is to succeed. Nothing is sent
// for it: its request is the call that is expected.
func deriveCallback(b *builder) {
	if b.sheet.Callback == nil && !b.callback.told {
		return
	}
	for _, base := range slices.Clone(b.cases) {
		isRow := base.Family == probe.FamilyTestData && base.Expect.Outcome == probe.OutcomeSuccess && b.options.CallbackURL != nil
		if base.Family == probe.FamilySuccess || isRow {
			b.addCallback(base)
		}
	}
}

func (b *builder) addCallback(base probe.Case) {
	_, detail, _ := strings.Cut(strings.TrimPrefix(base.ID, b.slug+"/"), "/")
	c := probe.Case{
		ID: b.id(probe.FamilyCallback, detail), Title: "the call to our callback URL", Family: probe.FamilyCallback, Base: base.ID,
		Expect: probe.Expectation{Outcome: probe.OutcomeSuccess},
	}
	if detail != "" {
		c.Title += ", because of " + base.Title
	}
	switch {
	case b.options.CallbackURL == nil:
		c.Skip = "nothing listens for the call that the sheet announces; --callback-listen HOST:PORT does"
	case !b.callback.told:
		c.Skip = "the request does not tell the API our URL; say where it goes with `field` of the sheet's callback, or by a placeholder <<callback_url>>"
	default:
		c.Request = probe.Request{Method: "POST", URL: b.options.CallbackURL(base.ID)}
		if cb := b.sheet.Callback; cb != nil {
			c.Request.Method = firstNonEmpty(cb.Method, c.Request.Method)
			b.needSecret(&c, cb)
		}
	}
	b.cases = append(b.cases, c)
}

// needSecret blocks a case whose call is signed with a secret that nobody supplied: without it every signature looks wrong.
func (b *builder) needSecret(c *probe.Case, cb *probe.Callback) {
	if cb.Signature == nil {
		return
	}
	for _, ref := range probe.FindPlaceholders(cb.Signature.Secret, false) {
		v, ok := b.values.lookup(ref.Name)
		c.Needs = append(c.Needs, probe.Need{Name: ref.Name, Written: ref.Written, Part: "the signature of the callback", At: cb.At, Value: v, Set: ok})
		if ok {
			continue
		}
		f := probe.NewFinding("setup.placeholder-unresolved", c.ID, probe.AtSetup, "callback", ref.Name)
		f.Message, f.Documented, f.At = fmt.Sprintf("%q in the signature of the callback has no value", ref.Written), ref.Written, cb.At
		f.Hint = supply(ref.Name)
		c.Blocked = append(c.Blocked, f)
	}
}

// CallbackSecret is what the callbacks of a sheet are signed with; "" where they are not.
func CallbackSecret(s *probe.Sheet, supplied probe.Vars) string {
	if s.Callback == nil || s.Callback.Signature == nil {
		return ""
	}
	secret := s.Callback.Signature.Secret
	for _, ref := range slices.Backward(probe.FindPlaceholders(secret, false)) {
		value, _ := Value(s, supplied, ref.Name)
		secret = secret[:ref.Start] + value + secret[ref.End:]
	}
	return secret
}
