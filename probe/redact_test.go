package probe_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

func redactor(pairs ...string) *probe.Redactor {
	var vars []probe.Var
	for i := 0; i < len(pairs); i += 2 {
		vars = append(vars, probe.Var{Name: pairs[i], Value: pairs[i+1], Secret: true})
	}
	return probe.NewRedactor(probe.NewVars(vars...))
}

// awkward holds what every encoding treats in its own way.
const awkward = "p&s'w<o>r\"d/é\\ +%=1!~*(x)"

func encodings(s string) map[string]string {
	std, query := base64.StdEncoding, url.QueryEscape(s)
	plain := func() string {
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		_ = e.Encode(s)
		return strings.Trim(strings.TrimSuffix(b.String(), "\n"), "")
	}()
	goJSON, _ := json.Marshal(s)
	var units strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&units, `\u%04X`, u)
	}
	return map[string]string{
		"raw": s, "query": query, "query lower": lowerHex(query), "%20": strings.ReplaceAll(query, "+", "%20"),
		"path": url.PathEscape(s), "twice": url.QueryEscape(query), "base64": std.EncodeToString([]byte(s)),
		"base64url": base64.RawURLEncoding.EncodeToString([]byte(s)), "hex": hex.EncodeToString([]byte(s)),
		"HEX": strings.ToUpper(hex.EncodeToString([]byte(s))), "html": html.EscapeString(s),
		"html named": strings.ReplaceAll(html.EscapeString(s), "&#34;", "&quot;"), "json": plain[1 : len(plain)-1],
		"json for html": string(goJSON[1 : len(goJSON)-1]), "json slashes": strings.ReplaceAll(plain[1:len(plain)-1], "/", `\/`),
		"json units": units.String(), "JSON units": strings.ToLower(units.String()),
	}
}

func lowerHex(s string) string {
	for i := 0; i < 256; i++ {
		s = strings.ReplaceAll(s, fmt.Sprintf("%%%02X", i), fmt.Sprintf("%%%02x", i))
	}
	return s
}

func TestTextMasksEveryEncoding(t *testing.T) {
	for _, secret := range []string{awkward, "hunter2-hunter2", "日本語のひみつ", "😀😀😀😀😀😀"} {
		r := redactor("user password", secret)
		for name, form := range encodings(secret) {
			t.Run(name, func(t *testing.T) {
				got := r.Text("before " + form + " after")
				assert.NotContains(t, got, form)
				assert.Regexp(t, `^before \[masked:user_password(-\w+)?\] after$`, got)
				assert.Equal(t, got, r.Text(got), "masking twice changes nothing")
			})
		}
	}
}

func TestTextMasksWhatWritersNeedNotEncode(t *testing.T) {
	const secret = "hunter2-hunter2/Q"
	r := redactor("password", secret)
	for name, form := range map[string]string{
		"every byte":        "%68%75%6e%74%65%72%32%2D%68%75%6e%74%65%72%32%2f%51",
		"some bytes":        "hunter2%2Dhunter2/Q",
		"entities":          "hunter2&#x2D;hunter2&#47;Q",
		"entities of a URL": "hunter2-hunter2&#37;2FQ",
		"script":            `hunter2\x2dhunter2\/Q`,
		"lines":             "hunter2-\r\n    hunter2/Q",
		"lines of JSON":     `hunter2-\nhunter2/Q`,
		"base64 in lines":   "aHVudGVyMi1o\ndW50ZXIyL1E=",
		"base64 in a URL":   "aHVudGVyMi1odW50ZXIyL1E%3D",
		"upper case":        "HUNTER2-HUNTER2/Q",
	} {
		t.Run(name, func(t *testing.T) {
			got := r.Text("before " + form + "\nafter %41")
			assert.Regexp(t, `^before \[masked:password(-\w+)*\]=?\nafter %41$`, got)
			assert.Equal(t, got, r.Text(got), "masking twice changes nothing")
			assert.NotContains(t, r.CutOff("before "+form[:len(form)-2]), form[:8])
		})
	}
}

