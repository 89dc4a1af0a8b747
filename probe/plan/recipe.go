package plan

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// changed is the documented request with what leads to an error.
type changed struct {
	draft     draft
	mutation  []string
	subject   string
	sure      bool
	anonymous bool
	exact     bool   // as the sheet's own recipe has it
	again     bool   // the documented request itself, a second time
	problem   string // why it cannot be made; "" where it can
}

// note adds to what was changed.
func (c *changed) note(format string, args ...any) {
	c.mutation = append(c.mutation, fmt.Sprintf(format, args...))
}

// exactly performs the recipe that a sheet gives: method, path, query, headers and body, each over the documented one.
func (b *builder) exactly(r *probe.Recipe) changed {
	c := changed{draft: b.base, sure: true, exact: true}
	if r.Method != "" && r.Method != b.base.method {
		c.draft.method = strings.ToUpper(r.Method)
		c.note("method %s", c.draft.method)
		if !isMethod(c.draft.method) {
			c.problem = fmt.Sprintf("%q is not an HTTP method", r.Method)
		}
	}
	b.changePath(&c, r.Path)
	for _, q := range r.Query {
		changeQuery(&c, q)
	}
	for _, h := range r.Headers {
		b.changeHeader(&c, h)
	}
	b.changeBody(&c, r.Body)
	return c
}

// changePath replaces the path, and the query where the new path holds one. It cannot lead to another host.
func (b *builder) changePath(c *changed, path string) {
	if path == "" {
		return
	}
	split := authorityEnd(b.base.url)
	if isAbsolute(path) {
		end := authorityEnd(path)
		if !strings.EqualFold(path[:end], b.base.url[:split]) {
			c.problem = "its path leads to another host"
			return
		}
		path = path[end:]
	}
	if split == 0 || split == len(b.base.url) && len(probe.FindPlaceholders(b.base.url[:split], true)) > 0 {
		c.problem = "the documented URL does not show where its path begins"
		return
	}
	path, query, hasQuery := strings.Cut(withoutFragment(path), "?")
	c.draft.url = b.base.url[:split] + "/" + strings.TrimPrefix(path, "/")
	c.note("path %q", "/"+strings.TrimPrefix(path, "/"))
	if hasQuery {
		c.draft.query = queryParams(query)
		c.note("query %q", query)
	}
}

func queryParams(query string) (all []param) {
	for part := range strings.SplitSeq(query, "&") {
		if name, value, hasValue := strings.Cut(part, "="); part != "" {
			all = append(all, param{name: name, value: value, encoded: true, bare: !hasValue})
		}
	}
	return all
}

func changeQuery(c *changed, q probe.Change) {
	named := func(p param) bool { return decoded(p) == q.Name }
	i := slices.IndexFunc(c.draft.query, named)
	c.draft.query = slices.Clone(c.draft.query)
	switch set := (param{name: q.Name, value: q.Value}); {
	case q.Remove:
		c.draft.query = slices.DeleteFunc(c.draft.query, named)
		c.note("query parameter %q left out", q.Name)
		return
	case i >= 0:
		c.draft.query[i] = set
	default:
		c.draft.query = append(c.draft.query, set)
	}
	c.note("query parameter %q %s", q.Name, setTo(q.Name, q.Value))
}

// changeHeader sets or removes a header. What carries an identity takes the place of the sheet's.
func (b *builder) changeHeader(c *changed, h probe.Change) {
	if len(sentHeaders([]probe.Header{{Name: h.Name}})) == 0 {
		c.problem = fmt.Sprintf("the header %q is of the connection, and not of the request", h.Name)
		return
	}
	named := func(g probe.Header) bool { return strings.EqualFold(g.Name, h.Name) }
	i := slices.IndexFunc(c.draft.headers, named)
	c.draft.headers = slices.Clone(c.draft.headers)
	c.anonymous = c.anonymous || b.hasIdentity() && b.isCredential(h.Name, h.Value)
	switch {
	case h.Remove:
		c.draft.headers = slices.DeleteFunc(c.draft.headers, named)
		c.note("header %q left out", h.Name)
		return
	case i >= 0:
		c.draft.headers[i].Value = h.Value
	default:
		c.draft.headers = append(c.draft.headers, probe.Header{Name: h.Name, Value: h.Value})
	}
	c.note("header %q %s", h.Name, setTo(h.Name, h.Value))
}

