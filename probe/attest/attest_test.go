package attest_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe/attest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// seeded is a source of "randomness" that always gives the same.
type seeded byte

func (s seeded) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s)
	}
	return len(p), nil
}

func newKey(t testing.TB, seed byte) attest.Signer {
	t.Helper()
	key, err := attest.GenerateKey(seeded(seed))
	require.NoError(t, err)
	return key
}

func named(s attest.Signer, name string) attest.PublicKey {
	public := s.Public()
	public.Names, public.From = []string{name}, name+".pub"
	return public
}

const digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func newEnvelope(t testing.TB, signers ...attest.Signer) attest.Envelope {
	t.Helper()
	subject := attest.Subject{Name: "pickup.txt"}
	subject.Digest.SHA256 = digest
	s, err := attest.NewStatement([]attest.Subject{subject}, "https://sheetprobe.test/x/v1", map[string]string{"outcome": "GO <&>"})
	require.NoError(t, err)
	e, err := s.Seal()
	require.NoError(t, err)
	for _, signer := range signers {
		require.NoError(t, e.Sign(t.Context(), signer))
	}
	return *e
}

func encoded(t testing.TB, envelopes ...attest.Envelope) []byte {
	t.Helper()
	data, err := attest.Encode(envelopes)
	require.NoError(t, err)
	return data
}

func TestASignedStatementComesBackAsItWas(t *testing.T) {
	first, second := newKey(t, 1), newKey(t, 2)
	e := newEnvelope(t, first, second)
	data := encoded(t, e, e)
	assert.Equal(t, 2, bytes.Count(data, []byte("\n")), "an envelope is a line")
	back, err := attest.Decode(data)
	require.NoError(t, err)
	require.Equal(t, []attest.Envelope{e, e}, back)
	s, err := back[0].Statement("statement")
	require.NoError(t, err)
	assert.Equal(t, digest, s.Subject[0].Digest.SHA256)
	assert.JSONEq(t, `{"outcome":"GO <&>"}`, string(s.Predicate))
	assert.Contains(t, string(back[0].Payload), "GO <&>", "nothing is escaped for HTML")
	for i, c := range back[0].Check([]attest.PublicKey{named(first, "Asha"), named(second, "Ben")}) {
		assert.Equal(t, attest.Valid, c.State, c.What)
		assert.Equal(t, [][]string{{"Asha"}, {"Ben"}}[i], c.Names)
	}
}

func TestAKeySignsOnce(t *testing.T) {
	key := newKey(t, 1)
	e := newEnvelope(t, key)
	require.ErrorContains(t, e.Sign(t.Context(), key), "has signed already")
	e.Signatures = append(e.Signatures, e.Signatures[0])
	checked := e.Check([]attest.PublicKey{key.Public()})
	assert.Equal(t, attest.Valid, checked[0].State)
	assert.Equal(t, attest.Invalid, checked[1].State)
	assert.Contains(t, checked[1].What, "counts once")
}

func TestAddingASignatureChangesNoByteOfThePayload(t *testing.T) {
	e := newEnvelope(t, newKey(t, 1))
	before := string(encoded(t, e))
	require.NoError(t, e.Sign(t.Context(), newKey(t, 2)))
	after := string(encoded(t, e))
	unchanged := strings.TrimSuffix(before, "]}\n")
	assert.True(t, strings.HasPrefix(after, unchanged), "only a signature is appended")
}

func TestASignatureIsCheckedWithTheKeysThatAreGiven(t *testing.T) {
	asha, ben, eve := newKey(t, 1), newKey(t, 2), newKey(t, 3)
	trusted := []attest.PublicKey{named(asha, "Asha"), named(ben, "Ben")}
	signed := func() attest.Envelope { return newEnvelope(t, asha) }
	tests := map[string]struct {
		alter func(e *attest.Envelope)
		want  attest.State
		what  string
	}{
		"its own":                {func(*attest.Envelope) {}, attest.Valid, ""},
		"of a stranger":          {func(e *attest.Envelope) { *e = newEnvelope(t, eve) }, attest.UnknownKey, "none of those given"},
		"claims another":         {func(e *attest.Envelope) { e.Signatures[0].KeyID = ben.Public().ID() }, attest.Invalid, "key id was altered"},
		"claims a stranger":      {func(e *attest.Envelope) { e.Signatures[0].KeyID = eve.Public().ID() }, attest.Invalid, "key id was altered"},
		"altered":                {func(e *attest.Envelope) { e.Signatures[0].Sig[7] ^= 1 }, attest.Invalid, "was altered"},
		"over another payload":   {func(e *attest.Envelope) { e.Payload[7] ^= 1 }, attest.Invalid, "was altered"},
		"over another type":      {func(e *attest.Envelope) { e.Type += "x" }, attest.Invalid, "was altered"},
		"forged by the stranger": {func(e *attest.Envelope) { *e = newEnvelope(t, eve); e.Signatures[0].KeyID = asha.Public().ID() }, attest.Invalid, "did not sign this"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e := signed()
			tt.alter(&e)
			got := e.Check(trusted)
			require.Len(t, got, 1)
			assert.Equal(t, tt.want, got[0].State)
			assert.Contains(t, got[0].What, tt.what)
		})
	}
}

