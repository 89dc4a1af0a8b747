package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// sampleOf is the value that a row gives as an example: in a column of its own, or behind "e.g." in the words about it. A type word, a range or a
// remark is none.
func sampleOf(sample, about source.Text) source.Text {
	if sample = withoutEG(sample); isSample(sample.String()) {
		return sample
	}
	if sample.Len() > 0 && !IsNone(sample.String()) {
		return source.Text{}
	}
	s := strings.ToLower(about.String())
	for _, mark := range []string{"e.g.", "e.g", "eg.", "eg:", "example:", "example :", "ex:", "ex.", "sample:", "for example", "例如", "예:", "например"} {
		i := strings.Index(s, mark)
		if i < 0 || len(s) != about.Len() || i > 0 && isWordByte(s[i-1]) {
			continue
		}
		rest := about.Slice(i+len(mark), about.Len()).TrimSpace()
		end := strings.IndexAny(rest.String(), ",;)")
		if end < 0 {
			end = rest.Len()
		}
		rest = rest.Slice(0, len(strings.TrimRight(rest.String()[:end], ". ")))
		whole := unquote(rest).Len() < rest.Len() || !strings.ContainsAny(rest.String(), " \t")
		if rest = unquote(rest); whole && isSample(rest.String()) {
			return rest
		}
	}
	return source.Text{}
}

// withoutEG cuts off words that only introduce an example.
func withoutEG(t source.Text) source.Text {
	t = t.TrimSpace()
	for _, mark := range []string{"e.g.", "eg.", "eg:", "ex:", "example:", "e.g"} {
		if s := t.String(); len(s) > len(mark) && strings.EqualFold(s[:len(mark)], mark) {
			return t.Slice(len(mark), len(s)).TrimSpace()
		}
	}
	return t
}

// isSample tells a value from words that only describe one.
func isSample(s string) bool {
	const longest, mostWords = 1 << 16, 8
	bare := strings.Trim(s, "\"'` ")
	if bare == "" || len(s) > longest || IsNone(s) {
		return false
	}
	if strings.IndexByte("{[\"", s[0]) >= 0 {
		return true
	}
	word, _, _ := strings.Cut(strings.ToLower(bare), " ")
	switch strings.Trim(word, ".,:") {
	case "any", "valid", "see", "refer", "same", "required", "optional", "mandatory", "should", "must", "max", "min", "length":
		return false
	}
	_, template := nearjson.TemplateKind(s)
	return !template && len(strings.Fields(bare)) <= mostWords
}
