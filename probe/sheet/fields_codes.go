package sheet

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// maxCodes is how many status codes one sheet may list.
const maxCodes = 5000

// statusCodes takes in the value of the status codes: rows, several in one line, or an object of codes and messages.
func (a *assembler) statusCodes(value source.Text) {
	if value.Len() == 0 || IsNone(value.String()) {
		return
	}
	if strings.HasPrefix(value.String(), "{") {
		if r, err := nearjson.Parse(value); err == nil && r.Value != nil && r.Value.Kind == nearjson.Object {
			for i, m := range r.Value.Members {
				a.addCode(codeRow{code: m.Key, message: m.Value.Text, at: r.Value.KeyAt(i)})
			}
			a.reportRepairs(probe.FieldStatusCodes, r)
			return
		}
	}
	unread := a.codeLines(textLines(value))
	if len(a.sheet.StatusCodes) == 0 {
		for _, row := range statusesInProse(unread) {
			a.addCode(row)
		}
	}
	if len(a.sheet.StatusCodes) == 0 && unread.Len() > 0 {
		a.place(probe.FieldStatusCodes, unread.At())
		a.note(Diagnose("sheet.ambiguous", probe.FieldStatusCodes, unread.At(), "no status code can be read from "+quoteShort(unread.String()),
			`write one code per line, as in "ERR001  Request Failed"`))
	}
}

// codeLines reads rows, and codes with their message on the next line. It returns the first line that is neither.
func (a *assembler) codeLines(lines []source.Text) (unread source.Text) {
	var lone source.Text // a code that waits for its message
	flush := func(message string) {
		if lone.Len() > 0 {
			a.addCode(newRow(lone, lone.String(), message))
		}
		lone = source.Text{}
	}
	var table codeTable
	forms := FormsOf(a.answers...)
	for _, line := range lines {
		line = line.TrimSpace()
		rows := codeRows(line)
		if row, ok := table.row(line); ok {
			rows = []codeRow{row}
		} else if row, ok := forms.row(line); ok && len(rows) == 0 {
			rows = []codeRow{row}
		}
		switch {
		case line.Len() == 0:
		case IsColumnTitles(line):
			table.titles(line)
		case len(rows) > 0:
			flush("")
			for _, row := range rows {
				a.addCode(row)
			}
		case IsLoneCode(line), forms.IsLone(line):
			flush("")
			lone = line
		case lone.Len() > 0:
			flush(line.String())
		case unread.Len() == 0:
			unread = line
		}
	}
	flush("")
	return unread
}

// statusesInProse reads "The API returns 200 for success, and 404 when there is no such order": HTTP statuses, each with the words up to the
// next one or the end of its clause.
func statusesInProse(line source.Text) []codeRow {
	var rows []codeRow
	s := line.String()
	isDigit := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }
	for i := 0; i+3 <= len(s); i++ {
		if CodeKind(s[i:i+3]) != probe.KindHTTP || isDigit(i-1) || isDigit(i+3) || i > 0 && isWordByte(s[i-1]) {
			continue
		}
		rest := s[i+3:]
		if end := strings.IndexAny(rest, ",;.0123456789"); end >= 0 {
			rest = rest[:end]
		}
		words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(rest), " and"))
		for len(words) > 0 && slices.Contains([]string{"for", "when", "if", "means", "is", "in", "case", "of", "on", "-", "=", ":"}, words[0]) {
			words = words[1:]
		}
		rows = append(rows, newRow(line.Slice(i, i+3), s[i:i+3], strings.Join(words, " ")))
	}
	return rows
}

// codeTable knows by the titles of a table which column holds what.
type codeTable struct{ width, code, http, message int }

