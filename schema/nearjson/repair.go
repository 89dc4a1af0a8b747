package nearjson

import (
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Repair is one kind of departure from JSON that was read all the same.
type Repair struct {
	Kind   RepairKind
	At     source.Span // of the first
	Before string      // what stood there first, at most 40 code points
	After  string      // what it was read as; "" where it was left out
	Count  int         // how many of the kind
	Guess  bool        // the meaning had to be guessed
}

// RepairKind names a class of repairs in words that fit after "the example has": "unquoted keys".
type RepairKind string

// The kinds of repairs.
const (
	UnquotedKey    RepairKind = "unquoted keys"
	SingleQuotes   RepairKind = "single quotes"
	SmartQuotes    RepairKind = "typographic quotes"
	DoubledQuotes  RepairKind = "doubled quotes"
	InnerQuotes    RepairKind = "unescaped quotes inside a string"
	BadEscape      RepairKind = "invalid escapes"
	ControlInText  RepairKind = "control characters in a string"
	BrokenLine     RepairKind = "line breaks in a string"
	UnclosedString RepairKind = "strings without a closing quote"
	StringConcat   RepairKind = "strings joined by +"
	TrailingComma  RepairKind = "trailing commas"
	DoubledComma   RepairKind = "commas with nothing between them"
	MissingComma   RepairKind = "missing commas"
	OtherComma     RepairKind = "other signs in place of commas"
	OtherColon     RepairKind = "other signs in place of colons"
	MissingColon   RepairKind = "missing colons"
	Comment        RepairKind = "comments"
	Remark         RepairKind = "remarks beside values"
	OddSpace       RepairKind = "no-break or zero-width spaces"
	OtherLiteral   RepairKind = "literals of other languages"
	BareValue      RepairKind = "unquoted values"
	BareTemplate   RepairKind = "unquoted placeholders or type words"
	MissingValue   RepairKind = "missing values"
	Ellipsis       RepairKind = "ellipses"
	StrayText      RepairKind = "text that is no member"
	Alternatives   RepairKind = "alternatives"
	FunctionCall   RepairKind = "function calls"
	MissingBraces  RepairKind = "missing outer braces"
	KeylessMembers RepairKind = "objects that hold values without keys"
	BareMembers    RepairKind = "members directly in a list"
	Unclosed       RepairKind = "brackets that are never closed"
	ExtraCloser    RepairKind = "extra closing brackets"
	Mismatched     RepairKind = "mismatched brackets"
	TextBefore     RepairKind = "text before the value"
	EscapedQuotes  RepairKind = "escapes around the whole example"
	HTMLEntities   RepairKind = "HTML entities in place of signs"
	HTMLTags       RepairKind = "HTML line breaks"
	LineMarks      RepairKind = "line numbers or bullets"
)

// guessed tells the kinds whose meaning is a guess; the others have one possible reading.
var guessed = map[RepairKind]bool{
	InnerQuotes: true, UnclosedString: true, MissingColon: true, Remark: true, BareValue: true, BareTemplate: true, MissingValue: true,
	StrayText: true, Alternatives: true, MissingBraces: true, KeylessMembers: true, BareMembers: true, Unclosed: true, ExtraCloser: true,
	Mismatched: true,
}

// repairs collects, one entry a kind.
type repairs struct {
	list  []Repair
	spans [][2]int
	index map[RepairKind]int
}

func (r *repairs) note(kind RepairKind, start, end int, after string) {
	if i, ok := r.index[kind]; ok {
		r.list[i].Count++
		return
	}
	if r.index == nil {
		r.index = map[RepairKind]int{}
	}
	r.index[kind] = len(r.list)
	r.list = append(r.list, Repair{Kind: kind, After: excerpt(after), Count: 1, Guess: guessed[kind]})
	r.spans = append(r.spans, [2]int{start, end})
}

// placed fills in places and what stood there.
func (r *repairs) placed(t source.Text) []Repair {
	for i := range r.list {
		start, end := r.spans[i][0], r.spans[i][1]
		r.list[i].At = t.Span(start, end)
		r.list[i].Before = excerpt(t.Slice(start, end).String())
	}
	return r.list
}

const excerptRunes = 40

func excerpt(s string) string {
	n := 0
	for i := range s {
		if n++; n > excerptRunes {
			return s[:i] + "…"
		}
	}
	return s
}
