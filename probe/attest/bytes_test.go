package attest_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/attest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestEveryByteOfAFileCounts alters every byte of a file in several ways, takes it away, and puts one in front of it: each is refused by Decode, or leaves a
// signature that is not valid. Nothing passes for what was signed. What the refusals are, by the kind of byte, stands in testdata/bytes.txt.
func TestEveryByteOfAFileCounts(t *testing.T) {
	asha, ben := newKey(t, 1), newKey(t, 2)
	trusted := []attest.PublicKey{named(asha, "Asha"), named(ben, "Ben")}
	data := encoded(t, newEnvelope(t, asha, ben), newEnvelope(t, asha, ben))
	classes := classesOf(data)
	refusals := map[string]map[string]int{}
	try := func(class string, altered []byte) {
		refusal := refusalOf(altered, trusted)
		require.NotEmpty(t, refusal, "%q", altered)
		if refusals[class] == nil {
			refusals[class] = map[string]int{}
		}
		refusals[class][refusal]++
	}
	for i := range data {
		for _, bits := range []byte{0x01, 0x20, 0x80} { // a neighbour, the other case, no ASCII
			altered := bytes.Clone(data)
			altered[i] ^= bits
			try(classes[i]+", altered", altered)
		}
		try(classes[i]+", taken away", append(bytes.Clone(data[:i]), data[i+1:]...))
		try(classes[i]+", a space before it", append(append(bytes.Clone(data[:i]), ' '), data[i:]...))
		try(classes[i]+", twice", append(append(bytes.Clone(data[:i]), data[i]), data[i:]...))
	}
	for _, behind := range []string{" ", "\n", "{}", "\x00", "\r\n", "x\n"} {
		try("end of file, something behind it", append(bytes.Clone(data), behind...))
	}
	for i := range data {
		try("end of file, cut off", data[:i])
	}
	var out strings.Builder
	for _, class := range slices.Sorted(maps.Keys(refusals)) {
		fmt.Fprintf(&out, "%s\n", class)
		for _, what := range slices.Sorted(maps.Keys(refusals[class])) {
			fmt.Fprintf(&out, "%6d  %s\n", refusals[class][what], what)
		}
	}
	const golden = "testdata/bytes.txt"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(golden, []byte(out.String()), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), out.String())
}

// classesOf says of each byte of a file what it is part of.
func classesOf(data []byte) []string {
	classes := make([]string, len(data))
	for i := range classes {
		classes[i] = "structure of JSON"
	}
	parts := regexp.MustCompile(`"(payloadType|payload|keyid|sig)":"([^"]*)"`)
	for _, at := range parts.FindAllSubmatchIndex(data, -1) {
		name := string(data[at[2]:at[3]])
		for i := at[2]; i < at[3]; i++ {
			classes[i] = "name of a member"
		}
		for i := at[4]; i < at[5]; i++ {
			classes[i] = "value of " + name
			if data[i] == '=' {
				classes[i] = "padding of " + name
			}
		}
	}
	for i, b := range data {
		if b == '\n' {
			classes[i] = "line end"
		}
	}
	return classes
}

// refusalOf is in general words why a file is refused; "" where it is not.
func refusalOf(data []byte, trusted []attest.PublicKey) string {
	all, err := attest.Decode(data)
	var problem *attest.Problem
	switch {
	case errors.As(err, &problem):
		what := regexp.MustCompile(`(?s)^("|').*("|') (is no |is not |stands where )`).ReplaceAllString(problem.What, "... $3")
		what, _, _ = strings.Cut(what, ":")
		return what
	case err != nil:
		return ""
	case len(all) != 2:
		return "another number of envelopes"
	}
	for i := range all {
		for _, c := range all[i].Check(trusted) {
			if c.State != attest.Valid {
				what, _, _ := strings.Cut(regexp.MustCompile(`SHA256:\S+`).ReplaceAllString(c.What, "..."), ":")
				return string(c.State) + ": " + what
			}
		}
		if len(all[i].Signatures) != 2 {
			return "another number of signatures"
		}
	}
	return ""
}
