package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	_ "embed"
)

//go:embed templates/markdown.css
var markdownCSS string

// markdownPage is a page without scripts, which loads nothing: a Content-Security-Policy forbids both.
var markdownPage = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{{.Hash}}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>{{.CSS}}</style>
</head>
<body>
<main>
{{.Body}}</main>
</body>
</html>
`))

// WriteMarkdown writes a Markdown document as the kind of file that an extension names: ".html", ".htm", ".docx", and anything else as it is.
// Raw HTML is left out. at is the time that the parts of a docx bear, so that equal documents give equal bytes.
func WriteMarkdown(w io.Writer, markdown []byte, extension string, at time.Time) error {
	switch strings.ToLower(extension) {
	case ".html", ".htm":
		return writeMarkdownHTML(w, markdown)
	case ".docx":
		return writeDocx(w, markdown, at)
	}
	_, err := w.Write(markdown)
	return err
}

func writeMarkdownHTML(w io.Writer, markdown []byte) error {
	var body bytes.Buffer
	if err := newMarkdown().Convert(markdown, &body); err != nil { // raw HTML of a template is left out
		return err
	}
	hash := sha256.Sum256([]byte(markdownCSS))
	return markdownPage.Execute(w, map[string]any{
		"Title": titleOf(markdown), "CSS": template.CSS(markdownCSS), //nolint:gosec // ours
		"Hash": base64.StdEncoding.EncodeToString(hash[:]),
		"Body": template.HTML(body.String()), //nolint:gosec // made by goldmark, which escapes
	})
}

func newMarkdown() goldmark.Markdown { return goldmark.New(goldmark.WithExtensions(extension.Table)) }

// titleOf is the first heading.
func titleOf(markdown []byte) string {
	line, _, _ := strings.Cut(string(markdown), "\n")
	return strings.TrimSpace(strings.TrimLeft(line, "# "))
}
