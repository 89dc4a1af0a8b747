package mock

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/callback"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// callDelay is how long behind the answer the call comes; callTimeout how long it may take.
const (
	callDelay   = 200 * time.Millisecond
	callTimeout = 10 * time.Second
)

// callBack makes the call that the sheet promises, where the request names an address that may be called.
func (m *Mock) callBack(r *route, q *request) {
	documented := r.sheet.Callback
	if documented == nil || m.options.Callbacks == nil {
		return
	}
	address := r.callbackURL(q)
	if u, err := url.Parse(address); err != nil || u.Host == "" || !m.options.Callbacks(address) {
		if address != "" {
			m.say(q.Request, r.sheet.Name, 0, "no call is made back to another machine")
		}
		return
	}
	body := []byte(documented.Body.Text)
	if documented.Body.Value != nil {
		body = nearjson.Encode(sample(documented.Body.Value, ""))
	}
	m.calls.Go(func() {
		if pause(m.ctx, callDelay) {
			m.call(r, address, body)
		}
	})
}

// callbackURL is where the request asks to be called: at the place that the sheet names, or in a field that is called so.
func (r *route) callbackURL(q *request) string {
	body, _ := r.bodyMistakes(q)
	field := r.sheet.Callback.Field
	switch in, name, _ := strings.Cut(field, ":"); {
	case in == "query":
		return q.query.Get(name)
	case in == "header":
		return q.Header.Get(name)
	case field != "":
		if v := body.Lookup(field); v != nil {
			return v.Text
		}
		return ""
	}
	found := ""
	documented := r.sheet.Request.Body.Value
	if body != nil {
		body.Walk(func(pointer string, v *nearjson.Value) bool {
			for _, m := range v.Members {
				at := nearjson.AppendPointer(pointer, m.Key)
				if found == "" && m.Value.Kind == nearjson.String && (isCallback(m.Key) || standsForCallback(documented.Lookup(at))) {
					found = m.Value.Text
				}
			}
			return found == ""
		})
	}
	return found
}

func isCallback(name string) bool {
	key := probe.VarKey(name)
	return strings.Contains(key, "callback") || strings.Contains(key, "webhook")
}

// standsForCallback says that the sheet has a placeholder for the callback URL there.
func standsForCallback(v *nearjson.Value) bool {
	return v != nil && slices.ContainsFunc(probe.FindPlaceholders(v.Text, false), func(ref probe.PlaceholderRef) bool { return isCallback(ref.Name) })
}

func (m *Mock) call(r *route, address string, body []byte) {
	ctx, cancel := context.WithTimeout(m.ctx, callTimeout)
	defer cancel()
	documented := r.sheet.Callback
	method := documented.Method
	if method == "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/json")
	for _, h := range documented.Headers {
		req.Header.Set(h.Name, h.Value)
	}
	if s := documented.Signature; s != nil {
		if refs := probe.FindPlaceholders(s.Secret, false); len(refs) == 1 {
			if secret, ok := plan.Value(r.sheet, m.options.Vars, refs[0].Name); ok {
				if signature, err := callback.Sign(*s, secret, body); err == nil {
					req.Header.Set(s.Header, signature)
				}
			}
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(req)
	if err != nil {
		m.say(req, r.sheet.Name, 0, "the call back failed: "+err.Error())
		return
	}
	_ = answer.Body.Close()
	m.say(req, r.sheet.Name, answer.StatusCode, "called back")
}
