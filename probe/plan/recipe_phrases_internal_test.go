package plan

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func phraseSheet(t testing.TB, kind string) *probe.Sheet {
	t.Helper()
	body := `{"mobileNo":"9928056506","amount":100,"currency":"INR","otp":"123456","email":"a@b.example","date":"2026-04-02","status":"OPEN","title":"Blue lamp",
		"quantity":2,"customer":{"name":"Zoe","id":"C-7700"},"referenceNo":"REF-1001","items":[{"sku":"A1-200"}]}`
	switch kind {
	case "intl":
		body = `{"numeroPedido":"10012","valor":10.5,"kundennummer":"4711200","betrag":12.5,"correo":"x@y.example","fechaNacimiento":"1990-01-31","celular":"11987654321","cpf":"52998224725"}`
	case "wild":
		body = `{"digits":6,"expiry":300,"locale":"en-GB","telephoneNumber":"+491511234","accountId":"AC-9001","amount":"10.50","currency":"EUR","orderId":"O-1001","pin":"4321",
			"request_id":"3f0c8a52-8d0e-4c6e-9d5c-0b2f7a1e6d44","external_transaction_id":"TX-1001","firstName":"Ada","zip":"79098","cvv":"123","success_url":"https://shop.example/ok"}`
	}
	r, err := nearjson.Parse(source.Unplaced(body))
	require.NoError(t, err)
	s := &probe.Sheet{
		Name: "Place order", Method: "POST", URL: "https://uat.shop.example/shop/v1/orders/{orderNo}?filter=open", Request: probe.RequestSpec{Body: probe.Body{Value: r.Value}},
		Headers: []probe.Header{{Name: "Authorization", Value: "Bearer <<token>>"}, {Name: "X-Api-Key", Value: "<<api_key>>"}, {Name: "X-Partner-Code", Value: "P-100"}},
	}
	if kind != "" {
		s.URL = "https://uat.shop.example/shop/v1/orders"
	}
	return s
}

// phrase is a line of testdata/phrases.
type phrase struct{ words, want string }

func readPhrases(t testing.TB, name string) (all []phrase) {
	t.Helper()
	data, err := os.ReadFile("testdata/phrases/" + name)
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			words, want, ok := strings.Cut(line, " | ")
			require.True(t, ok, line)
			all = append(all, phrase{words, want})
		}
	}
	require.NotEmpty(t, all)
	return all
}

// changeFor is what the words lead to, as the lines of testdata/phrases write it.
func changeFor(t testing.TB, words string) (got string, sure bool) {
	words, kind, _ := strings.Cut(words, " @ ")
	s := phraseSheet(t, kind)
	s.Errors = []probe.Response{{Code: "E1", When: words}}
	b := &builder{sheet: s, slug: "a", base: newDraft(s), values: newValues(s, probe.Vars{}), codes: probe.NewCodes(s), ids: map[string]int{}}
	b.readErrors()
	e := b.errors[0]
	for _, c := range e.claims {
		if made, ok := b.fromWords(c.claim); ok {
			return b.told(made), made.sure
		}
	}
	if e.mistake&isUnauthorised != 0 {
		return "auth", true
	}
	return "-", false
}

func (b *builder) told(made changed) string {
	if made.again {
		return "again"
	}
	if made.draft.url != b.base.url {
		return "path:" + made.draft.url[authorityEnd(made.draft.url):]
	}
	var names []string
	change, under := "", ""
	for _, p := range b.names.places {
		if value, changed := valueAt(b.base, made.draft, p); changed {
			if p.in == inHeader && p.credential {
				return "auth"
			}
			if n := len(names); n > 0 && strings.HasPrefix(p.pointer, under+"/") {
				continue
			}
			names, change, under = append(names, p.name), value, p.pointer
		}
	}
	return strings.Join(names, ",") + "=" + change
}

// valueAt is the value of a place, and whether it is another one than before.
func valueAt(before, after draft, p place) (string, bool) {
	if p.in == probe.InBody {
		was, is := before.body.Lookup(p.pointer), after.body.Lookup(p.pointer)
		switch {
		case is == nil:
			return "left-out", true
		case was.String() == is.String() || was.Kind == nearjson.Object || was.Kind == nearjson.Array && len(is.Items) > 0:
			return "", false
		case is.Kind == nearjson.Null:
			return "null", true
		case is.Text == "":
			return "empty", true
		}
		return is.Text, true
	}
	if p.in == probe.InPath || p.in == inPlaceholder {
		v, ok := after.given[fold(p.name)]
		return v, ok
	}
	text := func(d draft) string {
		for _, q := range d.query {
			if p.in == probe.InQuery && decoded(q) == p.name {
				return q.value
			}
		}
		for _, h := range d.headers {
			if p.in == inHeader && h.Name == p.name {
				return h.Value
			}
		}
		return "left-out"
	}
	return text(after), text(before) != text(after)
}

