package schema

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xeipuuv/gojsonschema"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Handwritten compares values with a JSON Schema (draft-04, -06 or -07) that stands in a document in place of an example. All that it says is a
// firm promise. It is safe for concurrent use.
type Handwritten struct {
	schema *gojsonschema.Schema
	at     source.Span
}

// Limits of hand-written schemas and of what is compared with them.
const (
	maxSchema   = 1 << 20 // bytes
	maxReported = 200     // mismatches
)

// CompileSchema makes a Handwritten of a schema's JSON; at is its place. Nothing is fetched: a $ref that leads out of the document is an error.
func CompileSchema(text []byte, at source.Span) (*Handwritten, error) {
	if len(text) > maxSchema {
		return nil, fmt.Errorf("the JSON Schema is larger than %d KiB", maxSchema>>10)
	}
	document, _, err := nearjson.ParseStrict(source.Unplaced(string(text)))
	if err != nil {
		return nil, fmt.Errorf("the JSON Schema is not JSON: %w", err)
	}
	if err := selfContained(document); err != nil {
		return nil, err
	}
	addFormats()
	loader := gojsonschema.NewSchemaLoader()
	loader.Validate = true
	compiled, err := loader.Compile(gojsonschema.NewBytesLoader(text))
	if err != nil {
		return nil, fmt.Errorf("the JSON Schema cannot be used: %s", strings.Join(strings.Fields(err.Error()), " "))
	}
	return &Handwritten{compiled, at}, nil
}

// selfContained refuses what would have to be fetched, and drafts that the validator does not know.
func selfContained(document *nearjson.Value) error {
	if document.Kind != nearjson.Object && document.Kind != nearjson.Bool {
		return fmt.Errorf("a JSON Schema is an object, and this is %s", document.Kind)
	}
	if draft := document.Get("$schema"); draft != nil && !slices.Contains(drafts(), strings.TrimSuffix(draft.Text, "#")) {
		return fmt.Errorf("the draft %q is not supported; use draft-04, draft-06 or draft-07", draft.Text)
	}
	var refused error
	document.Walk(func(pointer string, v *nearjson.Value) bool {
		for _, m := range v.Members {
			switch {
			case m.Key == "$ref" && m.Value.Kind == nearjson.String && !strings.HasPrefix(m.Value.Text, "#"):
				refused = fmt.Errorf("the $ref %q at %q leads out of the schema; put what it names under definitions", m.Value.Text, pointer)
			case (m.Key == "$id" || m.Key == "id") && m.Value.Kind == nearjson.String && strings.Contains(m.Value.Text, "://") && pointer != "":
				refused = fmt.Errorf("the %s at %q makes references relative to another document; leave it out", m.Key, pointer)
			}
		}
		return refused == nil
	})
	return refused
}

func drafts() []string {
	return []string{"http://json-schema.org/draft-04/schema", "http://json-schema.org/draft-06/schema", "http://json-schema.org/draft-07/schema"}
}

// addFormats teaches the validator, which keeps formats for all schemas together, those of ours that [Shape.Document] writes, and a date-time
// that is one (RFC 3339): its own lets a date or a time alone pass.
func addFormats() {
	const its = Date | TimeOfDay | UUID | Email | URI | IPv4 | IPv6
	for _, n := range formatNames {
		if n.format&its == 0 {
			gojsonschema.FormatCheckers.Add(n.keyword, formatChecker(n.format))
		}
	}
}

// formatChecker is a format of ours for the validator.
type formatChecker Formats

// IsFormat says that the value is of the format, or no text.
func (f formatChecker) IsFormat(value any) bool {
	text, ok := value.(string)
	return !ok || formatsOf(text, true)&Formats(f) != 0
}

// Check compares; see Checker.Check.
func (h *Handwritten) Check(v *nearjson.Value) ([]Mismatch, error) {
	if v == nil {
		return nil, errors.New("no value to compare")
	}
	separator := 0
	v.Walk(func(_ string, v *nearjson.Value) bool {
		for _, m := range v.Members {
			separator = max(separator, separatorLength(m.Key))
		}
		return true
	})
	result, err := h.schema.Validate(gojsonschema.NewRawLoader(plainValue(v)))
	if err != nil {
		return nil, fmt.Errorf("the answer cannot be validated: %w", err)
	}
	found := h.gather(v, result.Errors(), "\x00"+strings.Repeat("\x01", separator+1))
	slices.SortStableFunc(found, func(a, b Mismatch) int {
		return cmp.Or(cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Documented, b.Documented))
	})
	return found[:min(len(found), maxReported)], nil
}

