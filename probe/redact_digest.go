package probe

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"hash"
	"strings"
	"sync"
	"unicode/utf8"
)

// A digest is the beginning of HMAC-SHA256 over a value, under a salt that is drawn anew for every run and kept nowhere. It shows that two
// marks of a run stand for one value, and nothing else: who does not have the salt cannot compute the digest of a guess, so that all they
// see is 25 random bits, and those of two runs have nothing in common. Five characters are enough, since a run holds few secrets; were the
// salt ever to become known, they would still leave a random token of 128 bits more than a hundred.
//
// Values of fewer than 12 code points have none. They could be guessed without the salt: a server that answers a list of guesses under keys
// such as "password" has every one of them masked, and the report would show which has the digest of the true one.
const (
	minDigested  = 12 // code points
	digestChars  = 5
	digestBytes  = (digestChars*5 + 7) / 8
	digestLetter = "abcdefghijklmnopqrstuvwxyz234567"
)

var digestEncoding = base32.NewEncoding(digestLetter).WithPadding(base32.NoPadding)

// digests are made under one salt; nil makes none. Keyed hashes are kept for reuse: to key one takes longer than to hash a value.
type digests struct {
	salt []byte
	idle sync.Pool // of *keyed
}

// keyed is a hash, and room for what goes in and comes out.
type keyed struct {
	hash.Hash
	in, out []byte
}

// of is "" where the value gets none.
func (d *digests) of(value string) string {
	if d == nil || utf8.RuneCountInString(value) < minDigested {
		return ""
	}
	h, ok := d.idle.Get().(*keyed)
	if !ok {
		h = &keyed{Hash: hmac.New(sha256.New, d.salt)}
	}
	defer d.idle.Put(h)
	h.Reset()
	h.in = append(h.in[:0], value...)
	h.Write(h.in)
	clear(h.in)
	h.out = h.Sum(h.out[:0])
	var text [(digestBytes*8 + 4) / 5]byte
	digestEncoding.Encode(text[:], h.out[:digestBytes])
	return string(text[:digestChars])
}

// digestLength is how many bytes at the start of s are what follows the name in a mark: "~" and a digest, or nothing.
func digestLength(s string) int {
	const length = len(markDigest) + digestChars
	if len(s) < length || !strings.HasPrefix(s, markDigest) || strings.Trim(s[len(markDigest):length], digestLetter) != "" {
		return 0
	}
	return length
}

// withoutDigests takes the digests out of all marks: they differ from run to run.
func withoutDigests(s string) string {
	var b strings.Builder
	for s != "" {
		start, end := nextMark(s)
		b.WriteString(s[:start])
		if start < end {
			b.WriteString(mark(nameIn(s[start:end]), ""))
		}
		s = s[end:]
	}
	return b.String()
}

// nameIn is the name that a mark carries.
func nameIn(marked string) string {
	name, _, _ := strings.Cut(marked[len(markOpen):len(marked)-len(markClose)], markDigest)
	return name
}

// Salt has the marks of long values carry a digest from now on, keyed with the salt. It has to be random, and must not be kept.
func (r *Redactor) Salt(salt []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.learn(r.load().secrets, &digests{salt: salt})
}

// digests are those of the outermost parent: what a request teaches lasts for its answer only.
func (r *Redactor) digests() *digests {
	if r == nil {
		return nil
	}
	for r.parent != nil {
		r = r.parent
	}
	return r.load().digests
}
