package sheet

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// IsCurl says that a line begins with a curl command, behind a prompt or not.
func IsCurl(line source.Text) bool { return isCurl(strings.TrimSpace(line.String())) }

func isCurl(s string) bool {
	s = strings.TrimLeft(s, "$> `")
	if strings.HasPrefix(s, "PS ") && strings.Contains(s, ">") {
		s = strings.TrimLeft(s[strings.IndexByte(s, '>'):], "> ")
	}
	for i := 4; i < min(len(s), 10); i++ {
		if s[i] == ' ' || s[i] == '\t' {
			next := strings.TrimLeft(s[i:], " \t")
			word, _, _ := strings.Cut(next, " ")
			return isCurlWord(s[:i]) && (word == "\\" || strings.ContainsAny(word, "-/.:$'\"{<^`“‘")) // and no sentence: "curl up"
		}
	}
	return false
}

func isCurlWord(word string) bool {
	return strings.EqualFold(word, "curl") || strings.EqualFold(word, "curl.exe")
}

// CallLines says how many lines the curl command has that begins on the first of them: as long as a line ends with the mark of
// continuation of a shell (a backslash, a caret, a backtick), a quote is open, or an option follows.
func CallLines(lines []source.Text) int {
	quote := byte(0)
	for i, line := range lines {
		s := strings.TrimSpace(line.String())
		quote = openQuote(s, quote)
		goesOn := quote != 0 || strings.HasSuffix(s, "\\") || strings.HasSuffix(s, " ^") || strings.HasSuffix(s, " `") || s == "^" || s == "`"
		if i+1 == len(lines) || !goesOn && !isOption(strings.TrimSpace(lines[i+1].String())) {
			return i + 1
		}
	}
	return len(lines)
}

// isOption tells the next option of a command from a rule or a bullet.
func isOption(s string) bool {
	if len(s) < 2 || s[0] != '-' {
		return false
	}
	rest := strings.TrimPrefix(s[1:], "-")
	return rest != "" && (rest[0]|0x20 >= 'a' && rest[0]|0x20 <= 'z')
}

// ansiC stands for the quotes of $'..', in which a backslash escapes.
const ansiC = '$'

// openQuote is the quote that is open at the end of a line of a shell.
func openQuote(s string, quote byte) byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quote != '\'':
			i++
		case quote == 0 && c == '$' && strings.HasPrefix(s[i:], "$'"):
			quote = ansiC
			i++
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case quote != 0 && closes(s, i, quote):
			quote = 0
		}
	}
	return quote
}

// closes says that a quote ends at byte i. An apostrophe within a word, as in a name, does not end it: shells think otherwise, the people
// who write sheets do not.
func closes(s string, i int, quote byte) bool {
	if quote == ansiC {
		return s[i] == '\''
	}
	if s[i] != quote {
		return false
	}
	inWord := quote == '\'' && i > 0 && i+1 < len(s) && isAlphanumeric(s[i-1]) && isAlphanumeric(s[i+1])
	return !inWord
}

// maxShellWords bounds a command.
const maxShellWords = 1000

// shellWords cuts a command into its words, by the rules of POSIX shells and, as far as they are not at odds with these, of cmd and
// PowerShell. It ends where the shell would begin another command or redirect.
func shellWords(t source.Text) []source.Text {
	w := shell{t: t, s: t.String()}
	w.carets = strings.Contains(w.s, `^"`)
	w.backticks = strings.Contains(w.s, "`\n") || strings.Contains(w.s, "`\r")
	for w.i < len(w.s) && len(w.words) < maxShellWords && !w.done {
		w.step()
	}
	w.end()
	return w.words
}

// shell is a command while it is cut into words.
type shell struct {
	t         source.Text
	s         string
	i         int
	carets    bool // cmd: a caret stands before every character that means something to it
	backticks bool // PowerShell: a backtick escapes
	words     []source.Text
	runs      []source.Run // of the word that is being read
	inWord    bool
	done      bool
}

func (w *shell) step() {
	rest := w.s[w.i:]
	switch c := rest[0]; {
	case strings.IndexByte(" \t\r\n", c) >= 0:
		w.end()
		w.i++
	case strings.HasPrefix(rest, "\u00a0"):
		w.end()
		w.i += len("\u00a0")
	case (c == '\\' || c == '^' || c == '`') && strings.TrimLeft(rest[1:], " \t") == "", (c == '\\' || c == '^' || c == '`') && isLineEnd(strings.TrimLeft(rest[1:min(len(rest), 20)], " \t")):
		w.end()
		w.i++
	case c == '\\' && len(rest) > 1:
		w.add(w.i, w.i+2, rest[1:2])
	case c == '^' && w.carets && len(rest) > 1 && rest[1] != '"':
		w.add(w.i, w.i+2, rest[1:2])
	case c == '^' && w.carets:
		w.i++
	case strings.HasPrefix(rest, "$'"):
		w.i++
		w.quoted(ansiC)
	case c == '\'' || c == '"':
		w.quoted(c)
	case strings.HasPrefix(rest, "“") || strings.HasPrefix(rest, "‘"):
		w.typographic()
	case !w.inWord && strings.IndexByte("|>;&", c) >= 0 && len(w.words) > 0:
		w.done = true
	case c == '`' && (!w.inWord || isLineEnd(rest[1:])): // inline code of Markdown
		w.i++
	default:
		_, size := utf8.DecodeRuneInString(rest)
		w.add(w.i, w.i+size, "")
	}
}