func (t *codeTable) titles(line source.Text) {
	cols := columns(trimBullet(line))
	*t = codeTable{width: len(cols), code: -1, http: -1, message: -1}
	for i, col := range cols {
		switch title := Fold(col.String()); {
		case strings.Contains(title, "http"), title == "status", title == "statuscode" && t.code >= 0:
			t.http = i
		case t.code < 0 && strings.Contains(title, "code"):
			t.code = i
		case t.message < 0 && !strings.HasPrefix(title, "s") && title != "no":
			t.message = i
		}
	}
	if t.code < 0 {
		t.code, t.http = t.http, -1
	}
}

// row reads a row by its columns. Tables of two columns need no titles.
func (t *codeTable) row(line source.Text) (codeRow, bool) {
	cols := columns(trimBullet(line))
	if t.width < 3 || len(cols) != t.width || t.code < 0 || t.message < 0 {
		return codeRow{}, false
	}
	code := unquote(cols[t.code]).String()
	if !isCode(code, true) {
		return codeRow{}, false
	}
	if t.http >= 0 && CodeKind(cols[t.http].String()) == probe.KindHTTP {
		return tied(line, code, cols[t.http].String(), unquote(cols[t.message]).String()), true
	}
	return newRow(line, code, unquote(cols[t.message]).String()), true
}

// IsLoneCode says that a line is nothing but a business code; its message may stand below it.
func IsLoneCode(line source.Text) bool {
	s := strings.TrimSpace(line.String())
	return isCode(s, true) && hasDigit(s) && !isDigits(s) && s == strings.ToUpper(s)
}

func (a *assembler) addCode(row codeRow) {
	if len(a.sheet.StatusCodes) == maxCodes {
		return
	}
	if row.http != 0 {
		if a.http == nil {
			a.http = map[string]int{}
		}
		a.http[row.code] = row.http
	}
	a.place(probe.FieldStatusCodes, row.at)
	a.sheet.StatusCodes = append(a.sheet.StatusCodes, probe.StatusCode{Code: row.code, Message: row.message, HTTPStatus: row.http, At: row.at})
}

// codeRow is one row of the status codes.
type codeRow struct {
	code, message string
	http          int // the HTTP status that a column of its own ties to a business code; 0 for none
	at            source.Span
}

// IsCodeRow says that a line is a row of the status codes, or several.
func IsCodeRow(line source.Text) bool { return len(codeRows(line)) > 0 }

// codeRows reads a line: one row, or several that commas or semicolons part.
func codeRows(line source.Text) []codeRow {
	line = trimBullet(line)
	if IsColumnTitles(line) {
		return nil
	}
	if row, ok := oneCode(line); ok && !strings.ContainsAny(row.message, ",;") && !strings.Contains(row.message, " and ") && !strings.Contains(row.message, " / ") {
		return []codeRow{row}
	}
	if code := withoutCodeWord(line); code.Len() < line.Len() && CodeKind(code.String()) == probe.KindHTTP { // "Status Code: 404"
		return []codeRow{newRow(line, code.String(), "")}
	}
	var rows []codeRow
	s := line.String()
	for start, i := 0, 0; i <= len(s); i++ {
		and := strings.HasPrefix(s[i:], " and ")
		if i < len(s) && s[i] != ',' && s[i] != ';' && s[i] != '/' && !and {
			continue
		}
		piece := line.Slice(start, i).TrimSpace()
		row, ok := oneCode(piece)
		if !ok && isCode(piece.String(), true) && !isRestOfMessage(rows, piece.String()) {
			row, ok = codeRow{code: piece.String(), at: piece.At()}, true
		}
		if !ok || !strings.ContainsAny(row.code, "0123456789") {
			rows = nil
			break
		}
		rows = append(rows, row)
		if start = i + 1; and {
			start += len("and ")
		}
	}
	if len(rows) > 1 || len(rows) == 1 && rows[0].message == "" && CodeKind(rows[0].code) == probe.KindHTTP {
		return rows
	}
	if row, ok := oneCode(line); ok {
		return []codeRow{row}
	}
	return nil
}

