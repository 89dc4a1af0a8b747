package report

import (
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// Style is the style sheet of the HTML report, for pages that are to look like it.
func Style() (string, error) {
	text, err := htmlAssets.ReadFile("html/report.css")
	return string(text), err
}

// Shown is a text of strangers as a page may show it: on one line, of bounded length, and with nothing that acts or hides.
func Shown(text string) string { return shown(text) }

// VerdictWord is what a verdict is called where people read it.
func VerdictWord(verdict probe.Verdict) string { return badgeOf(verdict).Word }

// Because says in words what changes between two runs may come from.
func Because(causes []history.Cause) string { return becauseOf(causes) }
