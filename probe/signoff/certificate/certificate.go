// Package certificate prints what was signed off for people: one page with the verdict and the signatures, and annexes with all that it rests on, as
// HTML for a browser or as PDF.
//
// It prints what a signed decision says, and whose signatures were verified by whoever prints it; it verifies nothing itself. Equal decisions with equal
// signatures give equal bytes: there is no clock and no chance in it. The HTML holds no script and loads nothing. PDF follows ISO 32000-1 with embedded
// subsets of the Go fonts, which know Latin, Greek and Cyrillic letters; what they do not know is shown by its code point, and said.
package certificate

import (
	"fmt"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// Document is what is printed.
type Document struct {
	*signoff.Predicate
	Signatures []Signature // none makes it a draft
	SHA256     string      // of the file that holds the signed decision; "" where there is none
	Bundle     string      // the digest of the bundle; "" where there is none
}

// Signature is one that stands under the decision.
type Signature struct {
	Name        string // as far as whoever prints it knows; "" where nobody was told
	Title       string
	Fingerprint string // of the key, or its id
	Verified    bool   // with a key that whoever prints it trusts
	Decides     bool   // it is of a server that decided, and nobody's approval
	// What follows is of an approval at a server, whose key it is: that vouches for who it was.
	Server string
	Means  string // how they showed who they are
	At     time.Time
	Void   string // why it counts for nothing, such as that it was revoked; "" where it counts
}

// section is a part of the print. The first is the page with the verdict; each other begins a page where it has to.
type section struct {
	title  string
	blocks []block
}

// block is a paragraph, lines to be typed, or a table.
type block struct {
	text  string
	mono  bool // the text is to be typed as it stands
	table *table
}

// table has as many widths, in parts of the whole, as columns.
type table struct {
	head   []string
	widths []float64
	rows   [][]cell
}

// cell is a text in a table.
type cell struct {
	text   string
	status signoff.Status // of one that tells a status; "" of all others
	mono   bool
}

func text(format string, args ...any) block { return block{text: fmt.Sprintf(format, args...)} }

// sections are all parts, in order.
func (d *Document) sections() []section {
	return []section{
		d.front(), d.policyAnnex(), d.checklistAnnex(), d.coverageAnnex(), d.waiverAnnex(), d.evidenceAnnex(), d.verifyAnnex(),
	}
}

// moment is a time as it is printed, in UTC.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04") + " UTC"
}

// standing is one sentence that tells how much the paper is worth by itself.
func (d *Document) standing() string {
	verified, keys, vouched := 0, 0, 0
	for i := range d.Signatures {
		s := &d.Signatures[i]
		if s.Verified {
			verified++
		}
		if s.Means == "" {
			keys++
		} else {
			vouched++
		}
	}
	needed := max(1, d.Policy.Approvals)
	if len(d.Signatures) == 0 {
		return "DRAFT: nobody has signed it."
	}
	with := count(keys, "key")
	if vouched > 0 {
		with += ", and a server vouches for " + count(vouched, "approval")
	}
	return fmt.Sprintf("Signed with %s, %d verified when this was printed; the policy asks for %s.", with, verified, count(needed, "approval"))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// short is the beginning of a digest or an id.
func short(digest string) string { return digest[:min(16, len(digest))] }

// limited is a text of bounded length, so that a hostile one cannot fill pages.
func limited(s string) string { return limitedTo(s, 400) }

func limitedTo(s string, most int) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "..."
}
