package text_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
)

func TestReadMethodsAsLabels(t *testing.T) {
	const body = "\nBody:\n{\"a\": 1}\nResponse:\n{\"ok\": true}\n"
	for name, c := range map[string]struct {
		text string
		want []string // method, URL and name of each sheet
	}{
		"before a path":         {"## 1. Login Teacher\nPOST: api/login" + body, []string{"POST api/login Login Teacher"}},
		"in brackets":           {"## Log in\n[POST] /auth/login" + body, []string{"POST /auth/login Log in"}},
		"over the address":      {"## Log in\nPOST Request:\nhttps://sit.a.test/login" + body, []string{"POST https://sit.a.test/login Log in"}},
		"over the example":      {"## Log in\nURL: https://sit.a.test/login\nPUT Request:\n{\"a\": 1}\nResponse:\n{\"ok\": true}\n", []string{"PUT https://sit.a.test/login Log in"}},
		"in small letters":      {"## Log in\nPost : v1/login" + body, []string{"POST v1/login Log in"}},
		"each begins a sheet":   {"## A\nPOST: api/a" + body + "## B\nGET: api/b" + "\nResponse:\n{\"ok\": true}\n", []string{"POST api/a A", "GET api/b B"}},
		"a title with a number": {"3. Status Check\nGET v1/status\nResponse:\n{\"ok\": true}\n", []string{"GET v1/status Status Check"}},
		"environments":          {"## Environment\nStaging\thttps://stg.a.test/api\nProduction\thttps://a.example/api\n## A\nPOST: /a" + body, []string{"POST https://stg.a.test/api/a A"}},
		"the other way round":   {"## Environment\nProduction\thttps://a.example/api\nLocal\thttp://localhost:3000\nUAT\thttps://uat.a.test/api\n## A\nPOST: /a" + body, []string{"POST https://uat.a.test/api/a A"}},
		"a list of options":     {"## A\nOptions: yes/no\nURL: https://sit.a.test/a\nMethod: POST\nBody:\n{\"a\": 1}\nHead: a/b\nResponse:\n{\"ok\": true}\n", []string{"POST https://sit.a.test/a A"}},
		"a word among labels":   {"## A\nPost: news/sport\nURL: https://sit.a.test/a\nMethod: PUT" + body, []string{"PUT https://sit.a.test/a A"}},
		"below a host alone":    {"## A\nURL: https://sit.a.test\nPost: v1/a" + body, []string{"POST https://sit.a.test/v1/a A"}},
		"an aim below a title":  {"## Log in\n\nPurpose: lets a teacher in\nURL: https://sit.a.test/a\nMethod: POST" + body, []string{"POST https://sit.a.test/a Log in"}},
		"an aim without one":    {"Purpose: Log in\nURL: https://sit.a.test/a\nMethod: POST" + body, []string{"POST https://sit.a.test/a Log in"}},
		"a sentence":            {"## A\nDelete: removes the account\nURL: https://sit.a.test/a\nMethod: DELETE" + body, []string{"DELETE https://sit.a.test/a A"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, s := range text.Format.Read(sheet.Input{Name: "a.txt", Data: []byte(c.text)}).Sheets {
				got = append(got, s.Method+" "+s.URL+" "+s.Name)
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestReadPartnerCodeBelowCodes(t *testing.T) {
	r := text.Format.Read(sheet.Input{Name: "a.txt", Data: []byte("API Name: Read a loan\nMethod: GET\nURL: https://uat.loans.example/v1/loans/7\n" +
		"Success Response:\n{\"code\": \"EMI000\"}\nStatus Codes -\nEMI000 - Success\nEMI404 - Loan not found\n\nPartner Code - AMF-WA-01\n\nRegards,\nSudha\n")})
	if assert.Len(t, r.Sheets, 1) {
		assert.Equal(t, "AMF-WA-01", r.Sheets[0].PartnerCode)
		assert.Len(t, r.Sheets[0].StatusCodes, 2)
	}
}

func TestACallOverAnErrorIsTheRequestThatLeadsToIt(t *testing.T) {
	const document = `# Quote a parcel

POST https://staging.ferry.example/v1/quotes

### Request

curl -X POST https://staging.ferry.example/v1/quotes \
  -H 'Authorization: Bearer {token}' \
  -d '{"to": "SE-1", "weight": 12}'

### Success Response

{"price": "8.00"}

### Error Response

#### 422 - too heavy

curl -X POST https://staging.ferry.example/v1/quotes \
  -H 'Authorization: Bearer abc' \
  -d '{"to": "SE-1", "weight": 99000}'

{"error": "TOO_HEAVY"}

#### 401 - no token

curl -X POST https://staging.ferry.example/v1/quotes -d '{"to": "SE-1", "weight": 12}'

{"error": "NO_TOKEN"}

#### 400 - not readable

{"error": "BAD_REQUEST"}
`
	r := text.Format.Read(sheet.Input{Name: "a.txt", Data: []byte(document)})
	require.Len(t, r.Sheets, 1)
	errors := r.Sheets[0].Errors
	require.Len(t, errors, 3)
	require.NotNil(t, errors[0].Request)
	assert.Equal(t, `{"weight":99000}`, errors[0].Request.Body.Value.String())
	assert.Empty(t, errors[0].Request.Headers, "which credential the example shows says nothing")
	require.NotNil(t, errors[1].Request)
	assert.Nil(t, errors[1].Request.Body)
	assert.Equal(t, []probe.Change{{Name: "Authorization", Remove: true}}, errors[1].Request.Headers)
	assert.Nil(t, errors[2].Request)
}

func TestACallOfAnotherAddressAmongErrorsIsAnotherAPI(t *testing.T) {
	const document = `# Quote

curl -X POST https://staging.ferry.example/v1/quotes -d '{"to": "SE-1"}'

Success Response
{"price": "8.00"}

Error Response
{"error": "TOO_HEAVY"}

# Book

curl -X POST https://staging.ferry.example/v1/bookings -d '{"quote": "Q-1"}'

Success Response
{"booking": "B-1"}
`
	assert.Len(t, text.Format.Read(sheet.Input{Name: "a.txt", Data: []byte(document)}).Sheets, 2)
}
