package plan_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

func ofFamily(p probe.Plan, f probe.Family) (found []probe.Case) {
	for _, c := range p.Cases {
		if c.Family == f {
			found = append(found, c)
		}
	}
	return found
}

func orderSheet(t testing.TB, method string, request *probe.Recipe) *probe.Sheet {
	s := input{
		Name: "A", Method: method, URL: "https://uat.shop.example/v1/orders/{orderNo}?filter=open&page=1",
		Headers: [][2]string{{"X-Api-Key", "<<api_key>>"}, {"X-Trace", "1"}}, Body: `{"amount":5,"note":"n","to":{"name":"Zoe","city":"Lindau"}}`,
		Errors: []response{{Status: 409, Code: "E9", Body: `{"code":"E9"}`}}, Success: []response{{Status: 200}},
	}.sheet(t)
	s.Errors[0].Request = request
	return s
}

func TestTheSheetsOwnRecipeIsPerformedExactly(t *testing.T) {
	object := func(text string) *probe.Body { return &probe.Body{Value: parse(t, text)} }
	cases := map[string]struct {
		recipe   probe.Recipe
		request  string
		body     string
		header   string
		mutation string
	}{
		"path": {
			recipe: probe.Recipe{Path: "/v1/orders/nosuch"}, request: "PUT https://uat.shop.example/v1/orders/nosuch?filter=open&page=1", mutation: `path "/v1/orders/nosuch"`,
		},
		"path with a query": {
			recipe: probe.Recipe{Path: "v1/orders?filter=zz"}, request: "PUT https://uat.shop.example/v1/orders?filter=zz", mutation: `path "/v1/orders" and query "filter=zz"`,
		},
		"whole URL of the same host": {
			recipe: probe.Recipe{Path: "https://uat.shop.example/v1/x"}, request: "PUT https://uat.shop.example/v1/x?filter=open&page=1", mutation: `path "/v1/x"`,
		},
		"path that looks like a host": {
			recipe: probe.Recipe{Path: "//evil.example/x"}, request: "PUT https://uat.shop.example//evil.example/x?filter=open&page=1", mutation: `path "//evil.example/x"`,
		},
		"query": {
			recipe:  probe.Recipe{Query: []probe.Change{{Name: "filter", Value: "z z"}, {Name: "page", Remove: true}, {Name: "new", Value: "1"}}},
			request: "PUT https://uat.shop.example/v1/orders/PW-1?filter=z%20z&new=1", mutation: `query parameter "filter" set to "z z" and query parameter "page" left out and query parameter "new" set to "1"`,
		},
		"headers": {
			recipe: probe.Recipe{Headers: []probe.Change{{Name: "x-api-key", Value: "wrong"}, {Name: "X-Trace", Remove: true}}}, header: "X-Api-Key: wrong",
			mutation: `header "x-api-key" set to another value and header "X-Trace" left out`,
		},
		"body merged": {
			recipe: probe.Recipe{Body: object(`{"amount":-1,"note":null,"to":{"city":null},"more":[1]}`)}, body: `{"amount":-1,"to":{"name":"Zoe"},"more":[1]}`,
			mutation: `field "amount" set to "-1" and field "note" left out and field "to/city" left out and field "more" set to another list`,
		},
		"body replaced": {recipe: probe.Recipe{Body: object(`[1]`)}, body: `[1]`, mutation: "another body"},
		"text":          {recipe: probe.Recipe{Body: &probe.Body{Text: "not json"}}, body: "not json", mutation: "another body"},
		"method":        {recipe: probe.Recipe{Method: "patch"}, request: "PATCH https://uat.shop.example/v1/orders/PW-1?filter=open&page=1", mutation: "method PATCH"},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			s := orderSheet(t, "PUT", &tt.recipe)
			p := plan.Build(s, plan.Options{Vars: probe.NewVars(probe.Var{Name: "api_key", Value: "k"}, probe.Var{Name: "orderNo", Value: "PW-1"})})
			got := ofFamily(p, probe.FamilyDocumentedError)
			require.Len(t, got, 1)
			c := got[0]
			require.Empty(t, c.Blocked)
			assert.Empty(t, c.Skip)
			assert.Equal(t, "a/documented-error/e9", c.ID)
			assert.Equal(t, tt.mutation, c.Mutation)
			assert.True(t, c.Expect.Forbidden)
			require.NotEmpty(t, c.Expect.Errors)
			assert.Equal(t, "E9", c.Expect.Errors[0].Code)
			assert.True(t, c.Expect.Errors[0].Sure)
			assert.Equal(t, []string{c.ID}, p.Errors[0].Tried)
			if tt.request != "" {
				assert.Equal(t, tt.request, c.Request.Method+" "+c.Request.URL)
			}
			if tt.body != "" {
				assert.Equal(t, tt.body, string(c.Request.Body))
			}
			if tt.header != "" {
				assert.Equal(t, tt.header, c.Request.Headers[0].Name+": "+c.Request.Headers[0].Value)
			}
		})
	}
}

