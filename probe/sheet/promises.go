package sheet

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Promises takes from the words around each sheet of a document what they say of time: how long an answer takes at most, until when a callback comes, and how
// another API of the document tells the end of what this one only starts. What the sheets say already stays.
func Promises(sheets []*probe.Sheet, words [][]source.Text) {
	const mostSentences = 5000 // of a document; each may look at all APIs
	seen := 0
	for i, s := range sheets {
		for _, line := range words[i] {
			if strings.ContainsAny(line.String(), "{}\"<>") { // of an example
				continue
			}
			for _, sentence := range sentencesOf(line) {
				if seen++; seen > mostSentences {
					return
				}
				promise(s, sheets, sentence)
			}
		}
	}
}

// fieldPromise marks pieces that say how long something takes at most; they are beyond the ten fields.
const fieldPromise probe.Field = "limits"

// isPromise says that a row of a label and a value limits the time of an answer.
func isPromise(row source.Text) bool {
	if row.Len() > maxLabel {
		return false
	}
	_, ok := responseLimit(tokensOf(row.String()))
	return ok
}

func promise(s *probe.Sheet, all []*probe.Sheet, sentence source.Text) {
	tokens := tokensOf(sentence.String())
	if ms, ok := responseLimit(tokens); ok && s.Limits.MaxResponseMS == 0 {
		s.Limits.MaxResponseMS = ms
	}
	if ms, ok := callbackLimit(tokens); ok {
		if s.Callback == nil {
			s.Callback = &probe.Callback{Field: CallbackField(s), At: sentence.At()}
		}
		if s.Callback.WithinMS == 0 {
			s.Callback.WithinMS = ms
		}
	}
	if p := polling(s, all, sentence, tokens); p != nil && s.Poll == nil {
		s.Poll = p
	}
}

// timeAt reads a number and its unit.
func timeAt(tokens []token, i int) (ms, next int, ok bool) {
	const longest = 24 * 60 * 60 * 1000
	if i >= len(tokens) || !tokens[i].number {
		return 0, i, false
	}
	n, err := strconv.ParseFloat(tokens[i].text, 64)
	unit, next := 0.0, i+2
	if i+1 < len(tokens) {
		switch tokens[i+1].text {
		case "ms", "msec", "msecs", "millisecond", "milliseconds", "millis":
			unit = 1
		case "s", "sec", "secs", "second", "seconds":
			unit = 1000
		case "min", "mins", "minute", "minutes":
			unit = 60 * 1000
		}
	}
	if err != nil || unit == 0 || n*unit < 1 || n*unit > longest {
		return 0, i, false
	}
	return int(n * unit), next, true
}

// responseLimit reads "response time: 5 seconds": a sentence about nothing but that.
func responseLimit(tokens []token) (ms int, ok bool) {
	about := false
	for i := 0; i < len(tokens); i++ {
		if tokens[i].number {
			limit, next, isTime := timeAt(tokens, i)
			if !isTime || ok {
				return 0, false
			}
			ms, ok = limit, true
			i = next - 1
			continue
		}
		switch w := tokens[i].text; w {
		case "response", "responds", "respond", "responses", "answers", "sla", "timeout", "answered":
			about = true
		case "time", "out", "is", "of", ":", "=", "-", "–", "max", "maximum", "within", "less", "than", "<", "<=", "≤", "under", "upto", "up", "to", "should", "must", "be", "not", "exceed",
			"the", "api", "(", ")", "for",
			"this", "expected", "in", "at", "most", "will", "request", "read", "all", "apis", "below", "no", "more", "*", "|", "_", ".", ",":
		default:
			return 0, false
		}
	}
	return ms, ok && about
}

// callbackLimit reads "the callback is sent within 30 seconds"; not how soon we have to answer it.
func callbackLimit(tokens []token) (ms int, ok bool) {
	about := false
	for i, t := range tokens {
		switch t.text {
		case "callback", "callbacks", "webhook", "webhooks":
			about = true
		case "answer", "answers", "respond", "responds", "response", "reply", "acknowledge", "acknowledged", "return", "returns", "if", "unless", "retry", "retries", "retried", "must", "server", "timeout",
			"usually",
			"typically", "approximately", "about", "not", "no", "every", "after":
			return 0, false
		case "within":
			if limit, _, isTime := timeAt(tokens, i+1); isTime && !ok {
				ms, ok = limit, true
			}
		}
	}
	return ms, ok && about
}