func TestAFileIsReadInNoOtherForm(t *testing.T) {
	key := newKey(t, 1)
	line := string(encoded(t, newEnvelope(t, key)))
	payload := base64.StdEncoding.EncodeToString(newEnvelope(t, key).Payload)
	var pretty bytes.Buffer
	require.NoError(t, json.Indent(&pretty, []byte(line), "", "  "))
	e := newEnvelope(t, key)
	sigstore, err := e.Sigstore(key.Public().ID())
	require.NoError(t, err)
	swap := func(old, with string) string {
		require.Contains(t, line, old)
		return strings.Replace(line, old, with, 1)
	}
	tests := map[string]struct {
		text  string
		field string
		what  string
	}{
		"empty":                     {"", "", "it is empty"},
		"an empty line":             {"\n" + line, "", "the text ends"},
		"no line end":               {strings.TrimSuffix(line, "\n"), "", "the end"},
		"CR LF":                     {strings.TrimSuffix(line, "\n") + "\r\n", "", `'\r'`},
		"byte-order mark":           {"\uFEFF" + line, "", "stands where nothing of the kind was written"},
		"not UTF-8":                 {swap("payloadType", "payload\xff"), "", "not UTF-8"},
		"indented":                  {pretty.String(), "", "it is JSON on several lines"},
		"a Sigstore bundle":         {string(sigstore), "", "it is a Sigstore bundle"},
		"a recorded run":            {"{\n  \"schema_version\": \"1\"\n}\n", "", "it is a recorded run"},
		"the bundle":                {"PK\x03\x04", "", "it is an archive"},
		"the print":                 {"%PDF-1.7\n", "", "it is a document to be read"},
		"the page":                  {"<!DOCTYPE html>\n", "", "it is a document to be read"},
		"a brace":                   {"{\n", "", "it is not JSON"},
		"white space":               {swap(":", ": "), "", "' ' stands where"},
		"behind it":                 {line + "{}\n", "/payload", "it is missing"},
		"behind it, on the line":    {strings.TrimSuffix(line, "\n") + "{}\n", "", "it is not JSON"},
		"another member":            {swap(`{"payloadType"`, `{"note":"x","payloadType"`), "/note", "nothing of this name"},
		"a key twice":               {swap(`{"payloadType"`, `{"payload":"","payloadType"`), "/payload", "the key stands twice"},
		"a key twice, escaped":      {swap(`{"payloadType"`, `{"\u0070ayload":"","payloadType"`), "/payload", "the key stands twice"},
		"a key twice, in signature": {swap(`{"keyid"`, `{"sig":"","keyid"`), "/signatures/0/sig", "the key stands twice"},
		"a key in capitals":         {swap(`"payload":`, `"Payload":`), "/Payload", "nothing of this name"},
		"an escape":                 {swap(`"payload":`, `"p\u0061yload":`), "", "stands where nothing of the kind"},
		"another type":              {swap("in-toto+json", "in-toto+jsom"), "/payloadType", `is not "application/vnd.in-toto+json"`},
		"base64 for URLs":           {swap(payload[:8], "_-"+payload[2:8]), "/payload", "not base64 in the standard form"},
		"base64 without padding":    {swap(`=="}`, `"}`), "/signatures/0/sig", "not base64 in the standard form"},
		"base64 with a line break":  {swap(payload[:8], payload[:4]+`\n`+payload[4:8]), "/payload", "not base64 in the standard form"},
		"a number for a payload":    {swap(`"`+payload+`"`, "7"), "/payload", "expected string, found number"},
		"no signature":              {line[:strings.Index(line, "[")] + "[]}\n", "/signatures", "expected 1 to 32 signatures, found 0"},
		"a short signature":         {swap(`"sig":"`+line[strings.Index(line, `"sig":"`)+7:][:4], `"sig":"`), "/signatures/0/sig", "has 64 bytes, found 61"},
		"a key id in capitals":      {swap(key.Public().ID(), strings.ToUpper(key.Public().ID())), "/signatures/0/keyid", "is no key id"},
		"an array":                  {"[" + strings.TrimSuffix(line, "\n") + "]\n", "", "expected an object, found array"},
		"too many envelopes":        {strings.Repeat(line, attest.MaxEnvelopes+1), "", "66 envelopes at most"},
		"too large":                 {strings.Repeat(" ", attest.MaxFileBytes+1), "", "more than 96 MiB"},
		"deep":                      {strings.Repeat("[", 100_000), "", "it is not JSON"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := attest.Decode([]byte(tt.text))
			var problem *attest.Problem
			require.ErrorAs(t, err, &problem)
			assert.Contains(t, problem.What, tt.what)
			assert.Equal(t, tt.field, problem.Field)
			assert.NotEmpty(t, problem.Part)
			assert.NotEmpty(t, problem.Next)
		})
	}
}

