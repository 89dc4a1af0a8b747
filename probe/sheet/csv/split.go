package csv

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// cell is one cell of a row.
type cell struct {
	text   source.Text
	quoted bool
}

// scanner cuts a text into cells. Every byte is looked at a bounded number of times: what was searched for in vain is not searched for again.
type scanner struct {
	text      source.Text
	s         string
	at        int
	delimiter byte
	// From where on it is worth looking for the end of a quoted cell, and of JSON without quotes.
	quotesFrom, bracketsFrom int
	line, failed             int  // the end of the line that was searched last, and how often in vain
	crowded                  bool // a cell held more quotation marks than are read
}

// maxMarks is how many quotation marks within one cell are undone: each costs a piece of text that knows its place.
const maxMarks = 1 << 17

// split cuts a text into rows of cells, and returns what lies beyond the given number of rows. Empty lines are rows without cells.
// crowded says that a cell held too many quotation marks to be read.
func split(text source.Text, delimiter byte, rows int) (table [][]cell, rest source.Text, crowded bool) {
	c := scanner{text: text, s: text.String(), delimiter: delimiter}
	if separatorLine(c.s) != 0 {
		c.at = strings.IndexByte(c.s, '\n') + 1
		if c.at == 0 {
			return nil, source.Text{}, false
		}
	}
	for c.at < len(c.s) {
		if len(table) == rows {
			return table, text.Slice(c.at, text.Len()), c.crowded
		}
		table = append(table, c.row())
	}
	return table, source.Text{}, c.crowded
}

// row reads up to the end of a line that stands in no cell.
func (c *scanner) row() []cell {
	var row []cell
	for {
		if next := c.cell(); len(row) <= maxColumns {
			row = append(row, next)
		}
		if c.at >= len(c.s) {
			break
		}
		if c.s[c.at] == c.delimiter {
			c.at++
			continue
		}
		if c.s[c.at] == '\r' && strings.HasPrefix(c.s[c.at+1:], "\n") {
			c.at++
		}
		c.at++
		break
	}
	if len(row) == 1 && row[0].text.IsBlank() {
		return nil
	}
	return row
}

// cell reads up to a delimiter or the end of a line.
func (c *scanner) cell() cell {
	start := c.at
	for start < len(c.s) && (c.s[start] == ' ' || c.s[start] == '\t' && c.delimiter != '\t') {
		start++
	}
	if start < len(c.s) {
		switch c.s[start] {
		case '"':
			if text, end, ok := c.quoted(start); ok {
				c.at = end
				return cell{text: text, quoted: true}
			}
		case '{', '[':
			if end := c.balanced(start); end > 0 {
				end += c.plain(end)
				c.at = end
				return cell{text: c.text.Slice(start, end).TrimSpace()}
			}
		}
	}
	end := c.at + c.plain(c.at)
	text := c.text.Slice(c.at, end)
	c.at = end
	return cell{text: text}
}

// plain counts the bytes up to the next delimiter or line end.
func (c *scanner) plain(from int) int {
	n := strings.IndexAny(c.s[from:], string(c.delimiter)+"\r\n")
	if n < 0 {
		return len(c.s) - from
	}
	return n
}

// ends says that a cell may end at a byte: only blanks stand before the next delimiter or line end, whose place it returns.
func (c *scanner) ends(at int) (int, bool) {
	for at < len(c.s) && (c.s[at] == ' ' || c.s[at] == '\t' && c.delimiter != '\t') {
		at++
	}
	return at, at == len(c.s) || c.s[at] == c.delimiter || c.s[at] == '\r' || c.s[at] == '\n'
}

// quoted reads a cell in quotes that opens at a byte.
func (c *scanner) quoted(open int) (text source.Text, end int, ok bool) {
	if open < c.quotesFrom {
		return source.Text{}, 0, false
	}
	if text, end, ok = c.undoubled(open); ok {
		return text, end, true
	}
	style, runs, from := byte(0), []source.Run(nil), open+1
	keep := func(to int) {
		if to > from {
			piece := c.text.Slice(from, to)
			runs = append(runs, source.Run{Text: piece.String(), From: piece})
		}
	}
	isJSON := startsJSON(c.s[open+1:])
	for i := open + 1; i < len(c.s); i++ {
		next := strings.IndexAny(c.s[i:], `"\`)
		if next < 0 {
			break
		}
		i += next
		if c.crowded = c.crowded || len(runs) > maxMarks; c.crowded {
			break
		}
		after := c.s[i+1:]
		switch {
		case c.s[i] == '\\':
			if isJSON && style != '"' && strings.HasPrefix(after, `"`) {
				keep(i)
				style, from = '\\', i+1
			}
			if style == '\\' && after != "" {
				i++
			}
		case strings.HasPrefix(after, `"`): // doubled
			style = '"'
			keep(i + 1)
			i++
			from = i + 1
		default:
			if end, ok := c.ends(i + 1); ok {
				keep(i)
				if len(runs) == 1 {
					return runs[0].From, end, true
				}
				return source.Compose(runs), end, true
			}
		}
	}
	c.quotesFrom = len(c.s)
	return source.Text{}, 0, false
}

