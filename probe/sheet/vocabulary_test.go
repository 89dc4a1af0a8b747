package sheet

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestNoLabelStandsTwiceInTheVocabulary(t *testing.T) {
	seen := map[string]string{}
	for _, entry := range slices.Concat(vocabulary, foreignVocabulary) {
		for written := range strings.SplitSeq(entry.words, "|") {
			key := Fold(written)
			require.NotEmpty(t, key, "an empty label beside %q", entry.words)
			assert.Empty(t, seen[key], "%q stands twice", written)
			seen[key] = written
		}
	}
	require.Greater(t, len(seen), 400)
}

func TestEveryFieldHasLabels(t *testing.T) {
	strongFields := map[probe.Field]bool{}
	for _, entry := range slices.Concat(vocabulary, foreignVocabulary) {
		if entry.how == strong {
			strongFields[entry.field] = true
		}
	}
	for _, f := range probe.Fields {
		assert.True(t, strongFields[f], f)
		l, ok := LookupLabel(f.Title())
		assert.True(t, ok, f.Title())
		assert.Equal(t, f, l.Field)
	}
}
