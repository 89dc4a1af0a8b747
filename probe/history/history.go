// Package history keeps runs and tells what changed since.
//
// A nightly check is worth what it says new. [Compare] tells two runs apart by the fingerprints of their findings, and the drift of an endpoint
// from a change of its sheet and from a change of our own rules. It looks at recorded runs only: it reads no clock, no disk and no network.
package history

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// SlugOf is what the ids of an API's cases begin with; it is the same from run to run.
func SlugOf(s *probe.SheetResult) string {
	if len(s.Cases) == 0 {
		return probe.Slug(s.Name)
	}
	slug, _, _ := strings.Cut(s.Cases[0].ID, "/")
	return slug
}
