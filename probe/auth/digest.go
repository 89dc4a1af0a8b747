package auth

import (
	"context"
	"crypto/md5" // RFC 7616 names it, and most servers know no other
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
)

// digest answers the challenges of RFC 7616. The first request to a server goes without credentials; from then on they are sent along as long as the
// server's nonce lasts. Each server has a challenge of its own, so that no server learns an answer that is meant for another.
type digest struct {
	username, password string
	nonce              func() string

	mu      sync.Mutex // guards servers, and what they hold
	servers map[string]*digestServer
}

type digestServer struct {
	digestChallenge
	count uint32 // requests with this nonce so far
}

func newDigest(s Spec, w World) (Authorizer, error) {
	if err := w.needs(false); err != nil {
		return nil, err
	}
	if err := s.require("username", "password"); err != nil {
		return nil, err
	}
	if strings.ContainsFunc(s.Username+s.Password, unicode.IsControl) {
		return nil, s.wrong("username or password holds a line break or another control character; look for one at the end of the value")
	}
	return &digest{username: s.Username, password: s.Password, nonce: w.Nonce, servers: map[string]*digestServer{}}, nil
}

func (d *digest) Authorize(ctx context.Context, q probe.Request) (probe.Request, error) {
	if err := ctx.Err(); err != nil {
		return probe.Request{}, err
	}
	q = clone(q)
	t, err := normalize(&q)
	if err != nil {
		return probe.Request{}, err
	}
	q.Headers = slices.DeleteFunc(q.Headers, func(h probe.Header) bool { return strings.EqualFold(h.Name, "Authorization") })
	d.authorize(&q, t)
	return q, nil
}

// authorize adds the credentials where the server's challenge is known.
func (d *digest) authorize(q *probe.Request, t target) {
	d.mu.Lock()
	server, ok := d.servers[t.origin()]
	var c digestChallenge
	var count uint32
	if ok {
		server.count++
		c, count = server.digestChallenge, server.count
	}
	d.mu.Unlock()
	if ok {
		setHeader(q, "Authorization", c.credentials(d, *q, t, count))
	}
}

func (t target) origin() string { return t.Scheme + "://" + t.Host }

func (d *digest) Answer(ctx context.Context, q probe.Request, r *probe.RecordedResponse) (probe.Request, bool) {
	if ctx.Err() != nil || r == nil || r.HTTPStatus != http.StatusUnauthorized {
		return q, false
	}
	c, ok := strongest(challenges(r))
	if !ok {
		return q, false
	}
	again := clone(q)
	t, err := normalize(&again)
	if err != nil || d.learn(t.origin(), q, c) {
		return q, false
	}
	d.authorize(&again, t)
	return again, true
}

// learn keeps the challenge for further requests, and says whether the answer means that the credentials of the request are wrong.
func (d *digest) learn(origin string, q probe.Request, c digestChallenge) (refused bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := d.servers[origin]
	if known == nil || known.nonce != c.nonce {
		d.servers[origin] = &digestServer{digestChallenge: c}
	}
	value, _ := header(q, "Authorization")
	for _, sent := range parseChallenges(value) {
		if sent.scheme == "digest" {
			return sent.params["nonce"] == c.nonce || !c.stale && !served(sent, known)
		}
	}
	return false
}

// served says that the nonce had been sent before this request: then it may have run out, even where the server does not say that it is stale.
func served(sent challenge, known *digestServer) bool {
	if count, err := strconv.ParseUint(sent.params["nc"], 16, 32); err == nil {
		return count > 1
	}
	return known != nil && known.nonce == sent.params["nonce"] && known.count > 1
}

// digestChallenge is one that we can answer.
type digestChallenge struct {
	realm, nonce, opaque string
	algorithm            string // as the server writes it; "" is MD5
	hash                 func() hash.Hash
	session              bool   // the algorithm is a "-sess" variant
	qop                  string // "auth", "auth-int", or "" of RFC 2069
	stale, userhash      bool
	strength             int
}

