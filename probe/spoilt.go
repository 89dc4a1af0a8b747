package probe

import (
	"encoding/base64"
)

// Credentials that are wrong on purpose. They are no secrets: they open nothing anywhere, they hold nothing of a real one, and who reads a
// report has to see them, so that the request can be repeated as it was.
const (
	SpoiltCredential = "sheetprobe-wrong-credential"    // of the right form, and unknown to everybody
	SpoiltUser       = "sheetprobe-nobody"              // no real user name, so that nobody's account is locked for wrong passwords
	MalformedHeader  = "sheetprobe-malformed-by-intent" // in the place of scheme and credential
)

// What SpoiltBasic and ExpiredToken make of them, since every value of every exchange is compared with it; a test holds them together.
const (
	spoiltBasic  = "c2hlZXRwcm9iZS1ub2JvZHk6c2hlZXRwcm9iZS13cm9uZy1jcmVkZW50aWFs"
	expiredToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJzaGVldHByb2JlLW5vYm9keSIsImlhdCI6OTQ2Njg0ODAwLCJleHAiOjk0NjY4ODQwMH0.c2hlZXRwcm9iZS13cm9uZy1jcmVkZW50aWFs"
)

// SpoiltBasic is what Basic authentication (RFC 7617) makes of them.
func SpoiltBasic() string {
	return base64.StdEncoding.EncodeToString([]byte(SpoiltUser + ":" + SpoiltCredential))
}

// ExpiredToken is a JSON Web Token (RFC 7519) that expired in the year 2000. Its signature is none, so that a server that looked at the
// time alone would still have to refuse it.
func ExpiredToken() string {
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	return part(`{"alg":"HS256","typ":"JWT"}`) + "." + part(`{"sub":"`+SpoiltUser+`","iat":946684800,"exp":946688400}`) + "." + part(SpoiltCredential)
}

// isSpoilt says that a credential is one of those that are wrong on purpose.
func isSpoilt(value string) bool {
	switch value {
	case SpoiltCredential, SpoiltUser, MalformedHeader, spoiltBasic, expiredToken:
		return true
	}
	return false
}
