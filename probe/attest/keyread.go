package attest

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// Namespace is what stands for our signatures in the option "namespaces" of an allowed signer, as ssh-keygen -Y has it.
const Namespace = "sheetprobe"

const nextKey = "give an ed25519 public key: PEM, a .pub file, authorized_keys or allowed_signers"

// ReadPublicKeys reads the public keys of a file, which may be PEM, a .pub file of OpenSSH, authorized_keys or allowed_signers. The name is that of the
// file, for places. Of .pub files and authorized_keys the comment tells whose a key is, of allowed_signers the principals. The error is a *Problem.
func ReadPublicKeys(name string, data []byte) ([]PublicKey, error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	switch {
	case len(data) > MaxKeyBytes:
		return nil, &Problem{Part: name, What: fmt.Sprintf("it has more than %d KiB", MaxKeyBytes>>10), Next: nextKey}
	case bytes.IndexByte(data, 0) >= 0:
		return nil, &Problem{Part: name, What: "it is no text, or one in UTF-16", Next: "save it as UTF-8"}
	case bytes.Contains(data, []byte("PRIVATE KEY-----")):
		return nil, &Problem{Part: name, What: "it holds a private key, which is nothing to pass on", Next: "give the public key: `openssl pkey -pubout`, or the .pub file beside it"}
	}
	keys, err := readLines, error(nil)
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("-----BEGIN ")) {
		keys = readPEM
	}
	all, err := keys(name, data)
	if err == nil && len(all) == 0 {
		err = &Problem{Part: name, What: "it holds no public key", Next: nextKey}
	}
	return all, err
}

func readPEM(name string, data []byte) ([]PublicKey, error) {
	var all []PublicKey
	for rest := bytes.TrimSpace(data); len(rest) > 0; rest = bytes.TrimSpace(rest) {
		block, behind := pem.Decode(rest)
		part := fmt.Sprintf("%s, block %d", name, len(all)+1)
		switch {
		case block == nil:
			return nil, &Problem{Part: part, What: "it is no PEM", Next: nextKey}
		case block.Type != "PUBLIC KEY":
			return nil, &Problem{Part: part, What: fmt.Sprintf("it is a PEM block of type %.40q, expected \"PUBLIC KEY\"", block.Type), Next: nextKey}
		case len(all) == MaxKeys:
			return nil, &Problem{Part: part, What: fmt.Sprintf("a file has %d keys at most", MaxKeys), Next: nextKey}
		}
		public, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, &Problem{Part: part, What: "it is no public key: " + err.Error(), Next: nextKey}
		}
		key, err := ed25519Of(public)
		if err != nil {
			return nil, &Problem{Part: part, What: err.Error(), Next: nextKey}
		}
		all = append(all, PublicKey{Key: key, From: name})
		rest = behind
	}
	return all, nil
}

func readLines(name string, data []byte) ([]PublicKey, error) {
	var all []PublicKey
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		part := fmt.Sprintf("%s:%d", name, i+1)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case len(all) == MaxKeys:
			return nil, &Problem{Part: part, What: fmt.Sprintf("a file has %d keys at most", MaxKeys), Next: nextKey}
		}
		key, err := readLine(line)
		if err != nil {
			return nil, &Problem{Part: part, What: err.Error(), Next: nextKey}
		}
		key.From = part
		all = append(all, key)
	}
	return all, nil
}

// readLine reads a line of authorized_keys, of a .pub file, or of allowed_signers, where the principals come first.
func readLine(line string) (PublicKey, error) {
	first, rest, _ := strings.Cut(line, " ")
	var principals []string
	if namesPeople(first) {
		line = strings.TrimSpace(rest)
		for _, p := range strings.Split(strings.Trim(first, `"`), ",") {
			principals = append(principals, strings.TrimSpace(p))
		}
	}
	public, comment, options, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		return PublicKey{}, errors.New("it is no public key of OpenSSH")
	}
	raw, err := ed25519Of(public)
	if err != nil {
		return PublicKey{}, err
	}
	key := PublicKey{Key: raw, Names: principals}
	if principals == nil {
		if comment != "" {
			key.Names = []string{comment}
		}
		return key, loginOptions(options)
	}
	return key, key.signerOptions(options)
}

// namesPeople says that the first field of a line are the principals of allowed_signers: it is neither a type of keys nor an option for logging in.
func namesPeople(first string) bool {
	isType := strings.HasPrefix(first, "ssh-") || strings.HasPrefix(first, "ecdsa-") || strings.HasPrefix(first, "sk-")
	isOption := strings.Contains(first, "=") || strings.HasPrefix(first, "no-") ||
		slices.ContainsFunc([]string{"restrict", "cert-authority", "pty", "agent-forwarding", "port-forwarding", "user-rc", "X11-forwarding", "verify-required"},
			func(option string) bool { return first == option || strings.HasPrefix(first, option+",") })
	return !isType && !isOption
}

// loginOptions lets pass what authorized_keys says of logins, but for keys that are none of a person.
func loginOptions(options []string) error {
	if slices.Contains(options, "cert-authority") {
		return errors.New("it is the key of a certificate authority, and certificates are not read")
	}
	return nil
}

// signerOptions takes what allowed_signers says of when and for what a key signs; an option that is not known could forbid it.
func (k *PublicKey) signerOptions(options []string) error {
	for _, option := range options {
		name, value, _ := strings.Cut(option, "=")
		value = strings.Trim(value, `"`)
		var err error
		switch strings.ToLower(name) {
		case "namespaces":
			if !slices.ContainsFunc(strings.Split(value, ","), matchesNamespace) {
				err = fmt.Errorf("its namespaces %.80q leave out %q", value, Namespace)
			}
		case "valid-after":
			k.NotBefore, err = signerTime(value)
		case "valid-before":
			k.NotAfter, err = signerTime(value)
		case "cert-authority":
			err = errors.New("it is the key of a certificate authority, and certificates are not read")
		default:
			err = fmt.Errorf("the option %.40q is not known, and might restrict the key", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func matchesNamespace(pattern string) bool {
	matches, err := path.Match(strings.TrimSpace(pattern), Namespace)
	return err == nil && matches
}

// signerTime reads a time as ssh-keygen has it: YYYYMMDD or YYYYMMDDHHMM[SS], and Z behind it for UTC, without which it is that of the machine.
func signerTime(text string) (time.Time, error) {
	zone := time.Local
	digits, utc := strings.CutSuffix(strings.ToUpper(text), "Z")
	if utc {
		zone = time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if t, err := time.ParseInLocation(layout, digits, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is no time, expected YYYYMMDD or YYYYMMDDHHMM[SS], and Z behind it for UTC", text)
}
