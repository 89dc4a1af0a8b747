package engine

import (
	"crypto/rand"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/auth"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Redactor knows every secret of a run: the secret variables, and the credentials that the sheets themselves spell out. What the sheets
// tell everybody, their codes and the words and keys of their answers, it leaves readable. What it masks is the same every time.
func Redactor(readings []sheet.Reading, vars probe.Vars) *probe.Redactor {
	r := probe.NewRedactor(vars)
	r.Gather(func(g *probe.Gathering) {
		for _, reading := range readings {
			for _, s := range reading.Sheets {
				gather(g, s)
			}
		}
	})
	return r
}

func gather(g *probe.Gathering, s *probe.Sheet) {
	for _, secret := range spelledOut(s) {
		g.Add(secret.Name, secret.Value)
	}
	g.Learn(documentedRequest(s))
	if s.Auth != nil && s.Auth.TokenRequest != nil {
		g.Learn(*s.Auth.TokenRequest)
	}
	for _, row := range s.TestData {
		if slices.ContainsFunc(row.Values, func(v probe.Header) bool { return g.MayTeach(v.Name) }) {
			g.Learn(probe.Request{Body: pairs(row.Values)})
		}
	}
	g.Keep(vocabulary(s)...)
}

// recorder is the Redactor of what a run records: its marks show which values are equal, by a salt that only it has.
func recorder(readings []sheet.Reading, vars probe.Vars) *probe.Redactor {
	r := Redactor(readings, vars)
	r.Salt([]byte(rand.Text()))
	return r
}

// spelledOut lists the secrets that a sheet gives as literal values, where placeholders were called for.
func spelledOut(s *probe.Sheet) []probe.Header {
	var secrets []probe.Header
	add := func(name, value string) {
		if value != "" && probe.LooksSecret(name) && len(probe.FindPlaceholders(value, false)) == 0 {
			secrets = append(secrets, probe.Header{Name: name, Value: withoutScheme(value)})
		}
	}
	for _, h := range s.Headers {
		if !strings.EqualFold(h.Name, "Cookie") { // whose names are none: see Learn
			add(h.Name, h.Value)
		}
	}
	for _, c := range s.Credentials {
		add(c.Name, c.Value)
	}
	if s.Callback != nil && s.Callback.Signature != nil {
		add("secret", s.Callback.Signature.Secret)
	}
	for _, text := range auth.SpecOf(s.Auth).Secrets() {
		if len(probe.FindPlaceholders(text.Value, false)) == 0 {
			secrets = append(secrets, text)
		}
	}
	return secrets
}

// withoutScheme is the credential of a header value: "Bearer abc" carries "abc".
func withoutScheme(value string) string {
	parts := strings.Fields(value)
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// documentedRequest is what a sheet documents as the request, as it stands there.
func documentedRequest(s *probe.Sheet) probe.Request {
	q := probe.Request{URL: s.URL, Headers: s.Headers, Body: []byte(s.Request.Body.Text)}
	if v := s.Request.Body.Value; v != nil {
		q.Body, _ = v.MarshalJSON() // what cannot be written is not sent either
	}
	for _, f := range s.Request.Fields {
		if f.Value != "" && f.In != probe.InPath {
			q.URL += "&" + string(pairs([]probe.Header{{Name: f.Name, Value: f.Value}}))
		}
	}
	return q
}

// pairs writes names and values as a form does.
func pairs(values []probe.Header) []byte {
	form := url.Values{}
	for _, v := range values {
		form.Add(v.Name, v.Value)
	}
	return []byte(form.Encode())
}

// maxWord is how long a word may be that says how a call went.
const maxWord = 40

// vocabulary lists the codes that a sheet documents, and the keys and short plain words of its answers. Digits among more than a few
// letters make a word a key or a token, which may be meant to stay secret.
func vocabulary(s *probe.Sheet) []string {
	var words []string
	for _, c := range s.StatusCodes {
		words = append(words, c.Code)
	}
	for _, r := range slices.Concat(s.Success, s.Errors) {
		words = append(words, r.Code)
		words = appendWords(words, "", r.Body.Value)
	}
	return words
}

func appendWords(words []string, key string, v *nearjson.Value) []string {
	if v == nil {
		return words
	}
	for _, item := range v.Items {
		words = appendWords(words, key, item)
	}
	for _, m := range v.Members {
		words = appendWords(append(words, m.Key), m.Key, m.Value)
	}
	if (v.Kind == nearjson.String || v.Kind == nearjson.Number) && isWord(v.Text) && !probe.LooksSecret(key) {
		words = append(words, v.Text)
	}
	return words
}

func isWord(text string) bool {
	return text != "" && len(text) <= maxWord && !strings.ContainsFunc(text, unicode.IsSpace) && (len(text) < 8 || !strings.ContainsAny(text, "0123456789"))
}
