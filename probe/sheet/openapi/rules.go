package openapi

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// rulesOf is what a schema says of the values of a field that is no object and no array. Of several schemas that a value has to fit, the first one that says
// something of a kind counts.
func (d *document) rulesOf(schema *tree.Node) (probe.FieldRules, source.Diagnostics) {
	r := ruleReader{}
	r.schema(d.follow(schema))
	for _, part := range items(d.follow(schema).Get("allOf")) {
		r.schema(d.follow(part))
	}
	if r.rules.IsZero() || sheet.RulesProblem(r.rules) != "" {
		return probe.FieldRules{}, r.said
	}
	r.rules.Said = strings.Join(r.words, ", ")
	return r.rules, r.said
}

type ruleReader struct {
	rules probe.FieldRules
	words []string
	said  source.Diagnostics
}

func (r *ruleReader) schema(n *tree.Node) {
	if kind := plain(n.Get("type")); kind == "object" || kind == "array" || kind == "boolean" {
		return
	}
	integer := plain(n.Get("type")) == "integer"
	for _, m := range members(n) {
		before := r.rules
		switch m.Key {
		case "minLength":
			r.length(&r.rules.MinLength, m)
		case "maxLength":
			r.length(&r.rules.MaxLength, m)
		case "pattern":
			r.pattern(m)
		case "enum":
			r.enum(m.Value)
		case "minimum", "exclusiveMinimum":
			r.bound(&r.rules.Minimum, m, integer && (m.Key != "minimum" || isTrue(n.Get("exclusiveMinimum"))), 1)
		case "maximum", "exclusiveMaximum":
			r.bound(&r.rules.Maximum, m, integer && (m.Key != "maximum" || isTrue(n.Get("exclusiveMaximum"))), -1)
		}
		if said := r.rules; said.MinLength == before.MinLength && said.MaxLength == before.MaxLength && said.Pattern == before.Pattern &&
			said.Minimum == before.Minimum && said.Maximum == before.Maximum && len(said.Enum) == len(before.Enum) {
			continue
		}
		if r.rules.At.IsZero() {
			r.rules.At = m.Whole().At()
		}
		value := plain(m.Value)
		if m.Key == "enum" {
			value = strings.Join(r.rules.Enum, ", ")
		}
		if m.Key == "minimum" && isTrue(n.Get("exclusiveMinimum")) || m.Key == "maximum" && isTrue(n.Get("exclusiveMaximum")) {
			value += " (exclusive)"
		}
		r.words = append(r.words, m.Key+": "+value)
	}
}

func (r *ruleReader) length(have **int, m tree.Member) {
	if n, err := strconv.Atoi(plain(m.Value)); err == nil && n >= 0 && *have == nil {
		*have = &n
	}
}

// bound reads a number. One that is not allowed itself becomes its neighbour where the values are integers; else the number stands, since there is no
// nearest one.
func (r *ruleReader) bound(have *string, m tree.Member, exclusive bool, step int64) {
	text := plain(m.Value)
	if m.Value.Kind != nearjson.Number || *have != "" || !json.Valid([]byte(text)) {
		return
	}
	*have = text
	if n, err := strconv.ParseInt(text, 10, 64); exclusive && err == nil {
		*have = strconv.FormatInt(n+step, 10)
	}
}

// pattern reads a regular expression of ECMA 262, of which nearly all are of RE2 as well.
func (r *ruleReader) pattern(m tree.Member) {
	text := plain(m.Value)
	if _, err := regexp.Compile(text); err != nil {
		r.said = append(r.said, sheet.Note(source.Info, "sheet.ambiguous", probe.FieldRequestBody, m.Value.At().At(),
			fmt.Sprintf("the pattern of a field cannot be tested: %v", err), "write it without look-around and back references"))
		return
	}
	if r.rules.Pattern == "" {
		r.rules.Pattern = text
	}
}

func (r *ruleReader) enum(n *tree.Node) {
	const most = 500
	if len(r.rules.Enum) > 0 || len(items(n)) > most {
		return
	}
	var values []string
	for _, item := range items(n) {
		if item.Kind == nearjson.Null {
			continue
		}
		if item.Kind == nearjson.Object || item.Kind == nearjson.Array {
			return
		}
		values = append(values, item.Text)
	}
	r.rules.Enum = values
}
