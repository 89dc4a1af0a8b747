package serve

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/ledger"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// deskOperations are what the REST API can do about sign-offs.
func (s *Server) deskOperations() map[string]operation {
	if s.book == nil {
		return nil
	}
	return map[string]operation{
		"GET /api/v1/signoff/key":                                    {access.Viewer, s.showKey},
		"GET /api/v1/signoff/ledger":                                 {access.Viewer, s.exportLedger},
		"GET /api/v1/signoff/waivers":                                {access.Viewer, s.listWaivers},
		"POST /api/v1/signoff/waivers":                               {access.Operator, s.postWaiver},
		"POST /api/v1/signoff/attestations":                          {access.Operator, s.postAttestation},
		"DELETE /api/v1/signoff/waivers/{number}":                    {access.Operator, s.deleteNoted},
		"DELETE /api/v1/signoff/attestations/{number}":               {access.Operator, s.deleteNoted},
		"GET /api/v1/signoff/runs/{id}":                              {access.Viewer, s.showSignoff},
		"GET /api/v1/signoff/runs/{id}/evidence":                     {access.Viewer, s.evidence},
		"POST /api/v1/signoff/runs/{id}/approvals":                   {access.Approver, s.postApproval},
		"POST /api/v1/signoff/runs/{id}/approvals/{approval}/revoke": {access.Approver, s.postRevocation},
	}
}

// readJSON reads an object whose keys are known.
func readJSON(r *http.Request, into any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "the body has to be JSON", "send Content-Type: application/json")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return refuse(http.StatusRequestEntityTooLarge, "the body is too large", "say it in fewer words")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil || decoder.More() {
		return refuse(http.StatusBadRequest, "the body cannot be read", "see /api/v1/openapi.json for what it holds")
	}
	return nil
}

func (s *Server) showKey(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	key := s.options.Desk.Signer.Public()
	answer(w, http.StatusOK, map[string]string{
		"server": s.options.Desk.Name, "fingerprint": key.Fingerprint(), "key_id": key.ID(), "openssh": string(bytes.TrimSpace(key.AuthorizedKey(s.options.Desk.Name))), "pem": string(key.PEM()),
	})
	return nil
}

