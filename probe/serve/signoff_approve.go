package serve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/ledger"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// maxComment bounds what somebody says beside an approval, in bytes: it travels to an OpenID provider and back in a cookie.
const maxComment = 500

// consent is that somebody approves what they were shown.
type consent struct {
	RunID   string `json:"r"`
	Shown   string `json:"d"`
	Comment string `json:"c,omitempty"`
	who     access.Identity
	address string
	prove   func(context.Context) (access.Means, error) // that they are who they say, at this moment
}

// approve has a decision approved, where all is as it was shown. Who approves is asked for a proof last, so that none is given for nothing.
func (s *Server) approve(ctx context.Context, c consent) (*dossier, error) {
	t, err := s.sit(ctx, c.RunID)
	if err != nil {
		return nil, err
	}
	if err := t.mayApprove(c); err != nil {
		return nil, err
	}
	means, err := c.prove(ctx)
	if err != nil {
		return nil, err
	}
	d, fresh, err := s.opened(ctx, t)
	if err != nil {
		return nil, err
	}
	approval, body, err := s.vouch(ctx, d, c, means)
	if err != nil {
		return nil, err
	}
	by := access.Actor{Name: c.who.Name, Means: means, Address: c.address}
	if err := s.told(ctx, by, "signoff.approve", fmt.Sprintf("run %s, decision %s, approval %s", c.RunID, d.Decision, evidence.DigestOf(approval))); err != nil {
		return nil, err
	}
	fresh = append(fresh, ledger.Entry{Kind: kindApproval, Subject: c.RunID, By: c.who.Name, Means: string(means), Body: body})
	if err := s.book.Append(ctx, t.board.last, fresh...); err != nil {
		return nil, errors.Join(overtaken(err), s.told(context.WithoutCancel(ctx), by, "signoff.approve", "run "+c.RunID+": it did not come about"))
	}
	d.approvals, d.behind = append(d.approvals, body), append(d.behind, body.Envelope)
	return d, nil
}

// told is what the audit log is told before something counts.
func (s *Server) told(ctx context.Context, by access.Actor, action, subject string) error {
	return s.options.Access.Authority.Record(ctx, access.Entry{Who: by.Name, Means: by.Means, From: by.Address, Action: action, Subject: subject, Result: "asked for"})
}

// overtaken says what to do where somebody else was faster.
func overtaken(err error) error {
	if errors.Is(err, ledger.ErrMoved) {
		return refuse(http.StatusConflict, "somebody else changed something meanwhile", "look at it again, and approve what is there then")
	}
	return err
}

// mayApprove says why a decision is not approved by somebody now.
func (t *sitting) mayApprove(c consent) error {
	d, policy := &t.predicate.Decision, &t.predicate.Policy
	conflict := func(what, next string) error { return refuse(http.StatusConflict, what, next) }
	switch {
	case len(c.Comment) > maxComment:
		return refuse(http.StatusBadRequest, fmt.Sprintf("the comment has more than %d bytes", maxComment), "say it in fewer words")
	case c.who.Name == "":
		return refuse(http.StatusForbidden, "nobody is known by name here", "have everybody log in (serve.auth: required)")
	case t.newer != "":
		return conflict(fmt.Sprintf("the run %q is newer", t.newer), "decide upon that")
	case !d.Outcome.Releases():
		return conflict(fmt.Sprintf("it says %s, which is nothing to approve", d.Outcome), "see what keeps it from being GO")
	case c.Shown != t.shown():
		return conflict("this is not what was shown: something changed meanwhile", "look at it again, and approve what is there now")
	case len(policy.Approvers) > 0 && policy.ApproverOf(c.who.Name) == nil:
		return refuse(http.StatusForbidden, fmt.Sprintf("%q is none of the approvers that the policy names", c.who.Name), "have one of them approve, or add the name to `users` of an approver")
	case t.current != nil && t.current.by(c.who.Name, policy):
		return conflict("you have approved it already", "have somebody else approve, where more are needed")
	}
	return nil
}

// by says that somebody approved who did not take it back.
func (d *dossier) by(user string, policy *signoff.Policy) bool {
	own := []string{user}
	if a := policy.ApproverOf(user); a != nil {
		own = append(own, a.Users...)
	}
	return slices.ContainsFunc(d.approvals, func(a approvalBody) bool { return !a.revoked && signoff.SamePerson(a.User, own) })
}

// opened is the dossier that is approved: the one that others approved already, or a fresh one, signed by the server, with what has to be recorded of it.
func (s *Server) opened(ctx context.Context, t *sitting) (*dossier, []ledger.Entry, error) {
	if t.current != nil {
		return t.current, nil, nil
	}
	bundle, err := s.bundled(ctx, t)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(bundle)
	envelopes, err := evidence.Seal(t.predicate, hex.EncodeToString(sum[:]))
	if err != nil {
		return nil, nil, err
	}
	for i := range envelopes {
		if err := envelopes[i].Sign(ctx, s.options.Desk.Signer); err != nil {
			return nil, nil, err
		}
	}
	text, err := attest.Encode(envelopes)
	if err != nil {
		return nil, nil, err
	}
	p := t.predicate.Decision
	d := &dossier{decisionBody: decisionBody{Binding: t.binding, Decision: evidence.DigestOf(&envelopes[0]), Outcome: p.Outcome, At: p.DecidedAt, Until: p.Until}}
	if d.Bundle, err = s.book.Keep(ctx, bundle); err != nil {
		return nil, nil, err
	}
	if d.File, err = s.book.Keep(ctx, text); err != nil {
		return nil, nil, err
	}
	return d, []ledger.Entry{{Kind: kindDecision, Subject: t.run.RunID, Body: d.decisionBody}}, nil
}