// gather makes one mismatch of the same complaint about many items.
func (h *Handwritten) gather(v *nearjson.Value, complaints []gojsonschema.ResultError, between string) []Mismatch {
	var found []Mismatch
	index := map[string]int{}
	for _, e := range complaints {
		tokens := strings.Split(e.Context().String(between), between)[1:] // the first is the root
		m := h.mismatch(v, e, tokens)
		id := string(m.Problem) + "\x00" + m.Pattern + "\x00" + m.Documented
		if i, ok := index[id]; ok {
			found[i].Count++
			continue
		}
		index[id] = len(found)
		found = append(found, m)
	}
	return found
}

func (h *Handwritten) mismatch(v *nearjson.Value, e gojsonschema.ResultError, tokens []string) Mismatch {
	m := Mismatch{Count: 1, At: h.at, Stated: true, Shape: &Shape{Firm: true}}
	enter := func(token string) {
		m.Pointer = nearjson.AppendPointer(m.Pointer, token)
		if v != nil && v.Kind == nearjson.Array {
			m.Pattern += "/*"
		} else {
			m.Pattern = nearjson.AppendPointer(m.Pattern, token)
		}
		v = child(v, token)
	}
	for _, token := range tokens {
		enter(token)
	}
	switch e.Type() {
	case "required":
		object := v
		enter(detail(e, "property"))
		m.Problem, m.Documented, m.Observed = Missing, "required", cut("absent; "+describeValue(object))
		return m
	case "additional_property_not_allowed":
		enter(detail(e, "property"))
		m.Problem, m.Documented, m.Shape = Undocumented, "no such key", nil
	case "invalid_type":
		m.Problem, m.Documented = WrongType, detail(e, "expected")
		if v != nil && v.Kind == nearjson.Null {
			m.Problem = NullValue
		}
	case "enum", "const":
		m.Problem, m.Documented = NotInEnum, cut("one of "+fmt.Sprint(e.Details()["allowed"]))
	case "format":
		m.Problem, m.Documented = WrongFormat, "format "+detail(e, "format")
	case "pattern":
		m.Problem, m.Documented = WrongFormat, cut("text that matches "+fmt.Sprint(e.Details()["pattern"]))
	default:
		m.Problem, m.Documented = Constraint, cut(lowerFirst(e.Description()))
	}
	if v != nil {
		m.Observed = describeValue(v)
	}
	return m
}

func child(v *nearjson.Value, token string) *nearjson.Value {
	if v == nil || v.Kind != nearjson.Array {
		return v.Get(token)
	}
	if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(v.Items) {
		return v.Items[i]
	}
	return nil
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// plainValue is a value as the validator takes it. A number of a monstrous exponent, which would keep it busy for hours, becomes the
// largest that a double holds.
func plainValue(v *nearjson.Value) any {
	switch v.Kind {
	case nearjson.Bool:
		return v.Text == "true"
	case nearjson.Number:
		return json.Number(boundedNumber(v.Text))
	case nearjson.String:
		return v.Text
	case nearjson.Array:
		items := make([]any, len(v.Items))
		for i, item := range v.Items {
			items[i] = plainValue(item)
		}
		return items
	case nearjson.Object:
		members := make(map[string]any, len(v.Members))
		for _, m := range v.Members {
			members[m.Key] = plainValue(m.Value)
		}
		return members
	}
	return nil
}

const maxDigits = 1000

func boundedNumber(text string) string {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	if n, err := strconv.Atoi(cmp.Or(strings.TrimPrefix(exponent, "+"), "0")); err == nil && n <= maxDigits && n >= -maxDigits && len(mantissa) <= maxDigits {
		return text
	}
	switch {
	case strings.Contains(exponent, "-"):
		return "0"
	case strings.HasPrefix(mantissa, "-"):
		return "-1.7976931348623157e308"
	}
	return "1.7976931348623157e308"
}

// Comparer compares values with a promise: a Checker, or a Handwritten.
type Comparer interface {
	Check(v *nearjson.Value) ([]Mismatch, error)
}

var _, _ Comparer = (*Checker)(nil), (*Handwritten)(nil)
