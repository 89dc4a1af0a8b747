package sheet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// lints are the checks of one sheet, in the order of the ten fields. Each reports what it sees and knows nothing of the others.
var lints = [...]func(*linter){
	lintMissingFields,
	lintMethod,
	lintURL,
	lintBodyOnGet,
	lintMediaType,
	lintPlaceholders,
	lintSecrets,
	lintAuthentication,
	lintMandatory,
	lintTestData,
	lintOutcomes,
	lintCodesInTable,
	lintCodesUnused,
	lintTable,
	lintCredentials,
}

// linter collects what is wrong with one sheet.
type linter struct {
	*probe.Sheet
	found source.Diagnostics
	count map[string]int // of each rule
}

// mostOfARule is how often one rule complains about one sheet. Who has read the first hundred knows.
const mostOfARule = 100

func (l *linter) report(rule string, field probe.Field, at source.Span, message, hint string) {
	l.add(Diagnose(rule, field, at, message, hint))
}

func (l *linter) note(severity source.Severity, rule string, field probe.Field, at source.Span, message, hint string) {
	l.add(Note(severity, rule, field, at, message, hint))
}

func (l *linter) add(d source.Diagnostic) {
	if l.count == nil {
		l.count = map[string]int{}
	}
	if l.count[d.Rule]++; l.count[d.Rule] <= mostOfARule {
		l.found = append(l.found, d)
	}
}

// at is where the complaint about a field points: the field itself, or its label or, where the document has neither, the sheet.
func (l *linter) at(field probe.Field) source.Span {
	if at, ok := l.At.Find(field); ok && !at.IsZero() {
		return at
	}
	if at, ok := l.Labels.Find(field); ok && !at.IsZero() {
		return at
	}
	return Start(l.Sheet)
}

// labelled says that the document names the field, with or without a value.
func (l *linter) labelled(field probe.Field) bool {
	_, value := l.At.Find(field)
	_, label := l.Labels.Find(field)
	return value || label
}

// explained says that the reader has already said why a field is missing: a second complaint would only hide the first.
func (l *linter) explained(field probe.Field) bool {
	return slices.ContainsFunc(l.Diagnostics, func(d source.Diagnostic) bool {
		return d.Field == string(field) && (d.Rule == "sheet.unreadable" || d.Rule == "sheet.missing-field")
	})
}

// Start is where a sheet begins: the first place of any of its fields.
func Start(s *probe.Sheet) source.Span {
	var first source.Span
	for _, places := range []probe.Places{s.Labels, s.At} {
		for _, field := range probe.Fields {
			at, ok := places.Find(field)
			if ok && !at.IsZero() && (first.IsZero() || before(at, first)) {
				first = at
			}
		}
	}
	return first
}

func before(a, b source.Span) bool {
	if a.Line != b.Line {
		return a.Line < b.Line
	}
	return a.Column < b.Column
}

// Lint says what is wrong with a sheet as a document: completeness, contradictions, readiness. It looks at this sheet alone, changes
// nothing, and repeats nothing that reading has said. What it returns is sorted by place, each complaint once.
func Lint(s *probe.Sheet) source.Diagnostics {
	l := &linter{Sheet: s}
	for _, lint := range lints {
		lint(l)
	}
	l.found.Sort()
	return slices.CompactFunc(l.found, func(a, b source.Diagnostic) bool {
		return a.Rule == b.Rule && a.Field == b.Field && a.At == b.At && a.Message == b.Message
	})
}

// LintTogether says what is wrong between sheets: the same name, or the same method and URL. It appends to the diagnostics of the later
// sheet and names the place of the earlier one.
func LintTogether(sheets []*probe.Sheet) {
	names, calls := map[string]*probe.Sheet{}, map[string]*probe.Sheet{}
	for _, s := range sheets {
		name, call := Fold(s.Name), ""
		if s.Method != "" && s.URL != "" {
			call = s.Method + " " + strings.TrimSuffix(s.URL, "/")
		}
		if d, ok := duplicate(s, names[name], calls[call]); ok {
			s.Diagnostics = slices.Concat(s.Diagnostics, source.Diagnostics{d}) // with no room to grow: of ten thousand APIs it would be a lot
			s.Diagnostics.Sort()
		}
		keepFirst(names, name, s)
		keepFirst(calls, call, s)
	}
}

func keepFirst(seen map[string]*probe.Sheet, key string, s *probe.Sheet) {
	if _, ok := seen[key]; key != "" && !ok {
		seen[key] = s
	}
}

// duplicate complains about a sheet of which an earlier one has the name, or the method and URL; either may be nil.
func duplicate(s, sameName, sameCall *probe.Sheet) (source.Diagnostic, bool) {
	const rule = "sheet.duplicate-api"
	l := linter{Sheet: s}
	switch {
	case sameName != nil && sameName == sameCall:
		message := fmt.Sprintf("%q stands twice, with the same method and URL: first at %s", s.Name, place(sameName))
		return Diagnose(rule, probe.FieldName, l.at(probe.FieldName), message, ""), true
	case sameName != nil:
		message := fmt.Sprintf("another API is named %q too: at %s", s.Name, place(sameName))
		return Diagnose(rule, probe.FieldName, l.at(probe.FieldName), message, "name them apart, since reports and case ids go by the name"), true
	case sameCall != nil:
		return Diagnose(rule, probe.FieldURL, l.at(probe.FieldURL), fmt.Sprintf("%q has the same method and URL: at %s", sameCall.Name, place(sameCall)), ""), true
	}
	return source.Diagnostic{}, false
}

// place names where a sheet stands, for people.
func place(s *probe.Sheet) string {
	at, document := Start(s), "the sheet"
	if s.Document != nil {
		document = s.Document.Name
	}
	switch {
	case at.Cell != "":
		return document + ":" + at.Cell
	case at.Line > 0:
		return fmt.Sprintf("%s:%d:%d", document, at.Line, at.Column)
	}
	return document
}
