package evidence

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// policy holds the signed policy against the one that whoever verifies goes by: who decides can write a policy that is easily met.
func (r *verifier) policy() {
	if r.Policy == nil {
		r.add(Check{
			ID: "policy", State: Unchecked, Says: "whether the signed policy is the one that you go by is not known",
			Next: "give a configuration that holds it (signoff) with --config, or look at what was not asked",
		})
		return
	}
	c := Check{ID: "policy", State: OK, Says: "the signed policy is that of your configuration"}
	if c.Details = otherDemands(&r.predicate.Policy, r.Policy); len(c.Details) > 0 {
		c.State, c.Says = Broken, "it was decided by another policy than that of your configuration"
		c.Next = "have it decided by yours; or give the configuration of then with --config"
	}
	r.add(c)
}

// otherDemands are the differences of two policies, but for where waivers and attestations stand: what counts of those was signed.
func otherDemands(signed, wanted *signoff.Policy) []string {
	then, now := demands(signed), demands(wanted)
	var all []string
	keys := slices.Sorted(maps.Keys(then))
	for key := range now {
		if _, both := then[key]; !both {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		if a, b := string(then[key]), string(now[key]); a != b {
			all = append(all, fmt.Sprintf("%s: signed is %s, yours is %s", key, orNone(a), orNone(b)))
		}
	}
	return all
}

func demands(p *signoff.Policy) map[string]json.RawMessage {
	plain := *p
	plain.Waivers, plain.Attestations = "", ""
	all := map[string]json.RawMessage{}
	if text, err := json.Marshal(plain); err == nil { // a policy can always be written
		_ = json.Unmarshal(text, &all)
	}
	return all
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
