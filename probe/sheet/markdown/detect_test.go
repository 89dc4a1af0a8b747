package markdown_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/markdown"
)

func TestDetectBesideTagsAndCommands(t *testing.T) {
	const page = "# Moor\n\n## Free\n\n**URL:** `/moorings`\n"
	cases := []struct {
		name, data string
		want       int
	}{
		{"a page", page, 40},
		{"a page behind comments", "<!-- built -->\n<!-- twice -->\n" + page, 40},
		{"a page that begins with a tag", "<p align=\"center\">x</p>\n\n" + page, 40},
		{"HTML behind a comment", "<!-- built -->\n<!DOCTYPE html>\n" + page, 0},
		{"a comment without an end", "<!-- built\n" + page, 0},
		{"a script", "#!/bin/sh\n# one\n# two\ncurl https://h.example/a\n", 0},
		{"commands under their comments", "# one\ncurl https://h.example/a\n\n# two\ncurl https://h.example/b\n", 0},
		{"commands in a page", page + "\ncurl https://h.example/a\n", 40},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, markdown.Format.Detect(sheet.Input{Name: "x", Data: []byte(c.data)}))
		})
	}
}

func TestFrontMatterIsLeftOut(t *testing.T) {
	const body = "# Free a mooring\n\n**Method:** DELETE\n\n**URL:** https://h.example/moorings\n"
	cases := []struct{ name, head, want string }{
		{"keys", "---\ntitle: Moor\nmethod: GET\ntags:\n  - a\n---\n", "Free a mooring"},
		{"empty", "---\n---\n", "Free a mooring"},
		{"a rule and prose", "---\nAPI Name: Moor\n---\n", "Moor"},
		{"no end", "---\ntitle: Moor\n", "Moor"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := markdown.Format.Read(sheet.Input{Name: "x", Data: []byte(c.head + body)})
			if assert.NotEmpty(t, r.Sheets) {
				assert.Equal(t, c.want, r.Sheets[0].Name)
			}
		})
	}
}
