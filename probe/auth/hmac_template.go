package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// TemplateFields are the words that a template of hmac may hold in braces. The path is escaped as it goes out, the query comes without its
// "?", the digest of the body is SHA-256 in hex, and header:Name is the value of a header of the request. "\n" is a line break; braces round
// anything that is no word stand for themselves.
func TemplateFields() []string {
	return []string{"method", "url", "host", "path", "query", "body", "body_sha256", "timestamp", "nonce", "header:Name"}
}

// filling is what a template is filled with.
type filling struct {
	request          probe.Request
	target           target
	timestamp, nonce string
}

// template is a string to sign: texts and fields in turn.
type template []func(filling) (string, error)

func (t template) fill(f filling) (string, error) {
	var b strings.Builder
	for _, part := range t {
		text, err := part(f)
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

func (s Spec) parseTemplate() (template, error) {
	var t template
	rest := strings.ReplaceAll(s.Template, `\n`, "\n")
	for rest != "" {
		before, name, after := nextField(rest)
		if before != "" {
			t = append(t, func(filling) (string, error) { return before, nil })
		}
		if name != "" {
			part, err := s.templateField(name)
			if err != nil {
				return nil, err
			}
			t = append(t, part)
		}
		rest = after
	}
	return t, nil
}

// nextField finds the next word in braces; what is none is text.
func nextField(s string) (before, name, after string) {
	for from := 0; ; {
		open := strings.IndexByte(s[from:], '{')
		if open < 0 {
			return s, "", ""
		}
		open += from
		if end := strings.IndexAny(s[open+1:], "{}"); end > 0 && s[open+1+end] == '}' && isFieldName(s[open+1:open+1+end]) {
			return s[:open], s[open+1 : open+1+end], s[open+end+2:]
		}
		from = open + 1
	}
}

func isFieldName(s string) bool {
	s, _, isHeader := strings.Cut(s, ":")
	return !strings.ContainsFunc(s, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }) && (!isHeader || s == "header")
}

func (s Spec) templateField(name string) (func(filling) (string, error), error) {
	always := func(get func(filling) string) (func(filling) (string, error), error) {
		return func(f filling) (string, error) { return get(f), nil }, nil
	}
	switch name {
	case "method":
		return always(func(f filling) string { return f.request.Method })
	case "url":
		return always(func(f filling) string { return f.request.URL })
	case "host":
		return always(func(f filling) string { return f.target.host })
	case "path":
		return always(func(f filling) string { return f.target.path() })
	case "query":
		return always(func(f filling) string { return f.target.RawQuery })
	case "body":
		return always(func(f filling) string { return string(f.request.Body) })
	case "body_sha256":
		return always(func(f filling) string { return sha256Hex(f.request.Body) })
	case "timestamp":
		if s.TimestampHeader == "" {
			return nil, s.wrong("the template holds {timestamp}, but no \"timestamp_header\" tells the server which time was signed; name the header, as in timestamp_header: X-Timestamp")
		}
		return always(func(f filling) string { return f.timestamp })
	case "nonce":
		if s.NonceHeader == "" {
			return nil, s.wrong("the template holds {nonce}, but no \"nonce_header\" tells the server which nonce was signed; name the header, as in nonce_header: X-Nonce")
		}
		return always(func(f filling) string { return f.nonce })
	}
	if wanted, ok := strings.CutPrefix(name, "header:"); ok {
		return headerField(strings.TrimSpace(wanted)), nil
	}
	return nil, s.wrong("the template holds {%s}, which is unknown; it may hold {%s}", name, strings.Join(TemplateFields(), "}, {"))
}

func headerField(name string) func(filling) (string, error) {
	return func(f filling) (string, error) {
		value, ok := header(f.request, name)
		if !ok && strings.EqualFold(name, "Host") {
			return f.target.host, nil
		}
		if !ok {
			return "", fmt.Errorf("the string to sign holds the header %q, which this request does not have; document it in the sheet's headers, or leave it out of the template", name)
		}
		return value, nil
	}
}

func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
