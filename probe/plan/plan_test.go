package plan_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestMatch(t *testing.T) {
	const id = "otp-generate/missing-field/mobileno"
	cases := []struct {
		pattern string
		want    bool
	}{
		{"*", true},
		{"otp*", true},
		{"otp-generate", true},
		{"OTP-Generate", true},
		{"*/missing-field*", true},
		{"*/missing-field/*", true},
		{"otp-generate/*/mobileno", true},
		{"otp-generat?", true},
		{id, true},
		{"*mobile*", true},
		{"**", true},
		{"otp", false},
		{"", false},
		{"*/no-auth", false},
		{"missing-field", false},
		{"otp-generate/missing-field", false},
		{"[o]tp*", false},
		{"?", false},
	}
	for _, c := range cases {
		t.Run(c.pattern, func(t *testing.T) { assert.Equal(t, c.want, plan.Match(c.pattern, id)) })
	}
	assert.False(t, plan.Match(strings.Repeat("*a", 2000)+"b", strings.Repeat("a", 20000)))
}

func TestPatternsThatChooseNothingAreFound(t *testing.T) {
	p := plan.Build(input{Name: "Track order", Method: "GET", URL: "http://uat.shop.example/o"}.sheet(t), plan.Options{})
	got := plan.Unmatched([]string{"track*", "Track Order", "trak*", "*/no-auth"}, slices.Values([]*probe.Plan{&p}))
	assert.Equal(t, []string{"trak*", "*/no-auth"}, got)
}

func TestFindingsOfBlockedCasesNameWhatIsMissingAndWhere(t *testing.T) {
	s := input{Name: "A", Method: "POST", URL: "http://uat.shop.example/o", Headers: [][2]string{{"Authorization", "Bearer <<token>>"}, {"X-Two", "<<token>>"}}}.sheet(t)
	s.Placeholder = []probe.Placeholder{{Name: "token", Written: "<<token>>", Field: probe.FieldHeaders, At: source.Span{Pos: source.Pos{Line: 81, Column: 28}}}}
	p := plan.Build(s, plan.Options{Negatives: plan.NegativeFilter{Named: []probe.Family{probe.FamilyNoAuth}}})
	require.Len(t, p.Cases, 2)
	require.Len(t, p.Cases[0].Blocked, 1, "one name is asked for once")
	f := p.Cases[0].Blocked[0]
	assert.Equal(t, "setup.placeholder-unresolved", f.Rule)
	assert.Equal(t, "<<token>>", f.Documented)
	assert.Equal(t, 81, f.At.Line)
	assert.Equal(t, probe.AtSetup, f.Location)
	assert.Contains(t, f.Message, "headers")
	assert.Contains(t, f.Hint, "--var token=VALUE")
	assert.Zero(t, p.Cases[0].Request, "what is blocked leaves no half-made request behind")
	assert.Empty(t, p.Cases[1].Blocked, "without credentials, no token is needed")
}

func TestValuesThatCannotStandInAHeaderAreRefused(t *testing.T) {
	for name, value := range map[string]string{"line break": "a\r\nX-Evil: 1", "null": "a\x00b", "line feed": "a\n"} {
		t.Run(name, func(t *testing.T) {
			s := input{Name: "A", Method: "GET", URL: "http://uat.shop.example/o", Headers: [][2]string{{"X-One", "<<one>>"}}}.sheet(t)
			p := plan.Build(s, plan.Options{Vars: probe.NewVars(probe.Var{Name: "one", Value: value})})
			require.NotEmpty(t, p.Cases[0].Blocked)
			assert.NotContains(t, p.Cases[0].Blocked[0].Message, value, "the value may be secret")
		})
	}
}

func TestBearerIsNotRepeated(t *testing.T) {
	s := input{Name: "A", Method: "GET", URL: "http://uat.shop.example/o", Headers: [][2]string{{"Authorization", "Bearer <<token>>"}}}.sheet(t)
	p := plan.Build(s, plan.Options{Vars: probe.NewVars(probe.Var{Name: "token", Value: "bearer abc"})})
	assert.Equal(t, "Bearer abc", p.Cases[0].Request.Headers[0].Value)
}

func TestCheckBaseURL(t *testing.T) {
	for _, good := range []string{"", "http://127.0.0.1:8080", "https://uat.shop.example/", "http://[::1]:80/gateway"} {
		assert.NoError(t, plan.CheckBaseURL(good), good)
	}
	for _, bad := range []string{"uat.shop.example", "ftp://uat.shop.example", "http://", "http://u:p@uat.shop.example", "http://uat.shop.example?x=1", "http://uat.shop.example/#a", "http://uat.shop.example:port"} {
		assert.Error(t, plan.CheckBaseURL(bad), bad)
		p := plan.Build(input{Name: "A", Method: "GET", URL: "http://uat.shop.example/o"}.sheet(t), plan.Options{BaseURL: bad})
		require.Len(t, p.Cases, 1)
		assert.NotEmpty(t, p.Cases[0].Blocked)
	}
}

