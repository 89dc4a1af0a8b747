package probe_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"API to generate OTP":          "api-to-generate-otp",
		"  Get  order / status!  ":     "get-order-status",
		"v2.1_create":                  "v2-1-create",
		"":                             "api",
		"***":                          "api",
		"Überweisung prüfen":           "überweisung-prüfen",
		"U\u0308berweisung":            "überweisung",
		"ओटीपी बनाएं":                  "ओटीपी-बनाएं",
		"查询 订单":                        "查询-订单",
		"\u0301abc":                    "abc",
		strings.Repeat("ab ", 40):      strings.Repeat("ab-", 20)[:59],
		strings.Repeat("é", 100):       strings.Repeat("é", 60),
		"bad \xff bytes":               "bad-bytes",
		strings.Repeat("x", 59) + " y": strings.Repeat("x", 59),
	} {
		assert.Equal(t, want, probe.Slug(name), name)
	}
}

func FuzzSlug(f *testing.F) {
	f.Add("Track order (v2)")
	f.Add("\u0130\u0301 \xff")
	f.Fuzz(func(t *testing.T, name string) {
		slug := probe.Slug(name)
		assert.NotEmpty(t, slug)
		assert.True(t, utf8.ValidString(slug))
		assert.LessOrEqual(t, utf8.RuneCountInString(slug), 60)
		assert.False(t, strings.HasPrefix(slug, "-") || strings.HasSuffix(slug, "-") || strings.Contains(slug, "--"), slug)
		assert.False(t, strings.ContainsAny(slug, "/ \n\t"), slug)
		assert.Equal(t, slug, probe.Slug(name))
	})
}

func TestFingerprint(t *testing.T) {
	assert.Equal(t, probe.Fingerprint("a", "b"), probe.Fingerprint("a", "b"))
	assert.Regexp(t, `^[0-9a-f]{16}$`, probe.Fingerprint())
	seen := map[string]bool{}
	for _, parts := range [][]string{nil, {""}, {"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"", "abc"}} {
		fp := probe.Fingerprint(parts...)
		assert.False(t, seen[fp], "%q", parts)
		seen[fp] = true
	}
}
