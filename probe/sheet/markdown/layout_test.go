package markdown_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/markdown"
)

// Pages as people write them, and one thing that each of them says.
func TestLayouts(t *testing.T) {
	const call = "## Open\n\n**POST** `https://uat.a.test/x`\n\n"
	cases := []struct {
		name, page string
		say        func(*probe.Sheet) any
		want       any
	}{
		{"link by reference", "## Open\n\n**Method:** POST\n\n**URL:** [https://uat.a.test/x][x]\n\n**Success:** `{}`\n\n[x]: https://uat.a.test/x\n", url, "https://uat.a.test/x"},
		{"statuses over answers", call + "200:\n\n```\n{\"a\": 1}\n```\n\n404 Not Found\n\n```\n{\"a\": 2}\n```\n", statuses, []int{200, 404}},
		{"statuses beside labels", call + "**Request**\n\n```\n{\"b\": 1}\n```\n\n**Success**: HTTP 202\n\n```\n{\"a\": 1}\n```\n\n**Error**: HTTP 409\n\n```\n{\"a\": 2}\n```\n", statuses, []int{202, 409}},
		{"classes over answers", call + "### 2XX Response\n\n```\n{\"a\": 1}\n```\n\n### 4xx errors\n\n```\n{\"a\": 2}\n```\n", answers, [2]int{1, 1}},
		{"classes as columns", "| API | Method | URL | 2xx | 4xx | 5xx |\n|---|---|---|---|---|---|\n| Open | POST | https://uat.a.test/x | `{\"a\":1}` | `{\"b\":1}` | `{\"c\":1}` |\n", answers, [2]int{1, 2}},
		{"codes below an answer", call + "**Error**\n\n```\n{\"a\": 2}\n```\n\n| Code | Meaning |\n|---|---|\n| 200 | fine |\n| 4xx | yours |\n| 5xx | ours |\n", codes, []string{"200 fine", "4xx yours", "5xx ours"}},
		{"table of answers", call + "### Status\n\n| Status | Description | Body |\n|---|---|---|\n| 200 | opened | `{\"a\": 1}` |\n| 429 | too many | no body |\n", statuses, []int{200, 429}},
		{"codes of that table", call + "### Status\n\n| Status | Description | Body |\n|---|---|---|\n| 200 | opened | `{\"a\": 1}` |\n| 429 | too many | no body |\n", codes, []string{"200 opened", "429 too many"}},
		{"codes below a table of calls", "| API | Method | URL | Request | Success response |\n|---|---|---|---|---|\n| Open | POST | https://uat.a.test/x | `{\"a\":1}` | `{\"b\":1}` |\n\n### Error codes\n\n- A1 – stuck\n- A2 – gone\n", codes, []string{"A1 stuck", "A2 gone"}},
		{"headers of three columns", call + "**Headers**\n\n| Key | Value | Mandatory |\n|---|---|---|\n| X-Client | `<client>` | Y |\n\n**Success:** `{}`\n", headers, []string{"X-Client: <client>"}},
		{"status after a request", call + "**Request**\n\n```\n{\"b\": 1}\n```\n\n200 OK\n\n```\n{\"a\": 1}\n```\n\n409 Conflict\n\n```\n{\"a\": 2}\n```\n", statuses, []int{200, 409}},
		{"a description is no name", "## Open door\n\nOpens a door for a guest\n\n**Method:** POST\n\n**URL:** https://uat.a.test/x\n\n**Success:** `{}`\n", name, "Open door"},
		{"name behind the call", "## POST https://uat.a.test/x – Open\n\n**Success:** `{}`\n", name, "Open"},
		{"name from afar", "## Open\n\nOpens it.\n\nAt any time.\n\nOnce.\n\n```\ncurl -X POST https://uat.a.test/x -d '{}'\n```\n\n**Response 200**\n\n```\n{}\n```\n", name, "Open"},
		{"program beside the call", call + "```python\nimport requests\nrequests.post(\"https://uat.b.test/y\", json={\"b\": 1})\n```\n\n**Success:** `{}`\n", url, "https://uat.a.test/x"},
		{"host in a field of its own", "Base URL: https://uat.a.test\n\n## Open\n\n```http\nPOST /x/{id} HTTP/1.1\nAccept: application/json\n\n{}\n```\n\n**Success:** `{}`\n", url, "https://uat.a.test/x/{id}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := markdown.Format.Read(sheet.Input{Name: "page.md", Data: []byte(c.page)})
			require.NotEmpty(t, r.Sheets)
			assert.Equal(t, c.want, c.say(r.Sheets[0]))
		})
	}
}

// Titles that are underlined are plain text; with inline code below them they are Markdown.
func TestDetectsUnderlinedTitles(t *testing.T) {
	const page = "Open\n====\n\n`POST /x`\n\nResponse\n--------\n\n    {}\n"
	assert.Positive(t, markdown.Format.Detect(sheet.Input{Name: "page", Data: []byte(page)}))
}

func url(s *probe.Sheet) any  { return s.URL }
func name(s *probe.Sheet) any { return s.Name }

func answers(s *probe.Sheet) any { return [2]int{len(s.Success), len(s.Errors)} }

func statuses(s *probe.Sheet) any {
	var all []int
	for _, rs := range [][]probe.Response{s.Success, s.Errors} {
		for _, r := range rs {
			if r.HTTPStatus != nil {
				all = append(all, *r.HTTPStatus)
			}
		}
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

func codes(s *probe.Sheet) any {
	var all []string
	for _, c := range s.StatusCodes {
		all = append(all, c.Code+" "+c.Message)
	}
	return all
}
