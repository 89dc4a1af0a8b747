package report

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// isFolded says that a case is told among others that are not sent for the same reason: what is left out, and what is broken on purpose and
// cannot be sent, most likely because the documented request cannot.
func isFolded(c *probe.Case) bool {
	action, _ := actionOf(c)
	return action == isSkipped || action == isBlocked && c.Family.Negative()
}

// folded tells of such cases, each reason once: a line for each case, or for all cases of a family where there are several.
func (p *page) folded(cases []probe.Case, action string, mask Masker) {
	var reasons []string
	byReason := map[string][]*probe.Case{}
	for i := range cases {
		a, reason := actionOf(&cases[i])
		if a != action || !isFolded(&cases[i]) {
			continue
		}
		if byReason[reason] == nil {
			reasons = append(reasons, reason)
		}
		byReason[reason] = append(byReason[reason], &cases[i])
	}
	for _, reason := range reasons {
		p.blank()
		p.sides("", bold, unsent[action], count(len(byReason[reason]), "case"))
		p.row(causeIndent, "because", inert(masked(reason, mask)))
		for _, f := range byReason[reason][0].Blocked {
			if f.Hint != "" {
				p.row(causeIndent, "next step", inert(masked(f.Hint, mask)))
			}
		}
		for _, line := range familyLines(byReason[reason]) {
			p.row(causeIndent, "case", inert(masked(line, mask)))
		}
	}
}

// familyLines names cases without the part of their ids that they have in common, and says how each differs; several of a family are counted.
func familyLines(cases []*probe.Case) []string {
	var lines []string
	for i := 0; i < len(cases); {
		same := i + 1
		for same < len(cases) && cases[same].Family == cases[i].Family {
			same++
		}
		_, name, _ := strings.Cut(cases[i].ID, "/")
		line := inertUpTo(name, maxName)
		switch n := same - i; {
		case n > 1:
			line = fmt.Sprintf("%s: %s", cases[i].Family, count(n, "case"))
		case cases[i].Mutation != "":
			line += ": " + cases[i].Mutation
		}
		lines = append(lines, line)
		i = same
	}
	return lines
}
