package report

import (
	"encoding/json"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// jsonLine is one line of a JSON text that is laid out.
type jsonLine struct {
	depth   int
	text    string
	pointer string // RFC 6901
	opens   bool   // a list or an object that goes on below, or could: an empty one opens and ends on one line
	ends    bool
}

// maxIndent is the depth from which on lines are not indented further: an answer may be nested ten thousand times.
const maxIndent = 24

func (l jsonLine) String() string { return strings.Repeat("  ", min(l.depth, maxIndent)) + l.text }

// layOut calls emit with every line of a JSON text, numbers and strings as they are written in it; it is false, and emits nothing, where the
// text is not JSON.
func layOut(text string, emit func(jsonLine)) bool {
	if !json.Valid([]byte(text)) {
		return false
	}
	w := jsonWalk{text: text, emit: emit}
	w.value(0, "", "")
	return true
}

// jsonWalk reads a text that is known to be JSON.
type jsonWalk struct {
	text string
	at   int
	emit func(jsonLine)
}

func (w *jsonWalk) space() {
	for w.at < len(w.text) && strings.IndexByte(" \t\r\n", w.text[w.at]) >= 0 {
		w.at++
	}
}

// comma passes the comma behind a value, where there is one.
func (w *jsonWalk) comma() string {
	if w.space(); w.at < len(w.text) && w.text[w.at] == ',' {
		w.at++
		return ","
	}
	return ""
}

func (w *jsonWalk) value(depth int, pointer, lead string) {
	switch w.space(); w.text[w.at] {
	case '{', '[':
		w.container(depth, pointer, lead)
	default:
		text := w.scalar()
		w.emit(jsonLine{depth: depth, text: lead + text + w.comma(), pointer: pointer})
	}
}

func (w *jsonWalk) container(depth int, pointer, lead string) {
	open, end := w.text[w.at], byte('}')
	if open == '[' {
		end = ']'
	}
	w.at++
	if w.space(); w.text[w.at] == end {
		w.at++
		w.emit(jsonLine{depth: depth, text: lead + string(open) + string(end) + w.comma(), pointer: pointer, opens: true, ends: true})
		return
	}
	w.emit(jsonLine{depth: depth, text: lead + string(open), pointer: pointer, opens: true})
	for i := 0; w.text[w.at] != end; i++ {
		if open == '[' {
			w.value(depth+1, nearjson.AppendIndex(pointer, i), "")
		} else {
			w.member(depth+1, pointer)
		}
		w.space()
	}
	w.at++
	w.emit(jsonLine{depth: depth, text: string(end) + w.comma(), pointer: pointer, ends: true})
}

func (w *jsonWalk) member(depth int, object string) {
	w.space()
	written := w.scalar()
	key := written
	if err := json.Unmarshal([]byte(written), &key); err != nil {
		key = strings.Trim(written, `"`)
	}
	w.space()
	w.at++ // the colon
	w.value(depth, nearjson.AppendPointer(object, key), written+": ")
}

// scalar passes a string, number or literal.
func (w *jsonWalk) scalar() string {
	start := w.at
	if w.text[w.at] != '"' {
		for w.at < len(w.text) && strings.IndexByte(",:]} \t\r\n", w.text[w.at]) < 0 {
			w.at++
		}
		return w.text[start:w.at]
	}
	for w.at++; w.text[w.at] != '"'; w.at++ {
		if w.text[w.at] == '\\' {
			w.at++
		}
	}
	w.at++
	return w.text[start:w.at]
}
