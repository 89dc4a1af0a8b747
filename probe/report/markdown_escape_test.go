package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/report"
)

// A name stands as itself wherever a template puts it, also where a line begins.
func TestMarkdownTextIsTextAtTheBeginningOfALine(t *testing.T) {
	for _, text := range []string{"# heading", "- item", "+ item", "* item", "1. first", "12) twelfth", "> quote", "===", "---", "=", "-", "1.", "+1", "v1. x", "1.5 kg", "```", "| a |"} {
		for _, before := range []string{"", "- ", "text\n"} {
			var page bytes.Buffer
			require.NoError(t, report.WriteMarkdown(&page, []byte(before+report.MarkdownText(text)+"\n"), ".html", time.Time{}))
			_, body, _ := strings.Cut(page.String(), "<main>")
			for _, tag := range []string{"<h1", "<h2", "<ol", "<blockquote", "<hr", "<pre", "<table"} {
				require.NotContains(t, body, tag, "%q", before+text)
			}
			require.Equal(t, strings.Count(before, "- "), strings.Count(body, "<ul"), "%q", before+text)
		}
	}
}
