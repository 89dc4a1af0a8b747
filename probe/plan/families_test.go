package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

func named(families ...probe.Family) plan.Options {
	return plan.Options{Negatives: plan.NegativeFilter{Named: families}}
}

// ruled is a sheet of one field with rules, and what is sent where one of them is broken.
func ruled(t *testing.T, value string, rules probe.FieldRules) map[string]string {
	t.Helper()
	s := input{Name: "A", Method: "POST", URL: "http://uat.shop.example/o", Body: `{"list":[{"f":` + value + `}]}`}.sheet(t)
	s.Request.Fields = []probe.RequestField{{Name: "f", In: probe.InBody, Pointer: "/list/0/f", TypeShown: true, Rules: rules}}
	sent := map[string]string{}
	for _, c := range plan.Build(s, named(probe.FamilyBrokenRule)).Cases {
		if c.Family == probe.FamilyBrokenRule {
			assert.True(t, c.Expect.Forbidden, c.ID)
			sent[strings.TrimPrefix(c.ID, "a/broken-rule/list-0-f-")] = string(c.Request.Body)
		}
	}
	return sent
}

func TestRulesAreBrokenByAsLittleAsCanBe(t *testing.T) {
	ten, two := 10, 2
	for name, c := range map[string]struct {
		value string
		rules probe.FieldRules
		want  map[string]string
	}{
		"lengths of a text":         {`"9928056506"`, probe.FieldRules{MinLength: &ten, MaxLength: &ten}, map[string]string{"too-short": `"992805650"`, "too-long": `"99280565069"`}},
		"lengths of a number":       {`9928056506`, probe.FieldRules{MinLength: &ten}, map[string]string{"too-short": `992805650`}},
		"letters of two bytes":      {`"éé"`, probe.FieldRules{MaxLength: &two}, map[string]string{"too-long": `"ééé"`}},
		"range":                     {`5`, probe.FieldRules{Minimum: "1", Maximum: "100"}, map[string]string{"below-minimum": `0`, "above-maximum": `101`}},
		"range of decimals":         {`"5.00"`, probe.FieldRules{Minimum: "0.01"}, map[string]string{"below-minimum": `"-0.99"`}},
		"beyond any machine":        {`5`, probe.FieldRules{Maximum: "99999999999999999999"}, map[string]string{"above-maximum": `100000000000000000000`}},
		"pattern":                   {`"AB-1"`, probe.FieldRules{Pattern: "^[A-Z]{2}-[0-9]$"}, map[string]string{"pattern": `"~~~~"`}},
		"pattern that takes all":    {`"AB-1"`, probe.FieldRules{Pattern: ".*"}, map[string]string{}},
		"pattern of another make":   {`"AB-1"`, probe.FieldRules{Pattern: "^(?=x)"}, map[string]string{}},
		"list":                      {`"NEW"`, probe.FieldRules{Enum: []string{"NEW", "USED", "not_listed"}}, map[string]string{"not-listed": `"NOT_LISTED9"`}},
		"the value breaks it too":   {`"9928"`, probe.FieldRules{MinLength: &ten, Enum: nil}, map[string]string{}},
		"the value is not listed":   {`"OLD"`, probe.FieldRules{Enum: []string{"NEW"}}, map[string]string{}},
		"the value is out of range": {`0`, probe.FieldRules{Minimum: "1"}, map[string]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			want := map[string]string{}
			for what, value := range c.want {
				want[what] = `{"list":[{"f":` + value + `}]}`
			}
			assert.Equal(t, want, ruled(t, c.value, c.rules))
		})
	}
}

func TestAServerIsNotAskedForWhatTheSheetDoesNotSay(t *testing.T) {
	var members []string
	for i := range 40 {
		members = append(members, fmt.Sprintf(`"f%d":"v"`, i))
	}
	s := input{Name: "A", Method: "POST", URL: "http://uat.shop.example/o", Body: "{" + strings.Join(members, ",") + "}"}.sheet(t)
	for i := range s.Request.Fields {
		s.Request.Fields[i].TypeShown = true
	}
	cases := plan.Build(s, plan.Options{}).Cases
	assert.Less(t, len(cases), 12, "what is left out is one case a family")
	sent := 0
	for _, c := range cases {
		if c.Skip == "" {
			sent++
		}
	}
	assert.Equal(t, 3, sent, "the documented request, a body that is not JSON, and another method")
	assert.Greater(t, len(plan.Build(s, named(probe.FamilyNullField)).Cases), 40, "asked for by name, each goes out")
}

