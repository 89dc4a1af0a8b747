package sheet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const codeRule = "sheet.code-not-in-table"

// lintCodesInTable compares the codes that the examples carry with the rows of field 10, each code once. A table that lists no code of a
// kind says nothing about that kind: "200, 404" neither lists nor rules out the business codes in the bodies.
func lintCodesInTable(l *linter) {
	seen := map[string]bool{}
	check := func(code, kind string, field probe.Field, at source.Span) {
		if code == "" || seen[code] || InTable(code, l.StatusCodes) || !hasKind(l.StatusCodes, kind) {
			return
		}
		seen[code] = true
		l.codeNotInTable(code, field, at)
	}
	eachResponse(l.Sheet, func(r probe.Response, field probe.Field) {
		kind := CodeKind(r.Code)
		if !hasKind(l.StatusCodes, probe.KindHTTP) || r.HTTPStatus != nil {
			// The body repeats its HTTP status, or holds a number that only looks like one.
			kind = probe.KindBusiness
		}
		if !mirrorsStatus(r) {
			check(r.Code, kind, field, codeAt(r, l.StatusCodes))
		}
		if r.HTTPStatus != nil && !tiesStatus(l.StatusCodes, *r.HTTPStatus) {
			check(strconv.Itoa(*r.HTTPStatus), probe.KindHTTP, field, r.At)
		}
	})
}

// tiesStatus says that a row ties the HTTP status to its business code: then it needs no row of its own.
func tiesStatus(table []probe.StatusCode, status int) bool {
	return slices.ContainsFunc(table, func(c probe.StatusCode) bool { return c.HTTPStatus == status })
}

// codeNotInTable weighs an error code more than a success code: tables of "error codes" rightly leave the success out.
func (l *linter) codeNotInTable(code string, field probe.Field, at source.Span) {
	hint := "ask the API owner whether the example or the status codes are right"
	if guess := l.alike(code); guess != "" {
		hint = fmt.Sprintf("the status codes list %q: ask the API owner which spelling is right", guess)
	}
	message := fmt.Sprintf("code %q is not among the status codes", code)
	if field == probe.FieldSuccessResponse {
		l.note(source.Warning, codeRule, field, at, message, hint)
		return
	}
	l.report(codeRule, field, at, message, hint)
}

// alike finds the row that differs from a code in letter case, separators or leading zeros only.
func (l *linter) alike(code string) string {
	plain := func(s string) string { return strings.TrimLeft(Fold(s), "0") }
	for _, row := range l.StatusCodes {
		if plain(row.Code) == plain(code) {
			return row.Code
		}
	}
	return ""
}

func hasKind(table []probe.StatusCode, kind string) bool {
	return slices.ContainsFunc(table, func(c probe.StatusCode) bool { return c.Kind == kind })
}

// mirrorsStatus says that the code in the body is nothing but the HTTP status again.
func mirrorsStatus(r probe.Response) bool {
	return r.HTTPStatus != nil && r.Code == strconv.Itoa(*r.HTTPStatus)
}

// codeAt is the place of the code within an answer, or of the answer where the code stands beside the body.
func codeAt(r probe.Response, table []probe.StatusCode) source.Span {
	if code, v := BusinessCode(r.Body.Value, table); code == r.Code && v != nil && !v.At().IsZero() {
		return v.At()
	}
	return r.At
}

func eachResponse(s *probe.Sheet, visit func(r probe.Response, field probe.Field)) {
	for _, r := range s.Success {
		visit(r, probe.FieldSuccessResponse)
	}
	for _, r := range s.Errors {
		visit(r, probe.FieldErrorResponse)
	}
}

// lintCodesUnused mentions rows of field 10 that no example carries. An HTTP status counts as carried as long as no answer says which one
// it comes with.
func lintCodesUnused(l *linter) {
	carried := map[string]bool{}
	tied := false
	eachResponse(l.Sheet, func(r probe.Response, _ probe.Field) {
		carried[r.Code] = true
		if r.HTTPStatus != nil {
			tied = true
			carried[strconv.Itoa(*r.HTTPStatus)] = true
		}
		eachScalar(r.Body.Value, "", 0, func(_ string, v *nearjson.Value) { carried[v.Text] = true })
	})
	for _, row := range l.StatusCodes {
		if carried[row.Code] || row.Kind == probe.KindHTTP && !tied {
			continue
		}
		carried[row.Code] = true
		l.report("sheet.code-unused", probe.FieldStatusCodes, l.rowAt(row), fmt.Sprintf("no example carries code %q", row.Code), "")
	}
}

func (l *linter) rowAt(row probe.StatusCode) source.Span {
	if row.At.IsZero() {
		return l.at(probe.FieldStatusCodes)
	}
	return row.At
}