func TestKeepLeavesTheWordsOfTheSheetReadable(t *testing.T) {
	r := redactor("pin", "0000", "password", "accountId", "cvv", "200")
	r.Keep("0000", "accountId", "200", "OK")
	body := `{"code":"0000","status":200,"accountId":"x"}`
	assert.Equal(t, body, r.Body(body))
	assert.Equal(t, `{"m":"your PIN is [masked:pin]","pin":"[masked:pin]"}`, r.Body(`{"m":"your PIN is 0000","pin":"0000"}`))
	assert.Equal(t, `{"cvv":0}`, r.Knowing(probe.Request{URL: "https://h.test/?token=s1gnature-s1gnature"}).Body(`{"cvv":200}`))
	r.Add("token", "another-secret")
	assert.Equal(t, body, r.Body(body), "a new secret takes nothing back")
}

func TestLearnedIsWhatADocumentSpellsOut(t *testing.T) {
	var r probe.Redactor
	r.Learn(probe.Request{
		URL:     "https://me:a+b%2Fc-d@h.test/?api_key=abc-def&sig=<<sig>>",
		Headers: []probe.Header{{Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte("u:letmein"))}, {Name: "X-Token", Value: "X-Token"}},
	})
	assert.Equal(t, "[masked:password] [masked:api_key] [masked:Authorization]", r.Text("a+b/c-d abc-def letmein"))
	assert.Equal(t, "X-Token <<sig>>", r.Text("X-Token <<sig>>"))
}

func TestTextMasksWithinBase64(t *testing.T) {
	r := redactor("password", "hunter2-hunter2")
	for _, user := range []string{"", "u", "us", "usr", "user"} {
		got := r.Text("Basic " + base64.StdEncoding.EncodeToString([]byte(user+":hunter2-hunter2:x")))
		assert.Contains(t, got, "[masked:password-base64]", user)
	}
}

func TestTextMasksByLength(t *testing.T) {
	r := redactor("long", "abc123", "short", "q7x", "tiny", "Z9")
	for text, want := range map[string]string{
		"xabc123y":               "x[masked:long]y",
		"q7x":                    "[masked:short]",
		"a=q7x&b":                "a=[masked:short]&b",
		"%20q7x":                 "%20[masked:short]",
		"q7xy aq7x q7x1 éq7x":    "q7xy aq7x q7x1 éq7x",
		"Z9 Z9":                  "Z9 Z9",
		"[masked:long] abc123":   "[masked:long] [masked:long]",
		"[masked:abc123]":        "[masked:[masked:long]]",
		"[masked:" + "x abc123]": "[masked:x [masked:long]]",
		"ABC123":                 "ABC123",
	} {
		assert.Equal(t, want, r.Text(text), text)
	}
}

func TestTextLeavesNoEndOfAnOverlappingSecret(t *testing.T) {
	r := redactor("first", "abcdefgh", "second", "efghijklmn")
	assert.Equal(t, "<[masked:second]>", r.Text("<abcdefghijklmn>"))
	assert.Equal(t, "[masked:first][masked:first]", r.Text("abcdefghabcdefgh"))
}

func TestTextKeepsTheVocabularyOfAnswers(t *testing.T) {
	r := redactor("a", "success", "b", "error", "token", "token", "c", "Failed")
	body := `{"status":"success","error":null,"message":"Failed: invalid token"}`
	assert.Equal(t, body, r.Body(body))
	got := r.Headers([]probe.Header{{Name: "X-Api-Key", Value: "success"}})
	assert.Equal(t, "[masked:a]", got[0].Value, "a credential is masked where one stands")
}

func TestJWTPartsAreMaskedApart(t *testing.T) {
	jwt := "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9"
	got := redactor("token", "Bearer "+jwt).Text("payload eyJzdWIiOiIxMjM0NTY3ODkwIn0 rejected; token " + jwt)
	assert.Equal(t, "payload [masked:token-part] rejected; token [masked:token-part]", got)
}