func isLineEnd(s string) bool { return s == "" || s[0] == '\n' || s[0] == '\r' }

// add adds the bytes from and to of the command to the word; shown stands in their place.
func (w *shell) add(from, to int, shown string) {
	w.inWord = true
	piece := w.t.Slice(from, to)
	w.i = to
	if n := len(w.runs); shown == "" && n > 0 {
		last := w.runs[n-1]
		if whole := last.From.Join(piece); last.Text == last.From.String() && whole.Len() == last.From.Len()+piece.Len() {
			w.runs[n-1] = source.Run{Text: whole.String(), From: whole}
			return
		}
	}
	if shown == "" {
		shown = piece.String()
	}
	w.runs = append(w.runs, source.Run{Text: shown, From: piece})
}

// end ends the word. One that stands in the document as it is meant keeps its text.
func (w *shell) end() {
	if !w.inWord {
		return
	}
	switch {
	case len(w.runs) == 1 && w.runs[0].From.String() == w.runs[0].Text:
		w.words = append(w.words, w.runs[0].From)
	default:
		w.words = append(w.words, source.Compose(w.runs))
	}
	w.runs, w.inWord = nil, false
}

// quoted reads up to the quote that closes; w.i is at the one that opens. What nothing closes reaches to the end.
func (w *shell) quoted(quote byte) {
	w.inWord = true
	w.i++
	from := w.i
	for w.i < len(w.s) && !w.closesHere(quote) {
		n, shown := w.escape(quote)
		if n == 0 {
			w.i++
			continue
		}
		if w.i > from {
			w.add(from, w.i, "")
		}
		if shown != "" {
			w.add(w.i, w.i+n, shown)
		} else {
			w.i += n
		}
		from = w.i
	}
	if w.i > from {
		w.add(from, w.i, "")
	}
	w.i++
}

func (w *shell) closesHere(quote byte) bool {
	if !closes(w.s, w.i, quote) {
		return false
	}
	doubled := w.i+1 < len(w.s) && w.s[w.i+1] == quote && (w.carets || w.backticks)
	return !doubled
}

// escape reads an escape within quotes: its length and what it means. 0 says that there is none.
func (w *shell) escape(quote byte) (n int, shown string) {
	rest := w.s[w.i:]
	if len(rest) < 2 {
		return 0, ""
	}
	c, next := rest[0], rest[1]
	switch {
	case c == '^' && w.carets && quote == '"':
		return 1, "" // what it escapes is read next
	case w.carets && strings.HasPrefix(rest, `\^"`):
		return 3, `"`
	case (w.carets || w.backticks) && c == quote && next == quote:
		return 2, string(quote)
	case c == '`' && w.backticks && quote == '"':
		return 2, string(next)
	case c == '\\' && next == '"' && (quote == '"' || w.backticks):
		return 2, `"`
	case c == '\\' && quote == '"' && strings.IndexByte("\\$`", next) >= 0:
		return 2, string(next)
	case c == '\\' && quote == '"' && next == '\n':
		return 2, ""
	case c == '\\' && quote == ansiC:
		return ansiEscape(rest)
	}
	return 0, ""
}

// ansiEscape reads an escape of $'..'.
func ansiEscape(s string) (n int, shown string) {
	switch s[1] {
	case 'n':
		return 2, "\n"
	case 'r':
		return 2, "\r"
	case 't':
		return 2, "\t"
	case 'u', 'x', 'U':
		digits := 0
		for most := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[1]]; digits < most && 2+digits < len(s) && strings.IndexByte("0123456789abcdefABCDEF", s[2+digits]) >= 0; {
			digits++
		}
		if r, err := strconv.ParseUint(s[2:2+digits], 16, 32); err == nil {
			return 2 + digits, string(rune(r))
		}
		return 2, s[1:2]
	}
	_, size := utf8.DecodeRuneInString(s[1:])
	return 1 + size, s[1 : 1+size]
}

// typographic reads a word in quotes that a word processor has set.
func (w *shell) typographic() {
	closer := "”"
	if strings.HasPrefix(w.s[w.i:], "‘") {
		closer = "’"
	}
	w.i += len(closer)
	from := w.i
	for w.i < len(w.s) {
		if strings.HasPrefix(w.s[w.i:], closer) {
			if rest := w.s[w.i+len(closer):]; rest == "" || strings.IndexByte(" \t\r\n", rest[0]) >= 0 {
				break
			}
		}
		w.i++
	}
	w.add(from, w.i, "")
	w.i += len(closer)
}
