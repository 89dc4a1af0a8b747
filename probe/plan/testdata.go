package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// deriveTestData is the documented request once for each row of test data, its values put in by name. Values are not told in titles: they
// may be passwords.
func deriveTestData(b *builder) {
	mutation := ""
	for i := range b.sheet.TestData {
		row := &b.sheet.TestData[i]
		if i == 0 || !sameNames(row, &b.sheet.TestData[i-1]) {
			mutation = told(row)
		}
		e := b.expected(row)
		s := spec{
			family: probe.FamilyTestData, detail: firstNonEmpty(row.ID, strconv.Itoa(i+1)), draft: b.base, row: row, mutation: mutation, outcome: e.outcome,
			title: firstNonEmpty(row.Title, "test data row "+strconv.Itoa(i+1)) + e.title,
		}
		b.putRow(&s)
		c := b.add(s)
		if e.status != 0 {
			c.Expect.HTTPStatus = []int{e.status}
		}
		if e.code != "" {
			c.Expect.Codes = []string{e.code}
		}
	}
}

// sameNames says that two rows set the same, as those of one table do.
func sameNames(a, b *probe.TestDatum) bool {
	return slices.EqualFunc(a.Values, b.Values, func(v, w probe.Header) bool { return v.Name == w.Name })
}

// told is what a row sets, for people.
func told(row *probe.TestDatum) string {
	var quoted []string
	for _, v := range row.Values {
		if v.Name != "" {
			quoted = append(quoted, strconv.Quote(v.Name))
		}
	}
	if len(quoted) == 0 {
		return ""
	}
	return strings.Join(quoted, ", ") + " set to the values of the row"
}

// putRow puts the values of a row into the draft.
func (b *builder) putRow(s *spec) {
	if slices.ContainsFunc(s.row.Values, func(v probe.Header) bool { return v.Name == "" }) {
		s.skip = "the sheet does not say which field of the request takes this value"
	}
	for _, name := range b.put(&s.draft, s.row.Values) {
		s.problems = append(s.problems, b.strayTestDatum(s.row, name))
	}
}

// rowExpectation is what a row promises: success, any error, one business code, or one HTTP status.
type rowExpectation struct {
	outcome probe.Outcome
	status  int    // 0 where the row names none
	code    string // "" where the row names none
	title   string
}

func (b *builder) expected(row *probe.TestDatum) rowExpectation {
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

func (b *builder) strayTestDatum(row *probe.TestDatum, name string) probe.Finding {
	f := probe.NewFinding("sheet.ambiguous", b.slug, probe.AtSetup, "test_data", name)
	f.Message, f.At = fmt.Sprintf("the test data name %q, which the request does not have", name), row.At
	f.Hint = "ask the API owner which field of the request is meant"
	return f
}
