package probe_test

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

func salted(salt string, pairs ...string) *probe.Redactor {
	r := redactor(pairs...)
	r.Salt([]byte(salt))
	return r
}

var aDigest = regexp.MustCompile(`~([a-z2-7]{5})\]`)

// digestsIn are the digests of all marks of a text, in their order.
func digestsIn(s string) (all []string) {
	for _, m := range aDigest.FindAllStringSubmatch(s, -1) {
		all = append(all, m[1])
	}
	return all
}

func TestDigestsShowEquality(t *testing.T) {
	const one, other = "k7-Wq/9fT+x2m", "p3-Rz/4hL+c8v"
	r := salted("salt", "token", one, "echo", one, "key", other)
	first := r.Text(one)
	require.Regexp(t, `^\[masked:(token|echo)~[a-z2-7]{5}\]$`, first)
	want := digestsIn(first)
	for name, text := range map[string]string{
		"again": r.Text("x " + one), "encoded": r.Text(url.QueryEscape(one)), "in base64": r.Text(base64.StdEncoding.EncodeToString([]byte(one))),
		"in a body": r.Body(`{"a":"` + one + `"}`), "by its place": r.Body(`{"password":"` + one + `"}`),
		"in an address": r.URL("https://a.test/?token=" + url.QueryEscape(one)), "in an entity": r.Text("k7&#45;Wq/9fT+x2m"),
		"in a header": r.Headers([]probe.Header{{Name: "Authorization", Value: "Bearer " + one}})[0].Value,
		"in upper":    r.Text(strings.ToUpper(one)),
		"in Basic":    r.Headers([]probe.Header{{Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+one))}})[0].Value,
	} {
		assert.Equal(t, want, digestsIn(text), "%s: %s", name, text)
	}
	assert.NotEqual(t, want, digestsIn(r.Text(other)))
	assert.NotEqual(t, want, digestsIn(salted("another", "token", one).Text(one)), "two runs cannot be compared")
	assert.Equal(t, "[masked:token]", redactor("token", one).Text(one), "without a salt")
}

func TestDigestsOfWhatARequestTeaches(t *testing.T) {
	const value = "a1b2c3d4e5f6g7"
	r := salted("salt")
	child := r.Knowing(probe.Request{Headers: []probe.Header{{Name: "X-Api-Key", Value: value}}})
	masked := child.Text(value)
	require.Regexp(t, `^\[masked:X-Api-Key~`, masked)
	assert.Equal(t, digestsIn(masked), digestsIn(r.Body(`{"secret":"`+value+`"}`)))
	r.Add("late", value)
	assert.Equal(t, digestsIn(masked), digestsIn(r.Text(value)))
	r.Keep("word")
	assert.Equal(t, digestsIn(masked), digestsIn(r.Text(value)))
}

func TestShortValuesHaveNoDigest(t *testing.T) {
	r := salted("salt", "pin", "pässwörd-11", "long", "pässwörd--12")
	assert.Equal(t, "[masked:pin]", r.Text("pässwörd-11"))
	assert.Len(t, digestsIn(r.Text("pässwörd--12")), 1)
	assert.Equal(t, `{"password":"[masked:password]"}`, r.Body(`{"password":"guess-00001"}`), "else an answer could hold a list of guesses")
	assert.Equal(t, "[masked:pin-base64]", r.Text(base64.StdEncoding.EncodeToString([]byte("pässwörd-11"))), "however long its encoding is")
}

func TestMaskingADigestChangesNothing(t *testing.T) {
	r := salted("salt", "token", "k7-Wq/9fT+x2m")
	again := salted("another", "token", "k7-Wq/9fT+x2m")
	address := r.URL("https://k7-Wq/9fT+x2m@a.test/k7-Wq/9fT+x2m?token=k7-Wq/9fT+x2m&x=1#k7-Wq/9fT+x2m")
	assert.Equal(t, address, again.URL(address))
	for _, body := range []string{"token=k7-Wq/9fT+x2m&password=other-thing-99", `{"token":"k7-Wq/9fT+x2m"}`} {
		masked := r.Body(body)
		require.NotEmpty(t, digestsIn(masked), masked)
		assert.Equal(t, masked, again.Body(masked))
		assert.Equal(t, masked, again.Text(masked))
	}
	for _, forged := range []string{"[masked:token~abc]", "[masked:token~abcdef]", "[masked:token~ABCDE]", "[masked:~abcde]"} {
		assert.NotEqual(t, `{"token":"`+forged+`"}`, r.Body(`{"token":"`+forged+`"}`), "no mark of ours")
	}
}

func TestDigestsAreNoPartOfNames(t *testing.T) {
	q := probe.RecordedRequest{Method: "GET", URL: "https://a.test/?t=[masked:token~k3f7q]"}
	assert.Contains(t, probe.Curl(q), `"$TOKEN"`)
	assert.Equal(t, probe.Fingerprint("a", "x [masked:token~k3f7q] y"), probe.Fingerprint("a", "x [masked:token~abcde] y"))
	assert.Equal(t, probe.Fingerprint("a", "x [masked:token] y"), probe.Fingerprint("a", "x [masked:token~abcde] y"))
	assert.NotEqual(t, probe.Fingerprint("[masked:key]"), probe.Fingerprint("[masked:token]"))
}
