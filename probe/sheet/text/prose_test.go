package text_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
)

// summary says in one line a sheet what was read of it.
func summary(s *probe.Sheet) string {
	var words []string
	add := func(w ...string) { words = append(words, strings.Join(w, "")) }
	add(s.Name, "|", s.Method, " ", s.URL)
	for _, h := range s.Headers {
		add("h:", h.Name, "=", h.Value)
	}
	for _, f := range s.Request.Fields {
		mark := ""
		if f.Mandatory != nil && *f.Mandatory {
			mark = "!"
		}
		add("f:", f.Name, mark)
	}
	for _, r := range s.Success {
		add("ok:", status(r))
	}
	for _, r := range s.Errors {
		add("err:", status(r))
	}
	for _, c := range s.Credentials {
		add("c:", c.Name, "=", c.Value)
	}
	for _, c := range s.StatusCodes {
		add("s:", c.Code)
	}
	for _, row := range s.TestData {
		for _, v := range row.Values {
			add("t:", v.Name, "=", v.Value, ">", row.Expect)
		}
	}
	return strings.Join(words, " ")
}

func status(r probe.Response) string {
	if r.HTTPStatus == nil {
		return r.Code
	}
	return string(rune('0'+*r.HTTPStatus/100)) + "xx" + r.Code
}

