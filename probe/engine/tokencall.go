package engine

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

// asGiven leaves a value as it is.
func asGiven(_ int, value string) string { return value }

// fitFor makes the values for a text of an identity fit for the place where they land, given the byte at which their placeholder begins: what
// is right in a header would break an address.
func fitFor(name, text string) func(start int, value string) string {
	if name == "token_url" || name == "token_request.url" {
		return func(start int, value string) string { return plan.FitForURL(text, start, value) }
	}
	return asGiven
}

// filledBody fills the body of a token call; fields of a form may be given as an object.
func filledBody(body, mediaType string, s *probe.Sheet, vars probe.Vars) string {
	if form, ok := plan.AsForm(body, mediaType, func(value string) string { return filled(value, s, vars, asGiven) }); ok {
		return form
	}
	return filled(body, s, vars, func(_ int, value string) string { return plan.FitForBody(body, mediaType, value) })
}

func mediaTypeOf(q *probe.Request) string {
	for _, h := range q.Headers {
		if strings.EqualFold(h.Name, "Content-Type") {
			return h.Value
		}
	}
	return ""
}

// filled puts values in the place of placeholders; one without a value stays, and is found by identityNeeds.
func filled(text string, s *probe.Sheet, vars probe.Vars, fit func(start int, value string) string) string {
	refs := probe.FindPlaceholders(text, false)
	for i := len(refs) - 1; i >= 0; i-- {
		if value, ok := plan.Value(s, vars, refs[i].Name); ok {
			text = text[:refs[i].Start] + fit(refs[i].Start, value) + text[refs[i].End:]
		}
	}
	return text
}

// typed says what the body of a token call is where nobody did: servers refuse what they cannot tell.
func typed(q *probe.Request) *probe.Request {
	if q == nil || mediaTypeOf(q) != "" {
		return q
	}
	mediaType := ""
	switch body := strings.TrimSpace(string(q.Body)); {
	case strings.IndexAny(body, "{[") == 0:
		mediaType = "application/json"
	case strings.Contains(body, "=") && !strings.HasPrefix(body, "<"):
		mediaType = "application/x-www-form-urlencoded"
	default:
		return q
	}
	told := *q
	told.Headers = append(slices.Clone(q.Headers), probe.Header{Name: "Content-Type", Value: mediaType})
	return &told
}
