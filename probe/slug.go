package probe

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug keeps case ids readable, in code points.
const maxSlug = 60

// Slug turns a name into the first part of a case id: lower-case letters and digits of any script (with their combining marks, without
// which many scripts cannot be read), joined by single "-", at most 60 code points, never empty. Names that look alike on paper but are
// composed differently in Unicode give the same slug.
func Slug(name string) string {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range norm.NFC.String(name) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && (!unicode.IsMark(r) || n == 0 || gap) {
			gap = true
			continue
		}
		if gap && n > 0 {
			if n+1 >= maxSlug {
				break
			}
			b.WriteByte('-')
			n++
		}
		if n >= maxSlug {
			break
		}
		b.WriteRune(unicode.ToLower(r))
		n, gap = n+1, false
	}
	if n == 0 {
		return "api"
	}
	return b.String()
}

// Fingerprint identifies a finding from run to run: 16 hexadecimal digits of a SHA-256. Each part counts with its length, so that
// ("ab", "c") and ("a", "bc") differ. The digests of masked values, which no other run has, do not count.
func Fingerprint(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		p = withoutDigests(p)
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// IsRunID says that an id can name a run: a header can carry it, and a log be searched for it.
func IsRunID(id string) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r)
	})
}
