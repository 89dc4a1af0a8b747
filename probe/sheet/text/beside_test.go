package text

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

func TestHeadersBesideTheLabelOfAnAnswer(t *testing.T) {
	for label, status := range map[string]int{
		"Success Response: HTTP 200, header X-Code: T000":     200,
		"Success Response (200) with header X-Code: T000":     200,
		"Response: 200; header: X-Code: T000":                 200,
		"Error Response (HTTP 404, header X-Code: T000):":     404,
		"Error Response: 404, X-Code: T000":                   404,
		"Success Response\nResponse header: X-Code: T000":     0,
		"**Error Response:** HTTP 404, header `X-Code: T000`": 404,
	} {
		t.Run(label, func(t *testing.T) {
			document := "API: Lookup\nMethod: POST\nURL: https://staging.ferry.example/v1/lookup\nRequest body:\n{\"id\": \"A1\"}\n\n" + label + "\n{\"name\": \"Asha\"}\n"
			r := Format.Read(sheet.Input{Name: "a.txt", Data: []byte(document)})
			require.Len(t, r.Sheets, 1)
			s := r.Sheets[0]
			answers := append(s.Success, s.Errors...)
			require.Len(t, answers, 1)
			assert.Empty(t, s.Headers)
			require.Len(t, answers[0].Headers, 1)
			assert.Equal(t, "X-Code", answers[0].Headers[0].Name)
			assert.Equal(t, "T000", answers[0].Headers[0].Value)
			if status != 0 {
				require.NotNil(t, answers[0].HTTPStatus)
				assert.Equal(t, status, *answers[0].HTTPStatus)
			}
		})
	}
}

func TestStatusAndHeadersOfAnAnswerOnLinesOfTheirOwn(t *testing.T) {
	const begin = "API: Lookup\nMethod: POST\nURL: https://staging.ferry.example/v1/lookup\nRequest body:\n{\"id\": \"A1\"}\n"
	for name, answers := range map[string]string{
		"above the body": "Response status: 201 Created\nResponse header: X-Code: T000\nResponse body:\n{\"name\": \"Asha\"}\nError response: 404\n{\"error\": \"none\"}\n",
		"below the body": "Response status: 201 Created\nResponse body:\n{\"name\": \"Asha\"}\nResponse header: X-Code: T000\nError response: 404\n{\"error\": \"none\"}\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := Format.Read(sheet.Input{Name: "a.txt", Data: []byte(begin + answers)})
			require.Len(t, r.Sheets, 1)
			s := r.Sheets[0]
			require.Len(t, s.Success, 1)
			require.NotNil(t, s.Success[0].HTTPStatus)
			assert.Equal(t, 201, *s.Success[0].HTTPStatus)
			assert.Equal(t, `{"name": "Asha"}`, s.Success[0].Raw)
			require.Len(t, s.Success[0].Headers, 1)
			assert.Equal(t, "X-Code", s.Success[0].Headers[0].Name)
			require.Len(t, s.Errors, 1)
			assert.Empty(t, s.Errors[0].Headers)
		})
	}
}

func TestHowACallEndsInAWord(t *testing.T) {
	const document = "API: Points\nMethod: GET\nURL: https://staging.ferry.example/v1/points?lat=5\nWhen OK: {\"count\": 2}\nWhen NOK (HTTP 400): {\"error\": \"lat\"}\n"
	r := Format.Read(sheet.Input{Name: "a.txt", Data: []byte(document)})
	require.Len(t, r.Sheets, 1)
	assert.True(t, r.Sheets[0].Request.Body.IsZero())
	require.Len(t, r.Sheets[0].Success, 1)
	require.Len(t, r.Sheets[0].Errors, 1)
	assert.Equal(t, 400, *r.Sheets[0].Errors[0].HTTPStatus)
}

func TestCodesAndTheStatusesTheyComeWith(t *testing.T) {
	const begin = "API: Bill\nMethod: POST\nURL: https://staging.ferry.example/v1/bill\nRequest body:\n{\"id\": \"A1\"}\nSuccess response:\n{\"responseCode\": \"000\"}\n" +
		"Error response:\n{\"responseCode\": \"101\"}\nStatus codes:\n"
	for rows, want := range map[string][]string{
		"000 - done\n101 - unknown\n401 - token wrong":                          {"business 000 0", "business 101 0", "business 401 0"},
		"200 - OK\n000 - done\n101 - unknown\n401 - token wrong":                {"http 200 0", "business 000 0", "business 101 0", "http 401 0"},
		"000 - done\n101 - unknown\n401 - HTTP status where the token is wrong": {"business 000 0", "business 101 0", "http 401 0"},
		"T400  field is missing (HTTP 400)\nT401 key wrong [HTTP status 401]":   {"business T400 400", "business T401 401"},
		"T400  limit reached (400 calls)":                                       {"business T400 0"},
		"400 BAD_DATE no such day\n404 NOT_FOUND nothing is there":              {"business BAD_DATE 400", "http 404 0"},
	} {
		t.Run(rows, func(t *testing.T) {
			r := Format.Read(sheet.Input{Name: "a.txt", Data: []byte(begin + rows + "\n")})
			require.Len(t, r.Sheets, 1)
			var got []string
			for _, c := range r.Sheets[0].StatusCodes {
				assert.NotContains(t, c.Message, "(HTTP")
				got = append(got, c.Kind+" "+c.Code+" "+strconv.Itoa(c.HTTPStatus))
			}
			assert.Equal(t, want, got)
		})
	}
}
