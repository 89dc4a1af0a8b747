package sheet

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCauseInTitles(t *testing.T) {
	for title, want := range map[string]string{
		"Error - invalid mobile number":                "invalid mobile number",
		"Error Response (400) - invalid mobile number": "invalid mobile number",
		"400 when the amount is missing":               "the amount is missing",
		"Error 404: no such box":                       "no such box",
		"404 Not Found - no such box":                  "no such box",
		"400 Bad Request invalid mobile":               "invalid mobile",
		"Invalid OTP":                                  "Invalid OTP",
		"when the ferry has left":                      "when the ferry has left",
		"If text is empty":                             "If text is empty",
		"Failure response in case of wrong OTP":        "wrong OTP",
		"Error for a wrong OTP":                        "a wrong OTP",
		"Error Response 2 (OTP expired)":               "OTP expired",
		"Insufficient balance":                         "Insufficient balance",
		"E01 - amount missing":                         "E01 - amount missing",
		"HTTP 400, amount is missing":                  "amount is missing",
		"HTTP 404, no such depot: /depots/nowhere":     "no such depot: /depots/nowhere",
		"Error 400 (broken filter): ?filter=zz":        "broken filter): ?filter=zz",
		"Error Response - 404 - GET .../depots/none":   "GET .../depots/none",
		"Error / Failure":                              "",

		"":                               "",
		"Error Response":                 "",
		"Error Response 2":               "",
		"Failure":                        "",
		"401 Unauthorized":               "",
		"HTTP 404 Not Found":             "",
		"Sample error response (JSON)":   "",
		"Response in case of an error":   "",
		"You will get the following":     "",
		"Otherwise we return this error": "",
		"Internal Server Error":          "",
		"Refused":                        "",
	} {
		t.Run(title, func(t *testing.T) { assert.Equal(t, want, Cause(title)) })
	}
}
