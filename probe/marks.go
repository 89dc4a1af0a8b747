package probe

import "strings"

// Mark is what stands in a record in the place of a secret.
type Mark struct {
	Text   string // as it stands there
	Name   string // of the secret
	Digest string // equal for equal values within a run; "" where there is none
}

// MayHoldMark says that a mark may stand in a text: a quick look before a thorough one.
func MayHoldMark(s string) bool { return strings.Contains(s, markOpen) }

// Marks are the marks of a recorded text, in order.
func Marks(s string) []Mark {
	var marks []Mark
	for s != "" {
		start, end := nextMark(s)
		if start < end {
			text := s[start:end]
			_, digest, _ := strings.Cut(text[:len(text)-len(markClose)], markDigest)
			marks = append(marks, Mark{Text: text, Name: nameIn(text), Digest: digest})
		}
		s = s[end:]
	}
	return marks
}

// Same says that another mark, which stands in the text, is of the same value. Short values have no digest; within a sentence they are known
// by their value, so that the name tells.
func (m Mark) Same(other Mark, in string) bool {
	if m.Digest != "" || other.Digest != "" {
		return m.Digest == other.Digest
	}
	return m.Name == other.Name && strings.TrimSpace(in) != other.Text
}
