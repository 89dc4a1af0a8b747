package evidence

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/attest"
)

// contents looks at the bundle: its digest, and whether what it holds belongs together and to what was signed.
func (r *verifier) contents() {
	signed := r.subjects[1].Digest.SHA256
	if r.Bundle == nil {
		r.add(Check{ID: "bundle", State: Unchecked, Says: "none was given; its digest is " + signed, Next: "give it with --bundle"})
		return
	}
	r.bundle = openBundle(r.Bundle.Data)
	c := Check{ID: "bundle", State: OK, Says: fmt.Sprintf("%q is what was signed, and its %d entries are what it says of them", r.Bundle.Name, r.bundle.entries), Details: r.bundle.problems}
	c.Details = append(c.Details, r.bundleSubjects()...)
	got := digestOf(r.Bundle.Data)
	switch {
	case got != signed && len(c.Details) > 0:
		c.State, c.Says = Broken, fmt.Sprintf("%q is not what was signed: its digest is %s, signed is %s", r.Bundle.Name, got, signed)
	case got != signed:
		c.State = Broken
		c.Says = fmt.Sprintf("%q is not what was signed: its digest is %s, signed is %s; what it holds is in order, so that it was packed anew, or altered around its entries", r.Bundle.Name, got, signed)
	case len(c.Details) > 0:
		c.State, c.Says = Broken, fmt.Sprintf("%q is what was signed, and does not belong together", r.Bundle.Name)
	}
	if c.State == Broken {
		c.Next = "get the bundle anew from whoever made it"
	}
	r.add(c)
}

// bundleSubjects says what in the bundle is none of what was signed.
func (r *verifier) bundleSubjects() []string {
	var wrong []string
	switch {
	case r.bundle.run == nil:
		wrong = append(wrong, "the entry "+RunSubject+" is missing, or cannot be unpacked")
	case digestOf(r.bundle.run) != r.predicate.Run.SHA256:
		wrong = append(wrong, "the entry "+RunSubject+" is not the run that was signed"+r.whereRunsDiffer(r.bundle.run))
	}
	for _, d := range r.bundle.documents {
		if !r.isDocument(digestOf(d.Data)) {
			wrong = append(wrong, fmt.Sprintf("the entry %.80q is none of the documents that were signed", d.Name))
		}
	}
	return wrong
}

func (r *verifier) isDocument(digest string) bool {
	return slices.ContainsFunc(r.subjects[2:], func(s attest.Subject) bool { return s.Digest.SHA256 == digest })
}

// whereRunsDiffer compares a run with one that is what was signed, where that is at hand.
func (r *verifier) whereRunsDiffer(altered []byte) string {
	var known []byte
	switch {
	case r.Run != nil && digestOf(r.Run.Data) == r.predicate.Run.SHA256:
		known = r.Run.Data
	case r.bundle != nil && digestOf(r.bundle.run) == r.predicate.Run.SHA256:
		known = r.bundle.run
	default:
		return ""
	}
	at := differ(altered, known)
	line := bytes.Count(altered[:min(at, len(altered))], []byte("\n")) + 1
	return fmt.Sprintf("; they differ from byte %d on, in line %d: found %s, signed is %s", at+1, line, around(altered, at), around(known, at))
}

// recorded looks at the run: the one that was given, or else that of the bundle.
func (r *verifier) recorded() {
	signed := r.predicate.Run.SHA256
	switch {
	case r.Run != nil && r.sameRun(r.Run.Data):
		r.takeRun(r.Run.Data)
		r.add(Check{ID: "run", State: OK, Says: fmt.Sprintf("%q is the run that was signed", r.Run.Name)})
	case r.Run != nil:
		r.add(Check{
			ID: "run", State: Broken, Next: "give the run as it was recorded: that of the bundle, or of the history",
			Says: fmt.Sprintf("%q is not the run that was signed: its digest is %s, signed is %s%s", r.Run.Name, digestOf(r.Run.Data), signed, r.whereRunsDiffer(r.Run.Data)),
		})
	case r.bundle != nil && digestOf(r.bundle.run) == signed:
		r.takeRun(r.bundle.run)
		r.add(Check{ID: "run", State: OK, Says: "that of the bundle is the run that was signed"})
	default:
		r.add(Check{ID: "run", State: Unchecked, Says: "none was given; its digest is " + signed, Next: "give it with --run, or within the bundle with --bundle"})
	}
}

// sameRun says that a text is the signed run: in its canonical form, or on one line, as `history export` writes it.
func (r *verifier) sameRun(data []byte) bool {
	if digestOf(data) == r.predicate.Run.SHA256 {
		return true
	}
	run, err := probe.DecodeRun(bytes.NewReader(data))
	if err != nil {
		return false
	}
	line, err := probe.EncodeLine(run)
	if err != nil || !bytes.Equal(bytes.TrimSuffix(data, []byte("\n")), line) {
		return false
	}
	var canonical bytes.Buffer
	return run.Encode(&canonical) == nil && digestOf(canonical.Bytes()) == r.predicate.Run.SHA256
}

func (r *verifier) takeRun(data []byte) {
	if run, err := probe.DecodeRun(bytes.NewReader(data)); err == nil {
		r.run = run
	}
}

// sheets looks at the documents: those that were given, or else those of the bundle.
func (r *verifier) sheets() {
	all := r.subjects[2:]
	given := r.documents()
	have := map[string]bool{}
	var strange, details []string
	for _, d := range given {
		have[digestOf(d.Data)] = true
	}
	for _, d := range r.Sheets {
		if !r.isDocument(digestOf(d.Data)) {
			strange = append(strange, r.strange(d))
		}
	}
	for _, s := range all {
		if !have[s.Digest.SHA256] {
			details = append(details, fmt.Sprintf("%q is not at hand; its digest is %s", strings.TrimPrefix(s.Name, documentsIn), s.Digest.SHA256))
		}
	}
	c := Check{ID: "sheet", State: OK, Says: counted(len(all), "document is what was signed", "documents are what was signed"), Details: details}
	switch {
	case len(strange) > 0:
		c.State, c.Says, c.Details = Broken, strange[0], slices.Concat(strange[1:], details)
		c.Next = "give the document as it was when the run was made, or make a new run and a new sign-off of this one"
	case len(details) > 0:
		c.State, c.Next = Unchecked, "give them with --sheet"
		c.Says = fmt.Sprintf("%d of %s at hand", len(all)-len(details), counted(len(all), "document is", "documents are"))
	}
	r.add(c)
}

// documents are those at hand, each once.
func (r *verifier) documents() []Source {
	all := slices.Clone(r.Sheets)
	if r.bundle == nil {
		return all
	}
	for _, d := range r.bundle.documents {
		given := func(s Source) bool { return bytes.Equal(s.Data, d.Data) }
		if r.isDocument(digestOf(d.Data)) && !slices.ContainsFunc(all, given) {
			all = append(all, d)
		}
	}
	return all
}

// strange says what a document is that was not signed.
func (r *verifier) strange(d Source) string {
	for _, s := range r.subjects[2:] {
		if path.Base(strings.ReplaceAll(s.Name, "\\", "/")) == path.Base(strings.ReplaceAll(d.Name, "\\", "/")) {
			return fmt.Sprintf("%q has been altered: its digest is %s, signed is %s", d.Name, digestOf(d.Data), s.Digest.SHA256)
		}
	}
	return fmt.Sprintf("%q is none of the documents that were signed: its digest is %s", d.Name, digestOf(d.Data))
}
