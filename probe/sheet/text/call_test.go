package text_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

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
