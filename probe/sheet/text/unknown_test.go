package text_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
)

func TestReadUnknownLabels(t *testing.T) {
	for name, c := range map[string]struct{ extra, want string }{
		"a label":           {"Throttle class: gold\n", `labels that are not known: "Throttle class" (line 2); what they hold is not read`},
		"two labels":        {"Throttle class: gold\nSettlement window: T+1\n", `"Throttle class" (line 2), "Settlement window" (line 3)`},
		"a sentence":        {"Please note: the gateway drops every call that has no token, so get one first.\n", ""},
		"a known label":     {"Rate limit: 10 a minute\n", ""},
		"a key":             {"customer_ref: 12\n", ""},
		"a value of no use": {"Settlement window:\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			document := strings.Replace(checkPin, "Method:", c.extra+"Method:", 1)
			r := text.Format.Read(sheet.Input{Name: "a.txt", Data: []byte(document)})
			require.Len(t, r.Sheets, 1)
			assert.Equal(t, "Check PIN", r.Sheets[0].Name)
			if c.want == "" {
				assert.Empty(t, r.Sheets[0].Diagnostics)
				return
			}
			require.Len(t, r.Sheets[0].Diagnostics, 1)
			assert.Contains(t, r.Sheets[0].Diagnostics[0].Message, c.want)
		})
	}
}
