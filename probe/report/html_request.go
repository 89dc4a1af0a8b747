package report

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// requestPanes are the documented request and the one that was sent in its place, with the lines marked that differ; without a base, the
// second one alone.
func (h *htmlReport) requestPanes(s *probe.SheetResult, c *probe.Result) (documented, sent *pane) {
	if c.Exchange == nil || c.Exchange.Request.URL == "" {
		return nil, nil
	}
	lines := h.requestLines(c.Exchange.AsGiven())
	base, title := h.baseOf(s, c)
	if base == nil {
		return nil, &pane{Title: "The request", Chunks: plainLines(lines)}
	}
	left, right := sideBySide(h.requestLines(*base), lines)
	return &pane{Title: title, Chunks: left}, &pane{Title: "This request", Chunks: right}
}

// baseOf is the documented request that a broken one is read beside.
func (h *htmlReport) baseOf(s *probe.SheetResult, c *probe.Result) (*probe.RecordedRequest, string) {
	if base, _ := h.caseByID(c.Base); c.Base != "" && base != nil && base != c && base.Exchange != nil && base.Exchange.Request.URL != "" {
		asGiven := base.Exchange.AsGiven()
		return &asGiven, "The documented request, as sent"
	}
	if c.Mutation != "" && s.Documented != nil {
		return &s.Documented.Request, "The documented request, as written"
	}
	return nil, ""
}

// requestLines are a request as it is shown: the first line, the headers, an empty line, the body laid out.
func (h *htmlReport) requestLines(q probe.RecordedRequest) []string {
	lines := []string{inertUpTo(strings.TrimSpace(q.Method+" "+q.URL), maxLine)}
	for _, header := range q.Headers {
		if !strings.EqualFold(header.Name, probe.RunHeader) {
			lines = append(lines, inertUpTo(header.Name+": "+header.Value, maxLine))
		}
	}
	if q.Body == "" {
		return lines
	}
	c := composer{limit: h.bodyLines}
	c.body(q.Body, nil, nil)
	lines = append(lines, "")
	for _, piece := range c.end() {
		lines = append(lines, strings.Split(piece.Text, "\n")...)
	}
	return lines
}

func plainLines(lines []string) []chunk { return []chunk{{Text: strings.Join(lines, "\n")}} }

// sideBySide marks the lines that only one of two texts has.
func sideBySide(a, b []string) (left, right []chunk) {
	var l, r composer
	l.limit, r.limit = len(a), len(b)
	keepA, keepB := common(withoutCommas(a), withoutCommas(b))
	for i, line := range a {
		l.either(line, keepA[i], "removed")
	}
	for i, line := range b {
		r.either(line, keepB[i], "added")
	}
	return l.end(), r.end()
}

// withoutCommas is what lines are compared by: a member that is the last one now has lost its comma, and nothing else.
func withoutCommas(lines []string) []string {
	bare := make([]string, len(lines))
	for i, line := range lines {
		bare[i] = strings.TrimSuffix(line, ",")
	}
	return bare
}

func (c *composer) either(line string, plain bool, kind string) {
	if plain {
		c.write(chunk{Text: line})
		return
	}
	c.write(chunk{Text: line, Kind: kind})
}

// common tells which lines belong to a longest common subsequence. Of what is too large for that between the equal beginning and the equal
// end, none does.
func common(a, b []string) (keepA, keepB []bool) {
	keepA, keepB = make([]bool, len(a)), make([]bool, len(b))
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		keepA[start], keepB[start] = true, true
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA--
		endB--
		keepA[endA], keepB[endB] = true, true
	}
	if (endA-start)*(endB-start) <= 1<<16 {
		subsequence(a[start:endA], b[start:endB], keepA[start:], keepB[start:])
	}
	return keepA, keepB
}

func subsequence(a, b []string, keepA, keepB []bool) {
	length := make([][]int, len(a)+1) // of what the rest from i and j on has in common
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			keepA[i], keepB[j] = true, true
			i++
			j++
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
}
