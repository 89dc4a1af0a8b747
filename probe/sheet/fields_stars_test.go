package sheet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// TestMarksBehindKeysAreNoPartOfTheName reads keys that say by a mark whether their field is mandatory, in requests and answers.
func TestMarksBehindKeysAreNoPartOfTheName(t *testing.T) {
	s := assemble(t,
		"request_body", "Request", `{"sku*": "A1", "qty ?": 2, "to (*)": {"town *": "Rome", "zip?": "00100"}, "lines": [{"n*": 1}], "open": 1}`,
		"success_response", "Success Response", `{"status*": "OK", "hint?": "x", "****": "masked", "a*": 1, "a": 2}`,
		"error_response", "Error Response", `{"status*": "ERR"}`)
	assert.Equal(t, `{"sku":"A1","qty":2,"to":{"town":"Rome","zip":"00100"},"lines":[{"n":1}],"open":1}`, compact(s.Request.Body.Value))
	assert.Equal(t, `{"status":"OK","hint":"x","****":"masked","a*":1,"a":2}`, compact(s.Success[0].Body.Value))
	assert.Equal(t, `{"status":"ERR"}`, compact(s.Errors[0].Body.Value))
	assert.Equal(t, "body /sku string!, body /qty number?, body /to object!, body /to/town string!, body /to/zip string?, body /lines array, "+
		"body /lines/0/n number!, body /open number", described(s.Request.Fields))
	said := map[probe.Field]bool{}
	for _, d := range s.Diagnostics {
		said[probe.Field(d.Field)] = said[probe.Field(d.Field)] || d.Rule == "sheet.repaired-json"
	}
	assert.True(t, said[probe.FieldRequestBody] && said[probe.FieldSuccessResponse] && said[probe.FieldErrorResponse])
}

func compact(v *nearjson.Value) string { return v.String() }
