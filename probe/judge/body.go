package judge

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// comparesBody says that the sheet promises something of the body and nothing else explains what came.
func comparesBody(a *answer) bool {
	return !a.settled && !a.layered && !a.isBodyless() && (a.promise.json || a.promise.body)
}

func comparesMediaType(a *answer) bool {
	return comparesBody(a) && a.promise.json && a.value != nil
}

func checkEmpty(a *answer) []probe.Finding {
	if !a.promise.body || !a.isEmpty() {
		return nil
	}
	f := a.finding("body.empty", probe.AtBody)
	f.At, f.Documented, f.Observed = a.promise.at(a.judge.sheet), "a body", "no body"
	f.Message = fmt.Sprintf("the answer has no body, and the sheet documents one for %s", a.outcomeInWords())
	a.soften(&f)
	return []probe.Finding{f}
}

func checkJSON(a *answer) []probe.Finding {
	if !a.promise.json || a.jsonError == nil || a.isEmpty() || a.isMisencoded() {
		return nil
	}
	f := a.finding("body.not-json", probe.AtBody)
	f.At, f.Documented, f.Observed = a.promise.at(a.judge.sheet), "JSON", fmt.Sprintf("%q", short(strings.TrimSpace(a.body)))
	var syntax *nearjson.Error
	switch {
	case a.isHTML():
		f.Message = "the answer is a web page, and the sheet documents JSON"
	case errors.As(a.jsonError, &syntax) && syntax.At.Line > 0:
		f.Message = fmt.Sprintf("the answer is not JSON (line %d, column %d: %s), and the sheet documents JSON", syntax.At.Line, syntax.At.Column, short(syntax.Msg))
	default:
		f.Message = "the answer is not JSON, and the sheet documents JSON"
	}
	a.soften(&f)
	return []probe.Finding{f}
}

// isMisencoded says that the bytes are not UTF-8: invalid, or of an encoding with zero bytes between the letters.
func (a *answer) isMisencoded() bool {
	return !a.utf8 || strings.Contains(a.body[:min(len(a.body), 64)], "\x00")
}

func checkEncoding(a *answer) []probe.Finding {
	bom := strings.HasPrefix(a.body, "\ufeff")
	if !a.promise.json || !a.isMisencoded() && !bom {
		return nil
	}
	f := a.finding("body.encoding", probe.AtBody)
	f.At, f.Documented, f.Observed = a.promise.at(a.judge.sheet), "JSON in UTF-8", "bytes that are not UTF-8"
	f.Message = "the answer is not encoded in UTF-8, so letters outside ASCII are damaged"
	if !a.isMisencoded() {
		f.Severity, f.Observed = source.Warning, "a byte-order mark before the JSON"
		f.Message = "the answer begins with a byte-order mark, which many JSON parsers refuse"
		f.Hint = "send JSON without a byte-order mark (RFC 8259, section 8.1)"
	}
	a.soften(&f)
	return []probe.Finding{f}
}

func checkMediaType(a *answer) []probe.Finding {
	media := a.response.MediaType
	if isJSONMedia(media) {
		return nil
	}
	f := a.finding("body.media-type", probe.AtHeader)
	f.At, f.Documented, f.Observed = a.promise.at(a.judge.sheet), "application/json", media
	f.Message = fmt.Sprintf("the answer is JSON, and its Content-Type says %q", short(media))
	if media == "" {
		f.Severity, f.Observed = source.Warning, "no Content-Type"
		f.Message = "the answer is JSON, and carries no Content-Type that says so"
	}
	a.soften(&f)
	return []probe.Finding{f}
}

// isJSONMedia knows application/json, the older text/json, and everything that ends in +json (RFC 6839).
func isJSONMedia(media string) bool {
	media, _, _ = strings.Cut(strings.ToLower(media), ";")
	media = strings.TrimSpace(media)
	return media == "application/json" || media == "text/json" || strings.HasSuffix(media, "+json")
}

// checkDuplicates tells each repeated key once, however many array items repeat it.
func checkDuplicates(a *answer) []probe.Finding {
	var findings []probe.Finding
	byPattern := map[string]int{}
	for _, d := range a.repeated {
		pattern := patternOf(d.Pointer)
		if i, ok := byPattern[pattern]; ok {
			findings[i].Count++
			continue
		}
		byPattern[pattern] = len(findings)
		f := a.finding("body.duplicate-key", probe.AtBody, pattern)
		f.Pointer, f.Observed = d.Pointer, "the same key twice"
		f.Message = fmt.Sprintf("the key %s stands twice in one object, and readers differ on which counts", lastKey(d.Pointer))
		f.At = a.promise.at(a.judge.sheet)
		findings = append(findings, f)
	}
	return findings
}

// patternOf writes array indexes as "*". A key that is a number is taken for one: for counting causes that is right too.
func patternOf(pointer string) string {
	parts := strings.Split(pointer, "/")
	for i, p := range parts {
		if p != "" && strings.Trim(p, "0123456789") == "" {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}

// lastKey names what a pointer points to, for people.
func lastKey(pointer string) string {
	tokens, ok := nearjson.SplitPointer(pointer)
	if !ok || len(tokens) == 0 {
		return "the whole answer"
	}
	return fmt.Sprintf("%q", short(tokens[len(tokens)-1]))
}
