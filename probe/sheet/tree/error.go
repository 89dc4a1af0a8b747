package tree

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Error is why a document cannot be parsed, and where.
type Error struct {
	At      source.Span
	Message string // lower case, without the place
	Limit   bool   // there may be no mistake: the document is larger, or deeper, than is read
}

// tooDeep is the message where [MaxDepth] is exceeded.
var tooDeep = fmt.Sprintf("lists and maps stand more than %d deep in each other", MaxDepth)

// beyond is the error where a limit is exceeded.
func beyond(at source.Text, message string) error {
	return &Error{At: at.Slice(0, 1).At(), Message: message, Limit: true}
}

func (e *Error) Error() string { return e.Message }

// Hint says what most often causes an error of the parser.
func (e *Error) Hint() string {
	if e.Limit {
		return "split the document, or simplify the example"
	}
	for _, h := range [...]struct{ part, hint string }{
		{"tab character", "indent with blanks: YAML takes no tabs there"},
		{"mapping values are not allowed", `put a value that holds ": " in quotes`},
		{"found character that cannot start any token", "put a value that starts with @, ` or % in quotes"},
		{"did not find expected key", "check the indentation of this line and the quotes of the one before"},
		{"could not find expected ':'", "write the key, a colon, a blank and the value; put a text over several lines behind |"},
		{"expected ',' or", "close the bracket, and put values that hold , { } [ or ] in quotes"},
		{"unknown anchor", "put a value that starts with * in quotes"},
		{"merge key", "quote it where it is meant as a text"},
		{"means nothing here", "put a value that starts with ! in quotes"},
		{"control character", "remove the character; it cannot be seen in most editors"},
		{"unexpected end of stream", "close the quote or the bracket"},
		{"incompatible YAML document", "leave the %YAML line out"},
	} {
		if strings.Contains(e.Message, h.part) {
			return h.hint
		}
	}
	return "correct the YAML at this place"
}