func TestHeaders(t *testing.T) {
	r := redactor("token", "T", "password", "open sesame", "cookie key", "c00kie-value")
	basic := base64.StdEncoding.EncodeToString([]byte("user:open sesame"))
	for _, c := range []struct{ name, value, want string }{
		{"Authorization", "Bearer T", "Bearer [masked:token]"},
		{"authorization", "T", "[masked:token]"},
		{"Authorization", "Bearer somethingelse", "Bearer [masked:Authorization]"},
		{"Authorization", "Bearer", "Bearer"},
		{"Authorization", "", ""},
		{"Authorization", "open sesame", "[masked:password]"},
		{"Authorization", "unknownscheme abc", "[masked:Authorization]"},
		{"Authorization", "Basic " + basic, "Basic [masked:password-base64]"},
		{"Authorization", "Basic dTpw", "Basic [masked:Authorization]"},
		{"Authorization", "Bearer [masked:token]", "Bearer [masked:token]"},
		{"Proxy-Authorization", `Digest username="u", response="0"`, "Digest [masked:Proxy-Authorization]"},
		{"X-Api-Key", "9", "[masked:X-Api-Key]"},
		{"X-Consumer-Key", "T", "[masked:token]"},
		{"Cookie", "a=1; sid=c00kie-value; flag", "a=[masked:a]; sid=[masked:cookie_key]; [masked:Cookie]"},
		{"Set-Cookie", "sid=abc; Path=/; HttpOnly", "sid=[masked:sid]; Path=/; HttpOnly"},
		{"Location", "https://login.example.test/?access_token=zzz&next=1#id_token=y", "https://login.example.test/?access_token=[masked:access_token]&next=1#id_token=[masked:id_token]"},
		{"Content-Type", "application/json", "application/json"},
		{"Access-Control-Allow-Credentials", "true", "true"},
		{"X-Echo", "it was c00kie-value", "it was [masked:cookie_key]"},
	} {
		t.Run(c.name+" "+c.value, func(t *testing.T) {
			in := []probe.Header{{Name: c.name, Value: c.value}}
			got := r.Headers(in)
			assert.Equal(t, c.want, got[0].Value)
			assert.Equal(t, c.value, in[0].Value, "the argument stays")
			assert.Equal(t, got, r.Headers(got))
		})
	}
}

func TestURL(t *testing.T) {
	r := redactor("key", "a b&c/1", "token", "T")
	for in, want := range map[string]string{
		"https://h.example.test/p?api_key=T&x=1":               "https://h.example.test/p?api_key=[masked:token]&x=1",
		"https://h.example.test/p?API-KEY=zz;y&x=1#f":          "https://h.example.test/p?API-KEY=[masked:API-KEY]&x=1#f",
		"https://h.example.test/p?q=a+b%26c%2F1":               "https://h.example.test/p?q=[masked:key-urlencoded]",
		"https://h.example.test/p?sig=a%20b%26c%2f1":           "https://h.example.test/p?sig=[masked:key-urlencoded]",
		"https://h.example.test/a%20b&c%2F1/x":                 "https://h.example.test/[masked:key-urlencoded]/x",
		"https://u:pw@h.example.test/":                         "https://u:[masked:password]@h.example.test/",
		"https://[masked:user]:pw@h.example.test/":             "https://[masked:user]:[masked:password]@h.example.test/",
		"https://ghp_x@h.example.test":                         "https://[masked:user]@h.example.test",
		"https://h.example.test/p;jsessionid=12/q":             "https://h.example.test/p;jsessionid=[masked:jsessionid]/q",
		"https://h.example.test/?next=https://x.test/?token=1": "https://h.example.test/?next=https://x.test/?token=[masked:token]",
		"https://h.example.test/?token_type=x&monkey=1":        "https://h.example.test/?token_type=x&monkey=1",
		"/p?token=":     "/p?token=",
		"not a url %zz": "not a url %zz",
	} {
		got := r.URL(in)
		assert.Equal(t, want, got, in)
		assert.Equal(t, got, r.URL(got))
	}
}

