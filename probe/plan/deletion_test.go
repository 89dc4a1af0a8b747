package plan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

// Only what the sheet's own test data names is deleted.
func TestWhatMayBeDeleted(t *testing.T) {
	row := func(expect string, pairs ...string) datum {
		d := datum{Expect: expect}
		for i := 0; i < len(pairs); i += 2 {
			d.Values = append(d.Values, [2]string{pairs[i], pairs[i+1]})
		}
		return d
	}
	vars := map[string]string{"order": "O-7"}
	all := []string{"no-auth", "missing-field", "malformed-body"}
	for name, c := range map[string]struct {
		in   input
		sent []string
	}{
		"a literal id in the URL":                {in: input{URL: "/orders/O-7"}},
		"a literal number in the URL":            {in: input{URL: "/orders/7", TestData: []datum{row("success", "why", "late")}, Body: `{"why": "x"}`}},
		"an id of the URL's documentation":       {in: input{URL: "/orders/{order}", Fields: []field{{Name: "order", In: "path", Value: "O-7"}}}},
		"a value that was supplied":              {in: input{URL: "/orders/{order}", Vars: vars}},
		"no id at all":                           {in: input{URL: "/session"}},
		"a placeholder without a value":          {in: input{URL: "/orders/{order}"}},
		"test data of the same id":               {in: input{URL: "/orders/{order}", Vars: vars, TestData: []datum{row("success", "order", "O-7")}}, sent: []string{"success", "no-auth", "bad-auth/wrong", "wrong-method"}},
		"test data of another id":                {in: input{URL: "/orders/{order}", Vars: vars, TestData: []datum{row("success", "order", "O-8")}}, sent: []string{"test-data/1"}},
		"test data of the id, to be refused":     {in: input{URL: "/orders/{order}", Vars: vars, TestData: []datum{row("404", "order", "O-7")}}, sent: []string{"test-data/1"}},
		"test data, and no value supplied":       {in: input{URL: "/orders/{order}", TestData: []datum{row("", "order", "O-7")}}, sent: []string{"success", "no-auth", "bad-auth/wrong", "wrong-method"}},
		"test data of one id of two":             {in: input{URL: "/shops/{shop}/orders/{order}", Vars: map[string]string{"order": "O-7", "shop": "S"}, TestData: []datum{row("", "order", "O-7")}}},
		"test data beside a literal id":          {in: input{URL: "/shops/S-123/orders/{order}", Vars: vars, TestData: []datum{row("", "order", "O-7")}}},
		"test data beside a version":             {in: input{URL: "/v2.1/orders/{order}", TestData: []datum{row("", "order", "O-7")}}, sent: []string{"success", "no-auth", "bad-auth/wrong", "wrong-method"}},
		"test data in the query":                 {in: input{URL: "/orders?order=O-1", TestData: []datum{row("", "order", "O-7")}}, sent: []string{"test-data/1"}},
		"test data in the body":                  {in: input{URL: "/orders", Body: `{"order": "O-1"}`, TestData: []datum{row("", "order", "O-7")}}, sent: []string{"test-data/1"}},
		"test data in a header":                  {in: input{URL: "/orders", Headers: [][2]string{{"X-User", "u"}}, TestData: []datum{row("", "X-User", "v")}}},
		"allowed":                                {in: input{URL: "/orders/O-7", AllowUnsafe: true}, sent: []string{"success", "no-auth", "bad-auth/wrong", "wrong-method"}},
		"negatives asked for by name":            {in: input{URL: "/orders/O-7?why=x", Family: all, Body: `{"a": 1}`}},
		"allowed, and asked for by name":         {in: input{URL: "/orders/O-7", Family: all, AllowUnsafe: true, Body: `{"a": 1}`}, sent: []string{"success", "no-auth", "missing-field/a", "malformed-body"}},
		"a GET that is meant as a DELETE":        {in: input{Method: "GET", URL: "/orders/O-7", Headers: [][2]string{{"X-HTTP-Method-Override", "delete"}}}},
		"a POST that is meant as a DELETE":       {in: input{Method: "POST", URL: "/orders/O-7?_method=DELETE"}},
		"a POST":                                 {in: input{Method: "POST", URL: "/orders/O-7"}, sent: []string{"success", "no-auth", "bad-auth/wrong", "wrong-method"}},
		"a sheet that cannot be sent in any way": {in: input{URL: "orders/{order}", Vars: vars}},
	} {
		t.Run(name, func(t *testing.T) {
			in := c.in
			in.Name = "Cancel"
			if in.Method == "" {
				in.Method = "DELETE"
			}
			if in.URL[0] == '/' {
				in.URL = "https://uat.shop.example" + in.URL
			}
			in.Headers = append(in.Headers, [2]string{"x-api-key", "k"})
			var sent []string
			for _, one := range plan.Build(in.sheet(t), in.options()).Cases {
				if one.Skip == "" && len(one.Blocked) == 0 {
					sent = append(sent, one.ID[len("cancel/"):])
				} else if one.Skip != "" && one.Family == probe.FamilySuccess {
					assert.Contains(t, one.Skip, "--allow-unsafe")
				}
			}
			assert.Equal(t, c.sent, sent)
		})
	}
}

func TestTheDocumentedRequestIsSentOnce(t *testing.T) {
	in := input{
		Name: "Book", Method: "POST", URL: "https://uat.shop.example/orders", Body: `{"item": "I-1"}`,
		TestData: []datum{
			{Values: [][2]string{{"item", "I-1"}}, Expect: "success"}, {Values: [][2]string{{"item", "I-2"}}, Expect: "success"}, {Values: [][2]string{{"item", "I-1"}}, Expect: "409"},
		},
	}
	skips := func(in input) (skipped []string) {
		for _, c := range plan.Build(in.sheet(t), in.options()).Cases {
			if c.Skip != "" && !c.Family.Negative() {
				skipped = append(skipped, c.ID+": "+c.Skip)
			}
		}
		return skipped
	}
	assert.Equal(t, []string{
		`book/test-data/1: it is the documented request over again, and POST may change data, so it is sent once`,
	}, skips(in))
	in.Method, in.URL, in.Body = "GET", "https://uat.shop.example/orders?item=I-1", ""
	assert.Empty(t, skips(in))
	in.Method, in.Only = "PUT", []string{"*/test-data/*"}
	assert.NotContains(t, skips(in), "over again", "what is left out is no first time")
}
