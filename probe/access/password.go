package access

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Params are what argon2id costs (RFC 9106).
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultParams are those that RFC 9106, section 4, recommends where memory is scarce.
func DefaultParams() Params { return Params{Memory: 64 << 10, Time: 3, Threads: 4} }

// What a hash may cost: one that was smuggled into the store must not stop the server.
const (
	maxMemory  = 1 << 20 // 1 GiB
	maxTime    = 64
	maxThreads = 64
)

// The lengths of passwords, which are the only rule: what they are made of is nobody's business (NIST SP 800-63B, section 3.1.1).
const (
	minPassword = 12   // characters
	maxPassword = 1024 // bytes
)

const (
	saltSize = 16
	keySize  = 32
)

// CheckPassword says what is wrong with a new password.
func CheckPassword(name, password string) error {
	switch {
	case !utf8.ValidString(password):
		return errors.New("the password is no text in UTF-8")
	case utf8.RuneCountInString(password) < minPassword:
		return fmt.Errorf("the password has fewer than %d characters", minPassword)
	case len(password) > maxPassword:
		return fmt.Errorf("the password has more than %d bytes", maxPassword)
	case strings.Trim(password, string([]rune(password)[0])) == "":
		return errors.New("the password is one character over and over")
	case len(name) > 0 && strings.Trim(strings.ReplaceAll(strings.ToLower(password), name, ""), "0123456789") == "":
		return errors.New("the password is the name of the user")
	}
	return nil
}

// hashed is a password as it is kept.
type hashed struct {
	params    Params
	salt, key []byte
}

func hash(password string, p Params, random io.Reader) (hashed, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return hashed{}, err
	}
	return hashed{p, salt, argon2.IDKey([]byte(password), salt, p.Time, p.Memory, p.Threads, keySize)}, nil
}

func (h hashed) matches(password string) bool {
	key := argon2.IDKey([]byte(password), h.salt, h.params.Time, h.params.Memory, h.params.Threads, uint32(len(h.key))) //nolint:gosec // 64 at most
	return subtle.ConstantTimeCompare(key, h.key) == 1
}

// String writes the hash in the PHC string format, https://github.com/P-H-C/phc-string-format.
func (h hashed) String() string {
	plain := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.params.Memory, h.params.Time, h.params.Threads, plain(h.salt), plain(h.key))
}

var errNoHash = errors.New("this is no hash of argon2id in the PHC string format")

// parseHash reads what String writes, and nothing else.
func parseHash(text string) (hashed, error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return hashed{}, errNoHash
	}
	var costs [3]uint64
	fields := strings.Split(parts[3], ",")
	if len(fields) != len(costs) {
		return hashed{}, errNoHash
	}
	for i, limit := range []uint64{maxMemory, maxTime, maxThreads} {
		digits, ok := strings.CutPrefix(fields[i], string("mtp"[i])+"=")
		n, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil || n == 0 || n > limit {
			return hashed{}, errNoHash
		}
		costs[i] = n
	}
	h := hashed{params: Params{uint32(costs[0]), uint32(costs[1]), uint8(costs[2])}} //nolint:gosec // within the limits above
	var saltErr, keyErr error
	h.salt, saltErr = base64.RawStdEncoding.Strict().DecodeString(parts[4])
	h.key, keyErr = base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(h.salt) < 8 || len(h.salt) > 64 || len(h.key) < 16 || len(h.key) > 64 || h.String() != text {
		return hashed{}, errNoHash
	}
	return h, nil
}
