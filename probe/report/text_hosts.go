package report

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// hosts writes once, above all else, what keeps a whole host from being judged: what it is, how much it concerns, what to do, and the text to
// pass on.
func (t *textReport) hosts() {
	if len(t.run.Hosts) == 0 {
		return
	}
	t.blank()
	t.banner(yellow, "Not reached", "")
	shown := t.atMost(len(t.run.Hosts), maxGroups)
	for i := range t.run.Hosts[:shown] {
		t.host(&t.run.Hosts[i])
	}
	if rest := len(t.run.Hosts) - shown; rest > 0 {
		t.blank()
		t.text(1, bold, "and "+more(rest, "host")+"; -v shows all.")
	}
}

func (t *textReport) host(h *probe.HostDiagnosis) {
	t.item(h.Host+": "+h.Diagnosis.Means, h.Rule)
	t.row(causeIndent, "concerns", t.concerned(h))
	if x := t.exchangeOf(h.FoundIn); x != nil && x.Failure() != nil {
		t.row(causeIndent, "came", inert(x.Failure().Error))
		t.row(causeIndent, "tried", triedText(x))
	}
	t.facts(&h.Diagnosis)
	cause, _ := probe.CauseByID(h.Diagnosis.Cause)
	t.row(causeIndent, "who acts", whoActs(probe.BlameEnvironment))
	t.row(causeIndent, "next step", orElse(cause.Next, fix(h.Rule)))
	t.passOn(&h.Diagnosis)
	if x := t.exchangeOf(h.FoundIn); x != nil {
		t.curl(causeIndent, x)
		if t.verbose {
			t.exchanges([]*probe.Result{t.caseOf(h.FoundIn)})
		}
	}
}

// facts lists what was found out, where no letter does.
func (t *textReport) facts(d *probe.Diagnosis) {
	if d.Letter != "" {
		return
	}
	facts := make([]string, len(d.Facts))
	for i, f := range d.Facts {
		facts[i] = inert(f.Name + " " + f.Value)
	}
	t.row(causeIndent, "known", strings.Join(facts, "; "))
}

// passOn writes the text for whoever can mend it.
func (t *textReport) passOn(d *probe.Diagnosis) {
	if d == nil || d.Letter == "" {
		return
	}
	t.row(causeIndent, "pass on", "this text, as it is:")
	for line := range strings.SplitSeq(d.Letter, "\n") {
		if line == "" {
			t.out.WriteString(strings.Repeat(" ", causeIndent+2) + "|\n")
			continue
		}
		t.hanging(strings.Repeat(" ", causeIndent+2)+"| ", causeIndent+6, plain, inert(line))
	}
}

// concerned counts what could not be judged because of a host, and says where its cause was found.
func (t *textReport) concerned(h *probe.HostDiagnosis) string {
	apis := 0
	for i := range t.run.Sheets {
		for k := range t.run.Sheets[i].Cases {
			if concerns(h, &t.run.Sheets[i].Cases[k]) {
				apis++
				break
			}
		}
	}
	return fmt.Sprintf("%s of %s, none of which can be judged; found in %s", count(h.Affected, "case"), count(apis, "API"), inertUpTo(h.FoundIn, maxName))
}

// concerns says that a case could not be judged because of the host.
func concerns(h *probe.HostDiagnosis, c *probe.Result) bool {
	return c.ID == h.FoundIn || strings.HasSuffix(c.Reason, h.Host+" could not be reached, see "+h.FoundIn)
}

// ofHost is the host that a case could not be judged for; nil where it is something else.
func ofHost(run *probe.Run, c *probe.Result) *probe.HostDiagnosis {
	for i := range run.Hosts {
		if concerns(&run.Hosts[i], c) {
			return &run.Hosts[i]
		}
	}
	return nil
}

func (t *textReport) caseOf(id string) *probe.Result {
	for i := range t.run.Sheets {
		for k := range t.run.Sheets[i].Cases {
			if t.run.Sheets[i].Cases[k].ID == id {
				return &t.run.Sheets[i].Cases[k]
			}
		}
	}
	return nil
}

func (t *textReport) exchangeOf(id string) *probe.Exchange {
	if c := t.caseOf(id); c != nil {
		return c.Exchange
	}
	return nil
}