// lintTable complains about a table that leaves a question open: which HTTP status a business code comes with, or which of two meanings
// a code has.
func lintTable(l *linter) {
	tied := false
	eachResponse(l.Sheet, func(r probe.Response, _ probe.Field) { tied = tied || r.HTTPStatus != nil })
	if len(l.StatusCodes) > 0 && !hasKind(l.StatusCodes, probe.KindHTTP) && !tied {
		l.report("sheet.ambiguous", probe.FieldStatusCodes, l.at(probe.FieldStatusCodes), "business codes are listed and no HTTP status",
			"ask the API owner which HTTP status comes with which code; until then 2xx is expected of a success, and anything but 5xx of an error")
	}
	meaning := map[string]string{}
	for _, row := range l.StatusCodes {
		first, ok := meaning[row.Code]
		if !ok {
			meaning[row.Code] = row.Message
			continue
		}
		if Fold(first) != Fold(row.Message) {
			l.report("sheet.ambiguous", probe.FieldStatusCodes, l.rowAt(row), fmt.Sprintf("code %q means %q here and %q before", row.Code, row.Message, first), "")
		}
	}
}

// lintOutcomes asks whether success and error can be told apart at all.
func lintOutcomes(l *linter) {
	if !slices.ContainsFunc(l.Errors, says) {
		if !l.explained(probe.FieldErrorResponse) {
			l.report("sheet.no-error-response", probe.FieldErrorResponse, l.at(probe.FieldErrorResponse), "no error response is documented", "")
		}
		return
	}
	for _, e := range l.Errors {
		same := func(s probe.Response) bool { return !toldApart(s, e) }
		if slices.ContainsFunc(l.Success, same) && (!l.tableTellsApart() || l.listsBusinessCode(e.Code)) {
			l.report("sheet.same-success-and-error", probe.FieldErrorResponse, e.At, "nothing but its wording tells this error response from a success response", "")
		}
	}
}

// listsBusinessCode says that field 10 gives the code one meaning, so that an answer of the other outcome cannot carry it too, whatever its
// HTTP status.
func (l *linter) listsBusinessCode(code string) bool {
	return CodeKind(code) == probe.KindBusiness && InTable(code, l.StatusCodes)
}

// tableTellsApart says that field 10 lists HTTP statuses of both outcomes, so that the status tells what the bodies do not.
func (l *linter) tableTellsApart() bool {
	has := func(first string) bool {
		return slices.ContainsFunc(l.StatusCodes, func(c probe.StatusCode) bool {
			return c.Kind == probe.KindHTTP && strings.HasPrefix(c.Code, first)
		})
	}
	return has("2") && (has("4") || has("5"))
}

// toldApart says that an answer can be recognised as the one and not the other: by HTTP status, by code, by a flag, or by its shape.
func toldApart(success, failure probe.Response) bool {
	a, b := success, failure
	switch {
	case !says(a) || !says(b):
		return true // there is nothing to compare, which other rules say
	case a.HTTPStatus != nil && b.HTTPStatus != nil && *a.HTTPStatus != *b.HTTPStatus:
		return true
	case a.Code != b.Code:
		return true
	case a.Body.Value == nil || b.Body.Value == nil:
		return (a.Body.Value == nil) != (b.Body.Value == nil) || strings.TrimSpace(a.Body.Text) != strings.TrimSpace(b.Body.Text)
	}
	return differs(a.Body.Value, b.Body.Value, "", 0)
}

// Keys that hold a flag or a verdict, folded, beside those that hold a code. Any boolean counts as a flag.
var flagKeys = []string{"success", "successful", "issuccess", "issuccessful", "ok", "flag", "valid", "isvalid", "haserror", "iserror", "failed", "type", "outcome", "verdict"}

// differs compares two answers by their keys and types, and by the values that carry a verdict. Messages, ids and times differ from answer
// to answer and tell nothing.
func differs(a, b *nearjson.Value, key string, depth int) bool {
	const deepest = 50
	switch {
	case depth > deepest:
		return false
	case a.Kind != b.Kind || a.Template != b.Template || a.Open != b.Open:
		return true
	}
	switch a.Kind {
	case nearjson.Object:
		return objectsDiffer(a, b, depth)
	case nearjson.Array:
		if len(a.Items) == 0 || len(b.Items) == 0 {
			return len(a.Items) != len(b.Items)
		}
		return differs(a.Items[0], b.Items[0], key, depth+1)
	case nearjson.Bool:
		return a.Text != b.Text
	}
	return carriesVerdict(key) && a.Text != b.Text
}

func objectsDiffer(a, b *nearjson.Value, depth int) bool {
	if len(a.Members) != len(b.Members) {
		return true
	}
	other := make(map[string]*nearjson.Value, len(b.Members))
	for _, m := range b.Members {
		other[m.Key] = m.Value
	}
	for _, m := range a.Members {
		if other[m.Key] == nil || differs(m.Value, other[m.Key], Fold(m.Key), depth+1) {
			return true
		}
	}
	return false
}

func carriesVerdict(folded string) bool {
	return isSureCodeKey(folded) || slices.ContainsFunc([][]string{codeKeys, weakCodeKeys, flagKeys}, func(keys []string) bool { return slices.Contains(keys, folded) })
}
