package evidence

import (
	"encoding/json"
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// decision decides again, from the run and from what was signed beside it, and compares everything that was signed with what comes of it.
func (r *verifier) decision() {
	if r.run == nil {
		r.add(Check{ID: "decision", State: Unchecked, Says: "without the run it cannot be decided again", Next: "give it with --run, or within the bundle with --bundle"})
		return
	}
	signed := &r.predicate
	again, err := signoff.NewPredicate(signed.Input(r.run, signed.Decision.DecidedAt, signed.Tool, r.NotStaging), signed.Approvers)
	if err != nil {
		r.add(Check{ID: "decision", State: Broken, Says: "it cannot be decided again: " + err.Error(), Next: "do not go by it; ask whoever signed how it came about"})
		return
	}
	c := Check{ID: "decision", State: OK, Says: fmt.Sprintf("decided again from the run, line by line it is %s", signed.Decision.Outcome)}
	if details := append(differences(&signed.Decision, &again.Decision), others(signed, again)...); len(details) > 0 {
		c.State, c.Details = Broken, details
		c.Says = fmt.Sprintf("decided again from the run it is %s, and not in all what was signed (%s)", again.Decision.Outcome, signed.Decision.Outcome)
		c.Next = "do not go by it; ask whoever signed how it came about"
		if signed.Tool != r.Tool {
			c.State = Unchecked
			c.Says += fmt.Sprintf("; it was decided by version %s with rules %s, and this is version %s with rules %s", signed.Tool.Version, signed.Tool.RulesVersion, r.Tool.Version, r.Tool.RulesVersion)
			c.Next = "decide again with the version that it was decided by"
		}
	}
	r.add(c)
}

// others are the parts beside the decision that do not follow from the run.
func others(signed, again *signoff.Predicate) []string {
	var all []string
	for _, part := range []struct {
		name        string
		then, again any
	}{
		{"run", signed.Run, again.Run},
		{"sheets", signed.Sheets, again.Sheets},
		{"targets", signed.Targets, again.Targets},
		{"recorded_by", signed.RecordedBy, again.RecordedBy},
	} {
		if !same(part.then, part.again) {
			all = append(all, fmt.Sprintf("what was signed of %q does not follow from the run", part.name))
		}
	}
	return all
}

// differences of two decisions, line by line.
func differences(signed, again *signoff.Decision) []string {
	if same(signed, again) {
		return nil
	}
	var all []string
	now := map[string]*signoff.Line{}
	for i := range again.Lines {
		now[again.Lines[i].ID] = &again.Lines[i]
	}
	for i := range signed.Lines {
		l := &signed.Lines[i]
		switch a := now[l.ID]; {
		case a == nil:
			all = append(all, fmt.Sprintf("the line %q is not decided by this version", l.ID))
		case a.Status != l.Status:
			all = append(all, fmt.Sprintf("the line %q: signed as %s, and is %s: %s", l.ID, l.Status, a.Status, a.Reason))
		case !same(l, a):
			all = append(all, fmt.Sprintf("the line %q: its status is the same, its reasons are others", l.ID))
		}
		delete(now, l.ID)
	}
	for id := range now {
		all = append(all, fmt.Sprintf("the line %q was not decided then", id))
	}
	if !signed.Until.Equal(again.Until) {
		all = append(all, fmt.Sprintf("it was signed to hold until %s, and holds until %s", signed.Until.UTC().Format(minute), again.Until.UTC().Format(minute)))
	}
	if len(all) == 0 {
		all = append(all, "the checklist, the waivers or their reasons are others")
	}
	return all
}

func same(a, b any) bool {
	one, errOne := json.Marshal(a)
	other, errOther := json.Marshal(b)
	return errOne == nil && errOther == nil && string(one) == string(other)
}

// judgement judges the recorded exchanges again.
func (r *verifier) judgement() {
	documents := r.documents()
	switch {
	case r.run == nil:
		r.add(Check{ID: "judgement", State: Unchecked, Says: "without the run nothing can be judged again", Next: "give it with --run, or within the bundle with --bundle"})
		return
	case len(documents) == 0:
		r.add(Check{ID: "judgement", State: Unchecked, Says: "without a sheet nothing can be judged again", Next: "give the documents with --sheet, or within the bundle with --bundle"})
		return
	}
	again, unknown := r.Rejudge(r.run, documents)
	details := otherwise(r.run, again)
	c := Check{ID: "judgement", State: OK, Says: "judged again, every recorded exchange comes out as it was signed"}
	if r.run.Tool.RulesVersion != r.Tool.RulesVersion {
		c.Says += fmt.Sprintf("; it was judged by rules %s, and this is by rules %s", r.run.Tool.RulesVersion, r.Tool.RulesVersion)
	}
	for _, name := range unknown {
		details = append(details, fmt.Sprintf("%q was not judged again: none of the documents at hand describes it", name))
	}
	c.Details = details
	switch {
	case len(details) == 0:
	case len(details) == len(unknown):
		c.State, c.Says, c.Next = Unchecked, fmt.Sprintf("%d of %d APIs could not be judged again, the others come out as signed", len(unknown), len(r.run.Sheets)), "give their documents with --sheet"
	case r.run.Tool.RulesVersion != r.Tool.RulesVersion:
		c.State = Unchecked
		c.Says = fmt.Sprintf("judged again by rules %s, it comes out otherwise than by rules %s, by which it was signed", r.Tool.RulesVersion, r.run.Tool.RulesVersion)
		c.Next = "look at the differences; to go live by today's rules, make a new sign-off"
	case !r.Configured:
		c.State, c.needed = Unchecked, true
		c.Says = "judged again by the same rules, recorded exchanges come out otherwise than was signed: the configuration of the run says why, or the run was altered before it was signed"
		c.Next = "give the configuration that the run was made with by --config, and flags such as --strict"
	default:
		c.State, c.Says = Broken, "judged again by the same rules and the configuration at hand, recorded exchanges come out otherwise than was signed"
		c.Next = "give the configuration of then by --config, and flags such as --strict; where it stays so, the run was altered before it was signed"
	}
	r.add(c)
}

// nights says on whose word it rests that nights before that of the run were clean: their runs are not in the bundle.
func (r *verifier) nights() {
	c := Check{
		ID: "nights", State: Unchecked, Says: "that the nights before were clean rests on the word of those who signed: their runs are not part of the evidence",
		Next: "where that matters, ask for these runs out of the history (`sheetprobe history export`), and judge them with `sheetprobe recheck`",
	}
	for _, night := range r.predicate.Nights {
		for _, run := range night.Runs {
			c.Details = append(c.Details, night.Date+": "+run.RunID)
		}
	}
	if r.predicate.Policy.CleanNights > 1 {
		r.add(c)
	}
}

// revocation says what cannot be known without asking somebody.
func (r *verifier) revocation() {
	if r.Revoked == nil {
		r.add(Check{ID: "revocation", State: Unchecked, Says: "whether a key was lost or revoked is not known", Next: "ask who keeps the keys, and give those that were revoked with --revoked"})
		return
	}
	r.add(Check{ID: "revocation", State: OK, Says: "no revoked key is counted"})
}

// moment says on whose word the moment of the decision rests.
func (r *verifier) moment() {
	r.add(Check{
		ID: "time", State: Unchecked, Says: "when it was signed rests on the word of those who signed: no third party stamped it",
		Next: "where that matters, keep the digest of the file where others date it: a ticket, an e-mail, a version control system",
	})
}
