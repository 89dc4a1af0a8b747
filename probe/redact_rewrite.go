package probe

import "strings"

// rewriting is a text of which some stretches are replaced, one after the other. Where none changes, it is the text itself.
type rewriting struct {
	of   string
	upTo int // the end of the latest stretch
	text strings.Builder
	done int // how much of the old text is in the new one
}

// put replaces a stretch behind those before it.
func (r *rewriting) put(start, end int, with string) {
	r.upTo = end
	if r.of[start:end] == with {
		return
	}
	r.text.WriteString(r.of[r.done:start])
	r.text.WriteString(with)
	r.done = end
}

func (r *rewriting) String() string {
	if r.text.Len() == 0 {
		return r.of[r.done:]
	}
	r.text.WriteString(r.of[r.done:])
	return r.text.String()
}
