package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

func signoffHref(runID string) string { return "/signoff/" + url.PathEscape(runID) }

// routeSignoff is only there where people sign off.
func (p *pages) routeSignoff(t *router) {
	if p.server.book == nil {
		return
	}
	t.add(route{pattern: "GET /signoff", role: access.Viewer, handle: func(w http.ResponseWriter, r *http.Request) { p.show(w, r, p.signoffs) }})
	t.add(route{pattern: "GET /signoff/{id}", role: access.Viewer, handle: func(w http.ResponseWriter, r *http.Request) { p.show(w, r, p.signoff) }})
	for pattern, each := range map[string]struct {
		role access.Role
		do   func(*http.Request) error
	}{
		"POST /signoff/{id}/waivers":      {access.Operator, p.waive},
		"POST /signoff/{id}/attestations": {access.Operator, p.attest},
		"POST /signoff/{id}/withdraw":     {access.Operator, func(r *http.Request) error { return p.server.withdraw(r, r.PostFormValue("number")) }},
		"POST /signoff/{id}/revoke":       {access.Approver, p.revoke},
	} {
		t.add(route{pattern: pattern, role: each.role, handle: func(w http.ResponseWriter, r *http.Request) {
			p.done(w, r, each.do(r))
		}})
	}
	t.add(route{pattern: "POST /signoff/{id}/approve", role: access.Approver, handle: func(w http.ResponseWriter, r *http.Request) {
		p.approve(w, r, t.login)
	}})
}

// done leads back to the page, or shows there what is wrong.
func (p *pages) done(w http.ResponseWriter, r *http.Request, err error) {
	var wrong *wrong
	switch {
	case err == nil:
		http.Redirect(w, r, signoffHref(r.PathValue("id")), http.StatusSeeOther)
	case errors.As(err, &wrong) && wrong.Status != http.StatusNotFound:
		p.again(w, r, wrong)
	default:
		p.show(w, r, func(*http.Request) (string, page, error) { return "", page{}, err })
	}
}

// again shows the page with what is wrong, as it is now.
func (p *pages) again(w http.ResponseWriter, r *http.Request, wrong *wrong) {
	name, content, err := p.signoffOf(r, "", sentenceOf(wrong.Detail))
	if err != nil {
		p.show(w, r, func(*http.Request) (string, page, error) { return "", page{}, err })
		return
	}
	p.write(w, r, name, wrong.Status, content)
}

