package html_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/html"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestReadHostile(t *testing.T) {
	cases := []struct{ name, data, want string }{
		{"empty page", "<html><body></body></html>", "no text"},
		{"a page for a script", `<!doctype html><html><body><div id="root"></div><script>render()</script></body></html>`, "no text"},
		{"no sheet", "<html><body><p>See you on Monday.</p></body></html>", "no sheet was found"},
		{"only navigation", "<html><nav><a>Method</a></nav></html>", "no sheet was found"},
		{"cut off in a tag", "<html><body><p>Method: POST</p><div class=\"", "no sheet was found"},
		{"deep", "<html>" + strings.Repeat("<div>", 50000) + "x", "no sheet was found"},
		{"deep tables", "<html>" + strings.Repeat("<table><tr><td>", 20000) + "x", "no sheet was found"},
		{"deep lists", "<html>" + strings.Repeat("<ul><li>x", 20000), "no sheet was found"},
		{"too many paragraphs", "<html>" + strings.Repeat("<p>x", 250001), "250001 paragraphs"},
		{"wide spans", "<html><table>" + strings.Repeat("<tr><td colspan=99999999 rowspan=99999999>x", 4000) + "</table>", "no sheet was found"},
		{"many attributes", "<html><p " + strings.Repeat("a=b ", 100000) + ">x</p>", "no sheet was found"},
		{"entity bait", "<html><p>" + strings.Repeat("&", 100000) + "</p>", "no sheet was found"},
		{"one long line", "<html><p>" + strings.Repeat("word ", 200000) + "</p>", "no sheet was found"},
		{"comments that do not end", "<html>" + strings.Repeat("<!-- ", 50000), "no text"},
		{"entity declarations", `<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><html><p>&b;</p></html>`, "no sheet was found"},
		{"too large", "<html>" + strings.Repeat("x", sheet.MaxBytes), "at most"},
		{"a text of more than a megabyte", "<html><pre>" + strings.Repeat("x", 1<<20+1), "at most 1048576 are read"},
		{"a tag of eight megabytes", "<html><p " + strings.Repeat("a=b ", 2<<20) + ">x</p>", "at most 1048576 are read"},
		{"web archive", "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\n<html>", "web archive (MHTML)"},
		{"web archive of a browser", "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://wiki.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n", "web archive (MHTML)"},
		{"web archive of Safari", "bplist00\xd1\x01\x02_\x10\x0fWebMainResource", "web archive of Safari"},
		{"control characters", "<html>" + strings.Repeat("\x01\x02", 500), "control characters"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := sheet.Input{Name: "x.html", Data: []byte(c.data)}
			assert.Greater(t, html.Format.Detect(in), 50)
			r := html.Format.Read(in)
			require.Empty(t, r.Sheets)
			require.Len(t, r.Diagnostics, 1)
			d := r.Diagnostics[0]
			assert.Equal(t, "sheet.unreadable", d.Rule)
			assert.Equal(t, source.Error, d.Severity)
			assert.Contains(t, d.Message, c.want)
			assert.NotEmpty(t, d.Hint)
			assert.NotEmpty(t, r.Document.SHA256)
		})
	}
}

func TestDetect(t *testing.T) {
	for _, data := range []string{
		"<!DOCTYPE html>", "  \n<html>", "\uFEFF<!-- saved from url --><HTML lang=en>", `<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html>`,
		"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00",
	} {
		assert.Greater(t, html.Format.Detect(sheet.Input{Data: []byte(data)}), 80, data)
	}
	for _, data := range []string{"", "Method: POST", "<", "<>", "<xml>", "<Request><a/></Request>", "<<token>>", "# Title\n<br>", "{\"a\": \"<html>\"}", "<!--", "<?xml", "\x00\x01<html>", "PK\x03\x04<html>"} {
		assert.Zero(t, html.Format.Detect(sheet.Input{Data: []byte(data)}), data)
	}
}

// TestLeavesOut reads pages in which the end of what is left out is not marked, or holds more of its kind.
func TestLeavesOut(t *testing.T) {
	const sheetLines = "<p>Method: POST<p>URL: https://h.example/a<p>Response: {\"a\": 1}"
	for name, page := range map[string]string{
		"head without end":       "<html><head><title>Method: GET</title><meta charset=utf-8><body>" + sheetLines,
		"columns without end":    "<html><table><colgroup><col><tr><td>Method<td>POST<tr><td>URL<td>https://h.example/a<tr><td>Response<td>{\"a\": 1}</table>",
		"hidden paragraph":       "<html><p hidden>Method: GET" + sheetLines,
		"hidden item":            "<html><ul><li style='display: none'>Method: GET<ul><li>Method: PUT</ul><li>Method: POST<li>URL: https://h.example/a<li>Response: {\"a\": 1}</ul>",
		"hidden item at the end": "<html><ul><li hidden>Method: GET</ul>" + sheetLines,
		"hidden row":             "<html><table><tr hidden><td>Method<td>GET<tr><td>Method<td>POST<tr><td>URL<td>https://h.example/a<tr><td>Response<td>{\"a\": 1}</table>",
		"head of the page":       "<html><header><p>Method: GET</p><h1>Add</h1><p>Method: PUT</p></header>" + sheetLines,
		"navigation in another":  "<html><nav><nav>Method: GET</nav>Method: PUT</nav>" + sheetLines,
	} {
		t.Run(name, func(t *testing.T) {
			r := html.Format.Read(sheet.Input{Data: []byte(page)})
			require.Len(t, r.Sheets, 1)
			assert.Equal(t, "POST", r.Sheets[0].Method)
			assert.Equal(t, "https://h.example/a", r.Sheets[0].URL)
			assert.Len(t, r.Sheets[0].Success, 1)
		})
	}
}

// TestPlaces reads the places in the source back: each must show what it is said to be.
func TestPlaces(t *testing.T) {
	page := "<html><body>\n<p>Method:&nbsp;<b>POST</b></p>\n<table><tr><td>URL</td>\n  <td> https://h.example/a?b=1&amp;c=2 </td></tr>\n<tr><td>Response</td><td><pre>\n{\"code\":\n \"S1\"}</pre></td></tr></table></body></html>"
	r := html.Format.Read(sheet.Input{Name: "x.html", Data: []byte(page)})
	require.Len(t, r.Sheets, 1)
	s := r.Sheets[0]
	assert.Equal(t, "https://h.example/a?b=1&c=2", s.URL)
	shown := func(at source.Span) string {
		line := []rune(r.Document.Line(at.Pos))
		return string(line[at.Column-1 : min(len(line), at.Column-1+at.Length)])
	}
	assert.Equal(t, "POST", shown(s.At.Of("method")))
	assert.Equal(t, "https://h.example/a?b=1&amp;c=2", shown(s.At.Of("url")))
	assert.Equal(t, 4, s.At.Of("url").Line)
	require.Len(t, s.Success, 1)
	assert.Equal(t, `{"code":`, shown(s.Success[0].At))
	assert.Equal(t, `"S1"`, shown(s.Success[0].Body.Value.Get("code").At()))
}

func FuzzRead(f *testing.F) {
	suite(f).Fuzz(f, nil, "<table><dl><dt>a<table></td><caption>b<dd></table></dl><pre><![CDATA[x]]></pre><header><h1>a</header><div hidden><div>")
}
