package schema_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/schema"
)

func TestWiden(t *testing.T) {
	for _, tt := range []struct {
		name, own, other, answer string
		want                     int // mismatches
	}{
		{"a null of another", `{"a":1}`, `{"a":null}`, `{"a":null}`, 0},
		{"a type of another", `{"a":1}`, `{"a":"x"}`, `{"a":"y"}`, 0},
		{"a type where it shows null", `{"a":null}`, `{"a":1}`, `{"a":"y"}`, 1},
		{"a type where it shows an empty list", `{"a":[]}`, `{"a":[1]}`, `{"a":["y"]}`, 1},
		{"an object for a text", `{"a":"x"}`, `{"a":{"b":1}}`, `{"a":{"b":"y"}}`, 1},
		{"a format of another", `{"at":"2024-01-31"}`, `{"at":"31.01.2024"}`, `{"at":"01/31/2024"}`, 0},
		{"keys of its own", `{"a":1,"b":2}`, `{"a":1}`, `{"a":1}`, 1},
		{"keys of another", `{"a":1}`, `{"a":1,"b":2}`, `{"a":1,"b":2}`, 1},
		{"entries of a map", `{"1":{"a":1}}`, `{"2":{"a":null}}`, `{"3":{"a":null}}`, 0},
		{"items", `[{"a":1}]`, `[{"a":null}]`, `[{"a":null}]`, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := schema.Infer(live(t, tt.own))
			s.Widen(schema.Infer(live(t, tt.own), live(t, tt.other)))
			assert.Len(t, check(t, s, live(t, tt.answer)), tt.want)
		})
	}
	schema.Infer(live(t, `{}`)).Widen(nil)
	(*schema.Shape)(nil).Widen(schema.Infer(live(t, `{}`)))
}
