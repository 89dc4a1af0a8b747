package plan

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Match says that a case id, or the sheet's part of it, matches a pattern: "*" stands for any run of characters, "/" included, "?" for
// one character, everything else for itself, whatever its case. So "otp-generate" and "otp*" choose all cases of an API, "*/no-auth" one
// family of all APIs.
func Match(pattern, id string) bool {
	slug, _, _ := strings.Cut(id, "/")
	return probe.Glob(pattern, id) || probe.Glob(pattern, slug)
}

// Unmatched lists the patterns that choose no case of any plan: most likely they are misspelt.
func Unmatched(patterns []string, plans []probe.Plan) []string {
	var unmatched []string
	for _, pattern := range patterns {
		if !matchesAny(pattern, plans) {
			unmatched = append(unmatched, pattern)
		}
	}
	return unmatched
}

func matchesAny(pattern string, plans []probe.Plan) bool {
	for _, p := range plans {
		for i := range p.Cases {
			if Chooses(pattern, &p.Cases[i], p.Sheet.Name) {
				return true
			}
		}
	}
	return false
}

// Chooses is Match, and the sheet's name as it is written too.
func Chooses(pattern string, c *probe.Case, name string) bool {
	return Match(pattern, c.ID) || probe.Glob(pattern, name)
}

// filter marks the cases that --only and --skip leave out. Whatever else would block them is of no interest then.
func (b *builder) filter() {
	for i := range b.cases {
		if reason := b.leftOut(&b.cases[i]); reason != "" {
			b.cases[i].Skip, b.cases[i].ByDesign, b.cases[i].Blocked = reason, false, nil
		}
		if b.cases[i].Skip != "" {
			b.cases[i].Blocked = nil
		}
	}
}

func (b *builder) leftOut(c *probe.Case) string {
	chosen := len(b.options.Only) == 0
	for _, pattern := range b.options.Only {
		chosen = chosen || Chooses(pattern, c, b.sheet.Name)
	}
	if !chosen {
		return "left out by --only"
	}
	for _, pattern := range b.options.Skip {
		if Chooses(pattern, c, b.sheet.Name) {
			return fmt.Sprintf("left out by --skip %q", pattern)
		}
	}
	return ""
}