func (b *builder) hasIdentity() bool { return b.sheet.Auth != nil && b.sheet.Auth.Type != "none" }

// changeBody merges an object over the documented body or form, and replaces either by anything else.
func (b *builder) changeBody(c *changed, body *probe.Body) {
	isObject := body != nil && body.Value != nil && body.Value.Kind == nearjson.Object
	switch d := &c.draft; {
	case body == nil:
		if hasNoBody(d.method) && !hasNoBody(b.base.method) {
			d.body, d.text, d.form = nil, "", nil
		}
		return
	case isObject && d.body != nil && d.body.Kind == nearjson.Object:
		c.mutation = append(c.mutation, mergedFields("", body.Value)...)
		d.body = mergePatch(d.body, body.Value, 0)
		return
	case isObject && len(d.form) > 0:
		d.form = slices.Clone(d.form)
		for _, m := range body.Value.Members {
			d.form = mergedForm(d.form, m)
		}
		c.mutation = append(c.mutation, mergedFields("", body.Value)...)
		return
	default:
		d.body, d.text, d.form, d.raw = body.Value, body.Text, nil, nil
		if body.IsZero() {
			d.raw = []byte{}
		}
	}
	if body.IsZero() {
		c.note("body left out")
		return
	}
	c.note("another body")
}

// mergePatch is RFC 7396.
func mergePatch(v, patch *nearjson.Value, depth int) *nearjson.Value {
	if patch.Kind != nearjson.Object || depth > nearjson.MaxDepth {
		return patch
	}
	merged := &nearjson.Value{Kind: nearjson.Object}
	if v != nil && v.Kind == nearjson.Object {
		copied := *v
		merged = &copied
		merged.Members = slices.Clone(v.Members)
	}
	for _, m := range patch.Members {
		i := slices.IndexFunc(merged.Members, func(n nearjson.Member) bool { return n.Key == m.Key })
		switch {
		case m.Value.Kind == nearjson.Null && i >= 0:
			merged.Members = slices.Delete(merged.Members, i, i+1)
		case m.Value.Kind == nearjson.Null:
		case i >= 0:
			merged.Members[i].Value = mergePatch(merged.Members[i].Value, m.Value, depth+1)
		default:
			merged.Members = append(merged.Members, nearjson.NewMember(m.Key, mergePatch(nil, m.Value, depth+1)))
		}
	}
	return merged
}

func mergedForm(form []param, m nearjson.Member) []param {
	named := func(p param) bool { return p.name == m.Key }
	i := slices.IndexFunc(form, named)
	set := param{name: m.Key, value: m.Value.Text}
	switch {
	case m.Value.Kind == nearjson.Null:
		return slices.DeleteFunc(form, named)
	case i >= 0:
		form[i] = set
		return form
	}
	return append(form, set)
}

// mergedFields says what a merge changes.
func mergedFields(under string, patch *nearjson.Value) (all []string) {
	for _, m := range patch.Members {
		name := under + m.Key
		switch m.Value.Kind {
		case nearjson.Null:
			all = append(all, fmt.Sprintf("field %q left out", name))
		case nearjson.Object:
			all = append(all, mergedFields(name+"/", m.Value)...)
		case nearjson.Array:
			all = append(all, fmt.Sprintf("field %q set to another list", name))
		default:
			all = append(all, fmt.Sprintf("field %q %s", name, setTo(m.Key, m.Value.Text)))
		}
	}
	return all
}

// setTo tells a value, unless its name says that it may be a secret.
func setTo(name, value string) string {
	const most = 60
	switch n := utf8.RuneCountInString(value); {
	case probe.LooksSecret(name) || namesCredential(name):
		return "set to another value"
	case n > most:
		return fmt.Sprintf("set to a value of %d characters", n)
	}
	return fmt.Sprintf("set to %q", value)
}

func isMethod(method string) bool {
	return slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, method)
}

