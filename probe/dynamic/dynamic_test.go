package dynamic_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/dynamic"
)

func clock() time.Time {
	return time.Date(2024, 1, 31, 23, 30, 15, 250_000_000, time.FixedZone("IST", 5*3600+1800))
}

func expand(t *testing.T, text string) string {
	t.Helper()
	out, _, err := dynamic.Expand(text, dynamic.NewSource(7, clock))
	require.NoError(t, err)
	return out
}

func TestTimesComeFromTheClock(t *testing.T) {
	for written, want := range map[string]string{
		"{{$timestamp}}":          "1706724015",
		"{{$timestamp+10s}}":      "1706724025",
		"{{$timestamp - 5m}}":     "1706723715",
		"{{$timestampMillis}}":    "1706724015250",
		"{{$isoTimestamp}}":       "2024-01-31T18:00:15.250Z",
		"{{$isoTimestamp+1h}}":    "2024-01-31T19:00:15.250Z",
		"{{$date}}":               "2024-01-31",
		"{{ $date }}":             "2024-01-31",
		"{{$date+1d}}":            "2024-02-01",
		"{{$date-31d}}":           "2023-12-31",
		"{{$date+2w}}":            "2024-02-14",
		"{{$date+1mo}}":           "2024-02-29",
		"{{$date-2mo}}":           "2023-11-30",
		"{{$date+1y}}":            "2025-01-31",
		"{{$date+7975y}}":         "9999-01-31",
		"{{$timestamp+1000000h}}": "5306724015",
	} {
		assert.Equal(t, want, expand(t, written), written)
	}
}

func TestValuesHaveTheirForms(t *testing.T) {
	for written, form := range map[string]string{
		"{{$uuid}}":                   `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`,
		"{{$randomInt}}":              `[0-9]{1,3}|1000`,
		"{{$randomInt(1,100)}}":       `[1-9][0-9]?|100`,
		"{{$randomInt( -5 , -3 )}}":   `-[345]`,
		"{{$randomInt(7,7)}}":         `7`,
		"{{$randomDigits(10)}}":       `[1-9][0-9]{9}`,
		"{{$randomDigits(1)}}":        `[1-9]`,
		"{{$firstName}}":              `[A-Z][a-z]+`,
		"{{$lastName}}":               `[A-Z][a-z]+`,
		"{{$fullName}}":               `[A-Z][a-z]+ [A-Z][a-z]+`,
		"{{$email}}":                  `[a-z]+\.[a-z]+\.[0-9]{6}@example\.test`,
		"{{$phone}}":                  `447700900[0-9]{3}`,
		"{{$city}}":                   `[A-Z][a-z]+`,
		"{{$counter}}-{{$counter}}":   `1-2`,
		"a {{$uuid}} b {token} {{x}}": `a [0-9a-f-]{36} b \{token\} \{\{x\}\}`,
		"{{$randomInt(-9223372036854775808,9223372036854775807)}}": `-?[0-9]+`,
	} {
		re := regexp.MustCompile(`^(?:` + form + `)$`)
		s := dynamic.NewSource(1, clock)
		for range 50 {
			out, _, err := dynamic.Expand(written, s.For("fresh"))
			require.NoError(t, err)
			if !strings.Contains(written, "counter") {
				require.Regexp(t, re, out)
			}
		}
		assert.Regexp(t, re, expand(t, written))
	}
}

func TestAllOfARangeIsDrawn(t *testing.T) {
	s, seen := dynamic.NewSource(3, clock), map[string]bool{}
	for range 500 {
		out, _, err := dynamic.Expand("{{$randomInt(1,6)}}", s)
		require.NoError(t, err)
		seen[out] = true
	}
	assert.Len(t, seen, 6)
}

func TestUsedTellsWhatWasPutWhere(t *testing.T) {
	out, used, err := dynamic.Expand(`{"id":{{$randomInt(1,9)}},"at":"{{ $timestamp }}","name":"<<name>>"}`, dynamic.NewSource(7, clock))
	require.NoError(t, err)
	require.Len(t, used, 2)
	assert.Equal(t, dynamic.Value{Name: "randomInt", Written: "{{$randomInt(1,9)}}", Value: used[0].Value}, used[0])
	assert.Equal(t, dynamic.Value{Name: "timestamp", Written: "{{ $timestamp }}", Value: "1706724015"}, used[1])
	assert.Equal(t, fmt.Sprintf(`{"id":%s,"at":"1706724015","name":"<<name>>"}`, used[0].Value), out)
}

func TestTextsWithoutDynamicValuesStayAsTheyAre(t *testing.T) {
	for _, text := range []string{"", "{{token}}", "$uuid", "${uuid}", "{$uuid}", "{{ }}", "{{", "{{   ", `{"a":{"b":{}}}`, "{{{", "price: $5"} {
		out, used, err := dynamic.Expand(text, dynamic.NewSource(7, clock))
		require.NoError(t, err)
		assert.Equal(t, text, out)
		assert.Empty(t, used)
	}
}

func TestTheSeedDecides(t *testing.T) {
	const text = "{{$uuid}} {{$email}} {{$randomDigits(20)}}"
	assert.Equal(t, expand(t, text), expand(t, text))
	other, _, err := dynamic.Expand(text, dynamic.NewSource(8, clock))
	require.NoError(t, err)
	assert.NotEqual(t, expand(t, text), other)
	assert.NotEqual(t, expand(t, "{{$uuid}}"), expand(t, "{{$uuid}}{{$uuid}}")[36:], "each draws its own")
}