func sentenceOf(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

type signoffRow struct {
	Schedule, Href string
	At             moment
	Verdict        badge
	Approved       string
}

// signoffs lists the latest run of each schedule, and what people said to it.
func (p *pages) signoffs(r *http.Request) (string, page, error) {
	if _, err := parameters(r); err != nil {
		return "", page{}, err
	}
	b, err := p.server.board(r.Context())
	if err != nil {
		return "", page{}, err
	}
	_, schedules := p.server.library()
	rows := make([]signoffRow, 0, len(schedules))
	for _, schedule := range schedules {
		row := signoffRow{Schedule: report.Shown(schedule.Name)}
		e, err := p.latest(r.Context(), schedule.Name)
		if err != nil {
			return "", page{}, err
		}
		if e != nil {
			row.Href, row.At, row.Verdict = signoffHref(e.RunID), momentOf(e.StartedAt), badgeOf(e.Verdict)
			if row.Approved, err = p.said(r.Context(), b.dossiers[e.RunID]); err != nil {
				return "", page{}, err
			}
		}
		rows = append(rows, row)
	}
	return "signoffs", page{Title: "Sign-off", Lead: "What may go live, on what evidence, and who says so", Body: rows}, nil
}

// latest is the latest run of a schedule that came to its end; nil where there is none.
func (p *pages) latest(ctx context.Context, schedule string) (*history.Entry, error) {
	entries, err := p.server.options.Store.List(ctx, history.Query{Schedule: schedule, Ended: true, Limit: 20})
	at := slices.IndexFunc(entries, func(e history.Entry) bool { return e.State == history.Finished })
	if err != nil || at < 0 {
		return nil, err
	}
	return &entries[at], nil
}

// said is what people said to the last decision of a run.
func (p *pages) said(ctx context.Context, all []*dossier) (string, error) {
	if len(all) == 0 {
		return "", nil
	}
	known, err := p.server.standing(ctx, all[len(all)-1])
	if err != nil {
		return "", err
	}
	if enough(known) {
		return fmt.Sprintf("%s, %d of %d approve", known.Outcome, known.Approvals, known.Needed), nil
	}
	return fmt.Sprintf("not released, %d of %d approve", known.Approvals, known.Needed), nil
}

// signoffBody is the page of one sign-off.
type signoffBody struct {
	RunID, Run, Post string
	Outcome, Class   string
	Reason, Until    string
	Newer            string // the address of a later run
	Began            string // who had the run made
	Rules            []string
	Lines, Checklist []lineRow
	Waivers          []signedRow
	Attested         []signedRow
	Unread           []signoff.Refusal
	Items            []string
	Approved         *approvedView
	Released         bool
	Downloads        string // the address, up to the format
	Earlier          []earlierView
	Shown            string
	May, Done        bool   // who asks can approve, or has
	Cannot           string // why nobody can, or who asks cannot
	Elsewhere        bool   // who asks is asked for a proof at the OpenID provider
	Problem          string
	Waive, Comment   string
	Nameless         bool
}

type lineRow struct {
	Title, Reason, Next string
	Status              badge
	Evidence            []evidenceRow
	Left                int
}

type evidenceRow struct {
	Says, Next, Name, Href, Case, Run, RunHref, Rule, Fingerprint, Waiver string
	Status                                                                badge
	Waive                                                                 string // the address at which it can be waived; "" where it cannot
}

// signedRow is a waiver or an attestation.
type signedRow struct {
	What, Who, Why, Until, Place, State, Note string
	At                                        moment
	Number                                    int64 // of the ledger; 0 of a file
}

func (p *pages) signoff(r *http.Request) (string, page, error) {
	values, err := parameters(r, "waive")
	if err != nil {
		return "", page{}, err
	}
	return p.signoffOf(r, values.Get("waive"), "")
}

// signoffOf is the page with a finding that somebody is about to waive, and with what was wrong with what was asked for.
func (p *pages) signoffOf(r *http.Request, waive, problem string) (string, page, error) {
	t, err := p.server.sit(r.Context(), r.PathValue("id"))
	if err != nil {
		return "", page{}, err
	}
	v, err := p.server.viewOf(r, t)
	if err != nil {
		return "", page{}, err
	}
	d := &t.predicate.Decision
	body := signoffBody{
		RunID: t.run.RunID, Run: runHref(t.run.RunID), Post: signoffHref(t.run.RunID), Outcome: string(d.Outcome), Class: outcomeClass(d.Outcome), Reason: sentenceOf(report.Shown(d.Reason)),
		Began: report.Shown(t.predicate.BegunBy), Lines: linesOf(t.predicate), Checklist: itemsOf(t.predicate), Unread: d.Unread, Items: itemIDs(t.predicate),
		Approved: v.Approved, Earlier: v.Earlier, Shown: v.Shown, Problem: problem, Waive: waive, Comment: oneLine(r.PostFormValue("comment")),
		Downloads: "/api/v1/signoff/runs/" + url.PathEscape(t.run.RunID) + "/evidence?format=",
		Nameless:  identityOf(r).Name == "", Rules: demands(&t.predicate.Policy),
	}
	if d.Outcome.Releases() {
		body.Until = momentOf(d.Until).Text + ": " + report.Shown(d.UntilBecause)
	}
	if t.newer != "" {
		body.Newer = signoffHref(t.newer)
	}
	body.Released = v.Approved != nil && v.Approved.Released && t.newer == ""
	body.signed(t)
	if err := p.may(r, t, &body); err != nil {
		return "", page{}, err
	}
	return "signoff", page{Title: "Sign-off of the run of " + momentOf(t.entry.StartedAt).Text, Lead: apiCount(t), Body: body}, nil
}

func apiCount(t *sitting) string {
	n := len(t.predicate.Sheets)
	return fmt.Sprintf("%d %s", n, plural(n, "API"))
}

// may says whether who asks can approve, and why not.
func (p *pages) may(r *http.Request, t *sitting, b *signoffBody) error {
	who := identityOf(r)
	if !who.May(access.Approver) {
		b.Cannot = "Somebody with the role approver can approve."
		if who.Name == "" {
			b.Cannot = "Nobody is known by name here, so that nobody can approve: have everybody log in (serve.auth: required)."
		}
		return nil
	}
	err := t.mayApprove(consent{Shown: t.shown(), who: who})
	var wrong *wrong
	if errors.As(err, &wrong) {
		b.Cannot = sentenceOf(wrong.Detail)
		return nil
	}
	means, err := p.server.options.Access.Authority.ProvesBy(r.Context(), who.Name)
	if who.Means == access.ByToken { // whose name is not that of a user
		means, err = access.ByToken, nil
	}
	b.May, b.Elsewhere = err == nil, means == access.ByProvider
	return err
}

func demands(policy *signoff.Policy) []string {
	n := max(1, policy.Approvals)
	text := fmt.Sprintf("%d %s to approve", n, map[bool]string{true: "has", false: "have"}[n == 1])
	all := []string{text}
	if policy.FourEyes {
		all = append(all, "who began the run or waived something cannot be the only one")
	}
	return all
}

func outcomeClass(o signoff.Outcome) string {
	switch o {
	case signoff.Go:
		return "conforms"
	case signoff.GoWithWaivers:
		return "blocked"
	case signoff.NoGo:
		return "deviates"
	}
	return "inconclusive"
}

// statusBadge is a status as it is shown.
func statusBadge(s signoff.Status) badge {
	class := map[signoff.Status]string{signoff.Met: "conforms", signoff.Waived: "blocked", signoff.Failed: "deviates", signoff.Unknown: "inconclusive", signoff.Off: "skipped"}[s]
	return badge{class, string(s)}
}

// mostEvidence is how much of the evidence of a line is shown; the bundle holds all.
const mostEvidence = 50

func linesOf(p *signoff.Predicate) []lineRow {
	var all []lineRow
	for i := range p.Decision.Lines {
		l := &p.Decision.Lines[i]
		all = append(all, lineOf(p, l.Title, l.Reason, l.NextStep, l.Status, l.Evidence))
	}
	return all
}

func itemsOf(p *signoff.Predicate) []lineRow {
	var all []lineRow
	for i := range p.Decision.Checklist {
		c := &p.Decision.Checklist[i]
		all = append(all, lineOf(p, c.Title, c.Reason, c.NextStep, c.Status, c.Evidence))
	}
	return all
}

func lineOf(p *signoff.Predicate, title, reason, next string, status signoff.Status, evidence []signoff.Evidence) lineRow {
	row := lineRow{Title: report.Shown(title), Reason: report.Shown(reason), Next: report.Shown(next), Status: statusBadge(status), Left: max(0, len(evidence)-mostEvidence)}
	for i := range evidence[:len(evidence)-row.Left] {
		e := &evidence[i]
		v := evidenceRow{
			Says: report.Shown(e.Says), Next: report.Shown(e.NextStep), Name: report.Shown(e.API), Case: report.Shown(e.Case), Rule: report.Shown(e.Rule), Fingerprint: e.Fingerprint,
			Waiver: report.Shown(e.Waiver), Status: statusBadge(e.Status), Run: report.Shown(e.Run),
		}
		if e.Fingerprint != "" && e.Status == signoff.Failed {
			v.Waive = signoffHref(p.Run.ID) + "?waive=" + url.QueryEscape(e.Fingerprint) + "#waive"
		}
		if e.Run != "" {
			v.RunHref = runHref(e.Run)
		}
		if at := slices.IndexFunc(p.Sheets, func(s signoff.SheetReference) bool { return s.Name == e.API }); at >= 0 {
			v.Href = apiHref(p.Sheets[at].API)
		}
		row.Evidence = append(row.Evidence, v)
	}
	return row
}

// itemIDs are what can be attested.
func itemIDs(p *signoff.Predicate) []string {
	var all []string
	for i := range p.Decision.Checklist {
		if c := &p.Decision.Checklist[i]; c.Status != signoff.Off {
			all = append(all, c.ID)
		}
	}
	return all
}

// signed are waivers and attestations of both sources, as the decision took them.
func (b *signoffBody) signed(t *sitting) {
	for _, u := range t.predicate.Decision.Waivers {
		row := signedRow{
			What: report.Shown(strings.TrimSpace(u.Fingerprint + u.Case + u.Rule + " " + u.API)), Who: report.Shown(u.Owner), Why: report.Shown(u.Reason), Until: report.Shown(u.Expires),
			Place: report.Shown(u.Place), State: string(u.State), Note: report.Shown(u.Ticket),
		}
		if u.State != signoff.Used {
			row.Note = report.Shown(strings.TrimSpace(u.Ticket + " " + u.Why))
		}
		for _, n := range t.board.waivers {
			if place(n.Record) == u.Place {
				row.ledger(n.Record.Number, n.Record.By, momentOf(n.Record.At))
			}
		}
		b.Waivers = append(b.Waivers, row)
	}
	for _, a := range t.predicate.Attestations {
		row := signedRow{
			What: report.Shown(strings.TrimSpace(a.Item + " " + a.API)), Who: report.Shown(a.By), Why: report.Shown(a.Note), Until: report.Shown(a.Until), Place: report.Shown(a.Place),
		}
		for _, n := range t.board.attestations {
			if place(n.Record) == a.Place {
				row.ledger(n.Record.Number, n.Record.By, momentOf(n.Record.At))
			}
		}
		b.Attested = append(b.Attested, row)
	}
}

// ledger says that a row was written down here.
func (r *signedRow) ledger(number int64, by string, at moment) {
	r.Number, r.At, r.Place = number, at, "written here"
	if by != "" {
		r.Place += " by " + report.Shown(by)
	}
}

func (p *pages) waive(r *http.Request) error {
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	w := signoff.Waiver{
		Fingerprint: field("fingerprint"), Rule: field("rule"), API: field("api"), Case: field("case"), Reason: field("reason"), Owner: field("owner"), Expires: field("expires"), Ticket: field("ticket"),
	}
	return p.server.waive(r, w)
}

func (p *pages) attest(r *http.Request) error {
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	return p.server.attest(r, signoff.Attestation{Item: field("item"), API: field("api"), By: field("by"), Until: field("until"), Note: field("note")})
}

func (p *pages) revoke(r *http.Request) error {
	who := identityOf(r)
	by := access.Actor{Name: who.Name, Means: who.Means, Address: originOf(r).address}
	return p.server.revoke(r.Context(), r.PathValue("id"), r.PostFormValue("approval"), r.PostFormValue("reason"), by)
}

// approve approves by the form. Who has no password here is sent to the OpenID provider first, and what was to be approved goes along.
func (p *pages) approve(w http.ResponseWriter, r *http.Request, l *login) {
	c := consent{
		RunID: r.PathValue("id"), Shown: r.PostFormValue("shown"), Comment: oneLine(r.PostFormValue("comment")), who: identityOf(r), address: originOf(r).address,
		prove: p.server.proof(r, r.PostFormValue("password")),
	}
	_, err := p.server.approve(r.Context(), c)
	if errors.Is(err, access.ErrElsewhere) && l != nil && l.provider != nil {
		l.prove(w, r, c)
		return
	}
	p.done(w, r, err)
}
