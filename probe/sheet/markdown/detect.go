package markdown

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// detect counts what only Markdown has. Bullets, rules and numbered lines are no evidence: plain text has them as well.
func detect(in sheet.Input) int {
	const sample, asMarkdown = 1 << 18, 40 // above pasted text, below the native form
	doc, err := in.Decode()
	if err != nil {
		return 0
	}
	s := doc.Text().String()
	s = s[:min(len(s), sample)]
	first := strings.ToLower(behindComments(s))
	if strings.HasPrefix(first, "{") || strings.HasPrefix(first, "[{") || strings.HasPrefix(first, "<!") || strings.HasPrefix(first, "<html") {
		return 0
	}
	var e evidence
	for line := range strings.Lines(s) {
		e.line(strings.TrimSpace(line))
		e.commands = e.commands || e.fences%2 == 0 && strings.HasPrefix(strings.ToLower(line), "curl ")
	}
	if e.weight() < 2 || e.isScript(s) {
		return 0
	}
	return asMarkdown
}

// evidence is what was seen of Markdown.
type evidence struct {
	titles, ticks                         int  // lines that are underlined, and lines that are inline code as a whole
	above                                 bool // the last line may be a title
	fences, headings, tables, bold, links int
	deep, commands                        bool // a heading below the first level; a curl command that stands in no fence
}

func (e *evidence) line(s string) {
	if i := sheet.Numbering(s); i > 0 { // "1. **Method**"
		s = s[i:]
	}
	if len(s) > 2 && (strings.Trim(s, "=") == "" || strings.Trim(s, "-") == "") && e.above {
		e.titles++
	}
	e.above = s != "" && strings.Trim(s, "-= ") != ""
	if strings.Contains(s, ": **") && strings.Count(s, "**") == 2 || strings.Contains(s, ": `") && strings.HasSuffix(s, "`") {
		e.ticks++
	}
	if len(s) > 4 && s[0] == '`' && s[1] != '`' && strings.IndexByte(s[1:], '`') == len(s)-2 {
		e.ticks++
	}
	switch marks := len(s) - len(strings.TrimLeft(s, "#")); {
	case strings.HasPrefix(s, "```"), strings.HasPrefix(s, "~~~"):
		e.fences++
	case marks > 0 && marks <= 6 && len(s) > marks && s[marks] == ' ':
		e.headings++
		e.deep = e.deep || marks > 1
	case isDelimiterRow(s):
		e.tables++
	case strings.HasPrefix(s, "**"), strings.HasPrefix(s, "* **"), strings.HasPrefix(s, "- **"), strings.HasPrefix(s, "*  **"):
		if strings.Count(s, "**") >= 2 {
			e.bold++
		}
	}
	if strings.Contains(s, "](http") || strings.Contains(s, "](#") || strings.HasPrefix(s, "![") || isLinkTarget(s) {
		e.links++
	}
}

// isLinkTarget recognises "[id]: https://..".
func isLinkTarget(s string) bool {
	end := strings.Index(s, "]: ")
	return end > 1 && s[0] == '[' && strings.HasPrefix(s[end+3:], "http") && !strings.Contains(s[:end], " ")
}

func (e *evidence) weight() int {
	underlined := 0
	if e.titles > 0 && e.ticks > 0 { // lines under titles alone have plain text as well
		underlined = 2
	}
	return underlined + min(e.fences, 2) + min(e.headings, 2) + 2*min(e.tables, 1) + min(e.bold, 2) + min(e.links, 1)
}

// isScript says that all there is are commands of a shell, whose comments look like headings.
func (e *evidence) isScript(s string) bool {
	return strings.HasPrefix(s, "#!") || e.commands && e.fences+e.tables+e.bold == 0 && !e.deep
}

// behindComments is what follows the comments at the start of a page.
func behindComments(s string) string {
	for {
		s = strings.TrimLeft(s, "\uFEFF \t\r\n")
		if !strings.HasPrefix(s, "<!--") {
			return s
		}
		_, rest, closed := strings.Cut(s, "-->")
		if !closed {
			return s
		}
		s = rest
	}
}

// withoutFrontMatter leaves out what generators of sites read at the start of a page: keys and values between two rules.
func withoutFrontMatter(page source.Text) source.Text {
	lines := page.Lines()
	if len(lines) == 0 || strings.TrimRight(lines[0].String(), " \t\r") != "---" {
		return page
	}
	const most = 60
	for i, line := range lines[1:min(len(lines), most)] {
		s := strings.TrimRight(line.String(), " \t\r")
		switch key, _, isKey := strings.Cut(s, ":"); {
		case s == "---" || s == "...":
			if i == 0 {
				return page
			}
			return page.Slice(lines[0].Join(line).Len(), page.Len())
		case s == "" || s[0] == '#' || s[0] == ' ' || s[0] == '-':
		case !isKey || strings.ContainsAny(key, " /{\"`*"):
			return page
		}
	}
	return page
}