func matches(want, got string) bool {
	if query, ok := strings.CutPrefix(want, "query:"); ok {
		return query == got
	}
	names, change, _ := strings.Cut(want, "=")
	gotNames, gotChange, _ := strings.Cut(got, "=")
	if want == got {
		return true
	}
	if names != gotNames {
		return false
	}
	special := slices.Contains([]string{"left-out", "null", "empty", "-", ""}, gotChange)
	if n, ok := strings.CutPrefix(change, "len:"); ok {
		return fmt.Sprint(utf8.RuneCountInString(gotChange)) == n && !special
	}
	return change == "other" && !special
}

// tally counts; it prints what is wrong and what is missed.
func tally(t *testing.T, name string) (right, missed, wrong int) {
	for _, p := range readPhrases(t, name) {
		got, sure := changeFor(t, p.words)
		switch {
		case matches(p.want, got):
			right++
		case got == "-":
			missed++
			t.Logf("missed: %q is %s", p.words, p.want)
		default:
			wrong++
			t.Logf("wrong (sure %v): %q is %s and not %s", sure, p.words, p.want, got)
		}
	}
	t.Logf("%s: %d right, %d missed, %d wrong", name, right, missed, wrong)
	return right, missed, wrong
}

// A recipe that is not meant leads to a false alarm; one that is missed, to a remark.
func TestWordsOfErrorsAreReadAsRecipes(t *testing.T) {
	allRight, allMissed := 0, 0
	for _, name := range []string{"tuned.txt", "heldback.txt", "wild.txt"} {
		right, missed, wrong := tally(t, name)
		assert.Zero(t, wrong, name)
		allRight, allMissed = allRight+right, allMissed+missed
	}
	assert.Less(t, allMissed*20, allRight, "more than one in twenty is missed")
}

// Whatever the words are, they lead to no other host, and to no panic.
func FuzzWordsOfErrors(f *testing.F) {
	for _, name := range []string{"tuned.txt", "heldback.txt", "wild.txt"} {
		for _, p := range readPhrases(f, name) {
			f.Add(p.words)
		}
	}
	f.Add(".../orders//evil.example/x?a=%zz")
	f.Add("amount > 99999999999999999999999999999999999999")
	s := phraseSheet(f, "")
	vars := probe.NewVars(probe.Var{Name: "token", Value: "t"}, probe.Var{Name: "api_key", Value: "k"}, probe.Var{Name: "orderNo", Value: "PW-1001"})
	require.Empty(f, Build(s, Options{Vars: vars}).Cases[0].Blocked)
	f.Fuzz(func(t *testing.T, words string) {
		s.Errors = []probe.Response{{Code: "E1", When: words}}
		for _, c := range Build(s, Options{Vars: vars}).Cases {
			if len(c.Blocked) == 0 && c.Skip == "" {
				require.True(t, strings.HasPrefix(c.Request.URL, "https://uat.shop.example/"), c.Request.URL)
			}
		}
	})
}

// What anybody may choose is not wrong because nobody has chosen it yet; what lacks the mark of its make is, and so is another constant.
func TestInvalidIsSureOnlyOfWhatNoValueCanBe(t *testing.T) {
	for _, tt := range []struct {
		field, value, want string
		sure               bool
	}{
		{"payerVpa", "ramesh@bank", "rameshbank", true},
		{"currency", "INR", "", true},
		{"alias", "ramesh", "", false},
		{"month", "04", "12ab", true},
		{"memberNo", "1001", "12ab", false},
	} {
		t.Run(tt.field, func(t *testing.T) {
			b := &builder{sheet: &probe.Sheet{}}
			p := place{target: target{in: probe.InBody, name: tt.field}, words: scanWords(tt.field), text: tt.value, known: true, kind: nearjson.String}
			w, ok := b.invalid(p)
			require.True(t, ok)
			assert.Equal(t, tt.sure, w.sure, w.text)
			assert.NotEqual(t, tt.value, w.text)
			if tt.want != "" {
				assert.Equal(t, tt.want, w.text)
			}
		})
	}
}
