package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

func TestWidenings(t *testing.T) {
	for _, tt := range []struct {
		name, example, answers string // answers are separated by " & "
		want                   []string
	}{
		{"nothing", `{"a":1}`, `{"a":2}`, nil},
		{"left out", `{"a":1,"b":2}`, `{"a":2} & {"a":1,"b":1}`, []string{`/b {"optional":true}`}},
		{"not shown", `{"a":1}`, `{"a":2,"b":1}`, []string{`/b {"optional":true}`}},
		{"null", `{"a":1}`, `{"a":null}`, []string{`/a {"nullable":true}`}},
		{"in items", `{"l":[{"a":1,"b":"x"}]}`, `{"l":[{"a":1,"b":null},{"b":"y"}]}`, []string{`/l/*/a {"optional":true}`, `/l/*/b {"nullable":true}`}},
		{"another type", `{"a":1}`, `{"a":"x"}`, []string{`/a {"any":true}`}},
		{"alternatives", `{"a":"X|Y"}`, `{"a":"Z"}`, []string{`/a {"enum":["X","Y","Z"]}`}},
		{"another format", `{"at":"2024-01-31"}`, `{"at":"31.01.2024"}`, []string{`/at {"format":"any"}`}},
		{"keys that turn out to be data", `{"a":{"100":1,"x":2}}`, `{"a":{"100":1}}`, []string{`/a/x {"optional":true}`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			examples := []*nearjson.Value{live(t, tt.example)}
			shape := schema.Infer(examples...)
			for _, a := range strings.Split(tt.answers, " & ") {
				examples = append(examples, live(t, a))
			}
			var got []string
			for _, w := range shape.Widenings(schema.Infer(examples...)) {
				text, err := json.Marshal(w.Override)
				require.NoError(t, err)
				got = append(got, w.Pointer+" "+string(text))
				require.NoError(t, shape.Override(w.Pointer, w.Override))
			}
			assert.Equal(t, tt.want, got)
			for _, a := range examples[1:] { // what was learned lets all of them through
				assert.Empty(t, check(t, shape, a))
			}
		})
	}
}