// exportLedger writes all records as NDJSON.
func (s *Server) exportLedger(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	records, err := s.book.Records(r.Context())
	if err != nil {
		return err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	for i := range records {
		if err := encoder.Encode(records[i]); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/jsonl")
	_, _ = out.WriteTo(w)
	return nil
}

// waiverView is a waiver of the ledger as the API shows it.
type waiverView struct {
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	signoff.Waiver

	Withdrawn *withdrawnView `json:"withdrawn,omitempty"`
}

type attestationView struct {
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	signoff.Attestation

	Withdrawn *withdrawnView `json:"withdrawn,omitempty"`
}

type withdrawnView struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
}

func withdrawnOf(r *ledger.Record) *withdrawnView {
	if r == nil {
		return nil
	}
	return &withdrawnView{r.At, r.By}
}

func (s *Server) listWaivers(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	b, err := s.board(r.Context())
	if err != nil {
		return err
	}
	waivers, attestations := []waiverView{}, []attestationView{}
	for _, n := range b.waivers {
		waivers = append(waivers, waiverView{n.Record.Number, n.Record.At, n.Entry, withdrawnOf(n.Withdrawn)})
	}
	for _, n := range b.attestations {
		attestations = append(attestations, attestationView{n.Record.Number, n.Record.At, n.Entry, withdrawnOf(n.Withdrawn)})
	}
	answer(w, http.StatusOK, map[string]any{"waivers": waivers, "attestations": attestations})
	return nil
}

// waive writes a waiver down, where it would count.
func (s *Server) waive(r *http.Request, w signoff.Waiver) error {
	policy, who := s.gate().Policy, identityOf(r)
	if w.Place != "" || w.By != "" {
		return refuse(http.StatusBadRequest, "`place` and `by` are not for who asks to say", "leave them out")
	}
	if why := w.Objection(policy, s.options.Now()); why != "" {
		return refuse(http.StatusBadRequest, "the waiver would count for nothing: "+why, "correct it")
	}
	return s.enter(r.Context(), ledger.Entry{Kind: kindWaiver, By: who.Name, Means: string(who.Means), Body: w})
}

// attest writes down that somebody vouches for an item: who asks, where that is known.
func (s *Server) attest(r *http.Request, a signoff.Attestation) error {
	policy, who, now := s.gate().Policy, identityOf(r), s.options.Now()
	switch {
	case a.Place != "" || a.On != "":
		return refuse(http.StatusBadRequest, "`place` and `on` are not for who asks to say", "leave them out")
	case who.Name != "" && a.By != "" && a.By != who.Name:
		return refuse(http.StatusBadRequest, "people attest in their own name", fmt.Sprintf("leave `by` out; it is %q", who.Name))
	case who.Name != "":
		a.By = who.Name
	}
	a.On = policy.Day(now)
	if why := a.Objection(policy, now); why != "" {
		return refuse(http.StatusBadRequest, "the attestation would count for nothing: "+why, "correct it")
	}
	return s.enter(r.Context(), ledger.Entry{Kind: kindAttestation, By: who.Name, Means: string(who.Means), Body: a})
}

// withdraw has a waiver or an attestation count no more.
func (s *Server) withdraw(r *http.Request, number string) error {
	n, err := strconv.ParseInt(number, 10, 64)
	b, failed := s.board(r.Context())
	switch {
	case failed != nil:
		return failed
	case err != nil || !b.stands(n):
		return refuse(http.StatusNotFound, "nothing of this number stands", "see /api/v1/signoff/waivers; what is in a file is withdrawn there")
	}
	who := identityOf(r)
	return overtaken(s.book.Append(r.Context(), b.last, ledger.Entry{Kind: kindWithdrawn, Subject: strconv.FormatInt(n, 10), By: who.Name, Means: string(who.Means), Body: struct{}{}}))
}

func (s *Server) postWaiver(w http.ResponseWriter, r *http.Request) error {
	var waiver signoff.Waiver
	if err := readJSON(r, &waiver); err != nil {
		return err
	}
	if err := s.waive(r, waiver); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) postAttestation(w http.ResponseWriter, r *http.Request) error {
	var a signoff.Attestation
	if err := readJSON(r, &a); err != nil {
		return err
	}
	if err := s.attest(r, a); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) deleteNoted(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	if err := s.withdraw(r, r.PathValue("number")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// signoffView is a sign-off as the API shows it.
type signoffView struct {
	RunID    string             `json:"run_id"`
	Newer    string             `json:"newer_run,omitempty"` // that has to be decided upon in the place of this one
	Shown    string             `json:"shown"`               // what an approval has to name
	Decision *signoff.Predicate `json:"decision"`            // as it would be made now
	Approved *approvedView      `json:"approved,omitempty"`  // what people approve; absent while nobody has, or where it holds no more
	Earlier  []earlierView      `json:"earlier"`             // what people approved before, and what rests on something else by now
}

type approvedView struct {
	Decision  string         `json:"decision"`
	At        time.Time      `json:"decided_at"`
	Until     time.Time      `json:"until"`
	Released  bool           `json:"released"` // enough approve
	Approvals int            `json:"approvals"`
	Needed    int            `json:"approvals_needed"`
	Reason    string         `json:"reason"`
	By        []approvalView `json:"by"`
}

type approvalView struct {
	Approval string    `json:"approval"`
	User     string    `json:"user"`
	Approver string    `json:"approver,omitempty"`
	Means    string    `json:"means"`
	At       time.Time `json:"at"`
	Comment  string    `json:"comment,omitempty"`
	Counts   bool      `json:"counts"`
	Why      string    `json:"why,omitempty"` // it counts for nothing
	Revoked  bool      `json:"revoked"`
}

type earlierView struct {
	Decision  string          `json:"decision"`
	Outcome   signoff.Outcome `json:"outcome"`
	At        time.Time       `json:"decided_at"`
	Approvals int             `json:"approvals"` // given, and not revoked
}

func (s *Server) showSignoff(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	t, err := s.sit(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v, err := s.viewOf(r, t)
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, v)
	return nil
}

func (s *Server) viewOf(r *http.Request, t *sitting) (*signoffView, error) {
	v := &signoffView{RunID: t.run.RunID, Newer: t.newer, Shown: t.shown(), Decision: t.predicate, Earlier: []earlierView{}}
	for _, d := range t.board.dossiers[t.run.RunID] {
		if d == t.current {
			continue
		}
		e := earlierView{Decision: d.Decision, Outcome: d.Outcome, At: d.At}
		for _, a := range d.approvals {
			if !a.revoked {
				e.Approvals++
			}
		}
		v.Earlier = append(v.Earlier, e)
	}
	var err error
	if t.current != nil {
		v.Approved, err = s.approvedOf(r, t.current)
	}
	return v, err
}

func (s *Server) approvedOf(r *http.Request, d *dossier) (*approvedView, error) {
	known, err := s.standing(r.Context(), d)
	if err != nil {
		return nil, err
	}
	v := &approvedView{
		Decision: d.Decision, At: d.At, Until: d.Until, Released: known.Verdict == evidence.Holds, Approvals: known.Approvals, Needed: known.Needed, Reason: known.Reason, By: []approvalView{},
	}
	for i := range known.Signers {
		sg := &known.Signers[i]
		if sg.User == "" {
			continue
		}
		a := d.approvals[len(v.By)]
		v.By = append(v.By, approvalView{a.Approval, sg.User, sg.Approver, sg.Means, sg.At, sg.Comment, sg.Counts, sg.Why, a.revoked})
	}
	return v, nil
}

// postApproval approves by the REST API.
func (s *Server) postApproval(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Shown    string `json:"shown"`
		Password string `json:"password"`
		Comment  string `json:"comment"`
	}
	if _, err := s.options.Store.Head(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	d, err := s.approve(r.Context(), consent{
		RunID: r.PathValue("id"), Shown: body.Shown, Comment: body.Comment, who: identityOf(r), address: originOf(r).address, prove: s.proof(r, body.Password),
	})
	if errors.Is(err, access.ErrElsewhere) {
		err = refuse(http.StatusConflict, access.ErrElsewhere.Error(), "approve on the page /signoff/"+r.PathValue("id"))
	}
	if err != nil {
		return err
	}
	v, err := s.approvedOf(r, d)
	if err != nil {
		return err
	}
	answer(w, http.StatusCreated, v)
	return nil
}

func (s *Server) postRevocation(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Reason string `json:"reason"`
	}
	if _, err := s.options.Store.Head(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	who := identityOf(r)
	by := access.Actor{Name: who.Name, Means: who.Means, Address: originOf(r).address}
	if err := s.revoke(r.Context(), r.PathValue("id"), r.PathValue("approval"), body.Reason, by); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// hadMade notes who had a run made, so that four eyes can be told.
func (s *Server) hadMade(r *http.Request, runID string) {
	who := identityOf(r)
	if s.book == nil || who.Name == "" {
		return
	}
	if err := s.enter(r.Context(), ledger.Entry{Kind: kindBegun, Subject: runID, By: who.Name, Means: string(who.Means), Body: struct{}{}}); err != nil {
		s.options.Say("that %q had the run %s made could not be noted: %v", who.Name, runID, err)
	}
}