// fromWords makes the request that a claim speaks of; ok is false where the words name nothing that can be changed.
func (b *builder) fromWords(c claim) (made changed, ok bool) {
	made = changed{draft: b.base, sure: !c.loose && c.full}
	switch {
	case c.query != "":
		for _, p := range queryParams(c.query) {
			value, err := url.QueryUnescape(p.value)
			if err != nil {
				return made, false
			}
			changeQuery(&made, probe.Change{Name: decoded(p), Value: value})
		}
		return made, true
	case c.path != "":
		path, ok := pathLike(b.base.url[authorityEnd(b.base.url):], c.path)
		if ok {
			b.changePath(&made, path)
		}
		return made, ok && made.problem == ""
	case c.loose || !c.isOfField() && !b.isRepetition(c):
		return made, false
	case c.mistake&isDuplicate != 0 && c.mistake&ofField&^(isDuplicate|isUnknown) == 0:
		made.again = true
		made.note("the documented request once more")
		return made, !isSafe(b.base.method)
	}
	made.sure = made.sure && (len(c.places) == 1 || c.all || c.each)
	places := c.places
	if !c.all {
		places = places[:1]
	}
	for _, i := range places {
		if !b.spoil(&made, c, b.names.places[i]) {
			return made, false
		}
	}
	return made, true
}

// isRepetition says that the words speak of the request as a whole being sent again.
func (b *builder) isRepetition(c claim) bool {
	whole := holdsAny(plainWord(c.said), "request", "same", "twice", "again", "solicitud", "requisicao", "anfrage")
	return c.mistake&isDuplicate != 0 && len(c.places) == 0 && whole
}

// spoil makes one place wrong.
func (b *builder) spoil(made *changed, c claim, p place) bool {
	w, ok := b.wrongFor(c, p)
	if !ok || p.credential && !w.drop {
		return false
	}
	made.subject, made.sure = p.name, made.sure && w.sure
	made.anonymous = made.anonymous || p.credential && b.hasIdentity()
	if w.drop {
		made.note("%s %q left out", p.called(), p.name)
		return dropPlace(&made.draft, p)
	}
	switch {
	case w.null:
		made.note("%s %q set to null", p.called(), p.name)
	case w.empty:
		made.note("%s %q left empty", p.called(), p.name)
	default:
		made.note("%s %q %s", p.called(), p.name, setTo(p.name, w.text))
		if w.said != "" {
			made.mutation[len(made.mutation)-1] += ", " + w.said
		}
	}
	return setPlace(&made.draft, p, w)
}

// called is what a place is, for people.
func (p place) called() string {
	switch p.in {
	case inHeader:
		return "header"
	case inPlaceholder:
		return "value"
	case probe.InPath:
		return "path parameter"
	}
	return kindOf(p.target)
}

func dropPlace(d *draft, p place) (ok bool) {
	switch p.in {
	case inHeader:
		d.headers = slices.DeleteFunc(slices.Clone(d.headers), func(h probe.Header) bool { return h.Name == p.name })
		return true
	case probe.InPath, inPlaceholder:
		return false
	}
	*d, ok = withoutIn(*d, p.target)
	return ok
}

func setPlace(d *draft, p place, w wrongValue) (ok bool) {
	set := func(params []param) []param {
		params = slices.Clone(params)
		for i := range params {
			if decoded(params[i]) == p.name {
				params[i], ok = param{name: p.name, value: w.text, at: params[i].at}, true
			}
		}
		return params
	}
	switch p.in {
	case probe.InQuery:
		d.query = set(d.query)
	case probe.InForm:
		d.form = set(d.form)
	case inHeader:
		d.headers = slices.Clone(d.headers)
		for i := range d.headers {
			if d.headers[i].Name == p.name {
				d.headers[i].Value, ok = w.text, true
			}
		}
	case probe.InPath, inPlaceholder:
		given := map[string]string{fold(p.name): w.text}
		for name, value := range d.given {
			given[name] = value
		}
		d.given, ok = given, true
	default:
		path, isPath := nearjson.SplitPointer(p.pointer)
		d.body, ok = replaced(d.body, path, w.asJSON)
		ok = ok && isPath
	}
	return ok
}

// asJSON is the wrong value in the place of the documented one: of its type where it can be.
func (w wrongValue) asJSON(old *nearjson.Value) *nearjson.Value {
	switch {
	case w.null:
		return nearjson.NewNull()
	case w.empty && old.Kind == nearjson.Array:
		return nearjson.NewArray()
	case w.empty && old.Kind == nearjson.Object:
		return nearjson.NewObject()
	case old.Kind == nearjson.Number && literalKind(w.text) == nearjson.Number:
		return nearjson.NewNumber(w.text)
	}
	return nearjson.NewString(w.text)
}