// undoubled reads JSON in quotes whose own quotes were not doubled: the cell ends where its brackets are closed and a quote follows.
func (c *scanner) undoubled(open int) (source.Text, int, bool) {
	inner := c.s[open+1:]
	if !startsJSON(inner) {
		return source.Text{}, 0, false
	}
	if first := strings.IndexByte(inner, '"'); first < 0 || strings.HasPrefix(inner[first:], `""`) || first > 0 && inner[first-1] == '\\' {
		return source.Text{}, 0, false
	}
	end := c.balanced(open + 1 + strings.IndexAny(inner, "{["))
	if end < 0 || !strings.HasPrefix(strings.TrimLeft(c.s[end:min(len(c.s), end+80)], " \r\n\t"), `"`) {
		return source.Text{}, 0, false
	}
	closer := end + strings.IndexByte(c.s[end:], '"')
	after, ok := c.ends(closer + 1)
	return c.text.Slice(open+1, closer), after, ok
}

func startsJSON(s string) bool {
	s = strings.TrimLeft(s[:min(len(s), 200)], " \r\n\t")
	return s != "" && (s[0] == '{' || s[0] == '[')
}

// balanced is the byte behind the bracket that closes the one at open; -1 where it is not closed on its line or, where the line goes on with
// JSON, soon after it. Brackets in strings do not count.
func (c *scanner) balanced(open int) int {
	const longest, tries = 1 << 18, 8
	if open >= c.line {
		c.line, c.failed = len(c.s), 0
		if n := strings.IndexAny(c.s[open:], "\r\n"); n >= 0 {
			c.line = open + n
		}
	}
	if c.failed >= tries {
		return -1
	}
	if end := c.closer(open, min(c.line, open+longest)); end > 0 {
		return end
	}
	c.failed++
	last := strings.TrimRight(c.s[max(open, c.line-100):c.line], " \t")
	if open < c.bracketsFrom || last == "" || strings.IndexByte("{[,", last[len(last)-1]) < 0 {
		return -1
	}
	limit := min(len(c.s), open+longest)
	if end := c.closer(open, limit); end > 0 {
		return end
	}
	c.bracketsFrom = limit
	return -1
}

// closer is the byte behind the bracket that closes the one at open; -1 where there is none before the limit.
func (c *scanner) closer(open, limit int) int {
	depth := 0
	for i := open; i < limit; i++ {
		switch c.s[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			if end := stringEnd(c.s[i+1 : limit]); end >= 0 {
				i += end + 1
			}
		}
	}
	return -1
}

// stringEnd is the byte of the quote that ends a string on its line; -1 where there is none.
func stringEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		case '\r', '\n':
			return -1
		}
	}
	return -1
}

// rejoin puts cells together again that a delimiter within their text has parted: rows that have more cells than the titles.
func rejoin(rows [][]cell) {
	titles := -1
	for i, row := range rows {
		labels := 0
		for _, c := range row {
			if _, ok := labelOf(c); ok {
				labels++
			}
		}
		if labels >= 3 {
			titles = i
			continue
		}
		if titles >= 0 && len(row) > len(rows[titles]) && len(row) <= maxColumns {
			rows[i] = joinOverflow(rows[titles], row)
		}
	}
}

// joinOverflow puts those neighbours together that leave the most cells under a title that they fit.
func joinOverflow(titles, row []cell) []cell {
	for len(row) > len(titles) && row[len(row)-1].text.IsBlank() { // delimiters at the end of the row
		row = row[:len(row)-1]
	}
	extra := len(row) - len(titles)
	if extra <= 0 {
		return row
	}
	best, score := -1, -1
	for p := range titles {
		if !canJoin(row[p : p+extra+1]) {
			continue
		}
		if n := fit(titles, row, p, extra); n > score {
			best, score = p, n
		}
	}
	if best < 0 {
		return row
	}
	joined := append([]cell{}, row[:best]...)
	joined = append(joined, cell{text: row[best].text.Join(row[best+extra].text)})
	return append(joined, row[best+extra+1:]...)
}

// canJoin says that no cell was quoted: what stands in quotes is whole.
func canJoin(cells []cell) bool {
	for _, c := range cells {
		if c.quoted {
			return false
		}
	}
	return true
}

// fit judges the row in which the cells from p on are one.
func fit(titles, row []cell, p, extra int) int {
	const proof, json, blank = 100, 50, 1
	n := 0
	if s := strings.TrimSpace(row[p].text.String()); s != "" && (s[0] == '{' || s[0] == '[') {
		n += json
	}
	for _, c := range row[p+1 : p+extra+1] {
		if strings.HasPrefix(c.text.String(), " ") { // a comma of prose
			n += blank
		}
	}
	for i, title := range titles {
		j := i
		switch {
		case i == p:
			continue
		case i > p:
			j += extra
		}
		if l, ok := labelOf(title); ok && isValue(row[j].text.String()) {
			n += proof * b2i(fits(l, strings.TrimSpace(row[j].text.String())))
		}
	}
	return n
}

// fits says that a value is of the kind that a title announces.
func fits(l sheet.Label, value string) bool {
	_, isMethod := sheet.Method(value)
	isJSON := value[0] == '{'
	switch l.Field {
	case probe.FieldMethod:
		return isMethod
	case probe.FieldURL:
		return !isMethod && !isJSON
	case probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse:
		return isJSON
	}
	return false
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