// decision is the first envelope of a dossier.
func (s *Server) decision(ctx context.Context, d *dossier) (*attest.Envelope, error) {
	text, err := s.book.File(ctx, d.File)
	if err != nil {
		return nil, err
	}
	envelopes, err := attest.Decode(text)
	if err != nil {
		return nil, err
	}
	return &envelopes[0], nil
}

// vouch has the server sign that somebody approves.
func (s *Server) vouch(ctx context.Context, d *dossier, c consent, means access.Means) (*attest.Envelope, approvalBody, error) {
	decision, err := s.decision(ctx, d)
	if err != nil {
		return nil, approvalBody{}, err
	}
	approval, err := evidence.Approve(ctx, decision, evidence.Approval{
		Run: c.RunID, Server: s.options.Desk.Name, User: c.who.Name, Means: string(means), At: s.options.Now().UTC().Truncate(time.Second), Comment: oneLine(c.Comment),
	}, s.options.Desk.Signer)
	if err != nil {
		return nil, approvalBody{}, err
	}
	line, err := attest.Encode([]attest.Envelope{*approval})
	return approval, approvalBody{Decision: d.Decision, Approval: evidence.DigestOf(approval), User: c.who.Name, Envelope: string(line)}, err
}

// oneLine is a text on one line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// revoke has an approval count no more, which erases nothing.
func (s *Server) revoke(ctx context.Context, runID, approval, reason string, by access.Actor) error {
	reason = oneLine(reason)
	if reason == "" || len(reason) > maxComment {
		return refuse(http.StatusBadRequest, "it has to be said why", fmt.Sprintf("give a reason of at most %d bytes", maxComment))
	}
	board, err := s.board(ctx)
	if err != nil {
		return err
	}
	envelope, err := board.approval(runID, approval)
	if err != nil {
		return err
	}
	revocation, err := evidence.Revoke(ctx, envelope, evidence.Revocation{
		Run: runID, Server: s.options.Desk.Name, User: by.Name, Means: string(by.Means), At: s.options.Now().UTC().Truncate(time.Second), Reason: reason,
	}, s.options.Desk.Signer)
	if err != nil {
		return err
	}
	line, err := attest.Encode([]attest.Envelope{*revocation})
	if err != nil {
		return err
	}
	if err := s.told(ctx, by, "signoff.revoke", fmt.Sprintf("run %s, approval %s", runID, approval)); err != nil {
		return err
	}
	return overtaken(s.book.Append(ctx, board.last, ledger.Entry{Kind: kindRevocation, Subject: runID, By: by.Name, Means: string(by.Means), Body: revocationBody{approval, string(line)}}))
}

// approval finds one that counts still.
func (b *board) approval(runID, digest string) (*attest.Envelope, error) {
	for _, d := range b.dossiers[runID] {
		for _, a := range d.approvals {
			switch {
			case a.Approval != digest:
				continue
			case a.revoked:
				return nil, refuse(http.StatusConflict, "it was revoked already", "there is nothing left to do")
			}
			all, err := attest.Decode([]byte(a.Envelope))
			if err != nil {
				return nil, err
			}
			return &all[0], nil
		}
	}
	return nil, refuse(http.StatusNotFound, "there is no such approval of the run", "see /api/v1/signoff/runs/"+runID)
}

// proof asks whoever has a session for the password again. A token proves nothing, unless the configuration says that it does.
func (s *Server) proof(r *http.Request, password string) func(context.Context) (access.Means, error) {
	who, address := identityOf(r), originOf(r).address
	return func(ctx context.Context) (access.Means, error) {
		if who.Means == access.ByToken {
			if s.options.Desk.Tokens {
				return access.ByToken, nil
			}
			return "", refuse(http.StatusForbidden, "a token alone approves nothing", "log in and approve on the page, or with the session; serve.signoff.tokens: approve lets tokens")
		}
		return access.ByPassword, s.refusedProof(s.options.Access.Authority.Reauthenticate(ctx, who, password, address))
	}
}

// refusedProof says why a proof does not count.
func (s *Server) refusedProof(err error) error {
	var soon *access.TooSoon
	switch {
	case err == nil:
		return nil
	case errors.As(err, &soon):
		return refuse(http.StatusTooManyRequests, "too many proofs failed", "try again in "+strconv.Itoa(int(math.Ceil(soon.Wait.Seconds())))+" seconds")
	case errors.Is(err, access.ErrElsewhere):
		return err
	case errors.Is(err, access.ErrCredentials):
		return refuse(http.StatusUnprocessableEntity, "the password is wrong", "nothing was approved; try again")
	case errors.Is(err, access.ErrNoSession):
		return refuse(http.StatusForbidden, "only who has logged in can approve", "log in and approve on the page")
	}
	return err
}
