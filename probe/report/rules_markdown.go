package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// ruleGroups says what the rules of each group are about.
var ruleGroups = map[string]string{
	"sheet":     "The document: what is missing, contradicts itself, or had to be repaired.",
	"setup":     "What was not sent, because something is missing or refused on our side.",
	"transport": "What keeps requests from the API, or answers in its place. Such a case is inconclusive: neither pass nor fail.",
	"status":    "HTTP status and business code.",
	"outcome":   "Success where an error is documented, and the other way round.",
	"body":      "The body of the answer as a whole.",
	"timing":    "How long the answer took.",
	"stability": "Whether answers to one request agree.",
	"shape":     "The JSON of the answer beside the documented example.",
	"callback":  "The call to our callback URL.",
	"poll":      "The end of what a request started, as a status API tells it.",
	"negative":  "Answers to requests that were broken on purpose.",
	"security":  "What endangers whoever calls the API, or whoever runs it.",
	"coverage":  "What of the sheet no answer showed.",
}

// RulesMarkdown writes rules as a page: a heading for each, so that it can be linked to, with the causes of those that have some.
func RulesMarkdown(w io.Writer, rules []probe.Rule) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Rules\n\nThe rules by which documents and answers are judged, version %s. A severity can be changed under `severities` in `sheetprobe.yaml`.\n", probe.RulesVersion)
	group := ""
	for _, r := range rules {
		if prefix, _, _ := strings.Cut(r.ID, "."); prefix != group {
			group = prefix
			fmt.Fprintf(&b, "\n## %s\n", group)
			if about := ruleGroups[group]; about != "" {
				fmt.Fprintf(&b, "\n%s\n", about)
			}
		}
		writeRuleMarkdown(&b, r)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeRuleMarkdown(b *strings.Builder, r probe.Rule) {
	fmt.Fprintf(b, "\n### %s\n\n*%s, %s.* %s", r.ID, r.Severity, whoActs(r.Blame), markdownSentence(r.Meaning))
	if r.Why != "" {
		fmt.Fprintf(b, " %s", markdownSentence(r.Why))
	}
	fmt.Fprintf(b, "\n\nNext step: %s.\n", escapeMarkdown(r.Fix))
	for i, c := range causesUnder(r.ID) {
		if i == 0 {
			b.WriteString("\n| cause | means | next step |\n|---|---|---|\n")
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", c.ID, escapeMarkdown(c.Means), escapeMarkdown(c.Next))
	}
}

func markdownSentence(s string) string { return escapeMarkdown(sentence(s)) }
