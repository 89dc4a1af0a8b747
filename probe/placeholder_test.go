package probe_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestFindPlaceholders(t *testing.T) {
	cases := []struct {
		name, text string
		url        bool
		want       string // name=written, parted by blanks
	}{
		{"double angle", "Bearer <<token>>", false, "token=<<token>>"},
		{"double angle with blanks", "<< token >>", false, "token=<< token >>"},
		{"double brace", "Bearer {{access_token}}", false, "access_token={{access_token}}"},
		{"dollar brace", "${TOKEN}", false, "TOKEN=${TOKEN}"},
		{"dollar word", "Bearer $ACCESS_TOKEN", false, "ACCESS_TOKEN=$ACCESS_TOKEN"},
		{"brace in quotes", `"{partnercode}"`, false, "partnercode={partnercode}"},
		{"brace of two words", "{city name}", false, "city name={city name}"},
		{"angle", "Basic <TOKEN>", false, "TOKEN=<TOKEN>"},
		{"angle of two words", "<access token>", false, "access token=<access token>"},
		{"angle with a colon", "Basic <base64 of user:pass>", false, "base64 of user:pass=<base64 of user:pass>"},
		{"double angle with a colon", "Basic <<user:pass>>", false, "user:pass=<<user:pass>>"},
		{"encoding call", "Basic base64(client_id:client_secret)", false, "base64 of client_id:client_secret=base64(client_id:client_secret)"},
		{"encoding call of placeholders", "Basic base64(<user>:<password>)", false, "base64 of user:password=base64(<user>:<password>)"},
		{"percent", "%TOKEN%", false, "TOKEN=%TOKEN%"},
		{"bracket as the whole value", " [token] ", false, "token=[token]"},
		{"your", "YOUR_API_KEY", false, "YOUR_API_KEY=YOUR_API_KEY"},
		{"your with hyphens", "Bearer YOUR-TOKEN-HERE", false, "YOUR-TOKEN-HERE=YOUR-TOKEN-HERE"},
		{"here", "INSERT_KEY_HERE", false, "INSERT_KEY_HERE=INSERT_KEY_HERE"},
		{"mask of x", "xxxx", false, "=xxxx"},
		{"mask with digits", "card XXXX1234", false, "=XXXX1234"},
		{"mask of groups", "xxxx-xxxx-1234", false, "=xxxx-xxxx-1234"},
		{"mask of asterisks", "Bearer ****", false, "=****"},
		{"mask of hashes", "####", false, "=####"},
		{"several", "<<a>>/{b}?c={{d}}", false, "a=<<a>> b={b} d={{d}}"},
		{"colon segment", "https://h.example/v1/orders/:id/lines/:line_no", true, "id=:id line_no=:line_no"},
		{"angle with a converter", "https://h.example/pan/<string:panNumber>", true, "panNumber=<string:panNumber>"},
		{"brace with a pattern", "/v1/{id:[0-9]+}", true, "id={id:[0-9]+}"},
		{"segment in parentheses", "/v1/(id)/lines/(int:line-no)?q=(x)", true, "id=(id) line-no=(int:line-no)"},
		{"host", "https://{host}:8080/v1", true, "host={host}"},
		{"other scripts", "Bearer {токен}", false, "токен={токен}"},

		{"graphql", `query { me(id: 5) { id name } }`, false, ""},
		{"graphql without blanks", `{me{id}}`, false, ""},
		{"text of JSON without quotes", `{"a": {id}, "b": "x {c}"}`, false, "id={id} c={c}"},
		{"string in a text of JSON", `{"b": "x {c}"`, false, "c={c}"},
		{"json braces", `{"a": {"b": [1, {}]}, "c": {}}`, false, ""},
		{"XML with a namespace", "<s:Body>1</s:Body>", false, ""},
		{"base64 as a word", "base64 (standard alphabet)", false, ""},
		{"json without quotes", `{status:"ok", n: {m: 1}}`, false, ""},
		{"comparison", "a < b > c", false, ""},
		{"comparison without blanks", "x<y and z>w", false, ""},
		{"time", "10:30", false, ""},
		{"time in a URL", "/at/10:30", true, ""},
		{"port", "http://h.example:8080/v1", true, ""},
		{"ipv6", "http://[fe80::1]:8080/v1", true, ""},
		{"e-mail", "someone@h.example", false, ""},
		{"e-mail in angles", "<someone@h.example>", false, ""},
		{"html", "a<br>b <b>bold</b> <a href=x>", false, ""},
		{"xml", "<otp><mobile>1</mobile></otp>", false, ""},
		{"reference", `{"$ref": "#/a"}`, false, ""},
		{"price", "$5 or $5.00", false, ""},
		{"generics", "List<String>", false, ""},
		{"list", "use [a] or [b]", false, ""},
		{"list of a type", "[string]", false, ""},
		{"percent-encoding", "/a%2Fb%20c%E4%BD%A0", true, ""},
		{"hexadecimal", "0xff 0xXYZ", false, ""},
		{"short x", "xx 3xx Xerxes", false, ""},
		{"bold", "**bold** and # heading", false, ""},
		{"your domain", "https://your-domain.example/v1", true, ""},
		{"colon outside a URL", "a/:id", false, ""},
		{"empty", "", false, ""},
		{"unclosed", "<<token {{a ${B <c", false, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, ref := range probe.FindPlaceholders(c.text, c.url) {
				require.Equal(t, c.text[ref.Start:ref.End], ref.Written)
				got = append(got, ref.Name+"="+ref.Written)
			}
			assert.Equal(t, c.want, strings.Join(got, " "))
		})
	}
}

func FuzzFindPlaceholders(f *testing.F) {
	for _, seed := range []string{"Bearer <<token>>", "{{a}}${B}$C{d}<e>%F%:g", "xxxx****####", "<a></a>", "[t]", "YOUR_X"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, text string, inURL bool) {
		end := 0
		for _, ref := range probe.FindPlaceholders(text, inURL) {
			require.GreaterOrEqual(t, ref.Start, end)
			require.Greater(t, ref.End, ref.Start)
			require.Equal(t, text[ref.Start:ref.End], ref.Written)
			end = ref.End
		}
	})
}
