package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Diagnose makes a diagnostic of a rule, with the rule's own severity. The field is "" for the whole sheet or document. Where hint is
// empty the rule's fix stands in, so that every complaint says what to do next. A rule that does not exist is a mistake of ours: the
// diagnostic is then an error that names it.
func Diagnose(rule string, field probe.Field, at source.Span, message, hint string) source.Diagnostic {
	r, ok := probe.RuleByID(rule)
	if !ok {
		r = probe.Rule{Severity: source.Error, Fix: "please report the unknown rule as a bug"}
	}
	if hint == "" {
		hint = r.Fix
	}
	return source.Diagnostic{Rule: rule, Severity: r.Severity, Field: string(field), Message: readable(message), Hint: readable(hint), At: at}
}

// maxSentence is how long a message or a hint may be, in bytes: what a document holds is quoted in it, whatever its size.
const maxSentence = 1000

// readable cuts the middle out of what nobody could read.
func readable(s string) string {
	if len(s) <= maxSentence {
		return s
	}
	head, tail := s[:maxSentence*3/4], s[len(s)-maxSentence/4:]
	return strings.ToValidUTF8(head, "") + " ... " + strings.ToValidUTF8(tail, "")
}

// Note is Diagnose with a severity of its own, for the cases of a rule that weigh less, or more, than the rule does as a whole.
func Note(severity source.Severity, rule string, field probe.Field, at source.Span, message, hint string) source.Diagnostic {
	d := Diagnose(rule, field, at, message, hint)
	d.Severity = severity
	return d
}