func TestFingerprintsDoNotDependOnValues(t *testing.T) {
	in := input{Name: "A", Method: "GET", URL: "http://uat.shop.example/{a}/{b}"}
	one := plan.Build(in.sheet(t), plan.Options{Vars: probe.NewVars(probe.Var{Name: "a", Value: "1"})})
	two := plan.Build(in.sheet(t), plan.Options{Vars: probe.NewVars(probe.Var{Name: "a", Value: "2"})})
	require.NotEmpty(t, one.Cases[0].Blocked)
	assert.Equal(t, one.Cases[0].Blocked[0].Fingerprint, two.Cases[0].Blocked[0].Fingerprint)
}

func TestIDsAreUnique(t *testing.T) {
	in := input{Name: "Ä b!", Method: "POST", URL: "http://uat.shop.example/", Body: `{"a b":1,"a_b":2,"a-b":3,"a-b-2":4,"?":5,"!":6}`}
	seen := map[string]bool{}
	o := plan.Options{Negatives: plan.NegativeFilter{Named: []probe.Family{probe.FamilyMissingField, probe.FamilyNullField}}}
	for _, c := range plan.Build(in.sheet(t), o).Cases {
		assert.False(t, seen[c.ID], c.ID)
		seen[c.ID] = true
	}
	assert.Len(t, seen, 1+2*6)
}

// Whatever a value holds, it stays inside the place where its placeholder stood.
func FuzzSubstitution(f *testing.F) {
	for _, seed := range []string{"T", "a b", "../..", "a/b?c#d", "%2F", "\"},{\"x\":\"", "\r\nX: y", "é世界", "&x=1", "{{token}}", "\x00", "\xff", "#", ".."} {
		f.Add(seed)
	}
	s := input{
		Name: "A", Method: "POST", URL: "http://uat.shop.example/p/{v}/end?q={v}&r=1", Headers: [][2]string{{"X-One", "k <<v>> z"}},
		Body: `{"a":"{v}","b":["x {v} y"],"c":2}`,
	}.sheet(f)
	f.Fuzz(func(t *testing.T, value string) {
		p := plan.Build(s, plan.Options{Vars: probe.NewVars(probe.Var{Name: "v", Value: value})})
		c := p.Cases[0]
		if len(c.Blocked) > 0 {
			return
		}
		u, err := url.Parse(c.Request.URL)
		require.NoError(t, err)
		require.Equal(t, "uat.shop.example", u.Host)
		segments := strings.Split(u.EscapedPath(), "/")
		require.Len(t, segments, 4)
		segment, err := url.PathUnescape(segments[2])
		require.NoError(t, err)
		require.Equal(t, value, segment)
		require.Equal(t, url.Values{"q": {value}, "r": {"1"}}, u.Query())
		require.NotContains(t, c.Request.Headers[0].Value, "\n")
		require.NotContains(t, c.Request.Headers[0].Value, "\r")
		var body struct {
			A string
			B []string
			C int
		}
		require.NoError(t, json.Unmarshal(c.Request.Body, &body), string(c.Request.Body))
		if utf8.ValidString(value) {
			require.Equal(t, value, body.A)
			require.Equal(t, []string{"x " + value + " y"}, body.B)
		}
		require.Equal(t, 2, body.C)
	})
}

func TestABodyThatIsDescribedAndNotShownIsNotSentEmpty(t *testing.T) {
	yes, no := true, false
	s := input{Name: "A", Method: "POST", URL: "http://uat.shop.example/o"}.sheet(t)
	s.Request.Fields = []probe.RequestField{
		{Name: "slot", In: probe.InBody, Pointer: "/slot", Mandatory: &yes},
		{Name: "note", In: probe.InBody, Pointer: "/note", Mandatory: &no},
	}
	blocked := plan.Build(s, plan.Options{}).Cases[0].Blocked
	require.Len(t, blocked, 1)
	assert.Equal(t, "sheet.missing-field", blocked[0].Rule)
	assert.Contains(t, blocked[0].Hint, `"slot"`)
	assert.NotContains(t, blocked[0].Hint, `"note"`)

	s.Request.Fields = s.Request.Fields[1:]
	assert.Empty(t, plan.Build(s, plan.Options{}).Cases[0].Blocked, "nothing in the body is needed")
}
