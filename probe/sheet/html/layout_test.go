package html_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/html"
)

// What only style sheets set apart.
func TestLayouts(t *testing.T) {
	const answer = `<h4>Success response</h4><pre>{"a": 1}</pre>`
	cases := []struct {
		name, page string
		say        func(*probe.Sheet) any
		want       any
	}{
		{"labels in spans", `<div><span>Method</span><span>POST</span></div><div><span>URL</span><span>https://uat.a.test/x</span></div>` + answer, call, "POST https://uat.a.test/x"},
		{"labels in bold", `<p><b>API Name</b> <span>Open</span></p><p><b>Endpoint</b> <code>POST https://uat.a.test/x</code></p>` + answer, name, "Open"},
		{"words in spans stay words", `<p>Method: POST</p><p>URL: <span>https://uat.a.test/</span><span>{id}</span></p>` + answer, call, "POST https://uat.a.test/{id}"},
		{"badge above", `<h1>Open</h1><div class="m">post</div><pre>https://uat.a.test/x</pre>` + answer, call, "POST https://uat.a.test/x"},
		{"summary", `<p>Base URL: https://uat.a.test</p><details><summary>POST /x</summary>` + answer + `</details><details><summary>GET /y</summary>` + answer + `</details>`, call, "POST https://uat.a.test/x"},
		{"line numbers", `<p>Method: POST</p><p>URL: https://uat.a.test/x</p><p>Success</p><div>1 2 3</div><pre>{“a”: True}</pre>`, answers, 1},
		{"call in a button", `<p>Base URL: https://uat.a.test</p><div><button class="s"><span>PUT</span><span>/x</span></button><button>Copy</button></div>` + answer, call, "PUT https://uat.a.test/x"},
		{"summary beside a call", `<p>Base URL: https://uat.a.test</p><div><span>PUT</span><span>/x</span><div class="opblock-summary-description">Open</div></div>` + answer, name, "Open"},
		{"answers with their meaning in one cell", `<p>Method: POST</p><p>URL: https://uat.a.test/x</p><h4>Responses</h4><table><tr><td>Code</td><td>Description</td></tr><tr><td>200</td><td><p>done</p><pre>{"a": 1}</pre></td></tr>` +
			`<tr><td>404</td><td><p>gone</p></td></tr></table>`, codes, []string{"200 done", "404 gone"}},
		{"test data in a table of its own", `<table><tr><td>API Name</td><td>Open</td></tr><tr><td>Method</td><td>POST</td></tr><tr><td>URL</td><td>https://uat.a.test/x</td></tr><tr><td>Request</td><td>{"a": 1}</td></tr>` +
			`<tr><td>Success</td><td>{"b": 1}</td></tr></table><h2>Test data</h2><table><tr><th>a</th><th>Result</th></tr><tr><td>2</td><td>success</td></tr><tr><td>3</td><td>success</td></tr></table>`, tests, 2},
		{"indented by blanks", described("&nbsp;&nbsp;"), body, `{"who": {"name": "Li"}, "n": 1}`},
		{"indented by its style", described(`<span style="color: red; padding-left: 1.5em">`), body, `{"who": {"name": "Li"}, "n": 1}`},
		{"a section is no name", `<h1>Open</h1><h2>Request details</h2><table><tr><td>URL</td><td>https://uat.a.test/x</td></tr><tr><td>Method</td><td>POST</td></tr><tr><td>Body</td><td>{"a": 1}</td></tr>` +
			`<tr><td>Success</td><td>{"b": 1}</td></tr></table>`, name, "Open"},
		{"method in an attribute", `<h1>Open</h1><pre data-type="put"><code>https://uat.a.test/x</code></pre>` + answer, call, "PUT https://uat.a.test/x"},
		{"badge beside a name", `<p>Method: POST</p><p>URL: https://uat.a.test/x</p><h4>Parameter</h4><table><tr><th>Field</th><th>Type</th><th>Description</th></tr><tr><td>n <span>optional</span></td><td>Number</td><td>how many</td></tr></table>` + answer,
			func(s *probe.Sheet) any { return s.Request.Fields[0].Name }, "n"},
		{"table of answers in a cell", `<table><tr><td>Method</td><td>POST</td></tr><tr><td>URL</td><td>https://uat.a.test/x</td></tr><tr><td>Responses</td><td><table><tr><th>Code</th><th>Description</th><th>Body</th></tr>` +
			`<tr><td>201</td><td>opened</td><td>{"a": 1}</td></tr><tr><td>409</td><td>open already</td><td>{"b": 1}</td></tr></table></td></tr></table>`, codes, []string{"201 opened", "409 open already"}},
		{"badges in a row are words", `<h1><b>Open</b><b>door</b></h1><p>Method: POST</p><p>URL: https://uat.a.test/x</p>` + answer, name, "Open door"},
		{"the call once more", `<h1>Open</h1><pre>curl -X POST "https://uat.a.test/x" -d '{"b":1}'</pre>` + answer + `<h3>HTTP Request</h3><p><code>POST https://uat.a.test/x</code></p>` +
			`<h1>Errors</h1><table><tr><th>Error Code</th><th>Meaning</th></tr><tr><td>400</td><td>malformed</td></tr></table>`, codes, []string{"400 malformed"}},
		{"program beside curl", `<h2>Open</h2><pre>curl -X POST https://uat.a.test/x -d '{"b":1}'</pre><pre>import requests
requests.post("https://uat.a.test/x", json={"b": 2})</pre>` + answer, body, `{"b":1}`},
		{"placeholder in a row of three", `<p>Method: POST</p><p>URL: https://uat.a.test/x</p><p>Headers</p><table><tr><th>Key</th><th>Value</th><th>Required</th></tr><tr><td>X-Sign</td><td>{sign}</td><td>Yes</td></tr></table>` + answer, headers, []string{"X-Sign: {sign}"}},
		{"type is no value", `<p>Method: POST</p><p>URL: https://uat.a.test/x</p><p>Headers</p><table><tr><th>Name</th><th>Type</th><th>Description</th></tr><tr><td>X-Sign</td><td>String</td><td>{sign}</td></tr></table>` + answer, headers, []string{"X-Sign: {sign}"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := html.Format.Read(sheet.Input{Name: "page.html", Data: []byte("<html><body>" + c.page + "</body></html>")})
			require.NotEmpty(t, r.Sheets)
			assert.Equal(t, c.want, c.say(r.Sheets[0]))
		})
	}
}

