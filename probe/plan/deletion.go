package plan

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// What may be deleted is said by the sheet's own test data, and by nobody else: an id in the URL is an example, which may be anybody's, and
// so is that of a --var, which many sheets have in common.

// deletes says that the request removes what it names, whatever its method: servers are told to take one method for another.
func deletes(d draft) bool {
	if d.method == "DELETE" {
		return true
	}
	saysDelete := func(value string) bool { return strings.EqualFold(strings.TrimSpace(value), "delete") }
	inHeader := func(h probe.Header) bool { return saysDelete(h.Value) && probe.OverridesMethod(h.Name) }
	inParam := func(p param) bool { return saysDelete(p.value) && strings.EqualFold(decoded(p), "_method") }
	return slices.ContainsFunc(d.headers, inHeader) || slices.ContainsFunc(d.query, inParam) || slices.ContainsFunc(d.form, inParam)
}

// spared says why a case that deletes is not sent; "" where it is, or deletes nothing.
func (b *builder) spared(s spec) string {
	if !deletes(s.draft) && (!deletes(b.base) || s.family == probe.FamilyWrongMethod) {
		return ""
	}
	switch s.family {
	case probe.FamilySuccess, probe.FamilyNoAuth, probe.FamilyBadAuth: // what it changes tells who asks, and not what is deleted
		if b.options.AllowUnsafe || b.mayBeDeleted() {
			return ""
		}
	case probe.FamilyTestData:
		if b.options.AllowUnsafe || names(b.base, s.row) {
			return ""
		}
	case probe.FamilyDocumentedError:
		if b.options.AllowUnsafe {
			return ""
		}
		return "a DELETE that is to fail removes something where it does not; pass --allow-unsafe to send it"
	default:
		if b.options.AllowUnsafe && b.options.Negatives.named(s.family) {
			return ""
		}
		return fmt.Sprintf("a DELETE that lacks something may remove more than was meant; pass --allow-unsafe --negatives %s to send it", s.family)
	}
	return "it would delete what no row of the sheet's test data names; add a row that does, its id being a placeholder of the URL, or pass --allow-unsafe"
}

// mayBeDeleted says that a row of test data that is to succeed leads to the documented request.
func (b *builder) mayBeDeleted() bool {
	documented, _, _, _ := b.render("", b.base)
	for i := range b.sheet.TestData {
		s := spec{draft: b.base, row: &b.sheet.TestData[i]}
		if b.putRow(&s); s.skip != "" || len(s.problems) > 0 || b.expected(s.row).outcome != probe.OutcomeSuccess || !names(b.base, s.row) {
			continue
		}
		q, _, _, _ := b.render("", s.draft)
		if q.URL == documented.URL && bytes.Equal(q.Body, documented.Body) {
			return true
		}
	}
	return false
}

// names says that the values of a row tell all of what a request is about: they fill every placeholder of its address and body, and no other
// id stands in the path.
func names(d draft, row *probe.TestDatum) bool {
	given := func(name string) bool {
		return slices.ContainsFunc(row.Values, func(v probe.Header) bool { return sameName(v.Name, name) })
	}
	texts := []string{d.url[authorityEnd(d.url):], d.text}
	if d.body != nil {
		if body, err := d.body.MarshalJSON(); err == nil {
			texts = append(texts, string(body))
		}
	}
	for _, p := range slices.Concat(d.query, d.form) {
		texts = append(texts, p.value)
	}
	filled := false
	for i, text := range texts {
		for _, ref := range probe.FindPlaceholders(text, i == 0) {
			if !given(ref.Name) {
				return false
			}
			filled = true
		}
	}
	return (filled || row.Values != nil && holdsValue(d, given)) && !slices.ContainsFunc(strings.Split(texts[0], "/"), looksLikeID)
}

// holdsValue says that a value of the row stands in query, form or body.
func holdsValue(d draft, given func(name string) bool) bool {
	if slices.ContainsFunc(slices.Concat(d.query, d.form), func(p param) bool { return given(decoded(p)) }) {
		return true
	}
	if d.body == nil {
		return false
	}
	for _, m := range d.body.Members {
		if given(m.Key) {
			return true
		}
	}
	return false
}

// looksLikeID tells ids in a path from words: they hold digits, and more than the one of "v2" or "oauth2".
func looksLikeID(segment string) bool {
	if len(probe.FindPlaceholders(segment, true)) > 0 {
		return false
	}
	word := strings.TrimRight(segment, "0123456789.")
	plain := strings.Trim(strings.ToLower(word), "abcdefghijklmnopqrstuvwxyz-_") == ""
	return strings.ContainsAny(segment, "0123456789") && (word == "" || !plain || word != "v" && len(segment)-len(word) > 1)
}

// once leaves out a row of test data that is the documented request over again, and to be answered like it, where that may change data: it
// goes out once per run. Rows that repeat it and are to be answered otherwise are a second step, and stay.
func (b *builder) once() {
	for i := range b.cases {
		c := &b.cases[i]
		first := &b.cases[0]
		repeats := c.Family == probe.FamilyTestData && first.Family == probe.FamilySuccess && !isSafe(c.Request.Method)
		if repeats && isSent(first) && isSent(c) && sameRequest(first.Request, c.Request) && reflect.DeepEqual(first.Expect, c.Expect) {
			c.Skip, c.ByDesign = fmt.Sprintf("it is the documented request over again, and %s may change data, so it is sent once", c.Request.Method), true
		}
	}
}

func isSent(c *probe.Case) bool { return c.Skip == "" && len(c.Blocked) == 0 }

func sameRequest(a, b probe.Request) bool {
	same := func(g, h probe.Header) bool { return g.Name == h.Name && g.Value == h.Value }
	return a.Method == b.Method && a.URL == b.URL && bytes.Equal(a.Body, b.Body) && slices.EqualFunc(a.Headers, b.Headers, same)
}
