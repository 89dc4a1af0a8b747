package certificate

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// How many APIs the first page names, and how much of each; an annex names all.
const (
	mostAPIs = 8
	onFront  = 90
)

// front is the page with the verdict, what it is about, and the signatures.
func (d *Document) front() section {
	return section{title: "", blocks: []block{
		{table: d.facts()},
		{table: d.apis()},
		{table: d.lines()},
		{table: d.signatures()},
		{text: d.standing()},
	}}
}

func (d *Document) facts() *table {
	t := &table{widths: []float64{0.2, 0.8}}
	add := func(label, value string) { t.rows = append(t.rows, []cell{{text: label}, {text: value}}) }
	if d.Decision.Outcome.Releases() {
		add("Holds until", moment(d.Decision.Until)+": "+limited(d.Decision.UntilBecause))
	}
	add("Decided", moment(d.Decision.DecidedAt)+" by "+strings.TrimSpace(d.Tool.Name+" "+d.Tool.Version)+", rules "+d.Tool.RulesVersion)
	add("Run", fmt.Sprintf("%s, %s to %s; %s, %d conform", d.Run.ID, moment(d.Run.StartedAt), moment(d.Run.FinishedAt), count(d.Run.Summary.Cases, "case"), d.Run.Summary.Conforms))
	add("Probed", d.probed())
	return t
}

func (d *Document) probed() string {
	var hosts []string
	for _, t := range d.Targets {
		hosts = append(hosts, fmt.Sprintf("%s://%s", t.Scheme, t.Host))
	}
	from := ""
	if len(d.Prober.Addresses) > 0 {
		from = " from " + strings.Join(d.Prober.Addresses, ", ")
	}
	if d.Prober.Zone != "" {
		from += " in the zone " + d.Prober.Zone
	}
	return limited(cmp.Or(strings.Join(hosts, ", "), "no host answered") + from)
}

func (d *Document) apis() *table {
	t := &table{head: []string{"API", "Request", "Verdict", "Codes seen"}, widths: []float64{0.27, 0.46, 0.13, 0.14}}
	for i := range d.Sheets {
		if i == mostAPIs {
			t.rows = append(t.rows, []cell{{text: fmt.Sprintf("and %d more, see annex C", len(d.Sheets)-mostAPIs)}, {}, {}, {}})
			break
		}
		s := &d.Sheets[i]
		t.rows = append(t.rows, []cell{
			{text: limitedTo(s.Name, onFront)},
			{text: limitedTo(s.Method+" "+s.URL, onFront), mono: true},
			{text: string(s.Verdict)},
			{text: fmt.Sprintf("%d of %d", s.Coverage.CodesSeen, s.Coverage.Codes)},
		})
	}
	return t
}

func (d *Document) lines() *table {
	t := &table{head: []string{"Demanded", "Status"}, widths: []float64{0.84, 0.16}}
	for _, l := range d.Decision.Lines {
		t.rows = append(t.rows, []cell{{text: limited(l.Title)}, {text: string(l.Status), status: l.Status}})
	}
	return t
}

func (d *Document) signatures() *table {
	t := &table{head: []string{"Signed by", "Key", "Verified"}, widths: []float64{0.34, 0.48, 0.18}}
	open := max(1, d.Policy.Approvals)
	for i := range d.Signatures {
		s := &d.Signatures[i]
		status, word := s.standing()
		if !s.Decides && s.Void == "" {
			open--
		}
		t.rows = append(t.rows, []cell{{text: s.who()}, {text: limited(s.Fingerprint), mono: true}, {text: word, status: status}})
	}
	for ; open > 0; open-- {
		t.rows = append(t.rows, []cell{{text: "(still to sign)"}, {}, {text: "open", status: signoff.Unknown}})
	}
	return t
}

// standing is what is known of a signature.
func (s *Signature) standing() (signoff.Status, string) {
	switch {
	case !s.Verified:
		return signoff.Unknown, "not verified"
	case s.Void != "":
		return signoff.Failed, "counts no more"
	}
	return signoff.Met, "verified"
}

// who is whose signature it is, and on whose word.
func (s *Signature) who() string {
	name := limited(cmp.Or(s.Name, "name not known"))
	if s.Title != "" {
		name += ", " + limited(s.Title)
	}
	switch {
	case s.Decides:
		return "the server that decided, which is nobody's approval"
	case s.Means == "" || s.Server == "":
		return name
	}
	name += fmt.Sprintf("; approved at the server %s by %s on %s, on the word of its key", limited(s.Server), limited(s.Means), moment(s.At))
	if s.Void != "" {
		name += "; " + limited(s.Void)
	}
	return name
}

// verifyCommand is what is typed to verify.
func (d *Document) verifyCommand() string {
	keys := "--key PUBLIC-KEY"
	if slices.ContainsFunc(d.Signatures, func(s Signature) bool { return s.Decides }) {
		keys = "--server-key PUBLIC-KEY-OF-THE-SERVER"
	}
	return "sheetprobe signoff verify FILE.signoff " + keys + " --bundle FILE.zip"
}

// policyAnnex tells why each line is as it is.
func (d *Document) policyAnnex() section {
	t := &table{head: []string{"Demanded", "Status", "Why"}, widths: []float64{0.34, 0.12, 0.54}}
	for _, l := range d.Decision.Lines {
		t.rows = append(t.rows, []cell{{text: limited(l.Title)}, {text: string(l.Status), status: l.Status}, {text: limited(l.Reason)}})
	}
	p := d.Policy
	return section{"A  Policy", []block{
		{table: t},
		text("Days and nights are those of the time zone %s. A waiver may end %s from the decision at the latest.", p.TimeZone, count(p.LongestDays, "day")),
	}}
}

