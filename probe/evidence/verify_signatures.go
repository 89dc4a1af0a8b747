package evidence

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// read opens the file.
func (r *verifier) read() bool {
	opened, says, err := openFile(r.File.Data)
	r.opened = opened
	var problem *attest.Problem
	if err != nil {
		c := Check{ID: "file", State: Broken, Says: strings.TrimPrefix(err.Error(), "file: ")}
		if errors.As(err, &problem) {
			c.Problem, c.Next = problem, problem.Next
		}
		r.add(c)
		return false
	}
	p, v := &r.predicate, r.v
	v.Outcome, v.DecidedAt, v.Until, v.Run, v.DecidedBy, v.Subjects = p.Decision.Outcome, p.Decision.DecidedAt, p.Decision.Until, p.Run.ID, p.Tool, r.subjects
	r.concessions()
	r.add(Check{ID: "file", State: OK, Says: says})
	return true
}

// openFile reads evidence, or its decision with one of its signatures as a Sigstore bundle.
func openFile(data []byte) (o *opened, says string, err error) {
	if !attest.IsSigstore(data) {
		envelopes, err := attest.Decode(data)
		if err == nil {
			o, err = open(envelopes)
		}
		return o, "it is, byte for byte, a decision and its summary, about the same subjects", err
	}
	e, err := attest.DecodeSigstore(data)
	if err == nil {
		o, err = openAll([]attest.Envelope{*e})
	}
	return o, "it is, byte for byte, a decision with one signature, as a Sigstore bundle", err
}

// concessions are what whoever goes by the outcome should know of how it came about.
func (r *verifier) concessions() {
	d, v := &r.predicate.Decision, r.v
	for _, l := range d.Lines {
		if l.Status == signoff.Off {
			v.NotDemanded = append(v.NotDemanded, l.Title)
		}
	}
	for _, i := range d.Checklist {
		if i.Status == signoff.Off {
			v.NotDemanded = append(v.NotDemanded, i.Title)
		}
	}
	for _, w := range d.Waivers {
		if w.State == signoff.Used {
			what := strings.TrimSpace(w.Fingerprint + w.Case + w.Rule + " " + w.API)
			v.Waived = append(v.Waived, fmt.Sprintf("%s, until %s, by %s: %s", what, w.Expires, w.Owner, w.Reason))
		}
	}
}

// signatures looks at both envelopes, which the same keys have to have signed; of a Sigstore bundle, at the one that it holds.
func (r *verifier) signatures() {
	trusted := slices.Concat(r.Keys, r.Servers, r.Revoked)
	first := r.envelopes[0].Check(trusted)
	second := r.envelopes[min(1, len(r.envelopes)-1)].Check(trusted)
	var broken, unknown []string
	for i, c := range first {
		s := Signer{KeyID: c.KeyID, Fingerprint: c.Fingerprint, State: c.State, Names: c.Names, From: c.From, Why: c.What, key: c.Key}
		r.v.Signers = append(r.v.Signers, s)
		switch c.State {
		case attest.Invalid:
			broken = append(broken, fmt.Sprintf("envelope 1, signature %d: %s", i+1, c.What))
		case attest.UnknownKey:
			unknown = append(unknown, fmt.Sprintf("signature %d: of the key with the id %s, which was not given", i+1, c.KeyID))
		}
	}
	for i, c := range second {
		if len(r.envelopes) > 1 && c.State == attest.Invalid {
			broken = append(broken, fmt.Sprintf("envelope 2, signature %d: %s", i+1, c.What))
		}
	}
	if len(broken) == 0 && !slices.EqualFunc(first, second, func(a, b attest.Checked) bool { return a.KeyID == b.KeyID && a.State == b.State }) {
		broken = append(broken, "the two envelopes are not signed by the same keys in the same order: one of them comes from elsewhere, or lost a signature")
	}
	c := Check{ID: "signatures", State: OK, Says: fmt.Sprintf("%d of %d verify with the keys that were given", len(first)-len(unknown), len(first)), Details: unknown}
	switch {
	case len(broken) > 0:
		c.State, c.Says, c.Details = Broken, broken[0], slices.Concat(broken[1:], unknown)
		c.Next = "get the file anew from whoever made it"
	case len(unknown) > 0:
		c.State, c.Next = Unchecked, "give the public keys of all who signed with --key"
	}
	r.add(c)
}

