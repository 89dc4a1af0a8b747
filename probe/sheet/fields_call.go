package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// call is what an example call gives: a curl command, or the first line of an HTTP message.
type call struct {
	method   string
	methodAt source.Span
	url      source.Text
	headers  []probe.Header
	body     source.Text
	query    bool // the data travel in the query (curl -G)
}

// borrow remembers what an example call gives, for where the sheet has no field for it.
func (a *assembler) borrow(c call) {
	b := &a.borrowed
	if b.method == "" {
		b.method, b.methodAt = c.method, c.methodAt
	}
	if b.url.Len() == 0 {
		b.url = c.url
	}
	b.headers = append(b.headers, c.headers...)
}

// readCall reads a request line or a curl command.
func readCall(t source.Text) call {
	t = t.TrimSpace()
	if isRequestLine(t.String()) {
		word, method, _ := findMethod(t)
		url, _ := findURL(t.Slice(word.Len(), t.Len()).TrimSpace())
		return call{method: method, methodAt: word.At(), url: url}
	}
	return readCurl(shellWords(t))
}

// readCurl reads the options of curl that describe a request; the others change only how it is sent.
func readCurl(words []source.Text) call {
	var c call
	for i := 0; i < len(words); i++ {
		option := words[i].String()
		argument := source.Text{}
		switch name, value, inline := strings.Cut(option, "="); {
		case inline && strings.HasPrefix(option, "--"):
			option, argument = name, words[i].Slice(len(name)+1, len(name)+1+len(value))
		case len(option) > 2 && option[0] == '-' && strings.IndexByte("XHd", option[1]) >= 0: // -XPOST
			argument = words[i].Slice(2, len(option))
			option = option[:2]
		case takesArgument(option) && i+1 < len(words):
			i++
			argument = words[i]
		}
		c.option(option, argument, words[min(i, len(words)-1)])
	}
	if c.method == "" && c.url.Len() > 0 {
		c.methodAt = words[0].At()
		if c.method = "GET"; c.body.Len() > 0 && !c.query {
			c.method = "POST" // what curl does
		}
	}
	return c
}

func takesArgument(option string) bool {
	switch option {
	case "-X", "--request", "-H", "--header", "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "--url", "-u", "--user",
		"-F", "--form", "-o", "--output", "-b", "--cookie", "-A", "--user-agent", "-e", "--referer", "--connect-timeout", "--max-time", "-m":
		return true
	}
	return false
}

func (c *call) option(name string, argument, word source.Text) {
	switch name {
	case "-X", "--request":
		c.method, _ = Method(argument.String())
		c.methodAt = argument.At()
	case "-H", "--header":
		if h, ok := headerLine(argument); ok {
			c.headers = append(c.headers, h)
		}
	case "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json":
		if c.body.Len() == 0 {
			c.body = argument
		}
	case "-G", "--get":
		c.query = true
	case "--url":
		c.url, _ = findURL(argument)
	default:
		if c.url.Len() == 0 && hasScheme(word.String()) {
			c.url, _ = findURL(word)
		}
	}
}

// maxShellWords bounds a command.
const maxShellWords = 1000

// shellWords cuts a command into its words. A word that is quoted as a whole keeps its place; one with escapes in double quotes stands
// nowhere, since its text is not in the document as such.
func shellWords(t source.Text) []source.Text {
	var words []source.Text
	s := t.String()
	for i := 0; i < len(s) && len(words) < maxShellWords; {
		switch c := s[i]; {
		case strings.IndexByte(" \t\r\n\\", c) >= 0 || strings.HasPrefix(s[i:], "\u00a0"):
			i++
		case c == '\'' || c == '"':
			end := closingQuote(s, i)
			words = append(words, unescape(t.Slice(i+1, end), c))
			i = end + 1
		default:
			end := i
			for end < len(s) && strings.IndexByte(" \t\r\n", s[end]) < 0 {
				end++
			}
			words = append(words, t.Slice(i, end))
			i = end
		}
	}
	return words
}

func closingQuote(s string, from int) int {
	for i := from + 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[from] == '"':
			i++
		case s[i] == s[from]:
			return i
		}
	}
	return len(s)
}

func unescape(t source.Text, quote byte) source.Text {
	if s := t.String(); quote == '"' && strings.Contains(s, `\"`) {
		return source.Unplaced(strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(s))
	}
	return t
}