// described is a call with a table of parameters, of which one is indented.
func described(indent string) string {
	return `<p>Method: POST</p><p>URL: https://uat.a.test/x</p><h4>Request</h4><table><tr><th>Name</th><th>Type</th><th>Mandatory</th><th>Example</th></tr><tr><td>who</td><td>Object</td><td>N</td><td></td></tr><tr><td>` +
		indent + `name</td><td>String</td><td>Y</td><td>Li</td></tr><tr><td>n</td><td>Integer</td><td>Y</td><td>1</td></tr></table><h4>Success response</h4><pre>{"a": 1}</pre>`
}

func call(s *probe.Sheet) any    { return s.Method + " " + s.URL }
func name(s *probe.Sheet) any    { return s.Name }
func tests(s *probe.Sheet) any   { return len(s.TestData) }
func answers(s *probe.Sheet) any { return len(s.Success) }
func body(s *probe.Sheet) any    { return s.Request.Raw }
func codes(s *probe.Sheet) any {
	var all []string
	for _, c := range s.StatusCodes {
		all = append(all, c.Code+" "+c.Message)
	}
	return all
}

func headers(s *probe.Sheet) any {
	var all []string
	for _, h := range s.Headers {
		all = append(all, h.Name+": "+h.Value)
	}
	return all
}
