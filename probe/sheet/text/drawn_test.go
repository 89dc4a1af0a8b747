package text_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
)

// drawn is a table of three columns whose cells have several lines.
const drawn = `+----+----------+-------------------------+
| #  | Item     | Value                   |
+----+----------+-------------------------+
| 1  | API name | Pay                     |
+----+----------+-------------------------+
| 2  | URL      | https://uat.p.test/pay/ |
|    |          | {id}                    |
+----+----------+-------------------------+
| 3  | Method   | POST                    |
+----+----------+-------------------------+
| 4  | Headers  | X-Key: k                |
|    |          | X-Id: i                 |
+----+----------+-------------------------+
| 5  | Request  | {                       |
|    |          |   "sum": 1              |
|    |          | }                       |
+----+----------+-------------------------+
| 6  | Success  | {"code":                |
|    | response |  "A0"}                  |
+----+----------+-------------------------+
`

func TestReadDrawings(t *testing.T) {
	const call = "URL: https://uat.p.test/pay\nMethod: POST\n"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"three columns with cells of several lines": {drawn, []string{"Pay|POST https://uat.p.test/pay/{id} h:X-Key=k h:X-Id=i f:sum f:id ok:A0"}},
		"questions and answers": {
			"Q1. What is the API URL?\nAns: https://uat.p.test/pay\nQ2. Which method is used?\nAns: POST\nQ3. What does a success response look like?\nAns: {\"code\": \"A0\"}\n",
			[]string{"|POST https://uat.p.test/pay ok:A0"},
		},
		"circles for bullets": {
			"• Method: POST\n• URL: https://uat.p.test/pay\n• Headers:\n   o X-Key: k\n   o X-Id: i\n• Error codes:\n   o A1: no money\n   o A2: blocked\n• Response:\n   {\"code\": \"A0\"}\n",
			[]string{"|POST https://uat.p.test/pay h:X-Key=k h:X-Id=i ok:A0 s:A1 s:A2"},
		},
		"a paragraph with examples": {
			"To pay, send a POST request to https://uat.p.test/pay with a JSON body such as {\"sum\": 1}. Set the header x-key to <key>. " +
				"On success we answer with {\"code\": \"A0\"}. If there is no money you get HTTP 402 and {\"code\": \"A1\"}.\n",
			[]string{"|POST https://uat.p.test/pay h:x-key=<key> f:sum ok:A0 err:4xxA1"},
		},
		"an address over a method": {
			"headers below\nhttps://uat.p.test/pay\npost method\nrequest\n{\"sum\": 1}\nresponse\n{\"code\": \"A0\"}\n",
			[]string{"|POST https://uat.p.test/pay f:sum ok:A0"},
		},
		"codes for all": {
			"Base URL: https://uat.p.test\nHeaders:\nX-Key: k\n\nError codes (all APIs)\nA1 - no money\n\nAPI 1: Pay\nPath: /pay\nMethod: POST\nSuccess: {\"code\": \"A0\"}\n\n" +
				"API 2: Track\nPath: /track\nMethod: GET\nSuccess: {\"code\": \"A0\"}\n",
			[]string{"Pay|POST https://uat.p.test/pay h:X-Key=k ok:A0 s:A1", "Track|GET https://uat.p.test/track h:X-Key=k ok:A0 s:A1"},
		},
		"messages":           {call + "success message: {\"code\": \"A0\"}\nerror message: {\"code\": \"A1\"}\nbody: {\"sum\": 1}\n", []string{"|POST https://uat.p.test/pay f:sum ok:A0 err:A1"}},
		"slashes":            {call + "I/P: {\"sum\": 1}\nO/P: {\"code\": \"A0\"}\n", []string{"|POST https://uat.p.test/pay f:sum ok:A0"}},
		"a title of a story": {call + "Response:\n{\"code\": \"A0\"}\n\nCallback (we call you)\nWe send the state of the payment to you later.\n", []string{"|POST https://uat.p.test/pay ok:A0"}},
		"shared later":       {call + "Key / Secret : will be shared later\nResponse: {\"code\": \"A0\"}\n", []string{"|POST https://uat.p.test/pay ok:A0 c:key= c:secret="}},
		"one of two":         {call + "Client ID / Client Secrect: abc / to be shared in a mail\nResponse: {\"code\": \"A0\"}\n", []string{"|POST https://uat.p.test/pay ok:A0 c:client_id=abc c:client_secret="}},
		"shared above the first name": {
			"Common for all services\n  Server: https://uat.p.test\n  Headers: X-Key: k\n\nService: Pay\n  URI: /pay\n  Method: POST\n  Output: {\"code\": \"A0\"}\n\n" +
				"Service: Track\n  URI: /track\n  Method: GET\n  Output: {\"code\": \"A0\"}\n\nReturn codes\n  A0: ok\n",
			[]string{"Pay|POST https://uat.p.test/pay h:X-Key=k ok:A0 s:A0", "Track|GET https://uat.p.test/track h:X-Key=k ok:A0 s:A0"},
		},
		"emphasis and fences on one line": {
			"*API : Send OTP*\n_Method_ : POST\n_URL_ : https://uat.p.test/pay\n_Headers_ : X-Key: k\n_Body_ : ```{\"sum\": 1}```\n_Success_ : ```{\"code\": \"A0\"}```\n",
			[]string{"Send OTP|POST https://uat.p.test/pay h:X-Key=k f:sum ok:A0"},
		},
		"a question between two answers": {
			call + "you get\n{\"code\": \"A0\"}\n\nand if it fails?\n\nthen\n{\"code\": \"A1\"}\nwith status 422\n", []string{"|POST https://uat.p.test/pay ok:A0 err:4xxA1"},
		},
		"a list of statuses behind the answers": {
			call + "Error:\n{\"code\": \"A1\"}\n\nPossible replies of the server\n400 Bad Request\n500 Internal Server Error\n", []string{"|POST https://uat.p.test/pay err:A1"},
		},
		"names that are words for columns": {
			call + "Form fields:\nfile - the document (mandatory)\nremarks - text (optional)\nResponse: {\"code\": \"A0\"}\n", []string{"|POST https://uat.p.test/pay f:file! f:remarks ok:A0"},
		},
		"a name in quotes": {"below is the service \"Open account\".\n\n" + call + "Response: {\"code\": \"A0\"}\n", []string{"Open account|POST https://uat.p.test/pay ok:A0"}},
		"a name in the subject": {
			"Subject: RE: API details - Loan status\n\nHi,\nplease find it below.\n\n" + call + "Response: {\"code\": \"A0\"}\n", []string{"Loan status|POST https://uat.p.test/pay ok:A0"},
		},
		"boxes to tick": {
			"[x] Method: POST\n[x] URL: https://uat.p.test/pay\n[x] Response: {\"code\": \"A0\"}\n[ ] Partner code:\n", []string{"|POST https://uat.p.test/pay ok:A0"},
		},
		"a comment of a program": {
			"/**\n * Pay\n * @url     https://uat.p.test/pay\n * @method  POST\n */\nOK:\n{\"code\": \"A0\"}\nNOT OK:\n{\"code\": \"A1\"}\n", []string{"Pay|POST https://uat.p.test/pay ok:A0 err:A1"},
		},
		"a name right below an answer": {
			"API 1\nName: Pay\n" + call + "Failure: {\"code\": \"A1\"}\n----\nAPI 2\nName: Track\n" + call + "Failure: {\"code\": \"A2\"}\n",
			[]string{"Pay|POST https://uat.p.test/pay err:A1", "Track|POST https://uat.p.test/pay err:A2"},
		},
		"environments": {"Ambiente de homologação: https://homolog.p.test/pay\nMétodo: POST\nResposta: {\"code\": \"A0\"}\n", []string{"|POST https://homolog.p.test/pay ok:A0"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := text.Format.Read(sheet.Input{Name: "a.txt", Data: []byte(c.text)})
			var got []string
			for _, s := range r.Sheets {
				got = append(got, summary(s))
			}
			assert.Equal(t, c.want, got)
		})
	}
}
