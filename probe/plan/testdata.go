package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// deriveTestData is the documented request once for each row of test data, its values put in by name. Values are not told in titles: they
// may be passwords.
func deriveTestData(b *builder) {
	for i, row := range b.sheet.TestData {
		s := spec{
			family: probe.FamilyTestData, detail: firstNonEmpty(row.ID, strconv.Itoa(i+1)), draft: b.base,
			title: firstNonEmpty(row.Title, fmt.Sprintf("test data row %d", i+1)),
		}
		if names := b.putRow(&s, row); len(names) > 0 {
			s.mutation = strings.Join(names, ", ") + " set to the values of the row"
		}
		e := b.expected(row)
		s.outcome = e.outcome
		s.title += e.title
		c := b.add(s)
		if e.status != 0 {
			c.Expect.HTTPStatus = []int{e.status}
		}
		if e.code != "" {
			c.Expect.Codes = []string{e.code}
		}
	}
}

// putRow puts the values of a row into the draft, and returns their names, quoted.
func (b *builder) putRow(s *spec, row probe.TestDatum) (quoted []string) {
	s.draft.given = map[string]string{}
	s.names = names(s.draft, row)
	for _, v := range row.Values {
		if v.Name == "" {
			s.skip = "the sheet does not say which field of the request takes this value"
			continue
		}
		quoted = append(quoted, fmt.Sprintf("%q", v.Name))
		if !b.put(&s.draft, v.Name, v.Value) {
			s.problems = append(s.problems, b.strayTestDatum(row, v.Name))
		}
	}
	return quoted
}

// rowExpectation is what a row promises: success, any error, one business code, or one HTTP status.
type rowExpectation struct {
	outcome probe.Outcome
	status  int    // 0 where the row names none
	code    string // "" where the row names none
	title   string
}

func (b *builder) expected(row probe.TestDatum) rowExpectation {
	expect := strings.TrimSpace(row.Expect)
	switch strings.ToLower(expect) {
	case "", "success", "ok", "pass":
		return rowExpectation{outcome: probe.OutcomeSuccess}
	case "error", "failure", "fail", "failed":
		return rowExpectation{outcome: probe.OutcomeError}
	}
	title := fmt.Sprintf(", which promises %s", expect)
	meaning, documented := b.codes.Meaning(expect)
	status, err := strconv.Atoi(expect)
	if err == nil && !documented && status >= 100 && status < 600 {
		outcome := probe.OutcomeSuccess
		if status >= 400 {
			outcome = probe.OutcomeError
		}
		return rowExpectation{outcome: outcome, status: status, title: title}
	}
	if !documented {
		meaning = probe.CodeOutcome(expect, "")
	}
	return rowExpectation{outcome: meaning, code: expect, title: title}
}

func (b *builder) strayTestDatum(row probe.TestDatum, name string) probe.Finding {
	f := probe.NewFinding("sheet.ambiguous", b.slug, probe.AtSetup, "test_data", name)
	f.Message, f.At = fmt.Sprintf("the test data name %q, which the request does not have", name), row.At
	f.Hint = "ask the API owner which field of the request is meant"
	return f
}

// put sets a value wherever the request has the name: body, query, form, path, header, or a placeholder of that name anywhere.
func (b *builder) put(d *draft, name, value string) bool {
	found := b.putPlaceholder(d, name, value)
	if path := findKey(d.body, name); path != nil {
		d.body, _ = replaced(d.body, path, func(old *nearjson.Value) *nearjson.Value { return sameKind(old, value) })
		found = true
	}
	for _, params := range []*[]param{&d.query, &d.form} {
		for i, p := range *params {
			if fold(decoded(p)) == fold(name) {
				*params = slices.Clone(*params)
				(*params)[i] = param{name: decoded(p), value: value, at: p.at}
				found = true
			}
		}
	}
	for i, h := range d.headers {
		if fold(h.Name) == fold(name) {
			d.headers = slices.Clone(d.headers)
			d.headers[i].Value = value
			found = true
		}
	}
	return found
}

// putPlaceholder supplies a value to the placeholders of URL, headers and body text that have the name.
func (b *builder) putPlaceholder(d *draft, name, value string) bool {
	texts := []string{d.url, d.text}
	for _, h := range d.headers {
		texts = append(texts, h.Value)
	}
	for _, p := range slices.Concat(d.query, d.form) {
		texts = append(texts, p.value)
	}
	found := slices.ContainsFunc(texts, func(text string) bool { return hasPlaceholder(text, name) })
	if found {
		d.given = maps.Clone(d.given)
		d.given[fold(name)] = value
	}
	return found
}

// findKey looks for a key, level by level; a name that is a pointer is taken as one.
func findKey(v *nearjson.Value, name string) []string {
	if path, ok := nearjson.SplitPointer(name); ok && name != "" && v.Lookup(name) != nil {
		return path
	}
	type node struct {
		value *nearjson.Value
		path  []string
	}
	queue := []node{{value: v}}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if n.value == nil || len(n.path) > nearjson.MaxDepth {
			continue
		}
		for _, m := range n.value.Members {
			path := append(slices.Clone(n.path), m.Key)
			if fold(m.Key) == fold(name) && fold(name) != "" || m.Key == name {
				return path
			}
			queue = append(queue, node{m.Value, path})
		}
		for i, item := range n.value.Items {
			queue = append(queue, node{item, append(slices.Clone(n.path), strconv.Itoa(i))})
		}
	}
	return nil
}

// sameKind makes a value of the documented value's type where the text is one of that type.
func sameKind(documented *nearjson.Value, text string) *nearjson.Value {
	kind := literalKind(text)
	unquoted := documented.Template && !isQuoted(documented.Source().String()) || documented.Absent
	switch {
	case kind == documented.Kind, kind == nearjson.Null, unquoted, typeOfWord(documented.Text) == kind.String():
		return &nearjson.Value{Kind: kind, Text: text}
	}
	return nearjson.NewString(text)
}
