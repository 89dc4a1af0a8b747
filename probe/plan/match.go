package plan

import (
	"fmt"
	"iter"
	"slices"
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

// Unmatched lists the patterns that choose no case of any plan: most likely they are misspelt. Where there is no plan, there are none.
func Unmatched(patterns []string, plans iter.Seq[*probe.Plan]) []string {
	planned := false
	unmatched := slices.Clone(patterns)
	for p := range plans {
		planned = true
		unmatched = slices.DeleteFunc(unmatched, func(pattern string) bool { return choosesAny(pattern, p) })
		if len(unmatched) == 0 {
			break
		}
	}
	if !planned {
		return nil
	}
	return unmatched
}

func choosesAny(pattern string, p *probe.Plan) bool {
	return slices.ContainsFunc(p.Cases, func(c probe.Case) bool { return Chooses(pattern, &c, p.Sheet.Name) })
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
