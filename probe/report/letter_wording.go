package report

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
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
		"wording": func(kind string, p ruled) (string, error) { return wordingOf(t, kind, p) },
		"either":  func(list []string) string { return MarkdownText(strings.Join(list, "; ")) },
		"join":    func(list []string) (string, error) { return joinWith(t, list) },
	})
	if _, err := t.Parse(letterTemplate); err != nil {
		return nil, err
	}
	if custom == "" {
		return t, nil
	}
	builtIn := t.Templates()
	if _, err := t.New("letter template").Parse(custom); err != nil {
		return nil, fmt.Errorf("the letter template cannot be read: %w", err)
	}
	if name := unusedPart(t, builtIn); name != "" {
		return nil, fmt.Errorf("the letter template defines %q, which no letter uses", name)
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

// ruled has a rule, by which its words are chosen.
type ruled interface{ rule() string }

func (p *letterPoint) rule() string   { return p.Rule }
func (u letterUntested) rule() string { return u.Rule }

// wordingOf carries out the part of a kind that fits the rule of a point best: its own, that of its group, or the general one.
func wordingOf(t *template.Template, kind string, p ruled) (string, error) {
	group, _, _ := strings.Cut(p.rule(), ".")
	for _, name := range []string{kind + ":" + p.rule(), kind + ":" + group, kind + ":"} {
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

// unusedPart is the first part, by name, that is not built in and that nothing leads to, as of a misspelt name; "" where there is none.
func unusedPart(t *template.Template, builtIn []*template.Template) string {
	used := map[string]bool{"letter template": true}
	for _, part := range builtIn {
		used[part.Name()] = true
	}
	var names []string
	for _, part := range t.Templates() {
		names = append(names, part.Name())
		if part.Tree != nil {
			markUsed(part.Root, used)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if !used[name] && !isWording(name) {
			return name
		}
	}
	return ""
}

// markUsed notes the parts that a list of nodes calls.
func markUsed(list *parse.ListNode, used map[string]bool) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.TemplateNode:
			used[n.Name] = true
		case *parse.IfNode:
			markUsed(n.List, used)
			markUsed(n.ElseList, used)
		case *parse.RangeNode:
			markUsed(n.List, used)
			markUsed(n.ElseList, used)
		case *parse.WithNode:
			markUsed(n.List, used)
			markUsed(n.ElseList, used)
		}
	}
}

// isWording says that a name is that of a kind of words and of a rule, a group of rules, or nothing.
func isWording(name string) bool {
	kind, which, found := strings.Cut(name, ":")
	if !found || !slices.Contains([]string{"title", "question", "need", "says", "does", "untested"}, kind) {
		return false
	}
	return which == "" || slices.ContainsFunc(probe.Rules, func(r probe.Rule) bool { return r.ID == which || strings.HasPrefix(r.ID, which+".") })
}

// sampleRun makes a letter use every part of its template once.
func sampleRun() *probe.Run {
	run := &probe.Run{Hosts: []probe.HostDiagnosis{{Host: "staging.example.test", FoundIn: "b/success", Diagnosis: probe.Diagnosis{Letter: "-"}}}}
	exchange := &probe.Exchange{
		Request:  probe.RecordedRequest{Method: "GET", URL: "https://staging.example.test/"},
		Response: &probe.RecordedResponse{HTTPStatus: 200, Body: maskMark},
	}
	s := probe.SheetResult{Name: "-", Document: "-", Verdict: probe.Deviates}
	for _, rule := range probe.Rules {
		c := probe.Result{ID: "-/success", Verdict: probe.Deviates, Exchange: exchange, Findings: []probe.Finding{probe.NewFinding(rule.ID, "-", probe.AtBody)}}
		c.Findings[0].Proposed = &probe.ProposedRow{Line: "-"}
		s.Cases = append(s.Cases, c)
		s.Diagnostics = append(s.Diagnostics, source.Diagnostic{Rule: rule.ID, Severity: source.Error})
	}
	question := probe.NewFinding("negative.accepted", "-", probe.AtBody)
	question.Severity = source.Info
	s.Cases = append(s.Cases, probe.Result{Family: probe.FamilyEmptyBody, Mutation: "-", Verdict: probe.Conforms, Findings: []probe.Finding{question}})
	s.Findings = []probe.Finding{probe.NewFinding("coverage.error-not-elicited", "-", probe.AtCoverage)}
	alike := probe.SheetResult{Name: "alike", Verdict: probe.Deviates, Cases: s.Cases[:len(s.Cases)/2]}
	unreached := probe.Result{ID: run.Hosts[0].FoundIn, Verdict: probe.Inconclusive}
	run.Sheets = []probe.SheetResult{
		s, alike,
		{Name: "-", Verdict: probe.Conforms},
		{Name: "-", Verdict: probe.Blocked},
		{Name: "-", Verdict: probe.Inconclusive, Cases: []probe.Result{unreached}},
	}
	for _, rule := range []string{"transport.dns", "outcome.credentials"} {
		c := probe.Result{ID: "c/success", Verdict: probe.Inconclusive, Findings: []probe.Finding{probe.NewFinding(rule, "-", probe.AtBody)}}
		run.Sheets = append(run.Sheets, probe.SheetResult{Name: "-", Verdict: probe.Inconclusive, Cases: []probe.Result{c}})
	}
	return run
}
