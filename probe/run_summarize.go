package probe

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// The exit codes of a run. When several apply, usage wins over deviates, that over unusable, that over inconclusive.
const (
	ExitConforms     = 0   // every executed case conforms, and at least one was executed
	ExitDeviates     = 1   // at least one case deviates
	ExitUsage        = 2   // wrong usage or configuration: no run came about
	ExitUnusable     = 3   // something could not be tried: a document is unreadable, a value is missing, a host is not allowed; or nothing was tried at all
	ExitInconclusive = 4   // at least one case could not be judged
	ExitInterrupted  = 130 // what finished is recorded and reported
)

// Summarize fills what follows from the cases: the verdict of every sheet and of the run, the Summary, and the ExitCode; and from how they
// were sent whether the run is Unfit. It can be called again after cases have changed.
func (r *Run) Summarize() {
	r.Summary = Summary{Sheets: len(r.Sheets)}
	r.Verdict = Skipped
	if r.Diagnostics.Count(source.Error) > 0 {
		r.Verdict = Blocked // a document, or a part of it, could not be used
	}
	for i := range r.Sheets {
		s := &r.Sheets[i]
		s.Settle()
		r.Verdict = Worst(r.Verdict, s.Verdict)
		for k := range s.Cases {
			r.Summary.add(&s.Cases[k])
		}
		r.Summary.join(s.Folded)
	}
	for _, c := range r.TokenCalls {
		r.Summary.RequestsSent += c.Requests
	}
	r.ExitCode = r.exitCode()
	r.Unfit = nil
	if r.Insecure {
		r.Unfit = []string{"certificates were not verified (--insecure)"}
	}
}

// Settle fills the verdict of the sheet.
func (s *SheetResult) Settle() { s.Verdict = s.worst() }

// worst is the verdict of the sheet. One that leads to no case at all, and has an error, could not be used.
func (s *SheetResult) worst() Verdict {
	if s.Total() == 0 && s.Diagnostics.Count(source.Error) > 0 {
		return Blocked
	}
	worst := Skipped
	for i := range s.Cases {
		worst = Worst(worst, s.Cases[i].Verdict)
	}
	worst = Worst(worst, s.Folded.worst())
	isError := func(f Finding) bool { return f.Severity == source.Error }
	if worst != Skipped && slices.ContainsFunc(s.Findings, isError) {
		return Deviates
	}
	return worst
}

func (s *Summary) add(c *Result) {
	s.Cases++
	switch c.Verdict {
	case Conforms:
		s.Conforms++
	case Deviates:
		s.Deviates++
	case Inconclusive:
		s.Inconclusive++
	case Blocked:
		s.Blocked++
	default:
		s.Skipped++
	}
	s.RequestsSent += c.Exchange.Requests()
	for _, asked := range c.Polls[:max(len(c.Polls)-1, 0)] { // the last is the exchange
		s.RequestsSent += asked.Requests
	}
	for _, again := range c.Repeats {
		s.RequestsSent += again.Requests
	}
	s.ChecksExecuted += c.Checks
}

// join adds what another summary counts, sheets aside.
func (s *Summary) join(other Summary) {
	s.Cases += other.Cases
	s.Conforms += other.Conforms
	s.Deviates += other.Deviates
	s.Inconclusive += other.Inconclusive
	s.Blocked += other.Blocked
	s.Skipped += other.Skipped
	s.RequestsSent += other.RequestsSent
	s.ChecksExecuted += other.ChecksExecuted
}

// of is how many cases have the verdict.
func (s *Summary) of(v Verdict) int {
	switch v {
	case Conforms:
		return s.Conforms
	case Deviates:
		return s.Deviates
	case Inconclusive:
		return s.Inconclusive
	case Blocked:
		return s.Blocked
	case Skipped:
		return s.Skipped
	}
	return 0
}

// worst is the worst verdict of which there is a case.
func (s *Summary) worst() Verdict {
	for _, v := range []Verdict{Deviates, Blocked, Inconclusive, Conforms} {
		if s.of(v) > 0 {
			return v
		}
	}
	return Skipped
}

func (r *Run) exitCode() int {
	switch {
	case r.Interrupted:
		return ExitInterrupted
	case r.Verdict == Deviates:
		return ExitDeviates
	case r.Verdict == Inconclusive:
		return ExitInconclusive
	case r.Verdict == Conforms:
		return ExitConforms
	}
	return ExitUnusable // blocked, and skipped: a run that tried nothing proves nothing
}

// ExitCodeOfTheRest is the exit code as if what deviates conformed: of a run in which everything that deviates has long been known.
func (r *Run) ExitCodeOfTheRest() int {
	rest := Run{Interrupted: r.Interrupted, Verdict: Skipped}
	if r.Diagnostics.Count(source.Error) > 0 {
		rest.Verdict = Blocked
	}
	for i := range r.Sheets {
		s := &r.Sheets[i]
		if s.Total() == 0 {
			rest.Verdict = Worst(rest.Verdict, s.Verdict)
		}
		for k := range s.Cases {
			v := s.Cases[k].Verdict
			if v == Deviates {
				v = Conforms
			}
			rest.Verdict = Worst(rest.Verdict, v)
		}
		folded := s.Folded
		folded.Conforms, folded.Deviates = folded.Conforms+folded.Deviates, 0
		rest.Verdict = Worst(rest.Verdict, folded.worst())
	}
	return rest.exitCode()
}
