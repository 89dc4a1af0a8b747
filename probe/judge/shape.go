package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func comparesShape(a *answer) bool {
	return comparesBody(a) && a.promise.json && a.value != nil && !a.foreign
}

// checkShape tells what schema.Check found, in the words of the sheet. A missing business code is told as that and not again here.
func checkShape(a *answer) []probe.Finding {
	var findings []probe.Finding
	for _, m := range a.mismatches {
		if a.isToldAsCode(m) || a.isOtherGeometry(m) || isOfMark(m) {
			continue
		}
		f := a.finding("shape."+string(m.Problem), probe.AtBody, identityOf(m)...)
		f.Pointer, f.Documented, f.Observed, f.At = m.Pointer, m.Documented, m.Observed, m.At
		f.Count = max(m.Count, 1)
		f.Message = shapeMessage(a, m)
		if m.Variant {
			f.Hint = "answer as documented, or document this answer as a further one"
		}
		if f.At.IsZero() {
			f.At = a.promise.at(a.judge.sheet)
		}
		if m.Problem == schema.NullValue && m.Pattern == "" {
			f.Severity = source.Error // nothing of what is documented came
		}
		if isFirm(m) {
			f.Severity = source.Error
		} else if m.Optional {
			f.Severity, f.Hint = source.Info, "a key that may be left out is read as null by most callers; ask the API owner to say whether it is"
		} else if doubt := a.doubt(m); doubt != "" {
			f.Severity, f.Why = source.Warning, f.Why+"; no error, because "+doubt
		}
		a.soften(&f)
		findings = append(findings, f)
	}
	return findings
}

// isOfMark says that it is the mark of a masked value that is of no documented make, and nobody knows the value.
func isOfMark(m schema.Mismatch) bool {
	return (m.Problem == schema.WrongFormat || m.Problem == schema.NotInEnum) && len(probe.Marks(m.Observed)) > 0
}

// isFirm says that the promise was stated by hand, and not guessed from an example.
func isFirm(m schema.Mismatch) bool {
	switch m.Problem {
	case schema.Missing:
		return m.Stated
	case schema.WrongFormat, schema.NotInEnum, schema.NullValue, schema.Constraint:
		return m.Shape != nil && m.Shape.Firm
	}
	return false
}

// identityOf is what the sheet says of the place; what came live is left out, so that fingerprints last.
func identityOf(m schema.Mismatch) []string {
	switch m.Problem {
	case schema.Undocumented:
		return []string{m.Pattern}
	case schema.Renamed:
		return []string{parent(m.Pattern), m.Documented}
	}
	return []string{m.Pattern, m.Documented}
}

func (a *answer) isToldAsCode(m schema.Mismatch) bool {
	if m.Problem != schema.Missing && m.Problem != schema.NullValue {
		return false
	}
	for i := range a.judge.tells.places {
		p := &a.judge.tells.places[i]
		if p.pattern() == m.Pattern && p.of(a.promise.outcome).demand {
			v := lookup(a.value, p.path)
			return len(a.missingCode(p, v)) > 0
		}
	}
	return false
}

// shapeMessage says in one sentence what is wrong at the place.
func shapeMessage(a *answer, m schema.Mismatch) string {
	key, whole := lastKey(m.Pattern), a.outcomeInWords()
	if strings.HasSuffix(m.Pattern, "/*") {
		list := m.Pattern
		for strings.HasSuffix(list, "/*") {
			list = strings.TrimSuffix(list, "/*")
		}
		key = "an item of " + lastKey(list)
	}
	switch m.Problem {
	case schema.Missing:
		if m.Variant {
			return fmt.Sprintf("%s has fewer than half of the keys that the sheet documents for %s", key, whole)
		}
		return fmt.Sprintf("%s is missing, and the sheet documents it for %s", key, whole)
	case schema.WrongType:
		return fmt.Sprintf("%s is %s, and the sheet documents %s", key, firstNonEmpty(m.Observed, "of another type"), firstNonEmpty(m.Documented, "another type"))
	case schema.NullValue:
		return fmt.Sprintf("%s is null, and the sheet shows a value", key)
	case schema.Undocumented:
		if strings.HasPrefix(m.Observed, "further keys") {
			return fmt.Sprintf("%s has %s, that are not documented", key, m.Observed)
		}
		return fmt.Sprintf("%s is not documented", key)
	case schema.Renamed:
		return fmt.Sprintf("the answer has %s where the sheet documents %s", firstNonEmpty(m.Observed, key), firstNonEmpty(m.Documented, "another spelling"))
	case schema.WrongFormat:
		return fmt.Sprintf("%s is %s, and the sheet shows %s", key, firstNonEmpty(m.Observed, "of another make"), withArticle(m.Documented))
	case schema.NotInEnum:
		return fmt.Sprintf("%s is %s, and the sheet allows %s", key, m.Observed, m.Documented)
	case schema.Constraint:
		return fmt.Sprintf("%s is %s, and the schema says: %s", key, firstNonEmpty(m.Observed, "otherwise"), m.Documented)
	case schema.Unchecked:
		return fmt.Sprintf("%s could not be compared: the sheet shows nothing to compare with", key)
	}
	return fmt.Sprintf("%s is not as documented", key)
}

// withArticle puts the article before a format, where it takes one: a date, an e-mail address, the format hostname; and seconds since 1970.
func withArticle(format string) string {
	first, _, _ := strings.Cut(format, " ")
	switch {
	case first == "format":
		return "the " + format
	case slices.Contains([]string{"seconds", "milliseconds", "text", "true", "Y"}, first):
		return format
	case slices.Contains([]string{"e-mail", "IPv4", "IPv6"}, first):
		return "an " + format
	}
	return "a " + format
}

func isForeign(a *answer) bool { return a.foreign && !a.settled && !a.layered }

// checkForeign tells once that an error is like none of the documented ones.
func checkForeign(a *answer) []probe.Finding {
	f := a.foreignForm()
	f.At = a.promise.at(a.judge.sheet)
	f.Message = fmt.Sprintf("the error answer (%s) is like none of the documented errors", statusText(a.status))
	f.Hint = "document this answer as a further error response, or answer with a documented one"
	a.soften(&f)
	return []probe.Finding{f}
}

// foreignForm says by which keys, or type, an error is like none of the documented ones.
func (a *answer) foreignForm() probe.Finding {
	rule, what := "shape.missing", "keys "+list(keysOf(a.value), "and")
	if a.value.Kind != nearjson.Object || a.promise.keys() == "" {
		rule, what = "shape.type", a.value.Kind.String()
	}
	f := a.finding(rule, probe.AtBody, "foreign")
	f.Observed, f.Documented = what, firstNonEmpty(a.promise.keys(), a.promise.kinds())
	return f
}
