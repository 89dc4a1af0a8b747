package engine_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
)

var aMark = regexp.MustCompile(`\[masked:token~([a-z2-7]{5})\]`)

func TestARunShowsWhichMaskedValuesAreEqual(t *testing.T) {
	url, _ := api(t, nil)
	o := engine.Options{Vars: probe.NewVars(probe.Var{Name: "token", Value: "tok-3n9-x7-and-more", Secret: true}), BaseURL: url}
	first, second := run(t, t.Context(), o, document(t, nil)), run(t, t.Context(), o, document(t, nil))
	digest := func(r *probe.Run) string {
		data, err := json.Marshal(r)
		require.NoError(t, err)
		found := aMark.FindSubmatch(data)
		require.NotEmpty(t, found, "%s", data)
		assert.NotContains(t, string(aMark.ReplaceAllFunc(data, func(m []byte) []byte {
			return bytes.Replace(m, found[1], nil, 1)
		})), string(found[1]), "one value has one digest")
		return string(found[1])
	}
	assert.NotEqual(t, digest(first), digest(second), "two runs cannot be compared")

	var recorded, again bytes.Buffer
	require.NoError(t, probe.EncodeJSON(&recorded, first))
	read, err := probe.DecodeRun(bytes.NewReader(recorded.Bytes()))
	require.NoError(t, err)
	require.NoError(t, probe.EncodeJSON(&again, read))
	assert.Contains(t, recorded.String(), digest(first))
	assert.Equal(t, recorded.String(), again.String(), "the digest comes with the record")
}

func TestWhatAPlanMasksIsTheSameEveryTime(t *testing.T) {
	vars := probe.NewVars(probe.Var{Name: "token", Value: "tok-3n9-x7-and-more", Secret: true})
	assert.Equal(t, "Bearer [masked:token]", engine.Redactor(nil, vars).Text("Bearer tok-3n9-x7-and-more"))
}
