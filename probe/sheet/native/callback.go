package native

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/jsonpath"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// callback reads what is known of the call that the API makes to the callback URL.
func (r *reader) callback(n *tree.Node) *probe.Callback {
	const f = probe.FieldCredentials // the callback URL is one of field 9
	if n.Kind == nearjson.Null {
		return nil
	}
	members, ok := r.object(f, n, keyCallback, callbackKeys)
	if !ok {
		return nil
	}
	c := &probe.Callback{At: n.At().At()}
	for _, key := range callbackKeys {
		m, given := members[key]
		if !given || m.Value.Kind == nearjson.Null {
			continue
		}
		switch key {
		case keyMethod:
			c.Method = r.method(f, m.Value)
		case keyHeaders:
			c.Headers = r.pairs(f, m.Value, "the headers of the callback")
		case keyBody:
			c.Body, c.Raw = r.body(f, m.Value)
		case keyField:
			c.Field = r.callbackField(m.Value)
		case keySignature:
			c.Signature = r.signature(m.Value)
		case keyWithin:
			c.WithinMS = r.milliseconds(m.Value, key)
		}
	}
	return c
}

// callbackField reads where the request names the callback URL.
func (r *reader) callbackField(n *tree.Node) string {
	text, _ := r.text(probe.FieldCredentials, n, keyField)
	kind, name, named := strings.Cut(text, ":")
	if _, ok := nearjson.SplitPointer(text); ok && text != "" || named && (kind == "query" || kind == "header") && name != "" {
		return text
	}
	r.fail(probe.FieldCredentials, n.At(), fmt.Sprintf("%q names no place of the request", text), "write a JSON Pointer such as /callbackUrl, query:NAME or header:NAME")
	return ""
}

// signature reads how the callback is signed; nil where it cannot be checked.
func (r *reader) signature(n *tree.Node) *probe.Signature {
	const f = probe.FieldCredentials
	members, ok := r.object(f, n, keySignature, signKeys)
	if !ok {
		return nil
	}
	s := &probe.Signature{Algorithm: "sha256", Encoding: "hex"}
	for _, key := range signKeys {
		m, given := members[key]
		if !given || m.Value.Kind == nearjson.Null {
			continue
		}
		switch key {
		case keyHeader:
			s.Header, _ = r.text(f, m.Value, key)
		case keyAlgorithm:
			s.Algorithm = r.oneOf(f, m.Value, "the algorithm of the signature", "sha1", "sha256", "sha512")
		case keyEncoding:
			s.Encoding = r.oneOf(f, m.Value, "the encoding of the signature", "hex", "base64")
		case keyPrefix:
			s.Prefix, _ = r.text(f, m.Value, key)
		case keySecret:
			s.Secret, _ = r.text(f, m.Value, key)
		}
	}
	switch {
	case s.Algorithm == "", s.Encoding == "":
		return nil
	case s.Header == "", s.Secret == "":
		r.fail(f, n.At(), "the signature has no header, or no secret", "write the header that carries it, and a placeholder for the secret, as in {header: X-Signature, secret: <<webhook_secret>>}")
		return nil
	}
	return s
}

// poll reads how the end of what the API only starts is learned; nil where something is missing for it.
func (r *reader) poll(n *tree.Node) *probe.Poll {
	if n.Kind == nearjson.Null {
		return nil
	}
	members, ok := r.object("", n, keyPoll, pollKeys)
	if !ok {
		return nil
	}
	p := &probe.Poll{At: n.At().At()}
	texts := map[string]*[]string{keyUntil: &p.Until, keyFailed: &p.Failed, keyPending: &p.Pending}
	times := map[string]*int{keyInterval: &p.IntervalMS, keyWithin: &p.WithinMS}
	for _, key := range pollKeys {
		m, given := members[key]
		switch {
		case !given || m.Value.Kind == nearjson.Null:
		case key == keyAPI:
			p.API, _ = r.text("", m.Value, "the API to poll")
		case key == keyPath:
			p.Path = r.statePath(m.Value)
		case texts[key] != nil:
			*texts[key] = r.states(m.Value, key)
		default:
			*times[key] = r.milliseconds(m.Value, key)
		}
	}
	return r.usable(p, n, members)
}

// usable is a poll that can be performed; what is missing is said.
func (r *reader) usable(p *probe.Poll, n *tree.Node, members map[string]tree.Member) *probe.Poll {
	for _, key := range []string{keyAPI, keyPath, keyUntil} {
		if _, given := members[key]; !given {
			r.fail("", n.At(), fmt.Sprintf("poll has no %q", key), "write at least {api: NAME OF THE STATUS API, path: $.status, until: [COMPLETED]}")
		}
	}
	if p.API == "" || p.Path == "" || len(p.Until) == 0 {
		return nil
	}
	return p
}

func (r *reader) statePath(n *tree.Node) string {
	text, ok := r.text("", n, "the path of the state")
	if !ok {
		return ""
	}
	if _, err := jsonpath.Parse(text); err != nil {
		r.fail("", n.At(), fmt.Sprintf("%q is no JSONPath: %v", text, err), "write it as in RFC 9535: $.data.status")
		return ""
	}
	return text
}

// states reads one value or several.
func (r *reader) states(n *tree.Node, what string) []string {
	items := []*tree.Node{n}
	if n.Kind == nearjson.Array {
		items = n.Items
	}
	var all []string
	for _, item := range items {
		if text, ok := r.text("", item, what); ok {
			all = append(all, text)
		}
	}
	return all
}

func putCallback(m *fields, c *probe.Callback) {
	if c == nil {
		return
	}
	callback := newMap()
	callback.putText(keyMethod, c.Method)
	if headers := pairsNode(c.Headers); headers != nil {
		callback.put(keyHeaders, headers)
	}
	if body := bodyNode(c.Body, c.Raw); body != nil {
		callback.put(keyBody, body)
	}
	callback.putText(keyField, c.Field)
	if s := c.Signature; s != nil {
		signature := newMap()
		for _, text := range []struct{ key, text string }{
			{keyHeader, s.Header}, {keyAlgorithm, s.Algorithm}, {keyEncoding, s.Encoding}, {keyPrefix, s.Prefix}, {keySecret, s.Secret},
		} {
			signature.putText(text.key, text.text)
		}
		callback.put(keySignature, &signature.Node)
	}
	callback.putTime(keyWithin, c.WithinMS)
	m.put(keyCallback, &callback.Node)
}

func putPoll(m *fields, p *probe.Poll) {
	if p == nil {
		return
	}
	poll := newMap()
	poll.putText(keyAPI, p.API)
	poll.putText(keyPath, p.Path)
	for _, states := range []struct {
		key    string
		values []string
	}{{keyUntil, p.Until}, {keyFailed, p.Failed}, {keyPending, p.Pending}} {
		if len(states.values) > 0 {
			poll.put(states.key, textsNode(states.values))
		}
	}
	poll.putTime(keyInterval, p.IntervalMS)
	poll.putTime(keyWithin, p.WithinMS)
	m.put(keyPoll, &poll.Node)
}

func (m *fields) putTime(key string, ms int) {
	if ms != 0 {
		m.put(key, plain(strconv.Itoa(ms)))
	}
}
