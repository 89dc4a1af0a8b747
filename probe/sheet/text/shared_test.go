package text_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// What a document says once is true of all its sheets.
func TestSharedOfAllSheets(t *testing.T) {
	const apis = "## Open\n\nPOST /doors\n\nSuccess: {\"a\": 1}\n\n## Close\n\nPOST /doors/close\n\nSuccess: {\"b\": 1}\n"
	cases := []struct {
		name, document string
		say            func(*probe.Sheet) any
		want           []any
	}{
		{"base in a sentence", "# Doors\n\nAll calls go to https://uat.door.test/v1.\n\n" + apis, url, []any{"https://uat.door.test/v1/doors", "https://uat.door.test/v1/doors/close"}},
		{"staging wins", "# Doors\n\nProduction: https://door.test\n\nStaging: https://stg.door.test\n\n" + apis, url, []any{"https://stg.door.test/doors", "https://stg.door.test/doors/close"}},
		{"base below", apis + "\n## About\n\nThe servers are reachable at https://uat.door.test.\n", url, []any{"https://uat.door.test/doors", "https://uat.door.test/doors/close"}},
		{"a link is no base", "# Doors\n\nSee the documentation at https://docs.door.test/x.\n\n" + apis, url, []any{"/doors", "/doors/close"}},
		{"partner code", "# Doors\n\nBase URL: https://uat.door.test\nPartner code: D7\n\n" + apis, func(s *probe.Sheet) any { return s.PartnerCode }, []any{"D7", "D7"}},
		{"title", "# Doors\n\nBase URL: https://uat.door.test\nPartner code: D7\n\n" + apis, func(s *probe.Sheet) any { return s.Name }, []any{"Open", "Close"}},
		{"codes of all", apis + "\n## Result codes\n\n- D1: stuck\n", codes, []any{1, 1}},
		{"same as above, as a sentence", strings.Replace(apis, "Success: {\"b\": 1}", "Success:\n\nSame as above.", 1), func(s *probe.Sheet) any { return len(s.Success) }, []any{1, 1}},
		{"a header in a sentence", "# Doors\n\nSend `X-Key: <key>` with every request.\n\n" + apis, headers, []any{"X-Key: <key>", "X-Key: <key>"}},
		{"a header in a section", "# Doors\n\n## Authentication\n\nPass what you got as Authorization: Bearer <token>.\n\n" + apis, headers, []any{"Authorization: Bearer <token>", "Authorization: Bearer <token>"}},
		{"a header of one", apis + "\n### Authentication\n\nSend X-Key: <key>.\n", headers, []any{"", "X-Key: <key>"}},
		{"a note is no header", "# Doors\n\nNote: every request counts.\n\n" + apis, headers, []any{"", ""}},
		{"codes of the last", apis + "\n### Result codes\n\n- D1: stuck\n", codes, []any{0, 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := text.ReadDocument(source.NewDocument("doors.txt", []byte(c.document), c.document))
			require.Len(t, r.Sheets, len(c.want))
			for i, s := range r.Sheets {
				assert.Equal(t, c.want[i], c.say(s))
			}
		})
	}
}

func url(s *probe.Sheet) any { return s.URL }
func headers(s *probe.Sheet) any {
	var all []string
	for _, h := range s.Headers {
		all = append(all, h.Name+": "+h.Value)
	}
	return strings.Join(all, "\n")
}

func codes(s *probe.Sheet) any { return len(s.StatusCodes) }
