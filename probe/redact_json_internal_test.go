package probe

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIsJSONAtItsBounds(t *testing.T) {
	for _, s := range []string{
		strings.Repeat("[", maxLevels) + strings.Repeat("]", maxLevels), strings.Repeat("[", maxLevels+1) + strings.Repeat("]", maxLevels+1),
		`{"a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "}", "\xff", "\"\xff\"", "\"\x1f\"", "\"\x7f\"", "\u00a0{}", "\ufeff{}",
	} {
		assert.Equal(t, json.Valid([]byte(s)), isJSON(s), "%.20q", s)
	}
}

func FuzzIsJSON(f *testing.F) {
	for _, s := range []string{
		"", " ", "{}", "[]", "[,]", "[1,]", "[1,2]", "{,}", `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1,"b":[{}]}`, `{"a":1]`, "[}", "{]", `{1:2}`, `"\u12aF\n"`, `"\u12g4"`, `"\u12`, `"\x"`, `"`, `"\`,
		"0", "-0", "-", "01", "1.", "1.5", ".5", "1e", "1e+", "1E-7", "1e5.2", "+1", "true", "tru", "falsey", "null ", "nul", "nan", "1 2", "{} {}", " [ 1 , { \"a\" : \"b\" } ] \r\n\t", "[1 2]",
		`{"a":{"b":[[],{},[{}]]},"c":"\\\""}`, "]", "}", ",", ":",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		require.Equal(t, json.Valid([]byte(s)), isJSON(s), s)
	})
}
