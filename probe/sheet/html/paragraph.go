package html

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// paragraph is the text that is being gathered.
type paragraph struct {
	runs  []source.Run
	blank bool // a blank is due before the next word
	words bool // the line has a word already
	// closed is how many runs there were when an inline element ended last.
	closed int
	// apart says that another inline element began right behind that one.
	apart bool
}

// link is one that is open.
type link struct {
	target string
	from   int // the run at which its words begin
}

// add adds what is a word of its own.
func (p *paragraph) add(r source.Run) {
	p.space()
	p.runs = append(p.runs, r)
	p.words = true
}

// parts notices that an inline element begins right behind another one that holds a label: style sheets set the two apart.
func (p *paragraph) parts(verbatim bool) {
	if verbatim || p.closed == 0 || p.closed != len(p.runs) {
		return
	}
	p.apart = !p.blank
	line := plain(p.runs)
	line = line[strings.LastIndexByte(line, '\n')+1:]
	const longest = 60
	if len(line) > longest || strings.HasSuffix(line, ":") || strings.Contains(line, "\t") {
		return
	}
	if l, ok := sheet.LookupLabel(line); ok && l.Field != "" {
		p.runs = append(p.runs, source.Run{Text: "\t"})
		p.blank, p.words = false, false
	}
}

// space puts the blank that is due.
func (p *paragraph) space() {
	if p.blank && p.words {
		p.runs = append(p.runs, source.Run{Text: " "})
	}
	p.blank = false
}

// br ends the line where a tag does.
func (p *paragraph) br(tag source.Text) {
	p.runs = append(p.runs, source.Run{Text: "\n", From: tag.Slice(0, 0)})
	p.blank, p.words = false, false
}

// line ends the line, unless it is empty.
func (p *paragraph) line() {
	if p.words {
		p.runs = append(p.runs, source.Run{Text: "\n"})
	}
	p.blank, p.words = false, false
}

// collapse adds text in which white space of any length is a blank.
func (p *paragraph) collapse(t source.Text) {
	s := t.String()
	if p.apart && len(p.runs) > 0 && s != "" {
		p.blank = p.blank || endsWord(p.runs[len(p.runs)-1].Text) && isAlphanumeric(s[0]) // two badges, not two halves of an address
	}
	p.apart = false
	if n := len(p.runs); n > 0 && !p.blank && isMethod(p.runs[n-1].Text) && (strings.HasPrefix(s, "/") || strings.HasPrefix(s, "http")) {
		p.blank = true // a badge before a path
	}
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case isBlank(c):
			p.blank = true
			i++
		case c == '&':
			i += p.entity(t, i)
		default:
			from := i
			for i < len(s) && s[i] != '&' && !isBlank(s[i]) {
				i++
				if i+1 < len(s) && s[i] == ' ' && !isBlank(s[i+1]) && s[i+1] != '&' { // words of one line are one run
					i++
				}
			}
			p.add(run(t, from, i))
		}
	}
}

func isBlank(c byte) bool { return strings.IndexByte(" \t\r\n\f", c) >= 0 }

func isMethod(s string) bool {
	_, ok := sheet.Method(s)
	return ok && s == strings.ToUpper(s)
}

// run is a piece of the source. A no-break space is a blank that does not collapse.
func run(t source.Text, from, to int) source.Run {
	piece := t.Slice(from, to)
	return source.Run{Text: strings.ReplaceAll(piece.String(), "\u00a0", " "), From: piece}
}

// keep adds text as it stands. The line end right behind the tag is none (HTML standard, section 13.1.2.5).
func (p *paragraph) keep(t source.Text, entities bool) {
	s := t.String()
	if len(p.runs) == 0 {
		if n := len(s) - len(strings.TrimLeft(s, "\r\n")); n > 0 {
			t, s = t.Slice(n, len(s)), s[n:]
		}
	}
	for i := 0; i < len(s); {
		if s[i] == '&' && entities {
			i += p.entity(t, i)
			continue
		}
		from := i
		for i++; i < len(s) && (s[i] != '&' || !entities) && s[i-1] != '\n'; i++ {
		}
		p.runs = append(p.runs, run(t, from, i))
		p.words = s[i-1] != '\n'
	}
}

// entity adds the character reference at an offset, and returns its length in the source.
func (p *paragraph) entity(t source.Text, at int) int {
	const longest = 40
	s := t.String()[at:]
	end := 1
	for end < len(s) && end < longest && (s[end] == '#' && end == 1 || isAlphanumeric(s[end])) {
		end++
	}
	if end < len(s) && s[end] == ';' {
		end++
	}
	r := source.Run{Text: html.UnescapeString(s[:end]), From: t.Slice(at, at+end)}
	if strings.ContainsRune("\u00a0\u2002\u2003\u2009", firstRune(r.Text)) {
		r.Text = " "
	}
	p.add(r)
	return end
}

func endsWord(s string) bool { return s != "" && isAlphanumeric(s[len(s)-1]) }

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// follow puts the address in the place of words that only stand for it.
func (p *paragraph) follow(l link) {
	if l.from > len(p.runs) || !strings.Contains(l.target, "://") {
		return
	}
	switch strings.ToLower(strings.Trim(plain(p.runs[l.from:]), " .:[]()<>")) {
	case "here", "link", "click here", "this link", "url", "this url", "open":
		from := p.runs[len(p.runs)-1].From
		p.runs = append(p.runs[:l.from], source.Run{Text: " "}, source.Run{Text: l.target, From: from})
	}
}

func (p *paragraph) String() string { return plain(p.runs) }

func plain(runs []source.Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

// lead is how many blanks that do not collapse stand before the first word.
func (p *paragraph) lead() int {
	n := 0
	for _, r := range p.runs {
		if strings.TrimSpace(r.Text) != "" {
			return n
		}
		n += strings.Count(r.Text, " ")
	}
	return n
}

// take ends the paragraph and returns it without the blank runs at its ends; nothing where no word is in it.
func (p *paragraph) take() []source.Run {
	runs := trim(p.runs)
	*p = paragraph{}
	return runs
}

func trim(runs []source.Run) []source.Run {
	for len(runs) > 0 && strings.TrimSpace(runs[len(runs)-1].Text) == "" {
		runs = runs[:len(runs)-1]
	}
	for len(runs) > 0 && strings.TrimSpace(runs[0].Text) == "" {
		runs = runs[1:]
	}
	return runs
}
