package probe_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestCodeOutcome(t *testing.T) {
	cases := []struct {
		code, message string
		want          probe.Outcome
	}{
		{"SUCC001", "Request Successful", probe.OutcomeSuccess},
		{"SUCC001", "", probe.OutcomeSuccess},
		{"S01", "", probe.OutcomeSuccess},
		{"00", "", probe.OutcomeSuccess},
		{"0", "No error", probe.OutcomeSuccess},
		{"200", "", probe.OutcomeSuccess},
		{"ERR001", "Request Failed", probe.OutcomeError},
		{"E-AUTH-01", "", probe.OutcomeError},
		{"FAIL7", "", probe.OutcomeError},
		{"404", "", probe.OutcomeError},
		{"-1", "", probe.OutcomeError},
		{"1001", "Invalid mobile number", probe.OutcomeError},
		{"1002", "Record not found", probe.OutcomeError},
		{"1005", "amount is mandatory", probe.OutcomeError},
		{"1003", "OTP sent", probe.OutcomeSuccess},
		{"OTP_EXPIRED", "", probe.OutcomeError},
		{"OTP_SENT", "", probe.OutcomeSuccess},
		{"1", "Unsuccessful", probe.OutcomeError},
		{"ERR000", "Success", probe.OutcomeUnknown},
		{"1004", "Pending with the bank", probe.OutcomeUnknown},
		{"7", "", probe.OutcomeUnknown},
		{"", "", probe.OutcomeUnknown},
	}
	for _, c := range cases {
		t.Run(c.code+" "+c.message, func(t *testing.T) {
			assert.Equal(t, c.want, probe.CodeOutcome(c.code, c.message))
		})
	}
}

func TestCodes(t *testing.T) {
	ok, bad := 201, 409
	codes := probe.NewCodes(&probe.Sheet{
		Success: []probe.Response{{Code: "A1", HTTPStatus: &ok}, {Code: "BOTH"}},
		Errors:  []probe.Response{{Code: "B2", HTTPStatus: &bad}, {Code: "BOTH"}},
		StatusCodes: []probe.StatusCode{
			{Code: "B2", Message: "Success", Kind: probe.KindBusiness}, // the example knows better
			{Code: "SUCC9", Kind: probe.KindBusiness},
			{Code: "X7", Message: "Pending", Kind: probe.KindBusiness},
			{Code: "200", Kind: probe.KindHTTP},
			{Code: "500", Kind: probe.KindHTTP},
			{Code: "302", Kind: probe.KindHTTP},
			{Code: "5xx", Kind: probe.KindHTTP},
		},
	})
	assert.Equal(t, []string{"A1", "BOTH", "SUCC9", "X7"}, codes.For(probe.OutcomeSuccess))
	assert.Equal(t, []string{"BOTH", "B2", "X7"}, codes.For(probe.OutcomeError))
	assert.Equal(t, []int{201, 200}, codes.Statuses(probe.OutcomeSuccess))
	assert.Equal(t, []int{409, 500}, codes.Statuses(probe.OutcomeError))
	_, documented := codes.Meaning("NOPE")
	assert.False(t, documented)
}

// A row that ties an HTTP status to its code documents the status too, whether or not an example carries the code.
func TestStatusesOfRows(t *testing.T) {
	c := probe.NewCodes(&probe.Sheet{StatusCodes: []probe.StatusCode{
		{Code: "200", Kind: probe.KindHTTP},
		{Code: "FLT-400", Message: "date is wrong", Kind: probe.KindBusiness, HTTPStatus: 400},
		{Code: "FLT-404", Message: "not found", Kind: probe.KindBusiness, HTTPStatus: 404},
		{Code: "FLT-1", Message: "odd", Kind: probe.KindBusiness},
	}})
	assert.Equal(t, []int{400, 404}, c.Statuses(probe.OutcomeError))
	assert.Equal(t, []int{200}, c.Statuses(probe.OutcomeSuccess))
}
