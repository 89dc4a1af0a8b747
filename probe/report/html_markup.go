package report

import (
	"html/template"
	"strconv"
	"strings"
)

// markup writes what a page has most of, its cases: a template would look each of its parts up by reflection, which took most of the time of a page.
// What is markup has a type of its own that only constants of this room become, so that a text of strangers cannot be passed for it.
type markup struct {
	out    []byte
	pieces *template.Template // for addresses that are unusual
}

// tag is markup of ours.
type tag string

func (m *markup) tag(t tag) *markup {
	m.out = append(m.out, t...)
	return m
}

// text writes a text that may stand between tags, or in the quotes of an attribute that is no address: escaped as html/template does.
func (m *markup) text(s string) *markup {
	from := 0
	for i := range len(s) {
		if escaped := escapes[s[i]]; escaped != "" {
			m.out = append(append(m.out, s[from:i]...), escaped...)
			from = i + 1
		}
	}
	m.out = append(m.out, s[from:]...)
	return m
}

// escapes are the bytes that do not stand for themselves.
var escapes = [256]string{0: "\uFFFD", '"': "&#34;", '&': "&amp;", '\'': "&#39;", '+': "&#43;", '<': "&lt;", '>': "&gt;"}

// within writes a text between two tags, and nothing where there is none.
func (m *markup) within(before tag, s string, after tag) *markup {
	if s == "" {
		return m
	}
	return m.tag(before).text(s).tag(after)
}

// address writes where a link leads to, with the attribute.
func (m *markup) address(href string) *markup {
	if strings.Trim(href, plainAddress) == "" {
		return m.tag(` href="`).text(href).tag(`"`)
	}
	var b strings.Builder
	if err := m.pieces.ExecuteTemplate(&b, "address", href); err != nil { // of a constant template and a text: it has nothing to fail for
		return m
	}
	m.out = append(m.out, strings.TrimSuffix(strings.TrimPrefix(b.String(), "<a"), "></a>")...)
	return m
}

// plainAddress are characters that need no escaping in a fragment.
const plainAddress = "#/-._~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

func (m *markup) badge(b badge) *markup {
	return m.tag(`<span class="badge `).text(b.Class).tag(`">`).text(b.Word).tag(`</span>`)
}

func (m *markup) chunks(all []chunk) *markup {
	for i := range all {
		switch c := &all[i]; c.Kind {
		case "":
			m.tag(`<code>`).text(c.Text).tag(`</code>`)
		case "fold":
			m.tag(`<code class="left-out">`).text(c.Text).tag(`</code>`)
		default:
			m.tag(`<mark class="`).text(c.Kind).tag(`">`).text(c.Text)
			for _, word := range c.Tags {
				m.tag(` <b>`).text(word).tag(`</b>`)
			}
			m.tag(`</mark>`)
		}
	}
	return m
}

func (m *markup) pane(p *pane) *markup {
	m.tag(`<figure class="pane"><figcaption>`).text(p.Title).within(` <code>`, p.Place, `</code>`).tag(`</figcaption>`)
	if len(p.Lead)+len(p.Chunks) > 0 {
		m.tag(`<pre>`)
		if len(p.Lead) > 0 {
			m.tag(`<span class="lead">`).chunks(p.Lead).tag(`</span>`)
		}
		m.chunks(p.Chunks).tag(`</pre>`)
	}
	if len(p.Chunks) == 0 {
		m.within(`<p class="soft">`, p.Empty, `</p>`)
	}
	return m.within(`<p class="soft">`, p.Note, `</p>`).tag(`</figure>`)
}

func (m *markup) diagnosis(d *htmlDiagnosis) {
	m.tag(`<div class="diagnosis">`)
	if d.Means != "" {
		m.tag(`<p>`).text(d.Means).within(` <code>`, d.Cause, `</code>`).tag(`</p>`)
	}
	m.tag("\n")
	if len(d.Facts) > 0 {
		m.tag(`<dl class="facts">`)
		for _, f := range d.Facts {
			m.tag(`<div><dt>`).text(f.Name).tag(`</dt><dd>`).text(f.Value).tag(`</dd></div>`)
		}
		m.tag(`</dl>`)
	}
	m.tag("\n").within(`<details class="fold"><summary>A text that can be sent as it is</summary><div class="copy"><pre><code>`, d.Letter, `</code></pre></div></details>`).tag(`</div>`)
}

func (m *markup) finding(f *htmlFinding) *markup {
	m.tag(`<article class="finding `).text(f.Severity).tag(`"><h4><span class="n">`).text(strconv.Itoa(f.N)).tag(`</span> `).text(f.Message).tag("</h4>\n")
	m.tag(`<p class="by"><span class="level `).text(f.Severity).tag(`">`).text(f.Severity).tag(`</span> <a class="rule"`).address(f.RuleHref).tag(`>`).text(f.Rule).tag(`</a> `)
	m.within(`<span class="soft">`, f.Meaning, `</span>`).tag("</p>\n" + `<dl class="rows">`)
	m.within(`<div><dt>at</dt><dd><code>`, f.Pointer, `</code></dd></div>`).within(`<div><dt>how often</dt><dd>`, f.More, `</dd></div>`)
	if f.Documented != "" || f.Place != "" {
		m.tag(`<div><dt>documented</dt><dd>`).text(f.Documented).within(` <code>`, f.Place, `</code>`).tag(`</dd></div>`)
	}
	m.within(`<div><dt>came</dt><dd>`, f.Came, `</dd></div>`).within(`<div><dt>why</dt><dd>`, f.Why, `</dd></div>`)
	m.within(`<div><dt>who acts</dt><dd>`, f.Who, `</dd></div>`).within(`<div><dt>next step</dt><dd>`, f.Fix, `</dd></div>`)
	return m.tag(`</dl></article>`)
}