func TestBody(t *testing.T) {
	r := redactor("token", "tok-12345", "otp", "4711", "amount", "1234567", "quote", `a"b\c/d`)
	for _, c := range []struct{ name, in, want string }{
		{"string", `{"m":"got tok-12345."}`, `{"m":"got [masked:token]."}`},
		{"escaped", `{"m":"got tok\u002D12345","q":"\u0061\"b\\c\/d"}`, `{"m":"got [masked:token]","q":"[masked:quote]"}`},
		{"number", `{"otp":4711,"n":14711,"d":4711.5,"big":912345678,"neg":-1234567}`, `{"otp":0,"n":14711,"d":4711.5,"big":0,"neg":0}`},
		{"short string", `{"a":"4711","b":"x4711","c":"is 4711"}`, `{"a":"[masked:otp]","b":"x4711","c":"is [masked:otp]"}`},
		{"keys", `{"4711":1,"tok-12345":2}`, `{"4711":1,"[masked:token]":2}`},
		{"layout", "{ \"a\" :\t[1.50e+3 , \"tok-12345\"],\r\n \"a\":null }", "{ \"a\" :\t[1.50e+3 , \"[masked:token]\"],\r\n \"a\":null }"},
		{"bad bytes", "{\"a\":\"\xff\",\"b\":\"\xfetok-12345\"}", "{\"a\":\"\xff\",\"b\":\"\xfe[masked:token]\"}"},
		{
			"by key", `{"password":"x","access_token":"y","pin":1234,"token":{"value":"z"},"cvv":"","api_key":null}`,
			`{"password":"[masked:password]","access_token":"[masked:access_token]","pin":0,"token":{"value":"z"},"cvv":"","api_key":null}`,
		},
		{
			"by key, no credential", `{"token_type":"Bearer","status":"s","code":"SUCC001","message":"m","key":"k","pincode":"110001","expires_in":3600,"otp":"1"}`,
			`{"token_type":"Bearer","status":"s","code":"SUCC001","message":"m","key":"k","pincode":"110001","expires_in":3600,"otp":"1"}`,
		},
		{"list under key", `{"password":["is too short"]}`, `{"password":["is too short"]}`},
		{"nested text", `{"raw":"{\"t\":\"a\\\"b\\\\c/d\"}"}`, `{"raw":"{\"t\":\"[masked:quote-json]\"}"}`},
		{"scalar", `"tok-12345"`, `"[masked:token]"`},
		{"form", "user=u&password=a%20b&x=tok-12345", "user=u&password=[masked:password]&x=[masked:token]"},
		{"almost JSON", `{password:'x', "pin" : "1", note: "pin: none"`, `{password:'[masked:password]', "pin" : "[masked:pin]", note: "pin: none"`},
		{"cut off", `{"access_token":"abc`, `{"access_token":"[masked:access_token]`},
		{"xml", "<a><password>x</password><n>tok-12345</n></a>", "<a><password>[masked:password]</password><n>[masked:token]</n></a>"},
		{"html", "<p>Your password: forgotten?</p>", "<p>Your password: forgotten?</p>"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := r.Body(c.in)
			assert.Equal(t, c.want, got)
			assert.Equal(t, got, r.Body(got), "masking twice changes nothing")
		})
	}
}

func TestCutOffDropsTheBeginningOfASecret(t *testing.T) {
	r := redactor("token", "tok-12345")
	assert.Equal(t, `{"a":"`, r.CutOff(`{"a":"tok-12`))
	assert.Equal(t, `{"a":"to`, r.CutOff(`{"a":"to`))
}

