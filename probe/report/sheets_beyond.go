package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// rulesText says which values of a field are allowed.
func rulesText(r probe.FieldRules) string {
	var parts []string
	switch {
	case r.MinLength != nil && r.MaxLength != nil && *r.MinLength == *r.MaxLength:
		parts = append(parts, "length "+strconv.Itoa(*r.MinLength))
	case r.MinLength != nil && r.MaxLength != nil:
		parts = append(parts, fmt.Sprintf("length %d to %d", *r.MinLength, *r.MaxLength))
	case r.MinLength != nil:
		parts = append(parts, fmt.Sprintf("length at least %d", *r.MinLength))
	case r.MaxLength != nil:
		parts = append(parts, fmt.Sprintf("length at most %d", *r.MaxLength))
	}
	if r.Minimum != "" {
		parts = append(parts, "at least "+inert(r.Minimum))
	}
	if r.Maximum != "" {
		parts = append(parts, "at most "+inert(r.Maximum))
	}
	if r.Pattern != "" {
		parts = append(parts, "pattern "+inert(r.Pattern))
	}
	if len(r.Enum) > 0 {
		parts = append(parts, "one of "+inert(strings.Join(r.Enum, ", ")))
	}
	return strings.Join(parts, ", ")
}

// recipeParts say by which changes of the documented request an answer comes about.
func recipeParts(r *probe.Recipe) []string {
	if r == nil {
		return nil
	}
	var parts []string
	if r.Method != "" {
		parts = append(parts, "method "+r.Method)
	}
	if r.Path != "" {
		parts = append(parts, "path "+inert(r.Path))
	}
	for _, list := range []struct {
		what    string
		changes []probe.Change
	}{{"query", r.Query}, {"header", r.Headers}} {
		for _, c := range list.changes {
			verb := " set to " + inert(c.Value)
			if c.Remove {
				verb = " left out"
			}
			parts = append(parts, fmt.Sprintf("%s %q%s", list.what, inert(c.Name), verb))
		}
	}
	switch {
	case r.Body == nil:
	case r.Body.IsZero():
		parts = append(parts, "no body")
	default:
		text, err := r.Body.MarshalJSON()
		if err != nil {
			text = []byte(r.Body.Text)
		}
		verb := "body "
		if r.Body.Value != nil && r.Body.Value.Kind == nearjson.Object {
			verb = "body changed by "
		}
		parts = append(parts, verb+inert(string(text)))
	}
	if len(parts) > 0 {
		parts[0] = "sent with " + parts[0]
	}
	return parts
}

// async shows what comes behind the answer: the callback, and how the end is polled; and how long an answer may take.
func (p *page) async(s *probe.Sheet) {
	if ms := s.Limits.MaxResponseMS; ms > 0 {
		p.fieldRow("Time limit", strconv.Itoa(ms)+" ms until the answer", "")
	}
	if c := s.Callback; c != nil {
		p.callback(c)
	}
	if q := s.Poll; q != nil {
		text := fmt.Sprintf("%q until %s is %s", inert(q.API), inert(q.Path), inert(strings.Join(q.Until, " or ")))
		if len(q.Failed) > 0 {
			text += "; a failure is " + inert(strings.Join(q.Failed, " or "))
		}
		if q.IntervalMS > 0 {
			text += fmt.Sprintf("; every %d ms", q.IntervalMS)
		}
		if q.WithinMS > 0 {
			text += fmt.Sprintf("; for %d ms at most", q.WithinMS)
		}
		p.fieldRow("Polls", text, placeOf(q.At.Pos))
	}
}

func (p *page) callback(c *probe.Callback) {
	parts := []string{orElse(c.Method, "method not stated")}
	if c.Field != "" {
		parts = append(parts, "to the URL in "+inert(c.Field))
	}
	if c.WithinMS > 0 {
		parts = append(parts, fmt.Sprintf("within %d ms", c.WithinMS))
	}
	if c.Signature != nil {
		parts = append(parts, fmt.Sprintf("signed by %s in %s", inert(c.Signature.Algorithm), inert(c.Signature.Header)))
	}
	p.fieldRow("Callback", strings.Join(parts, ", "), placeOf(c.At.Pos))
	for _, h := range c.Headers {
		p.fieldRow("", inert(h.Name)+": "+inert(h.Value), "")
	}
	for line := range strings.SplitSeq(bodyText(c.Body), "\n") {
		if line != "" {
			p.verbatimAt(fieldWidth, "", line)
		}
	}
}
