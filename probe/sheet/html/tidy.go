package html

import (
	"strconv"
	"strings"

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
		joined = append(joined, p)
	}
	return joined
}

func isAddress(s string) bool {
	lower := strings.ToLower(s[:min(len(s), 8)])
	return !strings.ContainsAny(s, "\n\t ") && (strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") || strings.HasPrefix(s, "/") && len(s) > 1)
}
