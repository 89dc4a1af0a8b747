package auth

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// tokenAnswer is what the answer to a token call tells (RFC 6749, section 5.1, and what people make of it).
type tokenAnswer struct {
	token    string
	life     time.Duration // 0 where it does not tell
	secrets  []secret      // the texts in it that are credentials by their key
	suspects []secret      // the texts that look like tokens, under whatever key: one of them may be what was not found
}

type secret struct{ name, value string }

// readTokenAnswer finds the token; the reason says why there is none. It reads JSON, forms, and a text that is nothing but the token.
// Reasons hold nothing of the answer.
func readTokenAnswer(body, mediaType string, path tokenPath) (tokenAnswer, string) {
	tree, reason := readBody(body, mediaType)
	if reason != "" {
		return tokenAnswer{}, reason
	}
	var a tokenAnswer
	a.collect(tree)
	found, reason := path.find(tree)
	if reason != "" {
		return a, reason
	}
	a.token = bareToken(found.value)
	if a.token != "" {
		a.secrets = append(a.secrets, secret{"token", a.token})
	}
	switch {
	case a.token == "":
		return a, "the token in its answer is empty"
	case !isToken(a.token):
		return a, "the token in its answer holds blanks or characters that a header cannot carry; point token_path at the token itself"
	case foreign(found.round):
		return a, "the token in its answer is of a type that needs a proof with each request (token_type mac or DPoP), not a bearer token"
	}
	if a.life = lifetime(found.round); a.life == 0 {
		a.life = lifetimeOfJWT(a.token)
	}
	return a, ""
}

func readBody(body, mediaType string) (*nearjson.Value, string) {
	body = strings.TrimSpace(strings.TrimPrefix(body, "\ufeff"))
	if body == "" {
		return nil, "its answer is empty"
	}
	if tree, _, err := nearjson.ParseStrict(source.Unplaced(body)); err == nil {
		return tree, ""
	}
	if tree, ok := readText(body, mediaType); ok {
		return tree, ""
	}
	return nil, "its answer is neither JSON nor a form, so no token can be found in it"
}

// readText reads a form as an object, and a text of one word as that word.
func readText(body, mediaType string) (*nearjson.Value, bool) {
	if media, _, err := mime.ParseMediaType(mediaType); err == nil {
		mediaType = media
	}
	word := !strings.ContainsFunc(body, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>{}[]\"", r) })
	switch {
	case mediaType == "application/x-www-form-urlencoded" || word && strings.Contains("&"+body, "&access_token="):
		var members []nearjson.Member
		for _, p := range pairs(body) {
			members = append(members, nearjson.NewMember(p.name, nearjson.NewString(p.value)))
		}
		return nearjson.NewObject(members...), true
	case word && (mediaType == "text/plain" || mediaType == "application/jwt"):
		return nearjson.NewString(body), true
	}
	return nil, false
}

// maxSecrets bounds how many texts of one answer count as credentials.
const maxSecrets = 64

// collect lists the token, the one that refreshes it, and their like.
func (a *tokenAnswer) collect(tree *nearjson.Value) {
	tree.Walk(func(pointer string, v *nearjson.Value) bool {
		if v.Kind != nearjson.String {
			return len(a.secrets)+len(a.suspects) < maxSecrets
		}
		key := keyOf(pointer)
		switch value := bareToken(v.Text); {
		case len(value) >= 6 && (key == "" || probe.LooksSecret(key)):
			a.secrets = append(a.secrets, secret{cmp.Or(key, "token"), value})
		case looksLikeToken(value):
			a.suspects = append(a.suspects, secret{key, value})
		}
		return true
	})
}

// keyOf is the nearest key above a place, past the indexes of arrays.
func keyOf(pointer string) string {
	tokens, _ := nearjson.SplitPointer(pointer)
	for _, t := range slices.Backward(tokens) {
		if strings.Trim(t, "0123456789") != "" {
			return t
		}
	}
	return ""
}

