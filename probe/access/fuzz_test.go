package access

import (
	"strings"
	"testing"
)

func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY")
	f.Add("$argon2i$v=19$m=1,t=1,p=1$$")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$c2FsdHNhbHQ$a2V5a2V5a2V5a2V5")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parseHash(text)
		if err != nil {
			return
		}
		if h.String() != text {
			t.Errorf("%q is written as %q", text, h.String())
		}
		if h.params.Memory > maxMemory || h.params.Time > maxTime || h.params.Threads > maxThreads || h.params.Time == 0 || h.params.Threads == 0 {
			t.Errorf("%q costs too much", text)
		}
	})
}

func FuzzParseToken(f *testing.F) {
	f.Add("shp_0123456789ab_" + strings.Repeat("A", 43))
	f.Add("shp__")
	f.Fuzz(func(t *testing.T, text string) {
		id, secret, ok := parseToken(text)
		if ok && (TokenPrefix+id+"_"+secret != text || len(id) != 2*tokenIDSize || len(text) > 100) {
			t.Errorf("%q", text)
		}
	})
}

func FuzzCleanName(f *testing.F) {
	f.Add("Ada")
	f.Add("a@b")
	f.Fuzz(func(t *testing.T, text string) {
		name, err := CleanName(text)
		if err != nil {
			return
		}
		if again, err := CleanName(name); err != nil || again != name || printable(name) != name {
			t.Errorf("%q, %q", name, again)
		}
	})
}

func FuzzPrintable(f *testing.F) {
	f.Add("a\x00b\u202e")
	f.Fuzz(func(t *testing.T, text string) {
		if s := printable(text); strings.ContainsAny(s, "\x00\n\u202e") || len(s) > maxText+6 || printable(s) != s && len(s) <= maxText {
			t.Errorf("%q", s)
		}
	})
}

func FuzzExported(f *testing.F) {
	f.Add(`{"number":1,"at":"2026-03-01T02:00:00Z","who":"","means":"","from":"","action":"","subject":"","result":"","previous":"","digest":""}`)
	f.Fuzz(func(_ *testing.T, text string) { _, _ = Verify(Exported(strings.NewReader(text))) })
}
