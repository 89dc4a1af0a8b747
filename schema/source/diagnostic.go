package source

import "sort"

// Severity ranks what was noticed.
type Severity string

// The severities, worst first.
const (
	Error   Severity = "error"   // somebody has to act
	Warning Severity = "warning" // probably wrong; meaning had to be guessed, or a habit that goes wrong later
	Info    Severity = "info"    // worth knowing
)

// Rank orders severities: 3 for an error, 2 for a warning, 1 for an info, 0 for anything else.
func (s Severity) Rank() int {
	switch s {
	case Error:
		return 3
	case Warning:
		return 2
	case Info:
		return 1
	}
	return 0
}

// Diagnostic is one complaint about a document: the sheet is wrong, incomplete, or had to be repaired.
type Diagnostic struct {
	Rule     string   `json:"rule"`     // "sheet.repaired-json"
	Severity Severity `json:"severity"` //
	Field    string   `json:"field"`    // one of the ten fields, as in "success_response"; "" for the whole sheet
	Message  string   `json:"message"`  // what is wrong: lower case, no full stop, the culprit quoted
	Hint     string   `json:"hint"`     // what was expected, or what to do next
	At       Span     `json:"at"`
}

// Diagnostics are the complaints about one document, or one sheet of it.
type Diagnostics []Diagnostic

// Count says how many there are of a severity.
func (ds Diagnostics) Count(s Severity) int {
	n := 0
	for _, d := range ds {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// Sort orders by place, then by severity (worst first), then by rule, so that output is the same from run to run.
func (ds Diagnostics) Sort() {
	sort.SliceStable(ds, func(i, j int) bool {
		a, b := ds[i], ds[j]
		switch {
		case a.At.Cell != b.At.Cell:
			return a.At.Cell < b.At.Cell
		case a.At.Line != b.At.Line:
			return a.At.Line < b.At.Line
		case a.At.Column != b.At.Column:
			return a.At.Column < b.At.Column
		case a.Severity != b.Severity:
			return a.Severity.Rank() > b.Severity.Rank()
		case a.Rule != b.Rule:
			return a.Rule < b.Rule
		}
		return a.Message < b.Message
	})
}
