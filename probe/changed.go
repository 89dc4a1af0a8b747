package probe

import "strings"

// maxChanged is how much of a mutation a message carries, in bytes.
const maxChanged = 160

// Changed is how a message about a request that was broken on purpose begins: with what was changed, as in `with field "amount" left out, `.
// It is "" where nothing was.
func Changed(mutation string) string {
	if mutation == "" {
		return ""
	}
	if len(mutation) > maxChanged {
		mutation = strings.ToValidUTF8(mutation[:maxChanged], "") + "..."
	}
	return "with " + mutation + ", "
}

// Unchanged is the message of a finding without what was changed, for reports that show one cause of several cases.
func (r *Result) Unchanged(f *Finding) string {
	return strings.TrimPrefix(f.Message, Changed(r.Mutation))
}