// approvers counts people: those whose signature verifies, whose key the policy lists, and who are not the same person as another.
func (r *verifier) approvers() {
	needed := max(1, r.predicate.Policy.Approvals, r.Approvals)
	var details []string
	unknown := 0
	for i := range r.v.Signers {
		s := &r.v.Signers[i]
		if s.State == attest.Valid && s.User == "" {
			s.Why = r.mayApprove(s)
			s.Counts = s.Why == ""
		}
		if s.State == attest.UnknownKey {
			unknown++
		}
		if s.State == attest.Valid && s.Why != "" && s.Why != decidedThere {
			details = append(details, fmt.Sprintf("signature %d: %s", i+1, s.Why))
		}
	}
	r.v.Approvals, r.v.Needed = people(r.v.Signers), needed
	c := Check{ID: "approvers", State: OK, Says: counted(r.v.Approvals, "person approves", "people approve") + ", and one is needed", Details: details}
	if needed > 1 {
		c.Says = fmt.Sprintf("%s, and %d are needed", counted(r.v.Approvals, "person approves", "people approve"), needed)
	}
	alone := r.fourEyes()
	switch {
	case r.v.Approvals >= needed && alone == "":
	case r.v.Approvals >= needed && unknown == 0:
		c.State, c.Says, c.Next = Broken, alone, "have somebody else approve, too"
	case r.v.Approvals+unknown >= needed:
		c.State, c.needed, c.Next = Unchecked, true, "give the public keys of all who signed with --key"
		c.Says += "; " + counted(unknown, "signature is of a key that was not given", "signatures are of keys that were not given")
	default:
		c.State, c.Next = Broken, "have another approver sign with `sheetprobe signoff approve`"
	}
	r.add(c)
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// mayApprove says why a signature that verifies counts for nothing; "" where it counts.
func (r *verifier) mayApprove(s *Signer) string {
	at := r.predicate.Decision.DecidedAt
	isKey := func(k attest.PublicKey) bool { return k.ID() == s.KeyID }
	listed := r.predicate.Policy.Approvers
	s.Approver = ownerOf(s.key, append(slices.Clone(listed), r.predicate.Approvers...))
	switch {
	case slices.ContainsFunc(r.Servers, isKey), s.KeyID == r.predicate.ServerKey:
		return decidedThere
	case slices.ContainsFunc(r.Revoked, isKey):
		return "the key was revoked"
	case len(listed) > 0 && ownerOf(s.key, listed) == "":
		return "the key belongs to none of the approvers that the policy names"
	case at.Before(s.key.NotBefore):
		return fmt.Sprintf("%s says that the key signs from %s on, which is later than the decision", s.From, s.key.NotBefore.UTC().Format(minute))
	case !s.key.NotAfter.IsZero() && at.After(s.key.NotAfter):
		return fmt.Sprintf("%s says that the key signed until %s, which is earlier than the decision", s.From, s.key.NotAfter.UTC().Format(minute))
	}
	return ""
}

// decidedThere is why the signature of a server under a decision is nobody's approval.
const decidedThere = "it is of the server that decided, and nobody's approval"

const minute = "2006-01-02 15:04 UTC"

// ownerOf is the approver to whom a key belongs; "" where it is none's.
func ownerOf(key attest.PublicKey, approvers []signoff.Approver) string {
	for _, a := range approvers {
		if slices.ContainsFunc(a.Keys, key.Matches) {
			return a.Name
		}
	}
	return ""
}

// people counts those who approve. Two keys are of one person where the policy names one for both, or whoever verifies does. A key that nobody names may be
// anybody's: it counts where no other does.
func people(signers []Signer) int {
	var groups []map[string]bool
	nameless := false
	for _, s := range signers {
		if !s.Counts {
			continue
		}
		names := map[string]bool{}
		for _, n := range s.names() {
			if n = signoff.PersonKey(n); n != "" {
				names[n] = true
			}
		}
		if len(names) == 0 {
			nameless = true
			continue
		}
		groups = join(groups, names)
	}
	if len(groups) == 0 && nameless {
		return 1
	}
	return len(groups)
}

// join adds the names of a person, together with all groups that share one of them.
func join(groups []map[string]bool, names map[string]bool) []map[string]bool {
	var apart []map[string]bool
	for _, g := range groups {
		shared := false
		for n := range g {
			shared = shared || names[n]
		}
		if !shared {
			apart = append(apart, g)
			continue
		}
		for n := range g {
			names[n] = true
		}
	}
	return append(apart, names)
}

// clockSkew is how far the clocks of two machines may be apart.
const clockSkew = 5 * time.Minute

// validity says whether the decision still holds at the moment that is asked for.
func (r *verifier) validity() {
	d := &r.predicate.Decision
	c := Check{ID: "validity", State: OK, Says: "it holds until " + d.Until.UTC().Format(minute) + ", when " + orSo(d.UntilBecause)}
	switch {
	case !d.Outcome.Releases():
		c.State, c.Says, c.needed = Unchecked, fmt.Sprintf("%s releases nothing, so that there is nothing to hold", d.Outcome), false
	case r.At.Before(d.DecidedAt.Add(-clockSkew)):
		c.State, c.Says = Broken, fmt.Sprintf("it was decided on %s, which is later than %s", d.DecidedAt.UTC().Format(minute), r.At.UTC().Format(minute))
		c.Next = "check the clock of this machine and of the one that decided, or ask for another moment with --at"
	case !r.At.Before(d.Until):
		c.State, c.Says = Broken, fmt.Sprintf("it held until %s: then %s", d.Until.UTC().Format(minute), orSo(d.UntilBecause))
		c.Next = "make a new run and a new sign-off, or ask for another moment with --at"
	}
	r.add(c)
}

func orSo(because string) string {
	if because == "" {
		return "what it rests on ends"
	}
	return because
}
