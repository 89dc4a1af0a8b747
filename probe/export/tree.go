package export

import (
	"bytes"
	"encoding/json"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// The documents are built as values, which keep the order of their keys.

func str(s string) *nearjson.Value { return nearjson.NewString(s) }

func list(items ...*nearjson.Value) *nearjson.Value {
	return &nearjson.Value{Kind: nearjson.Array, Items: items}
}

// object makes an object of keys and values in turn; what has no value is left out.
func object(keysAndValues ...any) *nearjson.Value {
	o := &nearjson.Value{Kind: nearjson.Object}
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		key, _ := keysAndValues[i].(string)
		switch v := keysAndValues[i+1].(type) {
		case *nearjson.Value:
			if v != nil {
				put(o, key, v)
			}
		case string:
			if v != "" {
				put(o, key, str(v))
			}
		case bool:
			if v {
				put(o, key, &nearjson.Value{Kind: nearjson.Bool, Text: "true"})
			}
		}
	}
	return o
}

func put(o *nearjson.Value, key string, v *nearjson.Value) {
	o.Members = append(o.Members, nearjson.Member{Key: key, Value: v})
}

// number is a JSON number as it is written.
func number(digits string) *nearjson.Value { return nearjson.NewNumber(digits) }

// parsed is a JSON text of our own as a value.
func parsed(text []byte) *nearjson.Value {
	r, err := nearjson.Parse(source.Unplaced(string(text)))
	if err != nil {
		return nil
	}
	return r.Value
}

func writeTree(out *bytes.Buffer, v *nearjson.Value) {
	_ = json.Indent(out, nearjson.Encode(v), "", "  ") // what Encode writes is JSON
	out.WriteByte('\n')
}