// polling reads "poll the transfer status API every 5 seconds until state is COMPLETED or FAILED", where the API is another one of the document, and its
// answer shows the state.
func polling(s *probe.Sheet, all []*probe.Sheet, sentence source.Text, tokens []token) *probe.Poll {
	polls := slices.ContainsFunc(tokens, func(t token) bool {
		return t.text == "poll" || t.text == "polled" || t.text == "polling" || t.text == "polls" || t.text == "keep"
	})
	until := slices.IndexFunc(tokens, func(t token) bool { return t.text == "until" || t.text == "till" })
	if !polls || until < 0 {
		return nil
	}
	api := namedOther(s, all, sentence.String())
	if api == nil {
		return nil
	}
	path, next, ok := stateOf(api, tokens, until+1)
	if !ok {
		return nil
	}
	p := &probe.Poll{API: api.Name, Path: path, At: sentence.At()}
	if !takeStates(p, sentence.String(), tokens[next:]) {
		return nil
	}
	takeTimes(p, tokens)
	return p
}

// namedOther is the one other API of a document that a sentence names: by its name, or as the status API where only one is called so.
func namedOther(s *probe.Sheet, all []*probe.Sheet, sentence string) *probe.Sheet {
	const shortest = 5
	key := Fold(sentence)
	var named, status []*probe.Sheet
	for _, other := range all {
		name := strings.TrimSuffix(Fold(other.Name), "api")
		if other == s || len(name) < shortest {
			continue
		}
		if strings.Contains(key, name) {
			named = append(named, other)
		}
		if strings.Contains(name, "status") || strings.Contains(name, "enquiry") || strings.Contains(name, "inquiry") {
			status = append(status, other)
		}
	}
	if len(named) == 0 && (strings.Contains(key, "statusapi") || strings.Contains(key, "enquiryapi") || strings.Contains(key, "inquiryapi") || strings.Contains(key, "statusendpoint")) {
		named = status
	}
	if len(named) != 1 {
		return nil
	}
	return named[0]
}

// stateOf is the JSONPath of the one member of the API's documented success whose name stands among the words from i on, and the word behind it.
func stateOf(api *probe.Sheet, tokens []token, i int) (path string, next int, ok bool) {
	const most = 4 // words: "until the final status is"
	if len(api.Success) == 0 || api.Success[0].Body.Value == nil {
		return "", i, false
	}
	for end := min(i+most, len(tokens)); i < end; i++ {
		var found []string
		pathsOf(api.Success[0].Body.Value, "$", Fold(tokens[i].text), &found)
		if len(found) == 1 {
			return found[0], i + 1, true
		}
		if len(found) > 1 {
			return "", i, false
		}
	}
	return "", i, false
}

// pathsOf finds the members of a name, outside of lists.
func pathsOf(v *nearjson.Value, path, key string, found *[]string) {
	if v.Kind != nearjson.Object || key == "" {
		return
	}
	for _, m := range v.Members {
		below := path + "['" + strings.ReplaceAll(strings.ReplaceAll(m.Key, `\`, `\\`), "'", `\'`) + "']"
		if wordLength(m.Key) == len(m.Key) && !strings.ContainsAny(m.Key, "'’") {
			below = path + "." + m.Key
		}
		if Fold(m.Key) == key && m.Value.Kind != nearjson.Object && m.Value.Kind != nearjson.Array {
			*found = append(*found, below)
		}
		if len(path) < maxLabel {
			pathsOf(m.Value, below, key, found)
		}
	}
}

// takeStates reads "is COMPLETED or FAILED", to the end of the sentence or a word that goes on otherwise; false where there is no good end.
func takeStates(p *probe.Poll, sentence string, tokens []token) bool {
	for _, t := range tokens {
		written := sentence[t.start:t.end]
		switch t.text {
		case "is", "becomes", "turns", "changes", "to", "either", "equals", "equal", "=", ":", "or", "and", "/", ",", "\"", "'", "`", "a", "the", "“", "”", "‘", "’", "*":
			continue
		}
		if written != strings.ToUpper(written) || t.number || wordLength(written) != len(written) {
			return len(p.Until) > 0 // a state is written in capital letters; other words could be anything
		}
		if isBadEnd(t.text) {
			p.Failed = append(p.Failed, written)
		} else {
			p.Until = append(p.Until, written)
		}
	}
	return len(p.Until) > 0
}

// isBadEnd says that a state is the name of a failure.
func isBadEnd(state string) bool {
	for _, word := range []string{"fail", "reject", "declin", "error", "cancel", "expire", "abort", "denied", "refused", "unsuccess", "timeout", "timed", "reversed", "invalid"} {
		if strings.Contains(state, word) {
			return true
		}
	}
	return false
}

// takeTimes reads "every 5 seconds" and "for up to 2 minutes".
func takeTimes(p *probe.Poll, tokens []token) {
	for i := range tokens {
		ms, _, ok := timeAt(tokens, i)
		if !ok || i == 0 {
			continue
		}
		switch before := tokens[i-1].text; before {
		case "every", "each":
			p.IntervalMS = ms
		case "within", "to", "upto", "for", "most":
			p.WithinMS = ms
		}
	}
}
