package report

import "strconv"

// caseOf writes one case: the line that is always shown, and what stands behind it.
func (m *markup) caseOf(v *htmlCase) {
	m.tag(`<details class="case `).text(v.Badge.Class).tag(`" id="`).text(v.ID).tag(`" data-v="`).text(v.Badge.Class).tag(`"`)
	m.within(` data-b="`, v.Blames, `"`).within(` data-s="`, v.Severities, `"`).within(` data-r="`, v.Rules, `"`)
	if v.Open {
		m.tag(` open`)
	}
	m.tag(`><summary>`).badge(v.Badge).tag(`<span class="what">`).text(v.What).tag(`<small>`).text(v.Name).tag(`</small></span><span class="marks">`)
	for _, mark := range v.Messages {
		m.tag(`<span class="level `).text(mark.Severity).tag(`">`).text(mark.Rule).tag(`</span>`)
	}
	m.within(`<small>`, v.MoreMarks, `</small>`).tag(`</span><span class="took">`).text(v.Status).within(` <small>`, v.Took, `</small>`)
	m.tag(`</span></summary><div class="in">`)
	m.compared(v)
	m.events(v)
	m.exchange(v)
	m.tag("\n" + `<p class="here"><a`).address(v.Href).tag(`>Link to this case</a></p></div></details>` + "\n")
}

// compared is what was sent and expected, and in which way it came otherwise.
func (m *markup) compared(v *htmlCase) {
	m.within(`<p class="reason">`, v.Reason, `</p>`).tag("\n").within(`<p class="changed"><b>What was changed</b> `, v.Mutation, `</p>`).tag("\n")
	if v.Base != nil && v.Request != nil {
		m.tag(`<div class="beside">`).pane(v.Base).pane(v.Request).tag(`</div>`)
	}
	m.tag("\n").within(`<p class="expect"><b>Expected</b> `, v.Expect, `</p>`).tag("\n")
	for _, pair := range v.Pairs {
		m.tag(`<p class="expect"><b>Meant to bring about</b> `).text(pair).tag(`</p>`)
	}
	m.tag("\n")
	for i := range v.Findings {
		m.finding(&v.Findings[i]).tag("\n")
	}
	m.tag("\n")
	if v.Answer == nil {
		return
	}
	m.tag(`<div class="beside">`)
	if v.Promise != nil {
		m.pane(v.Promise)
	}
	m.pane(v.Answer).tag(`</div>`)
}

// events are attempts, repeats, and what came behind the answer.
func (m *markup) events(v *htmlCase) {
	m.tag("\n")
	if len(v.Attempts) > 0 {
		m.tag(`<section class="part"><h4>Attempts</h4>`)
		for _, a := range v.Attempts {
			m.tag(`<p>`).text(a.Title).within(`: <code>`, a.Error, `</code>`).tag(`</p>`)
			if a.Diagnosis != nil {
				m.diagnosis(a.Diagnosis)
			}
		}
		m.tag(`</section>`)
	}
	m.tag("\n")
	if n := len(v.Repeats); n > 0 {
		m.tag(`<section class="part"><h4>Sent `).text(strconv.Itoa(n)).tag(` times</h4><ul class="plain">`)
		for _, again := range v.Repeats {
			m.tag(`<li>`).text(again.Text)
			if again.Answer != nil {
				m.pane(again.Answer)
			}
			m.tag(`</li>`)
		}
		m.tag(`</ul></section>`)
	}
	m.within(`<p class="soft">`, v.NotRepeated, `</p>`).tag("\n")
	if n := len(v.Polls); n > 0 {
		m.tag(`<section class="part"><h4>Asked `).text(strconv.Itoa(n)).tag(` times until the end</h4><ul class="plain">`)
		for _, asked := range v.Polls {
			m.tag(`<li>`).text(asked).tag(`</li>`)
		}
		m.tag(`</ul></section>`)
	}
	m.tag("\n")
	for _, call := range v.Callbacks {
		m.tag(`<section class="part"><h4>A call came in</h4><p>`).text(call.Title).tag(`</p>`).pane(call.Request).tag(`</section>`)
	}
}

// exchange is what helps to send the request again, and to find it in logs.
func (m *markup) exchange(v *htmlCase) {
	m.tag("\n").within(`<section class="part"><h4>Try it</h4><div class="copy"><pre><code>`, v.Curl, `</code></pre></div></section>`)
	m.within(`<p class="soft">`, v.CurlNote, `</p>`).tag("\n")
	alone := v.Request != nil && v.Base == nil
	if !alone && len(v.Headers)+len(v.Generated) == 0 && v.Timing+v.Peer+v.TraceID == "" {
		return
	}
	m.tag(`<details class="fold"><summary>More about the exchange</summary>` + "\n")
	if alone {
		m.pane(v.Request)
	}
	m.tag("\n"+`<dl class="rows">`).within(`<div><dt>time</dt><dd>`, v.Timing, `</dd></div>`).within(`<div><dt>answered by</dt><dd>`, v.Peer, `</dd></div>`)
	if v.TraceID != "" {
		m.tag(`<div><dt>trace id</dt><dd><code>`).text(v.TraceID).tag(`</code>, span <code>`).text(v.SpanID).tag(`</code>, for the API owner's logs</dd></div>`)
	}
	for _, g := range v.Generated {
		m.tag(`<div><dt><code>`).text(g.Written).tag(`</code></dt><dd>made: <code>`).text(g.Value).tag(`</code></dd></div>`)
	}
	for _, h := range v.Headers {
		m.tag(`<div><dt><code>`).text(h.Name).tag(`</code></dt><dd><code>`).text(h.Value).tag(`</code></dd></div>`)
	}
	m.tag(`</dl></details>`)
}
