package plan

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// How long a text is that nobody means. In the address it is shorter: many servers take no more than 8000 bytes of it.
const (
	longText    = 5000
	longAddress = 2000
)

// deriveTooLong sends far too long a text for one field after the other, as happens when something is pasted into the wrong place. The sheet
// rules it out where it states a greatest length; one above that is what broken-rule sends.
func deriveTooLong(b *builder) {
	var all []brokenField
	letters := strings.Repeat("a", longText)
	for _, t := range b.targets() {
		s, ok := b.sampleOf(t)
		n := longText
		if t.in == probe.InQuery {
			n = longAddress
		}
		most := t.rules.MaxLength
		text := t.kind == "string" || t.kind == "" && s.known && s.kind == nearjson.String
		if !ok || !text || t.in == probe.InPath || len(t.rules.Enum) > 0 || most != nil && *most >= n {
			continue
		}
		d, _ := b.with(t, nearjson.NewString(letters[:n]))
		all = append(all, brokenField{
			target: t, title: fmt.Sprintf("with far too long a %q", t.name), what: fmt.Sprintf("set to a text of %d letters", n), draft: d, forbidden: most != nil,
		})
	}
	b.addBroken(probe.FamilyTooLong, all)
}
