package probe

import "github.com/sheetprobe/sheetprobe/schema/source"

// RulesVersion changes whenever a rule, its severity or its meaning does, so that a verdict that changed overnight can be traced to us.
const RulesVersion = "3"

// Blame is who has to act.
type Blame string

// The parties.
const (
	BlameSheet       Blame = "sheet"       // the API owner corrects the document
	BlameEndpoint    Blame = "endpoint"    // the API owner corrects the endpoint, or the document
	BlameEnvironment Blame = "environment" // whoever runs the tool, or the network between
)

// Rule is one thing that can be wrong.
type Rule struct {
	ID       string          `json:"id"`
	Severity source.Severity `json:"severity"`
	Blame    Blame           `json:"blame"`
	Meaning  string          `json:"meaning"` // one sentence
	Why      string          `json:"why"`     // what it leads to, for those who call the API; "" of rules about documents and the way to the API
	Fix      string          `json:"fix"`     // one sentence: the next step
}

// Rules are all rules, in the order in which `sheetprobe rules` prints them. A rule stands here as soon as something can break it, and
// not before: fixtures/staging has a defect for each that an endpoint can break.
var Rules = concat(sheetRules, setupRules, transportRules, answerRules, shapeRules, asyncRules, negativeRules, coverageRules)

func concat(groups ...[]Rule) []Rule {
	var all []Rule
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// RuleByID finds a rule; ok is false where there is none of that id.
func RuleByID(id string) (r Rule, ok bool) {
	for _, r := range Rules {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}
