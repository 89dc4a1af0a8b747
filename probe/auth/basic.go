package auth

import (
	"encoding/base64"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
)

// newBasic follows RFC 7617, with UTF-8 as the encoding. The password may be empty: some APIs take a key as the name alone.
func newBasic(s Spec, w World) (Authorizer, error) {
	if err := s.require("username"); err != nil {
		return nil, err
	}
	if strings.Contains(s.Username, ":") {
		return nil, s.wrong("the username holds a colon, which Basic cannot carry (RFC 7617, section 2)")
	}
	if strings.ContainsFunc(s.Username+s.Password, unicode.IsControl) {
		return nil, s.wrong("username or password holds a line break or another control character; look for one at the end of the value")
	}
	value := basicCredentials(s.Username, s.Password)
	if s.Password == "" {
		w.announce("username", s.Username) // then it is the key
	}
	w.announce("basic-credentials", value)
	return unconditional(func(q probe.Request) (probe.Request, error) {
		setHeader(&q, "Authorization", "Basic "+value)
		return q, nil
	}), nil
}

func basicCredentials(username, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(username + ":" + password))
}
