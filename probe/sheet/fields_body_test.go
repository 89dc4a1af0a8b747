package sheet_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// TestRequestIsAnAddress reads sheets that give the address of the call in place of a body.
func TestRequestIsAnAddress(t *testing.T) {
	fragment := func(f probe.Field, label, value string) sheet.Fragment {
		return sheet.Fragment{Field: f, Label: source.Unplaced(label), Value: source.Unplaced(value)}
	}
	request := fragment(probe.FieldRequestBody, "Sample Request", "https://uat.shop.example/v1/orders?page=1")
	alone := sheet.Assemble(nil, []sheet.Fragment{request})
	assert.Equal(t, "https://uat.shop.example/v1/orders?page=1", alone.URL)
	assert.True(t, alone.Request.Body.IsZero())
	beside := sheet.Assemble(nil, []sheet.Fragment{fragment(probe.FieldURL, "URL", "https://uat.shop.example/v1/orders"), request})
	assert.Equal(t, "https://uat.shop.example/v1/orders", beside.URL)
	assert.True(t, beside.Request.Body.IsZero())
	form := sheet.Assemble(nil, []sheet.Fragment{fragment(probe.FieldRequestBody, "Request Body", `{"next": "https://uat.shop.example/v1"}`)})
	assert.Empty(t, form.URL)
	assert.False(t, form.Request.Body.IsZero())
}

// What is listed beside a GET travels in the path where the URL has a place for it, else the request would be sent with it twice.
func TestListedParametersStandWhereTheURLHasThem(t *testing.T) {
	s := sheet.Assemble(nil, []sheet.Fragment{
		{Field: probe.FieldMethod, Label: source.Unplaced("Method"), Value: source.Unplaced("GET")},
		{Field: probe.FieldURL, Label: source.Unplaced("URL"), Value: source.Unplaced("https://sit.sky.example/flights/{flightNo}/status?date=2026-11-22")},
		{Field: probe.FieldRequestBody, Label: source.Unplaced("Request Body"), Value: source.Unplaced("NIL\nflightNo (mandatory)\ndate (mandatory)")},
	})
	var got []string
	for _, f := range s.Request.Fields {
		if assert.NotNil(t, f.Mandatory, f.Name) {
			got = append(got, f.Name+" in "+f.In)
		}
	}
	assert.Equal(t, []string{"date in query", "flightNo in path"}, got)
}

func TestParametersBehindTheirPlace(t *testing.T) {
	for words, want := range map[string]string{
		"none. Path: cpf (mandatory, 11 digits). Query: birthDate (mandatory, format YYYY-MM-DD)": "birthDate in query M, cpf in path M",
		"none. Query: birthDate (optional)": "birthDate in query O, cpf in path ?",
	} {
		s := sheet.Assemble(nil, []sheet.Fragment{
			{Field: probe.FieldMethod, Label: source.Unplaced("Method"), Value: source.Unplaced("GET")},
			{Field: probe.FieldURL, Label: source.Unplaced("URL"), Value: source.Unplaced("https://sit.kyc.example/cpf/{cpf}?birthDate=1990-05-20")},
			{Field: probe.FieldRequestBody, Label: source.Unplaced("Request Body"), Value: source.Unplaced(words)},
		})
		var got []string
		for _, f := range s.Request.Fields {
			said := "?"
			if f.Mandatory != nil {
				said = map[bool]string{true: "M", false: "O"}[*f.Mandatory]
			}
			got = append(got, f.Name+" in "+f.In+" "+said)
		}
		assert.Equal(t, want, strings.Join(got, ", "), words)
	}
}

func TestErrorsAreACodeTable(t *testing.T) {
	errors := func(value string) *probe.Sheet {
		return sheet.Assemble(nil, []sheet.Fragment{{Field: probe.FieldErrorResponse, Label: source.Unplaced("Errors"), Value: source.Unplaced(value)}})
	}
	table := errors("HTTP status\tCode\tDescription\n400\tE1\tBad sku\n401\tE2\tNo token")
	assert.Empty(t, table.Errors)
	if assert.Len(t, table.StatusCodes, 2) {
		assert.Equal(t, "E1", table.StatusCodes[0].Code)
		assert.Equal(t, "No token", table.StatusCodes[1].Message)
	}
	referring := errors("Status\tDescription\tReference\n401\tUnauthorized\tLog in")
	assert.Empty(t, referring.Errors)
	assert.Len(t, referring.StatusCodes, 1)
	answer := errors("Status\tMeaning\n400\tBad sku\n{\"code\": \"E1\"}")
	assert.Len(t, answer.Errors, 1)
}

func TestParametersEndAtARuleAndAtAHeading(t *testing.T) {
	for _, end := range []string{"---", "***", "## Answers", "___"} {
		s := sheet.Assemble(nil, []sheet.Fragment{{
			Field: probe.FieldRequestBody, Label: source.Unplaced("Query Parameters"),
			Value: source.Unplaced("page\tint\tYes\n\n" + end + "\nName\tType\ndepth\tfloat"),
		}})
		if assert.Len(t, s.Request.Fields, 1, end) {
			assert.Equal(t, "page", s.Request.Fields[0].Name)
		}
	}
}

// TestTypeWordsInPlaceOfValues reads bodies that give the type of each field, and what is said of it, in place of its value.
func TestTypeWordsInPlaceOfValues(t *testing.T) {
	s := sheet.Assemble(nil, []sheet.Fragment{{Field: probe.FieldRequestBody, Label: source.Unplaced("Request Body"), Value: source.Unplaced(
		`{"a": "string (mandatory)", "b": "integer - optional", "c": "String, required", "d": "<otp>", "e": integer, "f": "boolean", "g": "date required", "h": "not mandatory, string"}`)}})
	var got []string
	for _, f := range s.Request.Fields {
		said := "?"
		if f.Mandatory != nil {
			said = map[bool]string{true: "M", false: "O"}[*f.Mandatory]
		}
		got = append(got, f.Name+" "+f.Type+" "+said)
	}
	assert.Equal(t, []string{"a string M", "b integer O", "c string M", "d  ?", "e integer ?", "f boolean ?", "g string ?", "h string O"}, got)
}

func TestFieldsThatWordsCallMandatory(t *testing.T) {
	for words, want := range map[string]string{
		"All fields are mandatory":                      "M M M",
		"all mandatory":                                 "M M M",
		"Every parameter is optional":                   "O O O",
		"All fields are mandatory except lang and iban": "M O O",
		"Todos los campos son obligatorios salvo lang":  "M O M",
		"Tous les champs sont obligatoires":             "M M M",
		"Alle Felder sind Pflicht, außer lang":          "M O M",
		"Semua field wajib":                             "M M M",
		"所有字段必填":                                        "M M M",
		"sum is mandatory":                              "M ? ?",
		"The token is mandatory for all APIs":           "? ? ?",
	} {
		s := sheet.Assemble(nil, []sheet.Fragment{{Field: probe.FieldRequestBody, Label: source.Unplaced("Request Body"), Value: source.Unplaced("{\"sum\": 1, \"lang\": \"en\", \"iban\": \"X\"}\n" + words)}})
		var got []string
		for _, f := range s.Request.Fields {
			said := "?"
			if f.Mandatory != nil {
				said = map[bool]string{true: "M", false: "O"}[*f.Mandatory]
			}
			got = append(got, said)
		}
		assert.Equal(t, want, strings.Join(got, " "), words)
	}
}