func TestRequestLearnsTheCredentialsThatStandInIt(t *testing.T) {
	q := probe.Request{
		Method: "POST", URL: "https://api.staging.example.test/v1?sig=s1gnature-s1gnature",
		Headers: []probe.Header{{Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte("u:literal-pass-1"))}},
		Body:    []byte(`{"client_secret":"zyx-987-zyx"}`),
	}
	r := probe.NewRedactor(probe.Vars{}).Knowing(q)
	assert.Equal(t, "[masked:sig] [masked:Authorization] [masked:client_secret]", r.Text("s1gnature-s1gnature literal-pass-1 zyx-987-zyx"))
	recorded := r.Request(q)
	assert.NotContains(t, fmt.Sprint(recorded), "zyx-987")
	assert.NotContains(t, fmt.Sprint(recorded), "s1gnature")

	plain := probe.NewRedactor(probe.Vars{})
	assert.Same(t, plain, plain.Knowing(probe.Request{URL: "https://h.test", Headers: []probe.Header{{Name: "Authorization", Value: "Bearer invalid"}}}))
}

func TestTheMarkDoesNotGiveTheValueAway(t *testing.T) {
	r := redactor("hunter2hunter2", "hunter2hunter2")
	assert.Equal(t, "[masked:secret]", r.Text("hunter2hunter2"))
	assert.Equal(t, "[masked:secret]", r.Headers([]probe.Header{{Name: "X-Token", Value: "hunter2hunter2"}})[0].Value)
}

func TestRedactorIsSafeForConcurrentUse(t *testing.T) {
	var r probe.Redactor
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			value := fmt.Sprintf("captured-%d-value", i)
			r.Add("captured", value)
			assert.Equal(t, "[masked:captured]", r.Text(value))
		})
	}
	wg.Wait()
	var none *probe.Redactor
	assert.Equal(t, "as it is", none.Text("as it is"))
}

func FuzzRedactor(f *testing.F) {
	f.Add("hunter2-hunter2", `{"a":["x",1,{"password":"y"}]}`, "x")
	f.Add(awkward, "a=b&token=c", "'")
	f.Add("123456", `{"n":9123456.5,"m":"123456"}`, "\\")
	f.Add("aaaaaa", `"aaaaaaaaaaaaaaaaaaa"`, "a")
	f.Fuzz(func(t *testing.T, secret, body, around string) {
		if n := len([]rune(secret)); n < 6 || n > 200 || strings.ContainsAny(secret, "[]") || len(body) > 4096 || strings.Contains("masked:secret-base64-urlencoded-json-html-hex-part", secret) {
			t.Skip()
		}
		r := redactor("name", secret)
		for name, form := range encodings(secret) {
			if strings.ToValidUTF8(secret, "") != secret {
				break // what JSON and HTML writers do with broken bytes is their own
			}
			got := r.Text(around + form + around)
			assert.NotContains(t, withoutMarks(got), form, name)
		}
		for _, text := range []string{body, around, around + secret + around, r.Text(secret + body)} {
			require.Equal(t, r.Text(text) != text, r.Changes(text), text)
		}
		got := r.Body(body)
		assert.NotContains(t, withoutMarks(got), secret)
		assert.Equal(t, got, r.Body(got), "masking twice changes nothing")
		if json.Valid([]byte(body)) {
			require.True(t, json.Valid([]byte(got)), got)
			assert.Equal(t, kinds(t, body), kinds(t, got))
		}
		r.URL(body)
		r.Headers([]probe.Header{{Name: "Cookie", Value: body}, {Name: "Authorization", Value: body}})
	})
}

func withoutMarks(s string) string {
	for strings.Contains(s, "[masked:") {
		before, after, _ := strings.Cut(s, "[masked:")
		_, rest, found := strings.Cut(after, "]")
		if !found {
			return s
		}
		s = before + "[]" + rest // no secret of these tests holds brackets
	}
	return s
}

// kinds is the sequence of JSON tokens with strings and numbers made equal.
func kinds(t *testing.T, s string) string {
	var b strings.Builder
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	for {
		tok, err := d.Token()
		if err != nil {
			return b.String()
		}
		switch tok.(type) {
		case string:
			tok = "string"
		case json.Number:
			tok = "number"
		}
		fmt.Fprintf(&b, "%T %v ", tok, tok)
	}
}

func BenchmarkRedactorBody(b *testing.B) {
	r := redactor("token", strings.Repeat("eyJhbGciOi", 40), "password", awkward, "pin", "4711")
	body := `{"items":[` + strings.Repeat(`{"id":"12345","note":"nothing of note here","price":10.5},`, 2000) + `{}]}`
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r.Body(body)
	}
}

