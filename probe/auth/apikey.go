package auth

import (
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/sheetprobe/sheetprobe/probe"
)

func newAPIKey(s Spec, w World) (Authorizer, error) {
	if err := s.require("name", "value"); err != nil {
		return nil, err
	}
	in, err := s.choose("in", "header", "query", "cookie")
	if err != nil {
		return nil, err
	}
	name := strings.TrimSpace(s.Name)
	if in != "query" && !httpguts.ValidHeaderFieldName(name) {
		return nil, s.wrong("name %q is no name of a %s (letters, digits and \"-\")", name, in)
	}
	if in != "query" && !carriable(s.Value) || in == "cookie" && strings.ContainsAny(s.Value, ";, \"\\") {
		return nil, s.wrong("the value holds a character that a %s cannot carry; look for a line break or a blank at its end", in)
	}
	w.announce(name, s.Value)
	place := map[string]func(q *probe.Request){
		"header": func(q *probe.Request) { setHeader(q, name, s.Value) },
		"cookie": func(q *probe.Request) { setCookie(q, name, s.Value) },
		"query": func(q *probe.Request) {
			q.URL = onQuery(q.URL, func(query string) string { return setParameter(query, name, s.Value) })
		},
	}[in]
	return unconditional(func(q probe.Request) (probe.Request, error) {
		place(&q)
		return q, nil
	}), nil
}

// setCookie puts the cookie among those that the request has: there is one header Cookie (RFC 6265, section 5.4).
func setCookie(q *probe.Request, name, value string) {
	var cookies []string
	for _, h := range q.Headers {
		if !strings.EqualFold(h.Name, "Cookie") {
			continue
		}
		for c := range strings.SplitSeq(h.Value, ";") {
			c = strings.TrimSpace(c)
			if had, _, _ := strings.Cut(c, "="); c != "" && strings.TrimSpace(had) != name {
				cookies = append(cookies, c)
			}
		}
	}
	setHeader(q, "Cookie", strings.Join(append(cookies, name+"="+value), "; "))
}