// isRestOfMessage says that what stands behind a code and its message belongs to the message: "E08 must be between 6 and 60". An HTTP status does not.
func isRestOfMessage(rows []codeRow, piece string) bool {
	return len(rows) > 0 && rows[len(rows)-1].message != "" && CodeKind(piece) != probe.KindHTTP
}

// oneCode reads "CODE   message", "CODE - message", "CODE: message", "CODE message" and "message - CODE".
func oneCode(t source.Text) (codeRow, bool) {
	if n := Numbering(t.String()); n > 0 {
		if row, ok := oneCode(t.Slice(n, t.Len())); ok && strings.ContainsAny(row.code, "0123456789") && !isDigits(strings.Fields(t.String())[0]) {
			return row, true
		}
	}
	t = withoutCodeWord(t)
	if cols := columns(t); len(cols) >= 2 {
		if row, ok := fromColumns(t, cols); ok {
			return row, true
		}
	}
	if left, right, ok := splitPair(t); ok {
		code, message := unquote(left), unquote(right)
		if isCode(code.String(), true) {
			return newRow(t, code.String(), message.String()), true
		}
		if isCode(message.String(), true) && hasDigit(message.String()) && !hasDigit(code.String()) && len(strings.Fields(code.String())) <= 8 {
			return newRow(t, message.String(), code.String()), true
		}
	}
	word, rest, ok := strings.Cut(t.String(), " ")
	if code, message, two := strings.Cut(strings.TrimSpace(rest), " "); two && CodeKind(word) == probe.KindHTTP && isCode(code, false) && !isDigits(code) && !isReasonName(code) {
		return tied(t, code, word, message), true // "404 FLT-404 Flight not found", "400 BAD_DATE no such day"
	}
	if message := strings.TrimSpace(rest); ok && isCode(word, false) && startsMessage(message) {
		return newRow(t, word, message), true
	}
	return codeRow{}, false
}

// isReasonName says that a word is the name that HTTP gives a status, written as a code: BAD_REQUEST.
func isReasonName(word string) bool {
	for status := http.StatusContinue; status < 600; status++ {
		if name := http.StatusText(status); name != "" && Fold(name) == Fold(word) {
			return true
		}
	}
	return false
}

func newRow(t source.Text, code, message string) codeRow {
	message = strings.TrimSpace(message)
	message = message[leadingMark(message):] // "0     - Success"
	if inner, ok := strings.CutPrefix(message, "("); ok && strings.HasSuffix(inner, ")") {
		message = strings.TrimSuffix(inner, ")")
	}
	message = strings.Join(strings.Fields(message), " ")
	for _, word := range []string{"for ", "means ", "stands for "} {
		message = strings.TrimPrefix(message, word)
	}
	row := codeRow{code: code, message: message, at: t.At()}
	if CodeKind(code) != probe.KindHTTP {
		row.message, row.http = withoutTie(message)
	}
	return row
}

// withoutTie takes the HTTP status that a message names in parentheses out of it: "card unknown (HTTP 404)".
func withoutTie(message string) (rest string, status int) {
	for from := 0; ; {
		open := strings.IndexAny(message[from:], "([")
		if open < 0 {
			return message, 0
		}
		open += from
		end := strings.IndexAny(message[open:], ")]")
		if end < 0 {
			return message, 0
		}
		if status, ok := statusLine(message[open+1 : open+end]); ok && namesHTTP(message[open+1:open+end]) {
			return strings.Join(strings.Fields(message[:open]+message[open+end+1:]), " "), status
		}
		from = open + end
	}
}

// namesHTTP says that words are about the HTTP status, and not about a number of some other kind.
func namesHTTP(words string) bool {
	lower := strings.ToLower(words)
	return strings.Contains(lower, "http") || strings.Contains(lower, "status")
}