// TestSourcesForLabelsDoNotMindTheOrder is what lets a plan show the values that a concurrent run sends.
func TestSourcesForLabelsDoNotMindTheOrder(t *testing.T) {
	draw := func(s *dynamic.Source, label string) string {
		out, _, err := dynamic.Expand("{{$uuid}}", s.For(label))
		require.NoError(t, err)
		return out
	}
	s, again := dynamic.NewSource(7, clock), dynamic.NewSource(7, clock)
	a, b := draw(s, "a"), draw(s, "b")
	assert.NotEqual(t, a, b)
	assert.Equal(t, b, draw(again, "b"))
	assert.Equal(t, a, draw(again, "a"))
	counted, _, err := dynamic.Expand("{{$counter}}", s.For("a"))
	require.NoError(t, err)
	next, _, err := dynamic.Expand("{{$counter}}", s.For("b"))
	require.NoError(t, err)
	assert.Equal(t, "1 2", counted+" "+next, "they count on with one counter")
}

func TestASourceServesSeveralAtOnce(t *testing.T) {
	s := dynamic.NewSource(7, clock)
	var wait sync.WaitGroup
	values := make([]string, 64)
	for i := range values {
		wait.Go(func() { values[i], _, _ = dynamic.Expand("{{$counter}} {{$uuid}}", s) })
	}
	wait.Wait()
	seen := map[string]bool{}
	for _, v := range values {
		assert.False(t, seen[v])
		seen[v] = true
	}
}

func TestErrorsSayWhatToWrite(t *testing.T) {
	cases := []struct{ name, text, msg, next string }{
		{"unknown", "{{$index}}", `there is no dynamic value "$index"`, "there are $uuid, $timestamp-5m"},
		{"near miss", "{{$firstname}}", `there is no dynamic value "$firstname"`, `did you mean "$firstName"?`},
		{"no name", "{{$}}", `there is no dynamic value "$"`, "there are $uuid"},
		{"never closed", "{{$uuid}", "never closed", "write {{$uuid}}"},
		{"closed on another line", "{{$uuid\n}}", "never closed", "write {{$uuid}}"},
		{"arguments left out", "{{$randomDigits}}", "needs to know more", "{{$randomDigits(10)}}"},
		{"too few arguments", "{{$randomInt(1)}}", `"(1)" are not the arguments`, "{{$randomInt(1,100)}}"},
		{"arguments never closed", "{{$randomInt(1,2}}", "are not the arguments", "{{$randomInt(1,100)}}"},
		{"no number", "{{$randomInt(a,2)}}", `"a" is no whole number`, "{{$randomInt(1,100)}}"},
		{"number too large", "{{$randomInt(1,9223372036854775808)}}", "is no whole number", "{{$randomInt(1,100)}}"},
		{"backwards", "{{$randomInt(9,1)}}", "9 is more than 1", "smaller number first"},
		{"no digits", "{{$randomDigits(0)}}", "0 digits", "1 to 100"},
		{"many digits", "{{$randomDigits(101)}}", "101 digits", "1 to 100"},
		{"arguments of none", "{{$uuid(4)}}", `"(4)" cannot stand behind $uuid`, "{{$uuid}}"},
		{"offset of no time", "{{$uuid+1d}}", `"+1d" cannot stand behind $uuid`, "{{$uuid}}"},
		{"no unit", "{{$date+1}}", `"+1" is no offset`, "s, m, h, d, w, mo or y"},
		{"no number in the offset", "{{$date+d}}", `"+d" is no offset`, "{{$date+1d}}"},
		{"a date in minutes", "{{$date+1m}}", `does not count in "m"`, "mo are months"},
		{"far away", "{{$date+999999999d}}", "too far away", "smaller"},
		{"far beyond numbers", "{{$date+99999999999999999999d}}", "too far away", "smaller"},
		{"beyond the calendar", "{{$date+7976y}}", "beyond the years", "smaller"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			out, used, err := dynamic.Expand("héad\nü {{$uuid}} "+c.text+" tail", dynamic.NewSource(7, clock))
			var e *dynamic.Error
			require.ErrorAs(t, err, &e)
			assert.Empty(t, out)
			assert.Nil(t, used)
			assert.Equal(t, []int{2, 13}, []int{e.Line, e.Column})
			assert.Contains(t, e.Msg, c.msg)
			assert.Contains(t, e.Next, c.next)
			assert.Contains(t, err.Error(), "in line 2, column 13: ")
		})
	}
}

func TestEveryNameThatIsListedWorks(t *testing.T) {
	require.Len(t, dynamic.Names(), 14)
	for _, name := range dynamic.Names() {
		assert.NotEmpty(t, expand(t, "{{"+name+"}}"))
	}
}

func TestFindNamesThePlacesForEscaping(t *testing.T) {
	const text = "https://api.example.test/{{$uuid}}?day={{ $date+1d }}"
	refs := dynamic.Find(text)
	require.Len(t, refs, 2)
	for _, ref := range refs {
		assert.Equal(t, ref.Written, text[ref.Start:ref.End])
	}
	assert.Equal(t, "date+1d", refs[1].Name)
}

func FuzzExpand(f *testing.F) {
	for _, text := range []string{"{{$uuid}}", "{{ $date - 1mo }}{{$randomInt(-1,1)}}", "{{$", "{{{{$counter}}}}", "{{$randomDigits(99)}}\n{{$"} {
		f.Add(text, uint64(1))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		out, used, err := dynamic.Expand(text, dynamic.NewSource(seed, clock))
		if err != nil {
			require.NotEmpty(t, dynamic.Find(text))
			return
		}
		require.Len(t, used, len(dynamic.Find(text)))
		for _, v := range used {
			quoted, err := json.Marshal(v.Value)
			require.NoError(t, err)
			require.Equal(t, `"`+v.Value+`"`, string(quoted), "a value needs no escape in JSON")
			require.True(t, strings.Contains(text, v.Written) && strings.Contains(out, v.Value))
		}
	})
}
