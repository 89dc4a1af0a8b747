package html_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/html"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
)

// suite holds the reader against its golden files.
func suite(t testing.TB) sheettest.Suite {
	return sheettest.Suite{Format: html.Format, Documents: sheettest.Documents(t, "*.html"), Sure: 51}
}

func TestReadGolden(t *testing.T) { suite(t).Golden(t) }

func TestOneAPI(t *testing.T) { suite(t).OneAPI(t) }

func TestDetectLeavesMarkdownToItsReader(t *testing.T) {
	const page = "<p align=\"center\">Moorings</p>\n"
	assert.Equal(t, 70, html.Format.Detect(sheet.Input{Data: []byte(page)}))
	assert.Equal(t, 30, html.Format.Detect(sheet.Input{Data: []byte(page + "\n# Moor\n\n## Free\n")}))
	assert.Equal(t, 90, html.Format.Detect(sheet.Input{Data: []byte("<html>" + page + "\n# Moor\n\n## Free\n")}))
}