// leadingMark is how many bytes of a message are the mark that parts it from its code, with the blanks behind it: blanks before the mark make a
// column of it.
func leadingMark(s string) int {
	rest := strings.TrimLeft(s, "-–—=:>→")
	text := strings.TrimLeftFunc(rest, unicode.IsSpace)
	if rest == s || text == rest || text == "" {
		return 0
	}
	return len(s) - len(text)
}

// fromColumns reads a row of a table. Where it has a business code and an HTTP status, the status is tied to the code.
func fromColumns(t source.Text, cols []source.Text) (codeRow, bool) {
	if first := cols[0].String(); len(cols) >= 3 && isDigits(strings.Trim(first, ".)")) && len(first) <= 3 && CodeKind(first) != probe.KindHTTP && isCode(unquote(cols[1]).String(), true) {
		cols = cols[1:] // a running number
	}
	first, second := unquote(cols[0]).String(), unquote(cols[1]).String()
	last := unquote(cols[len(cols)-1]).String()
	switch {
	case len(cols) >= 3 && isCode(first, true) && CodeKind(second) == probe.KindHTTP:
		return tied(t, first, second, last), true
	case len(cols) >= 3 && CodeKind(first) == probe.KindHTTP && isCode(second, true) && hasDigit(second):
		return tied(t, second, first, last), true
	case isCode(first, true):
		return newRow(t, first, second), true
	case isCode(second, true) && hasDigit(second) && !hasDigit(first):
		return newRow(t, second, first), true
	}
	return codeRow{}, false
}

func tied(t source.Text, code, status, message string) codeRow {
	row := newRow(t, code, message)
	if CodeKind(code) != probe.KindHTTP {
		row.http, _ = strconv.Atoi(status)
	}
	return row
}

// withoutCodeWord cuts off what only says that a code follows: "HTTP 200 - OK", "Status Code: 404".
func withoutCodeWord(t source.Text) source.Text {
	for range 3 {
		s := t.String()
		end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ':' || r == '：' })
		if end <= 0 {
			return t
		}
		switch strings.ToLower(s[:end]) {
		case "http", "status", "code", "http/1.1", "error":
		default:
			return t
		}
		rest := strings.TrimLeft(s[end:], " :：-\t\u00a0")
		word := strings.FieldsFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || r == ':' })
		if len(word) == 0 || !isCode(word[0], false) && !isStatusWord(word[0]) {
			return t
		}
		t = t.Slice(len(s)-len(rest), len(s))
	}
	return t
}

// isCode says that a word can be a code: digits, or capitals with digits or underscores. Behind a clear mark capitals alone, a sign and
// a single digit will do as well.
func isCode(s string, marked bool) bool {
	if s == "" || len(s) > 40 || isYear(s) && !marked {
		return false
	}
	digits, upper, lower, other := 0, 0, 0, 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case unicode.IsUpper(r), r == '_':
			upper++
		case unicode.IsLower(r):
			lower++
		case strings.ContainsRune("-./", r) && (i > 0 || r == '-'):
			other++
		default:
			return false
		}
	}
	switch {
	case digits == len(s):
		return marked || digits >= 3
	case strings.HasSuffix(s, ".") || strings.Count(s, ".") > 2:
		return false
	case digits > 0:
		return upper > 0 || marked || lower == 2 && strings.HasSuffix(s, "xx")
	}
	return upper >= 2 && lower == 0 && (marked || strings.Contains(s, "_")) && !beginsSheet(s)
}

// beginsSheet says that a word in capitals is a label under which no code stands: "API: Track a parcel", "URL: https://...".
func beginsSheet(s string) bool {
	l, ok := lookupSingle(s)
	return ok && (l.Field == probe.FieldName || l.Field == probe.FieldMethod || l.Field == probe.FieldURL || l.Field == probe.FieldHeaders)
}

func isYear(s string) bool { return len(s) == 4 && isDigits(s) && (s[:2] == "19" || s[:2] == "20") }

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// startsMessage says that words can be the message of a code: they start with a letter or a bracket.
func startsMessage(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) || r == '(' || r == '"'
}
