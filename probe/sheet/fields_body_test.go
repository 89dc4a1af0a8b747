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
