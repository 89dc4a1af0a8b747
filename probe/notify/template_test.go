package notify_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/notify"
)

func TestTemplates(t *testing.T) {
	for name, test := range map[string]struct{ text, says string }{
		"the default":          {notify.DefaultTemplate, ""},
		"a line each":          {"{{.Title}}{{range .Groups}}{{range .Lines}}{{.API}} {{.Rule}}\n{{end}}{{end}}", ""},
		"conditions":           {`{{if and .Left (gt .Left 3)}}many{{else}}{{len .Groups}}{{end}}`, ""},
		"a misspelt field":     {"{{.Titel}}", "Titel"},
		"a field of no line":   {"{{range .Groups}}{{range .Lines}}{{.Secret}}{{end}}{{end}}", "Secret"},
		"not closed":           {"{{range .Groups}}", "unexpected EOF"},
		"no text":              {"", "writes nothing"},
		"nothing at last":      {"{{if .Test}}{{end}} ", "writes nothing"},
		"loops in loops":       {strings.Repeat("{{range .Groups}}{{range $.Groups}}", 2) + "x" + strings.Repeat("{{end}}{{end}}", 2), "loops stand within"},
		"a loop of a billion":  {"{{range 1000000000}}{{end}}", "range goes over"},
		"a wide number":        {`{{printf "%1000000d" 1}}`, "no function \"printf\""},
		"wide, hidden":         {`{{if (printf "%1000000d" 1)}}x{{end}}`, "no function"},
		"in a pipe":            {`{{.Title | html}}`, "no function"},
		"a call":               {`{{call .Title}}`, "no function"},
		"endless":              {`{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`, "no others"},
		"calls itself":         {`{{template "template"}}`, "no others"},
		"a block":              {`{{block "b" .}}{{end}}`, "no others"},
		"fails for some":       {`{{(index .Groups 0).Title}}`, "out of range"},
		"far too long":         {strings.Repeat("x", 20<<10), "longer than"},
		"longer than any text": {strings.Repeat("x", 10<<10), "too long"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := notify.ParseTemplate(test.text)
			if test.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.says)
		})
	}
}

func TestAMessageFitsIntoItsLimits(t *testing.T) {
	parsed, err := notify.ParseTemplate(notify.DefaultTemplate)
	require.NoError(t, err)
	var events []notify.Event
	for i := range 500 {
		e := notify.Event{Change: notify.New, At: time.Now(), Topic: notify.Topic{Key: strings.Repeat("k", i), Kind: notify.Finding, API: strings.Repeat("n", i+1), Message: strings.Repeat("ü", 1000)}}
		events = append(events, e)
	}
	for _, limits := range []notify.Limits{{Lines: 20, Runes: 200, Bytes: 3500}, {Lines: 20, Runes: 200, Bytes: 700}, {Lines: 1, Runes: 10, Bytes: 100}, {Lines: 0, Runes: 1, Bytes: 10}} {
		m := notify.Compose(notify.Delivery{ID: "d", Events: events}, "", limits, func(text string) string { return text })
		text, err := parsed.Write(m, limits)
		require.NoError(t, err)
		assert.LessOrEqual(t, len(text), limits.Bytes)
		assert.NotEmpty(t, text)
		assert.True(t, utf8.ValidString(text))
	}
}

func FuzzShorten(f *testing.F) {
	f.Add("a\r\nb\x00\u202e", 5)
	f.Add("", 0)
	f.Fuzz(func(t *testing.T, text string, most int) {
		got := notify.Shorten(text, most)
		assert.LessOrEqual(t, utf8.RuneCountInString(got), max(most, 1))
		for _, r := range got {
			assert.True(t, unicode.IsPrint(r), "%q", r)
		}
	})
}

func FuzzTemplate(f *testing.F) {
	f.Add(notify.DefaultTemplate)
	f.Add(`{{range $i, $g := .Groups}}{{$i}}{{with $g}}{{.Title}}{{end}}{{end}}{{break}}`)
	f.Add(`{{$x := .}}{{range $x.Groups}}{{len .Lines}}{{else}}-{{end}}`)
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := notify.ParseTemplate(text)
		if err != nil {
			return
		}
		got, err := parsed.Write(notify.Sample(), notify.DefaultLimits())
		require.NoError(t, err)
		assert.LessOrEqual(t, len(got), notify.DefaultLimits().Bytes)
	})
}