// strongest picks the challenge of the strongest algorithm that is known here (RFC 7616, section 3.7).
func strongest(offered []challenge) (digestChallenge, bool) {
	var best digestChallenge
	for _, o := range offered {
		if c, ok := readDigest(o); ok && c.strength > best.strength {
			best = c
		}
	}
	return best, best.strength > 0
}

func readDigest(o challenge) (digestChallenge, bool) {
	c := digestChallenge{
		realm: o.params["realm"], nonce: o.params["nonce"], opaque: o.params["opaque"], algorithm: o.params["algorithm"],
		stale: strings.EqualFold(o.params["stale"], "true"), userhash: strings.EqualFold(o.params["userhash"], "true"),
	}
	name, session := strings.CutSuffix(fold(c.algorithm), "-sess")
	c.session = session
	switch name {
	case "", "md5":
		c.hash, c.strength = md5.New, 1
	case "sha-256":
		c.hash, c.strength = sha256.New, 2
	case "sha-512-256":
		c.hash, c.strength = sha512.New512_256, 3
	}
	offers := strings.FieldsFunc(strings.ToLower(o.params["qop"]), func(r rune) bool { return r == ',' || r == ' ' })
	for _, qop := range []string{"auth", "auth-int"} {
		if c.qop == "" && slices.Contains(offers, qop) {
			c.qop = qop
		}
	}
	known := c.hash != nil && (c.qop != "" || len(offers) == 0) && (c.qop != "" || !c.session)
	// What was masked cannot be answered: the digest would be of the mark.
	masked := strings.Contains(c.realm+c.nonce+c.opaque, "[masked:")
	return c, o.scheme == "digest" && o.params["nonce"] != "" && known && !masked
}

// credentials makes the value of the header Authorization (RFC 7616, section 3.4).
func (c digestChallenge) credentials(d *digest, q probe.Request, t target, count uint32) string {
	uri, nc, cnonce := t.RequestURI(), fmt.Sprintf("%08x", count), d.nonce()
	var b strings.Builder
	b.WriteString("Digest ")
	b.WriteString(c.username(d.username))
	fmt.Fprintf(&b, `, realm=%s, nonce=%s, uri=%s, response="%s"`, quote(c.realm), quote(c.nonce), quote(uri), c.response(d, q, uri, nc, cnonce))
	if c.algorithm != "" {
		b.WriteString(", algorithm=" + c.algorithm)
	}
	if c.opaque != "" {
		b.WriteString(", opaque=" + quote(c.opaque))
	}
	if c.qop != "" {
		fmt.Fprintf(&b, ", qop=%s, nc=%s, cnonce=%s", c.qop, nc, quote(cnonce))
	}
	if c.userhash {
		b.WriteString(", userhash=true")
	}
	return b.String()
}

func (c digestChallenge) username(name string) string {
	switch {
	case c.userhash:
		return "username=" + quote(c.of(name+":"+c.realm))
	case strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }):
		return "username*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return "username=" + quote(name)
}

func (c digestChallenge) response(d *digest, q probe.Request, uri, nc, cnonce string) string {
	who := c.of(d.username + ":" + c.realm + ":" + d.password)
	if c.session {
		who = c.of(who + ":" + c.nonce + ":" + cnonce)
	}
	what := q.Method + ":" + uri
	if c.qop == "auth-int" {
		what += ":" + c.of(string(q.Body))
	}
	if c.qop == "" {
		return c.of(who + ":" + c.nonce + ":" + c.of(what))
	}
	return c.of(strings.Join([]string{who, c.nonce, nc, cnonce, c.qop, c.of(what)}, ":"))
}

func (c digestChallenge) of(s string) string {
	h := c.hash()
	h.Write([]byte(s))
	return hex.EncodeToString(h.Sum(nil))
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