func (d *Document) checklistAnnex() section {
	t := &table{head: []string{"Prerequisite", "Status", "By what"}, widths: []float64{0.42, 0.12, 0.46}}
	for _, item := range d.Decision.Checklist {
		why := limited(item.Reason)
		if item.Attested != nil && item.Attested.Note != "" {
			why += "; " + limited(item.Attested.Note)
		}
		t.rows = append(t.rows, []cell{{text: limited(item.Title)}, {text: string(item.Status), status: item.Status}, {text: why}})
	}
	return section{"B  Checklist", []block{{table: t}}}
}

func (d *Document) coverageAnnex() section {
	t := &table{head: []string{"API", "Document", "Codes", "Answers", "Median", "Slowest"}, widths: []float64{0.3, 0.28, 0.1, 0.1, 0.11, 0.11}}
	for i := range d.Sheets {
		s := &d.Sheets[i]
		median, slowest := "-", "-"
		if s.Timings != nil {
			median, slowest = fmt.Sprintf("%.0f ms", s.Timings.P50), fmt.Sprintf("%.0f ms", s.Timings.Max)
		}
		t.rows = append(t.rows, []cell{
			{text: limited(s.Name)},
			{text: limited(s.Document)},
			{text: fmt.Sprintf("%d of %d", s.Coverage.CodesSeen, s.Coverage.Codes)},
			{text: fmt.Sprintf("%d of %d", s.Coverage.ResponsesSeen, s.Coverage.Responses)},
			{text: median},
			{text: slowest},
		})
	}
	return section{"C  Coverage", []block{text("Documented codes and documented answers that were seen, and how long answers took."), {table: t}}}
}

func (d *Document) waiverAnnex() section {
	s := section{title: "D  Waivers"}
	if len(d.Decision.Waivers) == 0 {
		s.blocks = append(s.blocks, text("Nothing was waived."))
	} else {
		t := &table{head: []string{"Waiver", "State", "Until", "Who answers for it, and why"}, widths: []float64{0.3, 0.11, 0.13, 0.46}}
		for i := range d.Decision.Waivers {
			t.rows = append(t.rows, waiverRow(&d.Decision.Waivers[i]))
		}
		s.blocks = append(s.blocks, block{table: t})
	}
	for _, r := range d.Decision.Unread {
		s.blocks = append(s.blocks, text("The attestation at %s counts for nothing: %s.", limited(r.Place), limited(r.Why)))
	}
	return s
}

func waiverRow(u *signoff.WaiverUse) []cell {
	what := u.Place
	switch {
	case u.Fingerprint != "":
		what = "finding " + u.Fingerprint
	case u.Rule != "":
		what = u.Rule + " of " + u.API
	case u.Case != "":
		what = "case " + u.Case
	}
	why := u.Owner + ": " + u.Reason
	if u.Ticket != "" {
		why += " (" + u.Ticket + ")"
	}
	if u.State != signoff.Used {
		why = u.Why
	}
	status := signoff.Unknown
	if u.State == signoff.Used {
		status = signoff.Waived
	}
	return []cell{{text: limited(what)}, {text: string(u.State), status: status}, {text: cmp.Or(limited(u.Expires), "-")}, {text: limited(why)}}
}

// mostFindings is how many findings are printed; the bundle holds all.
const mostFindings = 200

// evidenceAnnex tells what speaks against a line.
func (d *Document) evidenceAnnex() section {
	t := &table{head: []string{"API", "Finding", "Status", "What"}, widths: []float64{0.2, 0.24, 0.11, 0.45}}
	left := 0
	for _, l := range d.Decision.Lines {
		for _, e := range l.Evidence {
			if len(t.rows) == mostFindings {
				left++
				continue
			}
			t.rows = append(t.rows, []cell{
				{text: limited(cmp.Or(e.API, e.Host, e.Document, "-"))},
				{text: strings.TrimSpace(cmp.Or(e.Rule, l.ID) + " " + e.Fingerprint), mono: true},
				{text: string(e.Status), status: e.Status},
				{text: limited(e.Says)},
			})
		}
	}
	s := section{title: "E  Findings"}
	if len(t.rows) == 0 {
		s.blocks = append(s.blocks, text("Nothing speaks against any line of the policy."))
		return s
	}
	s.blocks = append(s.blocks, block{table: t})
	if left > 0 {
		s.blocks = append(s.blocks, text("And %s more, which the bundle holds.", strconv.Itoa(left)))
	}
	return s
}

// verifyAnnex tells how to verify what is printed, and by which digests.
func (d *Document) verifyAnnex() section {
	t := &table{head: []string{"What", "SHA-256"}, widths: []float64{0.3, 0.7}}
	add := func(what, digest string) {
		if digest != "" {
			t.rows = append(t.rows, []cell{{text: limited(what)}, {text: limited(digest), mono: true}})
		}
	}
	add("signed decision", d.SHA256)
	add("evidence bundle", d.Bundle)
	add("run "+d.Run.ID, d.Run.SHA256)
	for _, doc := range d.Documents {
		add(doc.Name, doc.SHA256)
	}
	return section{"F  How to verify", []block{
		text("This print proves nothing by itself: the signed decision does. Whoever has it, its bundle and the public keys of the approvers can verify both without a network:"),
		{text: d.verifyCommand(), mono: true},
		text("The signed decision is two DSSE envelopes with in-toto statements, signed with ed25519; other tools verify them too. sha256sum tells whether a file is one of these:"),
		{table: t},
	}}
}