// A request and its answer as they are recorded a thousand times in a run, and hold one secret that is known.
func BenchmarkRedactorRecord(b *testing.B) {
	r := salted("salt", "token", "stg-token-of-parcelway-0001")
	q := probe.Request{Method: "POST", URL: "https://api-sit.parcelway.test/otp/v1/generateOTP", Body: []byte(`{"mobileNo":"9000012345","Attempt id":"1"}`), Headers: []probe.Header{
		{Name: "Authorization", Value: "Bearer stg-token-of-parcelway-0001"},
		{Name: "Content-Type", Value: "application/json"},
		{Name: "Accept", Value: "application/json, */*;q=0.5"},
		{Name: "Accept-Encoding", Value: "gzip"},
		{Name: "User-Agent", Value: "sheetprobe (run 0011223344556677)"},
		{Name: "X-Sheetprobe-Run", Value: "0011223344556677"},
	}}
	list := r.HeaderList(q.Headers)
	b.ReportAllocs()
	for b.Loop() {
		list.Record(q)
	}
}

func BenchmarkRedactorAnswer(b *testing.B) {
	r := salted("salt", "token", "stg-token-of-parcelway-0001")
	headers := []probe.Header{
		{Name: "Content-Length", Value: "74"},
		{Name: "Content-Type", Value: "application/json; charset=utf-8"},
		{Name: "Date", Value: "Sun, 22 Nov 2026 19:27:42 GMT"},
		{Name: "Server", Value: "nginx/1.24.0"},
		{Name: "X-Request-Id", Value: "5f0c71a2-9d1e-4a41-8f5e-2c53a3b1d7aa"},
	}
	body := []byte(`{"status":"success","status_code":"SUCC001","message":"Request Successful","reference":"a81f-22"}`)
	b.ReportAllocs()
	for b.Loop() {
		r.MaskHeaders(headers)
		r.BodyBytes(body)
	}
}

// Where Changes and Text differed, a document would be handed on that spells a secret out.
func TestChangesSaysWhatTextDoes(t *testing.T) {
	r := redactor("token", "s3cr3t-t0ken", "pin", "4711", "odd", "[masked:odd]x")
	for _, c := range []struct {
		text    string
		changes bool
	}{
		{"", false},
		{"a: b\nc: d\n", false},
		{"a: s3cr3t-t0ken\nc: d\n", true},
		{"a: s3cr3t-\n  t0ken\n", true},
		{"a: s3cr3t%2dt0ken", true},
		{"a: s3cr3t&#45;t0ken", true},
		{"pin 4711.", true},
		{"number 947110", false},
		{"number 94711&#48;", false},
		{"a: \"[masked:token]\"\n", false},
		{"a: \"[masked:s3cr3t-t0ken]\"\n", true},
		{"a: [masked:odd]x\n", false},
	} {
		assert.Equal(t, c.changes, r.Changes(c.text), c.text)
		assert.Equal(t, c.changes, r.Text(c.text) != c.text, c.text)
	}
}

// What MayTeach says no to holds nothing that Learn would find.
func TestMayTeachLeavesNothingOut(t *testing.T) {
	for name, teaches := range map[string]bool{
		"password": true, "api_key": true, "X-Api-Key": true, "Access Token": true, "user[password]": false, "mobileNo": false, "Attempt id": false, "": false,
		"clé secrète token": true, "token?": false, strings.Repeat("x", 200) + "_token": true, "pass word": false, "otp": false,
	} {
		form := probe.Request{Body: []byte(url.Values{name: {"h4nt3r-2-h4nt3r"}}.Encode())}
		r := redactor()
		r.Gather(func(g *probe.Gathering) {
			assert.Equal(t, teaches, g.MayTeach(name), name)
			g.Learn(form)
		})
		assert.Equal(t, teaches, r.Changes("h4nt3r-2-h4nt3r"), name)
	}
}
