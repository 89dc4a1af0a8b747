package signoff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// ReadPolicy reads the section "signoff" of a configuration; what it does not say is as in [DefaultPolicy].
func ReadPolicy(n *tree.Node) (Policy, *Problem) {
	p := DefaultPolicy()
	err := readMap(n, "signoff", []key{
		{"clean_nights", readNumber(true, &p.CleanNights)},
		{"nights_on", readItems("nights_on", p.readDay)},
		{"evidence_max_age", readDuration(&p.MaxAge)},
		{"tls_days_left", readNumber(true, &p.TLSDays)},
		{"latency", p.readLatency},
		{"fail_on", p.readSeverity},
		{"staging_hosts", readTexts("staging_hosts", &p.StagingHosts)},
		{"time_zone", p.readZone},
		{"longest_waiver_days", readNumber(false, &p.LongestDays)},
		{"checklist", p.readChecklist},
		{"approvals", readNumber(false, &p.Approvals)},
		{"approvers", readItems("approvers", p.readApprover)},
		{"four_eyes", p.readFourEyes},
		{"waivers", readText(&p.Waivers)},
		{"attestations", readText(&p.Attestations)},
	})
	if err == nil && len(p.Approvers) > 0 && p.Approvals > len(p.Approvers) {
		err = problemAt(n, "name more approvers, or ask for fewer", "%d approvals are asked for, and approvers are %d", p.Approvals, len(p.Approvers))
	}
	return p, err
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func (p *Policy) readDay(n *tree.Node) *Problem {
	if !slices.Contains(weekdays, n.Text) {
		return problemAt(n, "use "+strings.Join(weekdays, ", "), "%q is no day of the week", n.Written())
	}
	p.NightsOn = append(p.NightsOn, n.Text)
	return nil
}

func (p *Policy) readSeverity(n *tree.Node) *Problem {
	if n.Text != string(source.Error) && n.Text != string(source.Warning) {
		return problemAt(n, "use error or warning", "%q is no severity that can be failed on", n.Written())
	}
	p.FailOn = source.Severity(n.Text)
	return nil
}

func (p *Policy) readZone(n *tree.Node) *Problem {
	if zoneOf(n.Text) == nil {
		return problemAt(n, "use a name such as UTC or Europe/Berlin", "%q is no time zone of the IANA database", n.Written())
	}
	p.TimeZone = n.Text
	return nil
}

func (p *Policy) readLatency(n *tree.Node) *Problem {
	if isOff(n) {
		return nil
	}
	limit := Latency{Percentile: 95}
	err := readMap(n, "latency", []key{
		{"percentile", func(n *tree.Node) *Problem {
			number, err := strconv.Atoi(n.Text)
			if err != nil || !slices.Contains([]int{50, 90, 95, 99, 100}, number) {
				return problemAt(n, "use 50, 90, 95, 99, or 100 for the slowest", "%q is no percentile that is measured", n.Written())
			}
			limit.Percentile = number
			return nil
		}},
		{"max", readDuration(&limit.Max)},
	})
	if err == nil && limit.Max == 0 {
		err = problemAt(n, "write it as latency: {percentile: 95, max: 2s}", "the key \"max\" is missing")
	}
	p.Latency = &limit
	return err
}

// readChecklist reads which items are not demanded ("off"), and those that are added, each with its title.
func (p *Policy) readChecklist(n *tree.Node) *Problem {
	const hint = `write "ID: off" for an item that is not demanded, and "ID: what has to be there" for one of your own`
	if n.Kind != nearjson.Object {
		return problemAt(n, hint, "checklist must be a map")
	}
	known := ChecklistIDs()
	seen := map[string]bool{}
	for _, m := range n.Members {
		var title string
		switch own := !slices.Contains(known, m.Key); {
		case seen[m.Key]:
			return &Problem{At: m.At().At(), Message: fmt.Sprintf("the item %q stands twice", m.Key), Hint: "remove one of them"}
		case !own && isOff(m.Value):
			p.Skipped = append(p.Skipped, m.Key)
		case !own, isOff(m.Value):
			return problemAt(m.Value, hint+"; items are: "+strings.Join(known, ", "), "%q cannot be %q", m.Key, m.Value.Written())
		default:
			if err := readText(&title)(m.Value); err != nil {
				return err
			}
			p.Manual = append(p.Manual, ManualItem{m.Key, title})
		}
		seen[m.Key] = true
	}
	return nil
}

func (p *Policy) readFourEyes(n *tree.Node) *Problem {
	if n.Kind != nearjson.Bool {
		return problemAt(n, "write true or false", "%q is neither true nor false", n.Written())
	}
	p.FourEyes = n.Text == "true"
	return nil
}

func (p *Policy) readApprover(n *tree.Node) *Problem {
	a := Approver{Keys: []string{}}
	err := readMap(n, "an approver", []key{{"name", readText(&a.Name)}, {"title", readText(&a.Title)}, {"keys", readTexts("keys", &a.Keys)}, {"users", readTexts("users", &a.Users)}})
	switch {
	case err != nil:
	case PersonKey(a.Name) == "":
		err = problemAt(n, `write each as {name: "A. Person", keys: ["SHA256:..."]}`, "an approver has no name")
	case slices.ContainsFunc(p.Approvers, func(other Approver) bool { return PersonKey(other.Name) == PersonKey(a.Name) }):
		err = problemAt(n, "give each approver once, with all keys", "two approvers are named %q", a.Name)
	case len(scripts(a.Name)) > 1:
		err = problemAt(n, "write the name in one script", "%+q mixes letters of %s, which look alike", a.Name, strings.Join(scripts(a.Name), " and "))
	}
	p.Approvers = append(p.Approvers, a)
	return err
}