func TestReadProse(t *testing.T) {
	const tail = "\nSuccess Response: {\"code\": \"A0\"}\nError Response: {\"code\": \"A1\"}\n"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"sentences": {
			"Hi,\n\nplease call POST https://uat.p.test/pay with the payload below:\n\n{\"sum\": 1}\n\nIn case of success you will get:\n\n{\"code\": \"A0\"}\n\n" +
				"If the sum is wrong we return HTTP 422 with\n\n{\"code\": \"A1\"}\n\nAll calls need the header X-Key: <<key>>.\n\nRegards\n",
			[]string{"|POST https://uat.p.test/pay h:X-Key=<<key>> f:sum ok:A0 err:4xxA1"},
		},
		"a header in the sentence of the call": {
			"Send a GET to https://uat.p.test/rates with header X-Token: <token>.\n\nThe response looks like this:\n{\"code\": \"A0\"}\n",
			[]string{"|GET https://uat.p.test/rates h:X-Token=<token> ok:A0"},
		},
		"questions": {
			"> What is the API URL?\nhttps://uat.p.test/pay\n> Which method?\nPOST\n> Please share sample request\n{\"sum\": 1}\n> Please share success response\n{\"code\": \"A0\"}\n",
			[]string{"|POST https://uat.p.test/pay f:sum ok:A0"},
		},
		"a header for all but one": {
			"Base URL: https://uat.p.test\nAuthorization: Bearer <token> is required for every call except login.\n\n1. Login\nMethod: POST\nPath: /login" + tail +
				"\n2. Pay\nMethod: POST\nPath: /pay" + tail,
			[]string{"Login|POST https://uat.p.test/login ok:A0 err:A1", "Pay|POST https://uat.p.test/pay h:Authorization=Bearer <token> ok:A0 err:A1"},
		},
		"common headers": {
			"Common headers (all APIs)\nX-Key: {key}\nContent-Type: application/json\n\nAPI: Ping\nMethod: GET\nURL: https://uat.p.test/ping" + tail + "\nAPI: Pong\nMethod: GET\nURL: https://uat.p.test/pong" + tail,
			[]string{
				"Ping|GET https://uat.p.test/ping h:X-Key={key} h:Content-Type=application/json ok:A0 err:A1",
				"Pong|GET https://uat.p.test/pong h:X-Key={key} h:Content-Type=application/json ok:A0 err:A1",
			},
		},
		"values for several credentials": {
			"Name: Pay\nMethod: POST\nURL: https://uat.p.test/pay" + tail + "Consumer Key / Consumer Secret: k_1 / s_2\nUser ID: u\nPassword: ****\n",
			[]string{"Pay|POST https://uat.p.test/pay ok:A0 err:A1 c:consumer_key=k_1 c:consumer_secret=s_2 c:User ID=u c:Password=****"},
		},
		"stars": {
			"Name: Pay\nMethod: POST\nURL: https://uat.p.test/pay\nRequest: {\"sum*\": 1, \"at\": {\"day*\": 2}}" + tail,
			[]string{"Pay|POST https://uat.p.test/pay f:sum! f:at f:day! ok:A0 err:A1"},
		},
		"labels within sentences": {
			"Make a POST call to https://uat.p.test/pay.\nHeaders to be passed: Content-Type as application/json and key: k\n\nSample payload is as follows:\n{\"sum\": 1}\n\nOn success, we will return:\n{\"code\": \"A0\"}\n",
			[]string{"|POST https://uat.p.test/pay h:Content-Type=application/json h:key=k f:sum ok:A0"},
		},
		"a header in quotes": {
			"URL: https://uat.p.test/pay\nMethod: POST\nAuth: Header \"X-Key: k\"\nBody: {\"sum\": 1}\n",
			[]string{"|POST https://uat.p.test/pay h:X-Key=k f:sum"},
		},
		"a header named twice": {
			"Authorization header is mandatory for all APIs: Authorization: Basic <b>\n\n1. Pay\nMethod: POST\nURL: https://uat.p.test/pay" + tail,
			[]string{"Pay|POST https://uat.p.test/pay h:Authorization=Basic <b> ok:A0 err:A1"},
		},
		"titles that count": {
			"Service 2. Pay\n--------------\nMethod: POST\nURL: https://uat.p.test/pay" + tail,
			[]string{"Pay|POST https://uat.p.test/pay ok:A0 err:A1"},
		},
		"test data with meanings in one line": {
			"Name: Pay\nMethod: POST\nURL: https://uat.p.test/pay\nRequest: {\"card\": \"G-1\", \"sum\": 1}" + tail + "Test cards: G-1 (success), G-2 (A1)\nTest data:\ncard 4111 - A1\n",
			[]string{"Pay|POST https://uat.p.test/pay f:card f:sum ok:A0 err:A1 t:card=G-1>success t:card=G-2>A1 t:card=4111>A1"},
		},
		"a status, a condition and a payload": {
			"Name: Pay\nMethod: POST\nURL: https://uat.p.test/pay\nRequest: {\"sum\": 1}\n\nStatus: 200\nCondition: paid\nPayload:\n{\"code\": \"A0\"}\n\nStatus: 404\nCondition: unknown\nPayload:\n{\"code\": \"A1\"}\n",
			[]string{"Pay|POST https://uat.p.test/pay f:sum ok:2xxA0 err:4xxA1"},
		},
		"test data of several": {
			"API: One\nMethod: POST\nURL: https://uat.p.test/1\nRequest: {\"pan\": \"P\"}" + tail + "\nAPI: Two\nMethod: POST\nURL: https://uat.p.test/2\nRequest: {\"otp\": \"1\"}" + tail +
				"\nTest Data\npan: P1 - success\notp: 2222 - A1\n",
			[]string{"One|POST https://uat.p.test/1 f:pan ok:A0 err:A1 t:pan=P1>success", "Two|POST https://uat.p.test/2 f:otp ok:A0 err:A1 t:otp=2222>A1"},
		},
		"curl under numbered titles": {
			"1. Open\n\ncurl -X POST 'https://uat.p.test/pay' -d '{\"sum\": 1}'\n\nResponse:\n{\"code\": \"A0\"}\n\n2. Track\n\ncurl --location 'https://uat.p.test/pay/1'\n\nResponse:\n{\"code\": \"A2\"}\n",
			[]string{"Open|POST https://uat.p.test/pay f:sum ok:A0", "Track|GET https://uat.p.test/pay/1 ok:A2"},
		},
		"curl of one address under plain titles": {
			"Open\n\ncurl -X POST 'https://uat.p.test/rpc' -d '{\"op\": 1}'\n\nPossible responses:\n{\"code\": \"A0\"}\n\nClose\n\ncurl -X POST 'https://uat.p.test/rpc' -d '{\"op\": 2}'\n\nPossible responses:\n{\"code\": \"A2\"}\n",
			[]string{"Open|POST https://uat.p.test/rpc f:op ok:A0", "Close|POST https://uat.p.test/rpc f:op ok:A2"},
		},
		"curl once more behind the answer": {
			"Pay\n\nPOST https://uat.p.test/pay\nRequest: {\"sum\": 1}" + tail + "Example:\ncurl -X POST https://uat.p.test/pay -d '{\"sum\": 1}'\nCodes:\nA1 - no money\n",
			[]string{"Pay|POST https://uat.p.test/pay f:sum ok:A0 err:A1 s:A1"},
		},
		"a header in French": {
			"Méthode : POST\nURL : https://uat.p.test/pay" + tail + "\nL'en-tête X-Cle: <cle> est obligatoire pour tous les appels.\n",
			[]string{"|POST https://uat.p.test/pay h:X-Cle=<cle> ok:A0 err:A1"},
		},
		"a header in Spanish": {
			"Método: POST\nURL: https://uat.p.test/pay" + tail + "\nTodas las llamadas llevan la cabecera X-Clave: {clave} y X-Sitio: 4.\n",
			[]string{"|POST https://uat.p.test/pay h:X-Clave={clave} h:X-Sitio=4 ok:A0 err:A1"},
		},
		"a header in Portuguese": {
			"Método: POST\nURL: https://uat.p.test/pay" + tail + "\nO cabeçalho X-Chave: {chave} deve ser enviado em todas as requisições.\n",
			[]string{"|POST https://uat.p.test/pay h:X-Chave={chave} ok:A0 err:A1"},
		},
		"a header in German": {
			"Methode: POST\nURL: https://uat.p.test/pay" + tail + "\nBitte bei jedem Aufruf den Header X-Mandant: 77 mitsenden.\n",
			[]string{"|POST https://uat.p.test/pay h:X-Mandant=77 ok:A0 err:A1"},
		},
		"a header in Chinese": {
			"接口：付款\n请求方式：POST\n请求地址：https://uat.p.test/pay" + tail + "\n所有接口的请求头中必须带上 Authorization：Bearer {token}，否则返回401。\n",
			[]string{"付款|POST https://uat.p.test/pay h:Authorization=Bearer {token} ok:A0 err:A1"},
		},
		"numbers to try": {
			"Name: Find\nMethod: GET\nURL: https://uat.p.test/cars?regNo=K1" + tail + "\nTest registration numbers\nK1 - found\nK9 - A1\n",
			[]string{"Find|GET https://uat.p.test/cars?regNo=K1 f:regNo ok:A0 err:A1 t:regNo=K1>success t:regNo=K9>A1"},
		},
		"all fields are mandatory": {
			"5. Method\nPOST\n6. URL\nhttps://uat.p.test/pay\n7. Request Body (all fields mandatory)\n{\"sum\": 1, \"to\": {\"iban\": \"X\"}}\n8. Success Response\n{\"code\": \"A0\"}\n",
			[]string{"|POST https://uat.p.test/pay f:sum! f:to! f:iban! ok:A0"},
		},
		"all fields but one are mandatory": {
			"Method: POST\nURL: https://uat.p.test/pay\nRequest Body:\n{\"sum\": 1, \"lang\": \"en\", \"to\": \"X\"}\nAll the fields are mandatory except lang." + tail,
			[]string{"|POST https://uat.p.test/pay f:sum! f:lang f:to! ok:A0 err:A1"},
		},
		"a chat": {
			"05/03/26, 4:12 pm - Kiran: URL: https://uat.p.test/pay\n05/03/26, 4:12 pm - Kiran: Method: POST\n05/03/26, 4:13 pm - Kiran: Response:\n{\n\"code\": \"A0\"\n}\n05/03/26, 4:16 pm - Anita: ok\n",
			[]string{"|POST https://uat.p.test/pay ok:A0"},
		},
		"a thread": {
			"kiran  10:41 AM\nsee below\n\nkiran  10:44 AM\nURL: https://uat.p.test/pay\nMethod: POST\nResponse:\n{\"code\": \"A0\"}\n\nanita  10:50 AM\nthanks\n",
			[]string{"|POST https://uat.p.test/pay ok:A0"},
		},
		"sections": {
			"Pay\n===\n\nHTTP Request\n------------\nPOST https://uat.p.test/pay HTTP/1.1\nX-Key: k\n\n{\"sum\": 1}\n\nResponse\n--------\n{\"code\": \"A0\"}\n",
			[]string{"Pay|POST https://uat.p.test/pay h:X-Key=k f:sum ok:A0"},
		},
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

func TestReadAmbiguousTestData(t *testing.T) {
	document := checkPin + "\n" + strings.ReplaceAll(checkPin, "Check PIN", "Renew PIN") + "\n\nTest numbers\n\n4444 - success\n"
	r := text.Format.Read(sheet.Input{Name: "a.txt", Data: []byte(document)})
	require.Len(t, r.Sheets, 2)
	assert.Empty(t, r.Sheets[0].TestData)
	assert.Empty(t, r.Sheets[1].TestData)
	require.Len(t, r.Sheets[1].Diagnostics, 1)
	assert.Contains(t, r.Sheets[1].Diagnostics[0].Message, "which API the test data")
}

func TestReadSettings(t *testing.T) {
	for name, document := range map[string]string{
		"containers":  "version: \"3\"\nservices:\n  web:\n    environment:\n      API_URL: https://api.x.test\n      METHOD: POST\n",
		"a playbook":  "- name: hook\n  uri:\n    url: https://hooks.x.test/a\n    method: POST\n    body: {a: 1}\n",
		"a package":   "{\"name\": \"web\", \"version\": \"1.0.0\", \"repository\": {\"url\": \"https://git.x.test/web\"}}",
		"a manifest":  "apiVersion: v1\nkind: Service\nspec:\n  ports:\n    - port: 80\n",
		"sections":    "[server]\nmethod = token\nurl = https://api.x.test\n\n[auth]\nuser id = x\n",
		"variables":   "API_URL=https://api.x.test\nMETHOD=POST\n# comment\nCLIENT_ID=a\n",
		"only anchor": "base: &b\n  url: https://x.test\nother:\n  <<: *b\n  method: POST\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := text.Format.Read(sheet.Input{Name: "a.txt", Data: []byte(document)})
			require.Empty(t, r.Sheets)
			require.Len(t, r.Diagnostics, 1)
			assert.Contains(t, r.Diagnostics[0].Message, ", with keys such as")
		})
	}
}
