package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// sigV4 signs requests with AWS Signature Version 4, in the header Authorization.
type sigV4 struct {
	accessKey, secretKey, sessionToken string
	region, service                    string
	now                                func() time.Time
	s3                                 bool // signs the path as it is, and sends the digest of the body
	once                               bool // segments of the path are encoded once although it is not S3, as in the published test suite
}

func newSigV4(s Spec, w World) (Authorizer, error) {
	if err := w.needs(false); err != nil {
		return nil, err
	}
	if err := s.require("access_key", "secret_key", "region", "service"); err != nil {
		return nil, err
	}
	if !isToken(s.AccessKey+s.Region+s.Service) || s.SessionToken != "" && !isToken(s.SessionToken) {
		return nil, s.wrong("access_key, session_token, region or service holds a blank or a line break; look at both ends of the values")
	}
	v := sigV4{
		accessKey: s.AccessKey, secretKey: s.SecretKey, sessionToken: s.SessionToken, region: s.Region, service: s.Service,
		now: w.Now, s3: s.Service == "s3",
	}
	return unconditional(v.authorize), nil
}

// sigV4Time is the form of X-Amz-Date; its first eight digits are the date of the key.
const sigV4Time = "20060102T150405Z"

func (v sigV4) authorize(q probe.Request) (probe.Request, error) {
	// A "+" of the query is a space to forms and itself to others; "%20" is a space to all, so that both sides sign the same.
	q.URL = onQuery(q.URL, func(query string) string { return strings.ReplaceAll(query, "+", "%20") })
	t, err := normalize(&q)
	if err != nil {
		return q, err
	}
	stamp := v.now().UTC().Format(sigV4Time)
	q.Headers = slices.DeleteFunc(q.Headers, func(h probe.Header) bool {
		name := fold(h.Name)
		return name == "authorization" || name == "x-amz-date" || name == "x-amz-security-token"
	})
	setHeader(&q, "X-Amz-Date", stamp)
	if v.s3 {
		setHeader(&q, "X-Amz-Content-Sha256", sha256Hex(q.Body))
	}
	if v.sessionToken != "" {
		setHeader(&q, "X-Amz-Security-Token", v.sessionToken)
	}
	headers, signed := canonicalHeaders(q, t.host)
	canonical := strings.Join([]string{q.Method, v.canonicalPath(t.path()), canonicalQuery(t.RawQuery), headers, signed, sha256Hex(q.Body)}, "\n")
	scope := strings.Join([]string{stamp[:8], v.region, v.service, "aws4_request"}, "/")
	signature := hex.EncodeToString(mac(v.key(stamp[:8]), "AWS4-HMAC-SHA256\n"+stamp+"\n"+scope+"\n"+sha256Hex([]byte(canonical))))
	setHeader(&q, "Authorization", "AWS4-HMAC-SHA256 Credential="+v.accessKey+"/"+scope+", SignedHeaders="+signed+", Signature="+signature)
	return q, nil
}

// key derives the key of a day, a region and a service.
func (v sigV4) key(date string) []byte {
	key := []byte("AWS4" + v.secretKey)
	for _, part := range []string{date, v.region, v.service, "aws4_request"} {
		key = mac(key, part)
	}
	return key
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// canonicalPath encodes each segment of an escaped path.
func (v sigV4) canonicalPath(escaped string) string {
	if !v.s3 {
		escaped = tidyPath(escaped)
	}
	segments := strings.Split(escaped, "/")
	for i, s := range segments {
		if segments[i] = escape(decodePath(s)); !v.s3 && !v.once {
			segments[i] = escape(segments[i])
		}
	}
	return strings.Join(segments, "/")
}

func decodePath(segment string) string {
	return decode(strings.ReplaceAll(segment, "+", "%2B"))
}

// tidyPath removes empty segments and dots (RFC 3986, section 6.2.2.3); a slash at the end stays.
func tidyPath(path string) string {
	var kept []string
	segments := strings.Split(path, "/")
	for _, s := range segments {
		switch {
		case s == ".." && len(kept) > 0:
			kept = kept[:len(kept)-1]
		case s != "" && s != "." && s != "..":
			kept = append(kept, s)
		}
	}
	tidy := "/" + strings.Join(kept, "/")
	if last := segments[len(segments)-1]; len(kept) > 0 && (last == "" || last == "." || last == "..") {
		tidy += "/"
	}
	return tidy
}

func canonicalQuery(query string) string {
	all := pairs(query)
	for i, p := range all {
		all[i] = pair{escape(p.name), escape(p.value)}
	}
	return joinSorted(all)
}

// unsigned are headers that others on the way change, or that describe the connection.
var unsigned = []string{
	"authorization", "user-agent", "expect", "x-amzn-trace-id", "accept-encoding", "connection", "keep-alive", "proxy-connection",
	"content-length", "transfer-encoding", "te", "trailer", "upgrade", "host",
}

// canonicalHeaders lists the headers that are signed, and their names.
func canonicalHeaders(q probe.Request, host string) (lines, names string) {
	values := map[string][]string{"host": {host}}
	for _, h := range q.Headers {
		if name := fold(h.Name); !slices.Contains(unsigned, name) {
			values[name] = append(values[name], strings.Join(strings.Fields(h.Value), " "))
		}
	}
	var sorted []string
	for name := range values {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	var b strings.Builder
	for _, name := range sorted {
		b.WriteString(name + ":" + strings.Join(values[name], ",") + "\n")
	}
	return b.String(), strings.Join(sorted, ";")
}