func TestAProblemSaysItsByte(t *testing.T) {
	line := encoded(t, newEnvelope(t, newKey(t, 1)))
	altered := append(bytes.Clone(line), line...)
	altered[len(line)+2] = 'P' // payloadType of the second
	_, err := attest.Decode(altered)
	require.EqualError(t, err, fmt.Sprintf("envelope 2, /PayloadType, byte %d: nothing of this name belongs here", len(line)+2))
}

func TestAStatementIsReadStrictly(t *testing.T) {
	good := string(newEnvelope(t).Payload)
	tests := map[string]struct{ old, with, what string }{
		"another type":     {"Statement/v1", "Statement/v2", "/_type"},
		"another member":   {`"_type"`, `"x":1,"_type"`, "/x, byte 2: nothing of this name"},
		"a member twice":   {`"_type"`, `"predicate":{},"_type"`, "stands twice"},
		"deep, twice":      {`{"outcome"`, `{"outcome":1,"outcome"`, "/predicate/outcome"},
		"no subject":       {good[strings.Index(good, `[`) : strings.Index(good, `]`)+1], "[]", "/subject: expected 1 to"},
		"a text":           {good[strings.Index(good, `[`) : strings.Index(good, `]`)+1], `["x"]`, "/subject/0: expected object"},
		"another digest":   {`"sha256"`, `"md5"`, "/subject/0/digest/md5"},
		"a short digest":   {digest, digest[1:], "/subject/0/digest/sha256: expected 64"},
		"capital digits":   {digest, strings.ToUpper(digest), "/subject/0/digest/sha256: expected 64"},
		"no predicate":     {`,"predicate":{"outcome":"GO <&>"}`, "", "/predicate: it is missing"},
		"predicate a list": {`{"outcome":"GO <&>"}`, "[]", "/predicate, byte"},
		"behind it":        {`GO <&>"}}`, `GO <&>"}} {}`, "it is not JSON"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, good, tt.old)
			e := attest.Envelope{Payload: []byte(strings.Replace(good, tt.old, tt.with, 1))}
			_, err := e.Statement("statement")
			require.ErrorContains(t, err, tt.what)
		})
	}
}

// liar is a signer whose signatures are not those of its key.
type liar struct{ attest.Signer }

func (liar) Sign(context.Context, []byte) ([]byte, error) { return make([]byte, 64), nil }

func TestASignatureIsVerifiedBeforeItIsTaken(t *testing.T) {
	e := newEnvelope(t)
	require.ErrorContains(t, e.Sign(t.Context(), liar{newKey(t, 1)}), "no signature of its own")
	assert.Empty(t, e.Signatures)
}

// TestTheLibraryAgrees has the envelopes verified by another implementation of DSSE.
func TestTheLibraryAgrees(t *testing.T) {
	asha, ben := newKey(t, 1), newKey(t, 2)
	line := encoded(t, newEnvelope(t, asha, ben))
	var foreign dsse.Envelope
	require.NoError(t, json.Unmarshal(line, &foreign))
	verifier, err := dsse.NewMultiEnvelopeVerifier(2, theirs{asha.Public()}, theirs{ben.Public()})
	require.NoError(t, err)
	accepted, err := verifier.Verify(t.Context(), &foreign)
	require.NoError(t, err)
	assert.Len(t, accepted, 2)
	foreign.Signatures[1].Sig = foreign.Signatures[0].Sig
	_, err = verifier.Verify(t.Context(), &foreign)
	require.Error(t, err, "theirs can fail, too")
}

func FuzzDecode(f *testing.F) {
	asha, ben := newKey(f, 1), newKey(f, 2)
	whole := encoded(f, newEnvelope(f, asha, ben), newEnvelope(f, asha))
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"keyid":"","sig":""}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := attest.Decode(data)
		if err != nil {
			var problem *attest.Problem
			require.ErrorAs(t, err, &problem)
			require.LessOrEqual(t, problem.Byte, len(data)+1)
			return
		}
		require.Equal(t, string(data), string(encoded(t, all...)), "what is read is what would be written")
		for i := range all {
			_, _ = all[i].Statement("statement")
			for k, c := range all[i].Check([]attest.PublicKey{asha.Public(), ben.Public()}) {
				if c.State == attest.Valid {
					require.Contains(t, string(whole), base64.StdEncoding.EncodeToString(all[i].Signatures[k].Sig), "a signature was forged")
				}
			}
		}
	})
}

func TestGenerateKeyTakesItsRandomness(t *testing.T) {
	one, err := attest.GenerateKey(rand.Reader)
	require.NoError(t, err)
	other, err := attest.GenerateKey(rand.Reader)
	require.NoError(t, err)
	assert.NotEqual(t, one.Public().ID(), other.Public().ID())
	_, err = attest.GenerateKey(strings.NewReader("short"))
	require.Error(t, err)
}
