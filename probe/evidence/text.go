package evidence

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe/attest"
)

// Text writes a verification for people.
func (v *Verification) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", v.headline())
	if v.Verdict != Holds {
		fmt.Fprintf(&b, "because     %s\n", v.Reason)
	}
	b.WriteString("\n")
	if v.Run != "" {
		fmt.Fprintf(&b, "evidence    %s of run %s\n", v.File, v.Run)
		fmt.Fprintf(&b, "decided     %s, %s by %s %s, rules %s\n", v.Outcome, v.DecidedAt.UTC().Format(minute), v.DecidedBy.Name, v.DecidedBy.Version, v.DecidedBy.RulesVersion)
	}
	signers := make([]string, len(v.Signers))
	for i := range v.Signers {
		signers[i] = v.Signers[i].line()
	}
	named(&b, "signed by", signers)
	named(&b, "waived", v.Waived)
	named(&b, "not asked", v.NotDemanded)
	if v.Run != "" {
		b.WriteString("\n")
	}
	for _, c := range v.Checks {
		c.text(&b)
	}
	_, err := io.WriteString(w, inert(b.String()))
	return err
}

// named writes a list, a line each, with its name before the first.
func named(b *strings.Builder, name string, list []string) {
	for i, text := range list {
		fmt.Fprintf(b, "%-12s%s\n", map[bool]string{true: name}[i == 0], text)
	}
}

func (v *Verification) headline() string {
	switch v.Verdict {
	case Holds:
		return fmt.Sprintf("The evidence holds: %s, until %s.", v.Outcome, v.Until.UTC().Format(minute))
	case CannotTell:
		return "Whether the evidence holds cannot be told."
	}
	return "The evidence does NOT hold."
}

// line is who signed, and whether that counts.
func (s *Signer) line() string {
	who := s.Approver
	if names := strings.Join(s.Names, ", "); who == "" {
		who = names
	} else if names != "" && names != who {
		who += " (" + names + ")"
	}
	key := s.Fingerprint
	if key == "" {
		key = "the key " + s.KeyID
	}
	if s.User != "" {
		who, key = s.there()
	}
	line := strings.TrimSpace(who + " " + key)
	switch {
	case s.State == attest.UnknownKey:
		line += ": not checked, the key was not given"
	case s.State == attest.Invalid:
		line += ": NOT VALID"
	case s.Why == decidedThere:
		line += ": verified, " + decidedThere
	case !s.Counts:
		line += ": verified, and counts for nothing"
	}
	return line
}

// there is who approved at a server, how, and by whose word.
func (s *Signer) there() (who, word string) {
	who = s.User
	if s.Approver != "" {
		who = fmt.Sprintf("%s (%s)", s.Approver, s.User)
	}
	word = s.Fingerprint
	if word == "" {
		word = "the key " + s.KeyID
	}
	word = fmt.Sprintf("at the server %q by %s on %s, on the word of %s", s.Server, s.Means, s.At.UTC().Format(minute), word)
	if s.Comment != "" {
		word += fmt.Sprintf(" (%s)", s.Comment)
	}
	return who, word
}

func (c *Check) text(b *strings.Builder) {
	mark := map[State]string{OK: "ok", Broken: "BROKEN", Unchecked: "not checked"}[c.State]
	fmt.Fprintf(b, "%-12s%-12s", mark, c.ID)
	paragraph(b, c.Says)
	for _, d := range c.Details {
		fmt.Fprintf(b, "%*s", indent, "")
		paragraph(b, d)
	}
	if c.Next != "" {
		fmt.Fprintf(b, "%*s", indent, "")
		paragraph(b, "next step: "+c.Next)
	}
}

// Where the text of a check begins, and how long its lines are; a longer word stays whole, so that it can be copied.
const (
	indent = 24
	width  = 100
)

func paragraph(b *strings.Builder, text string) {
	column := indent
	for i, word := range strings.Fields(text) {
		switch length := utf8.RuneCountInString(word); {
		case i == 0:
			column += length
		case column+1+length > width:
			fmt.Fprintf(b, "\n%*s", indent, "")
			column = indent + length
		default:
			b.WriteByte(' ')
			column += 1 + length
		}
		b.WriteString(word)
	}
	b.WriteByte('\n')
}

// inert takes from a text what would act on a terminal: what was signed may hold anything.
func inert(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
