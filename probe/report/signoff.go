package report

import (
	"cmp"
	"io"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// Signoff writes what was decided for a person: the outcome first, then what keeps it from being better, then the rest.
func Signoff(w io.Writer, s *signoff.Predicate, o Options) error {
	p := newPage(o)
	d := &s.Decision
	p.text(0, outcomeStyle(d.Outcome), string(d.Outcome))
	if o.Quiet {
		return p.writeTo(w)
	}
	p.text(0, plain, inertUpTo(capital(d.Reason)+".", maxReason))
	p.blank()
	p.row(0, "run", inert(s.Run.ID)+", "+minute(s.Run.StartedAt))
	p.row(0, "decided", minute(d.DecidedAt))
	if !d.Until.IsZero() {
		p.row(0, "holds until", minute(d.Until)+": "+inert(d.UntilBecause))
	}
	p.blank()
	for _, l := range worstFirst(d.Lines) {
		p.line(&l, o.Verbose)
	}
	p.checklist(d.Checklist, o.Verbose)
	p.waivers(d)
	return p.writeTo(w)
}

// maxReason is how long the sentence of a decision may be.
const maxReason = 600

// mostEvidence is how many pieces of evidence a line shows that is not told in full.
const mostEvidence = 3

// worstFirst are the lines, what keeps the outcome from being better first.
func worstFirst(lines []signoff.Line) []signoff.Line {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b signoff.Line) int { return cmp.Compare(b.Status.Rank(), a.Status.Rank()) })
	return sorted
}

func outcomeStyle(o signoff.Outcome) style {
	switch o {
	case signoff.Go:
		return green
	case signoff.NoGo:
		return red
	}
	return yellow
}

func statusStyle(s signoff.Status) style {
	switch s {
	case signoff.Met:
		return green
	case signoff.Failed:
		return red
	case signoff.Off:
		return dim
	}
	return yellow
}

// line writes a line of the policy. What is met takes one row.
func (p *page) line(l *signoff.Line, all bool) {
	p.stated(l.Status, inert(l.Title))
	if l.Status == signoff.Met {
		if all {
			p.text(labelWidth, dim, inert(l.Reason))
		}
		return
	}
	if l.ID != signoff.ChecklistLine { // whose items are told below
		p.evidence(l.Evidence, all)
	}
	if len(l.Evidence) == 0 && l.Status != signoff.Off {
		p.text(labelWidth, plain, inert(l.Reason))
		p.text(labelWidth, plain, "next: "+inert(l.NextStep))
	}
}

// stated writes a status and what it is of.
func (p *page) stated(s signoff.Status, title string) {
	word := string(s)
	p.hanging(p.paint(statusStyle(s), word)+gap(word), labelWidth, plain, title)
}

func gap(word string) string { return "            "[min(len(word), labelWidth-1):] }

// evidence writes what speaks against a line, the worst first.
func (p *page) evidence(all []signoff.Evidence, whole bool) {
	shown := len(all)
	if !whole && shown > mostEvidence {
		shown = mostEvidence
	}
	for i := range all[:shown] {
		e := &all[i]
		text := inert(e.Says)
		if e.API != "" {
			text = `"` + inertUpTo(e.API, maxName) + `": ` + text
		}
		p.text(labelWidth, plain, text)
		p.where(e)
		if e.NextStep != "" {
			p.text(labelWidth, plain, "next: "+inert(e.NextStep))
		}
	}
	if rest := len(all) - shown; rest > 0 {
		p.text(labelWidth, plain, "and "+number(rest)+" more; -v shows all")
	}
}

// where says where a piece of evidence is to be found, and by what a waiver names it.
func (p *page) where(e *signoff.Evidence) {
	for _, part := range []struct{ label, text string }{
		{"case ", e.Case}, {"rule ", e.Rule}, {"fingerprint ", e.Fingerprint}, {"run ", e.Run}, {"waived at ", e.Waiver},
	} {
		if part.text != "" {
			p.text(labelWidth+2, dim, part.label+inertUpTo(part.text, maxName))
		}
	}
}

func (p *page) checklist(items []signoff.Item, all bool) {
	p.blank()
	p.text(0, bold, "Checklist")
	for i := range items {
		item := &items[i]
		p.stated(item.Status, inert(item.Title))
		switch {
		case item.Status == signoff.Met && (all || item.Attested != nil):
			p.text(labelWidth, dim, inert(item.Reason))
		case item.Status != signoff.Met && item.Status != signoff.Off:
			p.evidence(item.Evidence, all)
		}
	}
}

// waivers writes what became of each waiver, and what was written down and counts for nothing.
func (p *page) waivers(d *signoff.Decision) {
	if len(d.Waivers)+len(d.Unread) == 0 {
		return
	}
	p.blank()
	p.text(0, bold, "Waivers and attestations")
	for i := range d.Waivers {
		u := &d.Waivers[i]
		p.hanging(p.paint(useStyle(u.State), string(u.State))+gap(string(u.State)), labelWidth, plain, inert(u.Place)+useText(u))
	}
	for _, r := range d.Unread {
		p.hanging(p.paint(yellow, "refused")+gap("refused"), labelWidth, plain, inert(r.Place)+": "+inert(r.Why)+"; "+inert(r.Hint))
	}
}

func useStyle(s signoff.UseState) style {
	if s == signoff.Used {
		return plain
	}
	return yellow
}

func useText(u *signoff.WaiverUse) string {
	if u.State != signoff.Used {
		return ": " + inert(u.Why)
	}
	text := ": covers " + count(u.Used, "finding") + ", until " + inert(u.Expires) + ", " + inert(u.Owner) + ": " + inert(u.Reason)
	if u.Ticket != "" {
		text += " (" + inert(u.Ticket) + ")"
	}
	return text
}

// SignoffJSON writes what was decided for a machine, as signoff.Predicate describes it.
func SignoffJSON(w io.Writer, s *signoff.Predicate) error { return writeIndented(w, s) }