// looksLikeToken tells a token under a key of any name from words, dates and addresses.
func looksLikeToken(s string) bool {
	return len(s) >= 24 && isToken(s) && !strings.Contains(s, "://") && strings.ContainsAny(s, "0123456789")
}

// foreign says that the token is of a type that must not be used as a bearer token (RFC 6749, section 7.1). Other types are mostly
// "Bearer" under a name of somebody's own.
func foreign(round []*nearjson.Value) bool {
	for _, object := range round {
		if kind := object.Get("token_type"); kind != nil {
			return fold(kind.Text) == "mac" || fold(kind.Text) == "dpop"
		}
	}
	return false
}

// lifetime reads expires_in, in seconds; 0 where it says nothing of use.
func lifetime(round []*nearjson.Value) time.Duration {
	for _, object := range round {
		for _, name := range []string{"expires_in", "expiresIn"} {
			if v := object.Get(name); v != nil {
				return seconds(v.Text) // a number, which may stand in quotes
			}
		}
	}
	return 0
}

// seconds reads a number of seconds; more than ten years are no limit.
func seconds(text string) time.Duration {
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return 0
	}
	return lasting(f)
}

func lasting(seconds float64) time.Duration {
	if seconds > 0 && seconds <= 10*365*24*3600 { // and so no NaN
		return time.Duration(seconds * float64(time.Second))
	}
	return 0
}

// lifetimeOfJWT is the time from "iat" to "exp" (RFC 7519, section 4.1), which needs no agreement between clocks.
func lifetimeOfJWT(token string) time.Duration {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return 0
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return 0
	}
	var claims struct {
		Issued  float64 `json:"iat"`
		Expires float64 `json:"exp"`
	}
	if json.Unmarshal(payload, &claims) != nil || claims.Issued <= 0 {
		return 0
	}
	return lasting(claims.Expires - claims.Issued)
}

// advice is the next step for each error code of RFC 6749, section 5.2.
var advice = map[string]string{
	"invalid_client":         "check client_id and client_secret, and whether the server wants them in the body (client_auth: body)",
	"invalid_grant":          "check username and password",
	"unauthorized_client":    "ask the API owner to allow this grant for the client",
	"unsupported_grant_type": "ask the API owner which grant the token endpoint supports",
	"invalid_scope":          "check scope",
	"invalid_request":        "check token_url, scope and audience against the API's documentation",
}

// adviceOn is the next step where the status is all that is known.
func adviceOn(status int) string {
	switch {
	case status >= 300 && status < 400:
		return "check the address: credentials do not follow a redirect"
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status == http.StatusGone:
		return "check the address and the method of the call"
	case status == http.StatusTooManyRequests:
		return "wait, or ask the API owner to raise the limit of the token endpoint"
	case status >= 500:
		return "ask the owner of the token endpoint, which fails by itself"
	}
	return "check the credentials, and the call against the API's documentation"
}

// explain says what the masked answer gives as the reason, and the next step.
func explain(status int, masked string) (said, next string) {
	tree, _, _ := nearjson.ParseStrict(source.Unplaced(strings.TrimSpace(masked)))
	code := textAt(tree, "error")
	said = code
	if text := cmp.Or(textAt(tree, "error_description"), textAt(tree, "errorMessage"), textAt(tree, "message"), textAt(tree, "title"), textAt(tree, "detail")); text != "" {
		said = strings.TrimPrefix(said+": "+text, ": ")
	}
	if said != "" {
		said = fmt.Sprintf(" (%s)", oneLine(said))
	}
	return said, cmp.Or(advice[code], adviceOn(status))
}

func textAt(tree *nearjson.Value, key string) string {
	if v := tree.Get(key); v != nil && v.Kind == nearjson.String {
		return v.Text
	}
	return ""
}

// oneLine makes a text of somebody else's fit for a message.
func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}
