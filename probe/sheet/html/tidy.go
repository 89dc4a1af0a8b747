package html

import (
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// withoutGutters leaves out the numbers of lines that stand beside an example as a paragraph of their own.
func withoutGutters(pieces []piece) []piece {
	var kept []piece
	for i, p := range pieces {
		besideCode := i+1 < len(pieces) && pieces[i+1].kind == text.Code || i > 0 && pieces[i-1].kind == text.Code
		if p.rows == nil && besideCode && isCount(plain(p.runs)) {
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

// isCount says that a text counts from one: "1 2 3".
func isCount(s string) bool {
	numbers := strings.Fields(s)
	for i, n := range numbers {
		if n != strconv.Itoa(i+1) {
			return false
		}
	}
	return len(numbers) > 0
}

// showsCall says that a button that opens and closes a part of the page shows a call, or the status of an answer: "POST /orders", "404 Not Found".
func (w *walker) showsCall() bool {
	const furthest = 4 << 10
	rest := w.source.Slice(w.at, min(w.at+furthest, w.source.Len())).String()
	end := strings.Index(rest, "</button")
	if end < 0 {
		return false
	}
	words := strings.Fields(withoutTags(rest[:end]))
	if len(words) == 0 {
		return false
	}
	_, method := sheet.Method(words[0])
	return method && len(words) > 1 && strings.HasPrefix(words[1], "/") || sheet.CodeKind(words[0]) == probe.KindHTTP
}

// withoutTags puts blanks in the place of tags.
func withoutTags(s string) string {
	var b strings.Builder
	for s != "" {
		before, tag, _ := strings.Cut(s, "<")
		b.WriteString(before + " ")
		_, s, _ = strings.Cut(tag, ">")
	}
	return b.String()
}

// joinBadges puts a method that stands by itself, as badges do, before the address below it.
func joinBadges(pieces []piece) []piece {
	var joined []piece
	for i := 0; i < len(pieces); i++ {
		p := pieces[i]
		if i+1 < len(pieces) && p.rows == nil && pieces[i+1].rows == nil {
			method, ok := sheet.Method(strings.TrimSpace(plain(p.runs)))
			if next := strings.TrimSpace(plain(pieces[i+1].runs)); ok && isAddress(next) {
				q := pieces[i+1]
				q.runs = append([]source.Run{{Text: method, From: p.runs[0].From}, {Text: " "}}, q.runs...)
				q.kind = p.kind
				joined = append(joined, q)
				i++
				continue
			}
		}
		if n := len(joined); n > 0 && p.summary && joined[n-1].rows == nil { // what the call above it does
			above := &joined[n-1]
			above.kind = text.Heading
			above.runs = append(append(above.runs, source.Run{Text: " – "}), p.runs...)
			continue
		}
		joined = append(joined, p)
	}
	return joined
}

// parameterColumns parts what the pages of Swagger UI put into the first of two cells: name, type and place of a parameter.
func parameterColumns(rows [][]*cell) [][]*cell {
	if len(rows) < 2 || len(rows[0]) != 2 || !strings.EqualFold(plain(rows[0][0].runs), "name") {
		return rows
	}
	title := func(s string) *cell { return &cell{runs: []source.Run{{Text: s}}} }
	parted := [][]*cell{{rows[0][0], title("In"), title("Type"), title("Required"), rows[0][1]}}
	for _, row := range rows[1:] {
		if len(row) != 2 || len(row[0].pieces) < 3 {
			return rows
		}
		parts := row[0].pieces
		place := parts[len(parts)-1].runs
		if s := plain(place); !strings.HasPrefix(s, "(") || !strings.HasSuffix(s, ")") {
			return rows
		}
		name, star, _ := strings.Cut(plain(parts[0].runs), "*")
		required := "no"
		if star != "" || strings.Contains(plain(parts[0].runs), "*") {
			required = "yes"
		}
		first := parts[0].runs[0]
		parted = append(parted, []*cell{
			{runs: []source.Run{{Text: strings.TrimSpace(name), From: first.From}}},
			{runs: []source.Run{{Text: strings.Trim(plain(place), "()"), From: place[0].From}}},
			{runs: parts[1].runs},
			title(required),
			row[1],
		})
	}
	return parted
}

func isAddress(s string) bool {
	lower := strings.ToLower(s[:min(len(s), 8)])
	return !strings.ContainsAny(s, "\n\t ") && (strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") || strings.HasPrefix(s, "/") && len(s) > 1)
}
