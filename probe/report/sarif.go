package report

import (
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// writeSARIF writes a SARIF 2.1.0 log (OASIS Standard) for code scanning: each diagnostic of a sheet, and each finding that the API owner has to
// act upon, is a result that points at the line of the document. What is ours to settle, as a refused host or an unreachable staging, is a notification
// of the invocation: nothing in the document is wrong for it. Severities are levels (info is a note), who has to act is the property "blame".
//
// A place in a workbook is a logical location, for a region can only be one of text. Names of documents are relative to %SRCROOT% unless they are absolute.
//
// The run is gone over twice, results before notifications; what is held meanwhile is a number for each API.
func writeSARIF(w io.Writer, run *probe.Run, o Options) error {
	log := &sarif{run: run, options: o, index: map[string]int{}, ours: make([]bool, len(run.Sheets))}
	log.collectRules()
	j := newJSONStream(w)
	j.begin("", "{")
	j.value("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
	j.value("version", "2.1.0")
	j.begin("runs", "[")
	j.begin("", "{")
	j.value("tool", map[string]any{"driver": map[string]any{
		"name": orElse(inert(run.Tool.Name), "sheetprobe"), "version": inert(orElse(run.Tool.Version, "unknown")), "rules": log.rules,
		"properties": map[string]any{"rulesVersion": inert(run.Tool.RulesVersion)},
	}})
	j.value("automationDetails", map[string]any{"id": "sheetprobe/" + inert(run.RunID)})
	j.value("columnKind", "unicodeCodePoints")
	j.value("originalUriBaseIds", map[string]any{"%SRCROOT%": map[string]any{"description": sarifText{"the folder in which sheetprobe ran"}}})
	j.value("artifacts", log.artifacts())
	j.begin("results", "[")
	if err := log.results(j); err != nil {
		return err
	}
	j.close("]")
	j.begin("invocations", "[")
	if err := log.invocation(j); err != nil {
		return err
	}
	j.close("]")
	j.value("properties", map[string]any{"verdict": run.Verdict, "summary": run.Summary})
	j.close("}")
	j.close("]")
	j.close("}")
	return j.end()
}

type sarif struct {
	run     *probe.Run
	options Options
	rules   []sarifRule
	index   map[string]int // of a rule among rules
	ours    []bool         // by API: something about its cases is a notification
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifRule struct {
	ID               string         `json:"id"`
	ShortDescription *sarifText     `json:"shortDescription,omitempty"`
	FullDescription  *sarifText     `json:"fullDescription,omitempty"`
	Help             *sarifText     `json:"help,omitempty"`
	Default          map[string]any `json:"defaultConfiguration,omitempty"`
	Properties       map[string]any `json:"properties,omitempty"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations,omitempty"`
	Fingerprints map[string]string `json:"partialFingerprints,omitempty"`
	Occurrences  int               `json:"occurrenceCount,omitempty"`
	Properties   map[string]any    `json:"properties"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI    string `json:"uri"`
	BaseID string `json:"uriBaseId,omitempty"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
}

type sarifLogical struct {
	Name          string `json:"name"`
	QualifiedName string `json:"fullyQualifiedName"`
	Kind          string `json:"kind"`
}

type sarifNotification struct {
	Message    sarifText       `json:"message"`
	Level      string          `json:"level"`
	Locations  []sarifLocation `json:"locations,omitempty"`
	Descriptor map[string]any  `json:"descriptor,omitempty"`
	Properties map[string]any  `json:"properties"`
}

// collectRules lists the rules that the run broke, each once, in the order in which they are met: a lean run holds the first case for each.
func (l *sarif) collectRules() {
	l.rules = []sarifRule{}
	for _, d := range l.run.Diagnostics {
		l.rule(d.Rule)
	}
	for i := range l.run.Sheets {
		for _, d := range l.run.Sheets[i].Diagnostics {
			l.rule(d.Rule)
		}
		for _, c := range told(&l.run.Sheets[i]) {
			for _, f := range c.Findings {
				l.rule(f.Rule)
			}
		}
	}
}

func (l *sarif) rule(id string) {
	id = sarifRuleID(id)
	if _, known := l.index[id]; known {
		return
	}
	l.index[id] = len(l.rules)
	out := sarifRule{ID: id}
	if r, ok := probe.RuleByID(id); ok {
		out.ShortDescription, out.FullDescription = &sarifText{fullSentence(r.Meaning)}, &sarifText{fullSentence(r.Meaning)}
		if r.Why != "" {
			out.FullDescription.Text += " " + fullSentence(r.Why)
		}
		out.Help = &sarifText{fullSentence(r.Fix)}
		out.Default = map[string]any{"level": levelOf(r.Severity)}
		out.Properties = map[string]any{"blame": r.Blame, "tags": []string{"api", string(r.Blame)}}
	}
	l.rules = append(l.rules, out)
}

// sarifRuleID is never empty, as the format demands.
func sarifRuleID(id string) string { return orElse(inert(id), "unknown") }

// fullSentence begins with a capital letter and ends with a full stop, as viewers expect.
func fullSentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

func levelOf(s source.Severity) string {
	switch s {
	case source.Error:
		return "error"
	case source.Warning:
		return "warning"
	}
	return "note"
}

func (l *sarif) artifacts() []any {
	all := []any{}
	met := map[string]bool{"": true}
	for i := range l.run.Sheets {
		s := &l.run.Sheets[i]
		if met[s.Document] {
			continue
		}
		met[s.Document] = true
		artifact := map[string]any{"location": artifactOf(s.Document)}
		if s.DocumentSHA256 != "" {
			artifact["hashes"] = map[string]string{"sha-256": inert(s.DocumentSHA256)}
		}
		all = append(all, artifact)
	}
	return all
}

func (l *sarif) results(j *jsonStream) error {
	return eachAPI(l.run, l.options, func(i int, s *probe.SheetResult) error {
		for _, d := range s.Diagnostics {
			j.value("", l.diagnostic(s, d))
		}
		for _, c := range told(s) {
			l.ours[i] = l.ours[i] || isNotified(c)
			for _, f := range ranked(c) {
				if f.Blame != probe.BlameEnvironment {
					j.value("", l.finding(s, c, f))
				}
			}
		}
		return nil
	})
}

func (l *sarif) diagnostic(s *probe.SheetResult, d source.Diagnostic) sarifResult {
	return sarifResult{
		RuleID: sarifRuleID(d.Rule), RuleIndex: l.index[sarifRuleID(d.Rule)], Level: levelOf(d.Severity), Message: sarifText{diagnosticWords(d.Message, d.Rule, d.Hint)},
		Locations: locationsOf(s.Document, d.At, s.At), Properties: map[string]any{"blame": probe.BlameSheet, "api": nameOf(s)},
	}
}

func (l *sarif) finding(s *probe.SheetResult, c *probe.Result, f *probe.Finding) sarifResult {
	out := sarifResult{
		RuleID: sarifRuleID(f.Rule), RuleIndex: l.index[sarifRuleID(f.Rule)], Level: levelOf(f.Severity), Message: sarifText{findingWords(s, c, f)},
		Locations: locationsOf(s.Document, f.At, s.At), Occurrences: max(f.Count, 0),
		Properties: map[string]any{
			"blame": f.Blame, "api": nameOf(s), "case": inert(c.ID), "verdict": c.Verdict, "pointer": inert(f.Pointer), "documented": inert(f.Documented), "observed": inert(f.Observed),
		},
	}
	if f.Fingerprint != "" {
		out.Fingerprints = map[string]string{"sheetprobe/v1": inert(f.Fingerprint)}
	}
	return out
}

// findingWords says a finding where nothing but its message is shown.
func findingWords(s *probe.SheetResult, c *probe.Result, f *probe.Finding) string {
	text := nameOf(s) + ", " + caseName(c) + ": " + inert(orElse(f.Message, meaning(f.Rule)))
	if f.Pointer != "" {
		text += " (at " + inert(f.Pointer) + ")"
	}
	if f.Observed != "" {
		text += "; came: " + inert(f.Observed)
	}
	if hint := orElse(f.Hint, fix(f.Rule)); hint != "" {
		text += ". Next step: " + inert(hint)
	}
	return plainMessage(text)
}

func diagnosticWords(message, rule, hint string) string {
	text := inert(orElse(message, meaning(rule)))
	if hint != "" {
		text += ". Next step: " + inert(hint)
	}
	return plainMessage(text)
}

// plainMessage keeps a text from being taken for a link or a placeholder (SARIF, sections 3.11.5 and 3.11.6).
func plainMessage(s string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}").Replace(s)
}

// invocation tells how the run went, and what is ours to settle.
func (l *sarif) invocation(j *jsonStream) error {
	j.begin("", "{")
	moment := func(name string, t time.Time) {
		if !t.IsZero() {
			j.value(name, t.UTC().Format("2006-01-02T15:04:05.000Z"))
		}
	}
	moment("endTimeUtc", l.run.FinishedAt)
	j.value("executionSuccessful", l.run.ExitCode == probe.ExitConforms || l.run.ExitCode == probe.ExitDeviates)
	j.value("exitCode", l.run.ExitCode)
	j.value("exitCodeDescription", inert(headline(l.run)))
	moment("startTimeUtc", l.run.StartedAt)
	j.begin("toolExecutionNotifications", "[")
	if err := l.notifications(j); err != nil {
		return err
	}
	j.close("]")
	j.close("}")
	return nil
}

func (l *sarif) notifications(j *jsonStream) error {
	for i, some := range l.ours {
		if !some {
			continue
		}
		s, err := wholeAPI(l.run, l.options, i)
		if err != nil {
			return err
		}
		for _, c := range told(s) {
			for _, n := range l.ofCase(s, c) {
				j.value("", n)
			}
		}
	}
	for _, d := range l.run.Diagnostics { // of documents in which there is no place to point at; the message names the document
		j.value("", sarifNotification{
			Message: sarifText{diagnosticWords(d.Message, d.Rule, d.Hint)}, Level: levelOf(d.Severity), Descriptor: l.descriptor(d.Rule), Properties: map[string]any{"blame": probe.BlameSheet},
		})
	}
	for _, p := range problemsOf(l.run) {
		if p.rule == "" { // else it stands here already
			j.value("", sarifNotification{Message: sarifText{diagnosticWords(p.message, "", p.hint)}, Level: "error", Properties: map[string]any{"name": p.name}})
		}
	}
	return nil
}

// ofCase are the notifications about a case: what is ours to settle, and why it could not be judged where no finding says so.
func (l *sarif) ofCase(s *probe.SheetResult, c *probe.Result) []sarifNotification {
	var notes []sarifNotification
	for _, f := range ranked(c) {
		if f.Blame == probe.BlameEnvironment {
			notes = append(notes, l.notification(s, c, f))
		}
	}
	if isUnexplained(c) {
		notes = append(notes, sarifNotification{
			Message: sarifText{plainMessage(nameOf(s) + ", " + caseName(c) + ": " + inert(orElse(c.Reason, "no reason is recorded")))}, Level: "error",
			Locations: locationsOf(s.Document, s.At, s.At), Properties: map[string]any{"reason_of": inert(c.ID), "verdict": c.Verdict},
		})
	}
	return notes
}

// isNotified says that there is a notification about a case.
func isNotified(c *probe.Result) bool {
	ours := func(f probe.Finding) bool { return f.Blame == probe.BlameEnvironment }
	return slices.ContainsFunc(c.Findings, ours) || isUnexplained(c)
}

func isUnexplained(c *probe.Result) bool {
	return len(c.Findings) == 0 && (c.Verdict == probe.Inconclusive || c.Verdict == probe.Blocked)
}

func (l *sarif) notification(s *probe.SheetResult, c *probe.Result, f *probe.Finding) sarifNotification {
	return sarifNotification{
		Message: sarifText{findingWords(s, c, f)}, Level: levelOf(f.Severity), Locations: locationsOf(s.Document, f.At, s.At),
		Descriptor: l.descriptor(f.Rule), Properties: map[string]any{"blame": f.Blame, "case": inert(c.ID), "verdict": c.Verdict},
	}
}

func (l *sarif) descriptor(rule string) map[string]any {
	return map[string]any{"id": sarifRuleID(rule), "index": l.index[sarifRuleID(rule)]}
}

// locationsOf is the place of what is said, or of its sheet where that is not known.
func locationsOf(document string, at, sheet source.Span) []sarifLocation {
	if at.IsZero() {
		at = sheet
	}
	out := sarifLocation{Physical: sarifPhysical{Artifact: artifactOf(document)}}
	switch {
	case at.Cell != "":
		out.Logical = []sarifLogical{{Name: inert(at.Cell), QualifiedName: inert(path.Base(document)) + "!" + inert(at.Cell), Kind: "cell"}}
	case at.Line > 0:
		out.Physical.Region = &sarifRegion{StartLine: at.Line, StartColumn: max(at.Column, 0)}
	}
	return []sarifLocation{out}
}

// artifactOf is a document as a URI reference (RFC 3986): a file's name may hold anything.
func artifactOf(document string) sarifArtifact {
	document = strings.ReplaceAll(document, `\`, "/")
	segments := strings.Split(strings.TrimPrefix(document, "./"), "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	escaped := strings.Join(segments, "/")
	switch {
	case strings.HasPrefix(document, "/"):
		return sarifArtifact{URI: "file://" + escaped}
	case len(document) > 2 && document[1] == ':' && document[2] == '/': // a drive
		return sarifArtifact{URI: "file:///" + escaped}
	case document == "-", document == "":
		return sarifArtifact{URI: "standard-input", BaseID: "%SRCROOT%"}
	case strings.Contains(segments[0], ":"): // else it would be taken for a scheme
		escaped = "./" + escaped
	}
	return sarifArtifact{URI: escaped, BaseID: "%SRCROOT%"}
}
