package native

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// rules reads what the entry of a field says of its values. A rule that cannot be used is an error, and the others count.
func (r *reader) rules(field *probe.RequestField, entry map[string]tree.Member) {
	rules := &field.Rules
	for _, key := range ruleKeys {
		m, given := entry[key]
		if !given || m.Value.Kind == nearjson.Null {
			continue
		}
		switch key {
		case keyMinLength:
			rules.MinLength = r.length(m.Value, key)
		case keyMaxLength:
			rules.MaxLength = r.length(m.Value, key)
		case keyMinimum:
			rules.Minimum = r.bound(m.Value, key)
		case keyMaximum:
			rules.Maximum = r.bound(m.Value, key)
		case keyPattern:
			rules.Pattern = r.pattern(m.Value)
		case keyEnum:
			rules.Enum = r.allowed(m.Value)
		case keySaid:
			rules.Said, _ = r.text(probe.FieldRequestBody, m.Value, key)
		}
		if rules.At.IsZero() {
			rules.At = m.Whole().At()
		}
	}
	if problem := sheet.RulesProblem(*rules); problem != "" {
		r.note(sheet.Diagnose("sheet.ambiguous", probe.FieldRequestBody, rules.At, fmt.Sprintf("the rules of %q rule each other out: %s", field.Name, problem), "correct them; none of them was read"))
		*rules = probe.FieldRules{}
	}
}

func (r *reader) length(n *tree.Node, what string) *int {
	const longest = 1_000_000
	text, _ := r.text(probe.FieldRequestBody, n, what)
	length, err := strconv.Atoi(text)
	if err != nil || length < 0 || length > longest {
		r.fail(probe.FieldRequestBody, n.At(), fmt.Sprintf("%s is %q", what, text), "expected a whole number of characters")
		return nil
	}
	return &length
}

func (r *reader) bound(n *tree.Node, what string) string {
	text, _ := r.text(probe.FieldRequestBody, n, what)
	if n.Kind != nearjson.Number || !json.Valid([]byte(text)) {
		r.fail(probe.FieldRequestBody, n.At(), fmt.Sprintf("%s is %q", what, text), "expected a number")
		return ""
	}
	return text
}

func (r *reader) pattern(n *tree.Node) string {
	text, ok := r.text(probe.FieldRequestBody, n, keyPattern)
	if _, err := regexp.Compile(text); ok && err != nil {
		r.fail(probe.FieldRequestBody, n.At(), fmt.Sprintf("the pattern cannot be used: %v", err), "write a regular expression of RE2, which knows no look-around")
		return ""
	}
	return text
}

func (r *reader) allowed(n *tree.Node) []string {
	if n.Kind != nearjson.Array || len(n.Items) == 0 {
		r.wrongType(probe.FieldRequestBody, n, keyEnum, "a list of the allowed values, as in [NEW, USED]")
		return nil
	}
	var values []string
	for _, item := range n.Items {
		if text, ok := r.text(probe.FieldRequestBody, item, "an allowed value"); ok {
			values = append(values, text)
		}
	}
	return values
}

func putRules(entry *fields, rules probe.FieldRules) {
	if rules.MinLength != nil {
		entry.put(keyMinLength, plain(strconv.Itoa(*rules.MinLength)))
	}
	if rules.MaxLength != nil {
		entry.put(keyMaxLength, plain(strconv.Itoa(*rules.MaxLength)))
	}
	if rules.Minimum != "" {
		entry.put(keyMinimum, plain(rules.Minimum))
	}
	if rules.Maximum != "" {
		entry.put(keyMaximum, plain(rules.Maximum))
	}
	entry.putText(keyPattern, rules.Pattern)
	if len(rules.Enum) > 0 {
		entry.put(keyEnum, textsNode(rules.Enum))
	}
	entry.putText(keySaid, rules.Said)
}

func textsNode(texts []string) *yaml.Node {
	items := list()
	for _, text := range texts {
		items.Content = append(items.Content, str(text))
	}
	return items
}
