package plan

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// CheckBaseURL says what is wrong with a base URL: it must be an absolute http or https URL without credentials, query and fragment. The
// empty one is right: it replaces nothing.
func CheckBaseURL(base string) error {
	if base == "" {
		return nil
	}
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return errors.New("not a URL")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return errors.New("not an absolute http or https URL, as in http://127.0.0.1:8080")
	case u.User != nil:
		return errors.New("a base URL carries no credentials")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return errors.New("a base URL has no query and no fragment")
	}
	return nil
}

// authorityEnd is where the path begins: behind scheme and host, or behind a placeholder that stands for both, as in {{base_url}}/v1.
func authorityEnd(address string) int {
	start := 0
	if i := strings.Index(address, "://"); i >= 0 {
		start = i + len("://")
	} else {
		refs := probe.FindPlaceholders(address, true)
		switch first, _, _ := strings.Cut(address, "/"); {
		case len(refs) > 0 && refs[0].Start == 0:
			start = refs[0].End
		case first == "" || !strings.ContainsAny(first, ".:") && first != "localhost":
			return 0
		}
	}
	if i := strings.IndexByte(address[start:], '/'); i >= 0 {
		return start + i
	}
	return len(address)
}

// renderURL fills the URL, each value escaped for its part, and sets the base URL in.
func (b *builder) renderURL(f *filler, d draft) string {
	s := slot{field: probe.FieldURL, part: "the endpoint URL", at: b.sheet.At.Of(probe.FieldURL)}
	split := authorityEnd(d.url)
	head := b.head(f, d.url[:split], s)
	path := f.text(d.url[split:], true, s, func(int) escaper { return pathSegment })
	if head != "" && path != "" && !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return head + percentEncode(path) + f.renderQuery(d.query, s)
}

// renderHead is scheme, host and port. With a base URL the sheet's own are not needed, nor is a value for a placeholder in them.
func (b *builder) renderHead(f *filler, head string, s slot) string {
	base := strings.TrimRight(b.options.BaseURL, "/")
	if base == "" {
		return strings.TrimRight(f.text(head, true, s, func(int) escaper { return asIs }), "/")
	}
	quiet := &filler{sheet: f.sheet, values: f.values, given: f.given, quiet: true, asked: f.asked}
	filled := quiet.text(head, true, s, func(int) escaper { return asIs })
	if u, err := url.Parse(filled); err == nil && len(quiet.problems) == 0 {
		base += strings.TrimRight(u.EscapedPath(), "/") // the value of {{base_url}} may have had a path
	}
	return base
}

func (f *filler) renderQuery(params []param, s slot) string {
	var parts []string
	for _, p := range params {
		if part, ok := f.renderParam(p, s); ok {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "?" + strings.Join(parts, "&")
}

func (f *filler) renderParam(p param, s slot) (string, bool) {
	s.key, s.at = decoded(p), p.at
	if !p.encoded {
		return f.formPart(p, s)
	}
	name := f.text(p.name, true, s, func(int) escaper { return queryText })
	if p.bare {
		return percentEncode(name), true
	}
	return percentEncode(name) + "=" + percentEncode(f.text(p.value, true, s, func(int) escaper { return queryText })), true
}

// formPart writes a parameter that stands in no URL yet. What the sheet writes as it travels goes out so.
func (f *filler) formPart(p param, s slot) (string, bool) {
	if p.encoded {
		s.key, s.at = decoded(p), p.at
		escape := func(int) escaper { return queryText }
		return f.text(p.name, false, s, escape) + "=" + f.text(p.value, false, s, escape), true
	}
	value, ok := f.paramValue(p, s)
	return strings.ReplaceAll(url.QueryEscape(p.name)+"="+url.QueryEscape(value), "+", "%20"), ok
}

// paramValue fills the value; a parameter that the sheet only names is filled by its name.
func (f *filler) paramValue(p param, s slot) (string, bool) {
	s.key, s.at = p.name, p.at
	if !p.open {
		return f.text(p.value, false, s, func(int) escaper { return asIs }), true
	}
	value, ok := f.lookup(p.name, "", s)
	if !ok {
		f.missing(p.name, "", s)
	}
	return value, ok
}

func decoded(p param) string {
	if !p.encoded {
		return p.name
	}
	if name, err := url.QueryUnescape(p.name); err == nil {
		return name
	}
	return p.name
}

func pathSegment(value string) (string, error) {
	if value == "." || value == ".." {
		return "", fmt.Errorf("%q is no path segment but a direction (RFC 3986, section 3.3)", value)
	}
	return url.PathEscape(value), nil
}

func queryText(value string) (string, error) {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20"), nil
}

// percentEncode encodes what cannot stand in a URL and leaves the rest, percent signs too, as the sheet has it.
func percentEncode(s string) string {
	var b strings.Builder
	end := 0
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.WriteString(s[end:i])
			fmt.Fprintf(&b, "%%%02X", c)
			end = i + 1
		}
	}
	if end == 0 {
		return s
	}
	b.WriteString(s[end:])
	return b.String()
}

// urlProblem says why a URL whose placeholders are filled cannot be used.
func (b *builder) urlProblem(caseID, rawURL string) []probe.Finding {
	if b.sheet.URL == "" {
		return b.unusableField(caseID, "sheet.missing-field", probe.FieldURL, "the sheet gives no URL, so nothing can be sent")
	}
	if err := b.baseErr; err != nil {
		f := probe.NewFinding("setup.host-not-allowed", caseID, probe.AtSetup, "base-url")
		f.Message = fmt.Sprintf("the base URL %q cannot be used: %v", b.options.BaseURL, err)
		f.Hint = "correct --base-url"
		return []probe.Finding{f}
	}
	if rawURL == b.parts.usable && rawURL != "" {
		return nil
	}
	if isAbsolute(rawURL) {
		b.parts.usable = rawURL
		return nil
	}
	return b.unusableField(caseID, "sheet.bad-url", probe.FieldURL, fmt.Sprintf("%q is not an absolute http or https URL", b.sheet.URL))
}

// hopelessURL says that no value and no base URL can make the sheet's URL usable.
func (b *builder) hopelessURL() bool {
	if b.sheet.URL == "" || b.baseErr != nil {
		return true
	}
	return b.options.BaseURL == "" && len(probe.FindPlaceholders(b.sheet.URL, true)) == 0 && !isAbsolute(b.sheet.URL)
}

func isAbsolute(rawURL string) bool {
	u, err := url.Parse(rawURL)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}
