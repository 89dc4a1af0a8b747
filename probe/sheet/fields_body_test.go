package sheet_test

import (
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
