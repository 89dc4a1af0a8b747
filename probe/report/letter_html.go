package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	_ "embed"
)

//go:embed templates/letter.css
var letterCSS string

// letterPage is a page without scripts, which loads nothing: a Content-Security-Policy forbids both.
var letterPage = template.Must(template.New("letter").Parse(`<!DOCTYPE html>
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

func letterHTML(w io.Writer, markdown []byte) error {
	var body bytes.Buffer
	if err := newMarkdown().Convert(markdown, &body); err != nil { // raw HTML of a template is left out
		return err
	}
	hash := sha256.Sum256([]byte(letterCSS))
	return letterPage.Execute(w, map[string]any{
		"Title": titleOf(markdown), "CSS": template.CSS(letterCSS), //nolint:gosec // ours
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