func TestBadCredentialsHoldNothingOfTheRealOnes(t *testing.T) {
	const secret = "s3cr3t-of-nobody"
	s := input{
		Name: "A", Method: "POST", URL: "http://uat.shop.example/o?api_key=" + secret,
		Headers: [][2]string{{"Authorization", "Bearer <<token>>"}, {"X-Api-Key", secret}, {"Cookie", "sid=" + secret + "; lang=<<token>>"}},
		Body:    `{"client_secret":"` + secret + `","a":1}`,
	}.sheet(t)
	o := named(probe.FamilyBadAuth)
	o.Vars = probe.NewVars(probe.Var{Name: "token", Value: secret, Secret: true})
	cases := plan.Build(s, o).Cases
	require.Len(t, cases, 4)
	wrong := cases[1]
	assert.Equal(t, "a/bad-auth/wrong", wrong.ID)
	assert.NotContains(t, fmt.Sprint(wrong.Request, string(wrong.Request.Body), wrong.Mutation), secret[:6])
	shown := probe.NewRedactor(o.Vars).Request(wrong.Request)
	assert.Contains(t, fmt.Sprint(shown.Headers), "Bearer "+probe.SpoiltCredential, "it is no secret, and whoever repeats the request needs it")
	for _, c := range cases[2:] {
		assert.NotContains(t, c.Request.Headers[0].Value, secret[:6], c.ID)
		assert.Equal(t, secret, c.Request.Headers[1].Value, "the token alone is bad")
	}
}

func TestTheWrongMethodIsHarmless(t *testing.T) {
	other := func(method, url string) *probe.Sheet {
		return input{Name: method, Method: method, URL: url}.sheet(t)
	}
	for name, c := range map[string]struct {
		method, url string
		sibling     *probe.Sheet
		asked       bool
		want        string // "" where nothing is sent
	}{
		"of a POST":                        {method: "POST", url: "/orders", want: "GET"},
		"of a PUT":                         {method: "PUT", url: "/orders/7", want: "GET"},
		"of a GET":                         {method: "GET", url: "/orders"},
		"of a GET, asked for":              {method: "GET", url: "/orders", asked: true, want: "POST"},
		"that another sheet documents":     {method: "POST", url: "/orders", sibling: other("GET", "http://uat.shop.example/orders"), asked: true},
		"that a placeholder may stand for": {method: "POST", url: "/orders/search", sibling: other("GET", "{{base}}/orders/{id}"), asked: true},
		"that may create, and does":        {method: "GET", url: "/orders", sibling: other("POST", "http://uat.shop.example/orders"), asked: true},
		"of another address":               {method: "POST", url: "/orders", sibling: other("GET", "http://uat.shop.example/orders/{id}"), want: "GET"},
		"overridden":                       {method: "POST", url: "/orders?_method=DELETE"},
	} {
		t.Run(name, func(t *testing.T) {
			s := input{Name: "A", Method: c.method, URL: "http://uat.shop.example" + c.url}.sheet(t)
			all := []*probe.Sheet{s}
			if c.sibling != nil {
				all = append(all, c.sibling)
			}
			o := plan.Options{Siblings: plan.NewSiblings(all)}
			if c.asked {
				o.Negatives.Named = []probe.Family{probe.FamilyWrongMethod}
			}
			sent := ""
			for _, one := range plan.Build(s, o).Cases {
				if one.Family == probe.FamilyWrongMethod && one.Skip == "" && len(one.Blocked) == 0 {
					sent = one.Request.Method
					assert.Nil(t, nonEmpty(one.Request.Body))
				}
			}
			assert.Equal(t, c.want, sent)
		})
	}
}

func nonEmpty(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}