// The sheet gives the very request for its error, so that no general error excuses another answer.
func TestAnExactRecipeHasOneError(t *testing.T) {
	s := orderSheet(t, "PUT", &probe.Recipe{Query: []probe.Change{{Name: "filter", Value: "zz"}}})
	status := 400
	s.Errors = append(s.Errors, probe.Response{Code: "E1", HTTPStatus: &status, Title: "bad request", Body: probe.Body{Value: parse(t, `{"code":"E1"}`)}})
	p := plan.Build(s, plan.Options{Vars: probe.NewVars(probe.Var{Name: "api_key", Value: "k"}, probe.Var{Name: "orderNo", Value: "PW-1"})})
	got := ofFamily(p, probe.FamilyDocumentedError)
	require.NotEmpty(t, got)
	require.Len(t, got[0].Expect.Errors, 1)
	assert.Equal(t, "E9", got[0].Expect.Errors[0].Code)
}

func TestRecipesThatAreNotPerformedSayWhy(t *testing.T) {
	cases := map[string]struct {
		method string
		recipe probe.Recipe
		says   string
	}{
		"another host":     {"PUT", probe.Recipe{Path: "https://evil.example/v1"}, "another host"},
		"a method of none": {"PUT", probe.Recipe{Method: "FETCH"}, `"FETCH" is not an HTTP method`},
		"the host header":  {"PUT", probe.Recipe{Headers: []probe.Change{{Name: "Host", Value: "evil.example"}}}, "Host"},
		"a DELETE":         {"PUT", probe.Recipe{Method: "DELETE"}, "--allow-unsafe"},
		"of a DELETE":      {"DELETE", probe.Recipe{Path: "/v1/orders/nosuch"}, "--allow-unsafe"},
		"of a hidden one":  {"PUT", probe.Recipe{Headers: []probe.Change{{Name: "X-HTTP-Method-Override", Value: "DELETE"}}}, "--allow-unsafe"},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			p := plan.Build(orderSheet(t, tt.method, &tt.recipe), plan.Options{})
			assert.Empty(t, ofFamily(p, probe.FamilyDocumentedError))
			assert.Empty(t, p.Errors[0].Tried)
			assert.Contains(t, p.Errors[0].Lacking, tt.says)
		})
	}
	allowed := plan.Build(orderSheet(t, "DELETE", &probe.Recipe{Path: "/v1/orders/nosuch"}), plan.Options{AllowUnsafe: true})
	assert.Len(t, ofFamily(allowed, probe.FamilyDocumentedError), 1)
}

func TestWhatAnotherCaseSendsAlreadyIsNotSentTwice(t *testing.T) {
	s := input{
		Name: "A", Method: "GET", URL: "https://uat.shop.example/points?city=Lindau", Success: []response{{Status: 200}},
		Errors: []response{{Code: "E1", Body: `{"code":"E1","message":"city is mandatory"}`}, {Code: "E2", Body: `{"code":"E2","message":"Bad request"}`}},
	}.sheet(t)
	p := plan.Build(s, plan.Options{})
	assert.Empty(t, ofFamily(p, probe.FamilyDocumentedError))
	missing := ofFamily(p, probe.FamilyMissingField)
	require.Len(t, missing, 1)
	assert.True(t, missing[0].Expect.Forbidden, "the sheet's own words rule it out")
	require.Len(t, missing[0].Expect.Errors, 2)
	assert.True(t, missing[0].Expect.Errors[0].Sure)
	assert.Equal(t, `its message "city is mandatory" names "city"`, missing[0].Expect.Errors[0].Why)
	assert.Equal(t, "E2", missing[0].Expect.Errors[1].Code, "a server is free to answer with what fits any mistake")
	assert.False(t, missing[0].Expect.Errors[1].Sure)

	s.Errors[1].Body.Value = parse(t, `{"code":"E2","message":"city missing"}`)
	for _, e := range ofFamily(plan.Build(s, plan.Options{}), probe.FamilyMissingField)[0].Expect.Errors {
		assert.False(t, e.Sure, "two errors fit alike")
	}
}

func TestUnsafeRequestsAreNotMadeOfDoubtfulWords(t *testing.T) {
	for words, says := range map[string]string{
		"duplicate request":          "a second time",
		"no such: .../orders/nosuch": "the words may mean another request",
	} {
		s := orderSheet(t, "PUT", nil)
		s.Errors[0].When = words
		p := plan.Build(s, plan.Options{})
		assert.Empty(t, ofFamily(p, probe.FamilyDocumentedError), words)
		assert.Contains(t, p.Errors[0].Lacking, says, words)
		named := plan.Options{Negatives: plan.NegativeFilter{Named: []probe.Family{probe.FamilyDocumentedError}}}
		assert.Len(t, ofFamily(plan.Build(s, named), probe.FamilyDocumentedError), 1, words)
	}
}

// A table of many similar rows must not make anything sure that its words do not tell apart.
func TestSimilarRowsMakeNothingSure(t *testing.T) {
	in := input{Name: "A", Method: "POST", URL: "https://uat.shop.example/otp", Body: `{"mobileNo":"9928056506","otp":"123456"}`, Success: []response{{Status: 200, Body: `{"status":"SUCC001"}`, Code: "SUCC001"}}}
	for _, words := range []string{"Request Failed", "Request failed, try again", "Technical error", "Invalid request", "Invalid input", "Validation failed", "Error", "Failure", "System error", "Invalid data"} {
		in.Codes = append(in.Codes, [3]string{"ERR0" + strings.Repeat("1", len(in.Codes)+1), words, "business"})
	}
	for _, c := range plan.Build(in.sheet(t), plan.Options{}).Cases {
		for _, e := range c.Expect.Errors {
			assert.False(t, e.Sure, c.ID)
		}
		assert.NotEqual(t, probe.FamilyDocumentedError, c.Family)
	}
}
