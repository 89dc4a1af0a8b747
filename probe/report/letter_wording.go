package report

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
)

//go:embed templates/letter.md.tmpl
var letterTemplate string

// LetterTemplate is the built-in text of the letter, a text/template that writes Markdown. Its head says how to change it.
func LetterTemplate() string { return letterTemplate }

// newWording takes what a custom template does not define from the built-in one. Errors name the line.
func newWording(custom string) (*template.Template, error) {
	t := template.New("built in")
	t.Funcs(template.FuncMap{
		"text": MarkdownText, "code": MarkdownCode, "fenced": MarkdownBlock, "capital": capital,
		"wording": func(kind string, p letterPoint) (string, error) { return wording(t, kind, p) },
		"join":    func(list []string) (string, error) { return joinWith(t, list) },
	})
	if _, err := t.Parse(letterTemplate); err != nil {
		return nil, err
	}
	if custom == "" {
		return t, nil
	}
	if _, err := t.New("letter template").Parse(custom); err != nil {
		return nil, fmt.Errorf("the letter template cannot be read: %w", err)
	}
	return t, nil
}

func capital(s string) string {
	if s == "" {
		return ""
	}
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// wording carries out the part of a kind that fits the rule of a point best: its own, that of its group, or the general one.
func wording(t *template.Template, kind string, p letterPoint) (string, error) {
	group, _, _ := strings.Cut(p.Rule, ".")
	for _, name := range []string{kind + ":" + p.Rule, kind + ":" + group, kind + ":"} {
		if part := t.Lookup(name); part != nil {
			return partOf(part, p)
		}
	}
	return "", fmt.Errorf("no part %q is defined", kind+":")
}

func partOf(part *template.Template, data any) (string, error) {
	var text limitedBuffer
	err := part.Execute(&text, data)
	return strings.TrimSpace(text.String()), err
}

// joinWith lists texts with the word for "and" in front of the last.
func joinWith(t *template.Template, list []string) (string, error) {
	escaped := make([]string, 0, maxListed+1)
	for i, item := range list {
		if i == maxListed && len(list) > maxListed+1 {
			escaped = append(escaped, fmt.Sprintf("%d ...", len(list)-i))
			break
		}
		escaped = append(escaped, MarkdownText(item))
	}
	last := len(escaped) - 1
	if last <= 0 {
		return strings.Join(escaped, ""), nil
	}
	and, err := partOf(t.Lookup("and"), nil)
	return strings.Join(escaped[:last], ", ") + " " + and + " " + escaped[last], err
}

// sampleRun makes a letter use every part of its template once.
func sampleRun() *probe.Run {
	run := &probe.Run{Hosts: []probe.HostDiagnosis{{Host: "staging.example.test", Diagnosis: probe.Diagnosis{Letter: "-"}}}}
	s := probe.SheetResult{Name: "-", Verdict: probe.Deviates}
	for _, rule := range probe.Rules {
		c := probe.Result{ID: "-/success", Verdict: probe.Deviates, Findings: []probe.Finding{probe.NewFinding(rule.ID, "-", probe.AtBody)}}
		s.Cases = append(s.Cases, c)
	}
	alike := probe.SheetResult{Name: "-", Verdict: probe.Deviates, Cases: s.Cases[:len(s.Cases)/2]}
	run.Sheets = []probe.SheetResult{s, alike, {Name: "-", Verdict: probe.Conforms}, {Name: "-", Verdict: probe.Blocked}}
	return run
}
