package report

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

//go:embed html
var htmlAssets embed.FS

// htmlReport writes a run as one page that needs nothing beside itself: no network, no font, no script from elsewhere.
//
// Everything can be read without a script. What stands behind a closed case is put into <noscript>: where scripts run, it is one inert text
// until somebody opens the case, so that ten thousand cases open as quickly as ten. A Content-Security-Policy admits the one style sheet and
// the one script by their digests, and nothing else.
//
// The page is written piece by piece as the run is walked, twice: what stands before the APIs is known when all of them were looked at once. Between,
// what is held is the run, which may be lean, its causes, and of each API a few lines of its table (some 2 KB); while the APIs are written, one of them.
type htmlReport struct {
	run       *probe.Run
	options   Options
	out       *bufio.Writer
	pieces    *template.Template
	cases     markup
	least     source.Severity
	causes    map[*probe.SheetResult][]*cause
	survey    survey
	anchors   anchors
	apis      map[*probe.SheetResult]string
	names     map[*probe.SheetResult]string // distinct
	here      *openAPI                      // the one that is written
	beside    *openAPI                      // another one, that something leads to
	unwell    int                           // APIs
	bodyLines int                           // of one body that are shown; places that differ are shown beyond them
	failed    error
}

func writeHTML(w io.Writer, run *probe.Run, o Options) error {
	h := &htmlReport{run: run, options: o, out: bufio.NewWriterSize(w, 64<<10), least: floor(run)}
	if err := h.parse(); err != nil {
		return err
	}
	h.fold()
	if err := h.lookAround(); err != nil {
		return err
	}
	h.head()
	h.piece("overview", h.overview())
	h.piece("filter", h.filter())
	for _, i := range h.order() {
		h.api(i)
	}
	h.piece("foot", h.foot())
	if h.failed != nil {
		return h.failed
	}
	return h.out.Flush()
}

// parse reads the templates. What cases are made of, they take from markup, too.
func (h *htmlReport) parse() error {
	made := func(fill func(m *markup)) template.HTML {
		m := markup{pieces: h.pieces}
		fill(&m)
		return template.HTML(m.out) //nolint:gosec // markup escapes as html/template does
	}
	var err error
	h.pieces, err = template.New("page").Funcs(template.FuncMap{
		"pane":      func(p *pane) template.HTML { return made(func(m *markup) { m.pane(p) }) },
		"finding":   func(f htmlFinding) template.HTML { return made(func(m *markup) { m.finding(&f) }) },
		"diagnosis": func(d *htmlDiagnosis) template.HTML { return made(func(m *markup) { m.diagnosis(d) }) },
	}).ParseFS(htmlAssets, "html/*.tmpl")
	h.cases.pieces = h.pieces
	return err
}

// piece writes one template; after a failure, nothing more.
func (h *htmlReport) piece(name string, view any) {
	if h.failed == nil {
		h.failed = h.pieces.ExecuteTemplate(h.out, name, view)
	}
}

func (h *htmlReport) fold() {
	h.causes = map[*probe.SheetResult][]*cause{}
	for i := range h.run.Sheets {
		s := &h.run.Sheets[i]
		h.causes[s] = causesOf(s, h.least)
		if isUnwell(s) {
			h.unwell++
		}
	}
	h.bodyLines = 300
	if h.large() {
		h.bodyLines = 80
	}
}

// large says that the page would be too large to be passed on if everything stood in it that a small one has.
func (h *htmlReport) large() bool { return h.run.Summary.Cases > 1000 }

// ranked are the APIs in the order of the page: those that are not well first, as in the overview.
func (h *htmlReport) ranked() []*probe.SheetResult {
	order := h.order()
	all := make([]*probe.SheetResult, len(order))
	for at, i := range order {
		all[at] = &h.run.Sheets[i]
	}
	return all
}

// order are the places of the APIs in the run, in the order of the page.
func (h *htmlReport) order() []int {
	all := make([]int, len(h.run.Sheets))
	for i := range all {
		all[i] = i
	}
	slices.SortStableFunc(all, func(x, y int) int {
		a, b := &h.run.Sheets[x], &h.run.Sheets[y]
		return cmp.Or(verdictRank(a.Verdict)-verdictRank(b.Verdict), byWorst(h.causes[a], h.causes[b]))
	})
	return all
}

// verdicts are all verdicts, the worst first.
func verdicts() []probe.Verdict {
	return []probe.Verdict{probe.Deviates, probe.Blocked, probe.Inconclusive, probe.Conforms, probe.Skipped}
}

func verdictRank(v probe.Verdict) int {
	if i := slices.Index(verdicts(), v); i >= 0 {
		return i
	}
	return len(verdicts())
}

// htmlHead is what stands before the body.
type htmlHead struct {
	Title  string
	Policy string
}

func (h *htmlReport) head() {
	style, script := h.asset("report.css"), h.asset("report.js")
	policy := "default-src 'none'; img-src data:; style-src '" + sourceDigest(style) + "'; script-src '" + sourceDigest(script) +
		"'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types report"
	h.piece("head", htmlHead{Title: fit(inert(headline(h.run)), 200) + " - sheetprobe", Policy: policy})
	h.raw("<style>" + style + "</style>\n<script>" + script + "</script>\n")
}

// asset is a file of ours; it may stand in the page as it is.
func (h *htmlReport) asset(name string) string {
	text, err := htmlAssets.ReadFile("html/" + name)
	if err != nil && h.failed == nil {
		h.failed = err
	}
	return string(text)
}

func (h *htmlReport) raw(text string) {
	if h.failed == nil {
		_, h.failed = h.out.WriteString(text)
	}
}

// sourceDigest is a hash-source of the Content Security Policy, level 3.
func sourceDigest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// shown is a text that may stand in the page: on one line, of bounded length, and with nothing that acts or hides.
func shown(s string) string { return inertUpTo(s, 4*maxValue) }

// badge is a verdict as it is shown: a word, and a class for its colour and sign.
type badge struct{ Class, Word string }

func badgeOf(v probe.Verdict) badge {
	word, _ := verdictWord(v)
	if !slices.Contains(verdicts(), v) {
		return badge{Class: string(probe.Skipped), Word: orElse(shown(string(v)), word)}
	}
	return badge{Class: string(v), Word: word}
}

// link leads to another place of the page. The note stands behind it.
type link struct{ Href, Text, Note string }

func milliseconds(ms float64) string {
	switch {
	case ms >= 10_000:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms >= 100:
		return number(int(ms+0.5)) + " ms"
	}
	return fmt.Sprintf("%.1f ms", ms)
}
