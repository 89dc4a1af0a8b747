package judge_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

// failed is a documented error whose message is the text.
func failed(t *testing.T, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	require.NoError(t, err)
	return `{"status":"error","status_code":"ERR002","message":` + string(quoted) + `}`
}

func TestLeaks(t *testing.T) {
	java := "java.lang.IllegalStateException: x\n\tat com.acme.Pay.run(Pay.java:12)\n\tat com.acme.Api.call(Api.java:40)"
	for name, c := range map[string]struct{ text, want string }{
		"trace of Java":               {java, "security.leak"},
		"trace of .NET":               {"System.NullReferenceException: x\r\n   at Acme.Pay.Run(Order o) in C:\\src\\Pay.cs:line 12\r\n   at Acme.Api.Call()", "security.leak"},
		"trace of Node.js":            {"TypeError: x\n    at pay (/srv/app/pay.js:12:5)\n    at Layer.handle [as handle_request] (/srv/app/node_modules/express/lib/router/layer.js:95:5)", "security.leak"},
		"trace of Python":             {"Traceback (most recent call last):\n  File \"/srv/app/pay.py\", line 12, in pay\nKeyError: 'amount'", "security.leak"},
		"trace of PHP":                {"#0 /var/www/html/pay.php(12): pay()\n#1 {main}", "security.leak"},
		"trace of Ruby":               {"/srv/app/pay.rb:12:in `pay'\n/srv/app/api.rb:3:in `call'", "security.leak"},
		"trace of Go":                 {"panic: x\n\ngoroutine 1 [running]:\nmain.main()", "security.leak"},
		"MySQL":                       {"You have an error in your SQL syntax; check the manual", "security.leak"},
		"Postgres":                    {"ERROR: duplicate key value violates unique constraint \"orders_pkey\"", "security.leak"},
		"Oracle":                      {"ORA-00933: SQL command not properly ended", "security.leak"},
		"statement":                   {"could not run SELECT id FROM orders WHERE no = ?", "security.leak"},
		"path":                        {"cannot open /var/www/html/config/app.php:12", "security.leak:warning"},
		"path of Windows":             {`Could not load C:\inetpub\wwwroot\bin\Pay.dll`, "security.leak:warning"},
		"words like SQL":              {"Please select a date from the calendar, and update the set", ""},
		"statement in prose":          {"SELECT a plan, then pay", ""},
		"one line with at":            {"failed at checkout (see help)", ""},
		"two lines with at":           {"at home (10:00)\nat work (12:00)", ""},
		"path of a URL":               {"no resource at /api/v1/orders/12.json", ""},
		"path of a user's upload":     {"cannot read /home/photos", ""},
		"version of a library":        {"unsupported client 1.2.js", ""},
		"address of a page of help":   {"see https://docs.acme.example/app/errors.php", ""},
		"exception by its class only": {"com.acme.InvalidAmountException", ""},
		"ORA as a word":               {"ORA-NGE is no colour", ""},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, []row{{name: "in an error", doc: model, family: "missing-field", status: 400, body: failed(t, c.text), want: c.want}})
		})
	}
	run(t, []row{
		{name: "in a success at a documented place", doc: model, body: `{"status":"success","status_code":"SUCC001","message":"ERROR: syntax error at or near x"}`},
		{
			name: "in a success at a place of its own", doc: model, body: `{"status":"success","status_code":"SUCC001","message":"a","debug":"at a.b.C.d(C.java:1)\nat a.b.E.f(E.java:2)"}`,
			want: "security.leak shape.undocumented",
		},
		{name: "frame by frame in a list", doc: model, family: "missing-field", status: 500, body: `{"trace":["/srv/a.rb:12:in 'pay'","/srv/b.rb:3:in 'call'"]}`, want: "negative.server-error security.leak"},
		{
			name: "as the sheet shows it", doc: doc{success: model.success, failure: []string{`400 - {"error":"cannot open /var/app/a.php:1"}`}}, family: "missing-field", status: 400,
			body: `{"error":"cannot open /var/app/b.php:2"}`,
		},
		{
			name: "page in debug mode", doc: alone, family: "missing-field", status: 404, media: "text/html",
			body: "<html><title>Page not found</title><p>Using the URLconf defined in <code>acme.urls</code></p></html>", want: "security.leak",
		},
	})
}

func TestEchoedSecrets(t *testing.T) {
	header := []probe.Header{{Name: "Authorization", Value: "Bearer [masked:token~k3f7q]"}, {Name: "X-Pin", Value: "[masked:pin]"}}
	shown := doc{success: []string{`- - {"token":"abc","user":"x"}`}, failure: model.failure}
	for name, c := range map[string]struct {
		doc        doc
		body, want string
	}{
		"in a message":               {model, `{"status":"success","status_code":"SUCC001","message":"hello [masked:token~k3f7q]"}`, "security.secret-echo"},
		"encoded":                    {model, `{"status":"success","status_code":"SUCC001","message":"hello [masked:token-base64~k3f7q]"}`, "security.secret-echo"},
		"at a key of its own":        {model, `{"status":"success","status_code":"SUCC001","message":"a","sent":{"token":"[masked:token~k3f7q]"}}`, "security.secret-echo shape.undocumented"},
		"another secret":             {model, `{"status":"success","status_code":"SUCC001","message":"hello [masked:token~zzzzz]"}`, ""},
		"where the sheet shows one":  {shown, `{"token":"[masked:token~k3f7q]","user":"x"}`, ""},
		"quoted where it shows none": {shown, `{"token":"abcd","user":"x of [masked:token~k3f7q]"}`, "security.secret-echo"},
		"a short one in a sentence":  {model, `{"status":"success","status_code":"SUCC001","message":"your [masked:pin] is fine"}`, "security.secret-echo"},
		"a short one by its key":     {shown, `{"token":"x","user":"y","pin":"[masked:pin]"}`, "shape.undocumented"},
	} {
		t.Run(name, func(t *testing.T) {
			r := row{family: probe.FamilySuccess, status: 200, media: "application/json", body: c.body}
			x := r.exchange()
			x.Request.Headers = header
			checkResult(t, decideExchange(t, c.doc, r, x), c.want)
		})
	}
	r := row{family: probe.FamilySuccess, status: 200, media: "application/json", body: good}
	assert.Empty(t, decideExchange(t, model, r, r.exchange()).Findings, "nothing was sent that could come back")
}

func TestAMaskedValueIsOfNoMake(t *testing.T) {
	d := doc{success: []string{`- - {"extras":{"signature":"10.00","insurance":"2.00"}}`}, failure: []string{`400 - {"error":"bad"}`}}
	run(t, []row{
		{name: "masked", doc: d, body: `{"extras":{"signature":"[masked:signature]","insurance":"3.00"}}`},
		{name: "plain", doc: d, body: `{"extras":{"signature":"ten","insurance":"3.00"}}`, want: "shape.format"},
	})
}
