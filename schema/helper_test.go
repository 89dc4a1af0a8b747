package schema_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// live reads the JSON of an answer.
func live(t testing.TB, text string) *nearjson.Value {
	t.Helper()
	v, err := parse(text)
	require.NoError(t, err)
	return v
}

func parse(text string) (*nearjson.Value, error) {
	v, _, err := nearjson.ParseStrict(source.Unplaced(text))
	return v, err
}
