package nearjson

import (
	"encoding/json"
	"unicode/utf8"
)

// Encode writes the value as compact JSON: keys in their order, numbers as they were written, nothing escaped for HTML.
func Encode(v *Value) []byte {
	if v == nil {
		return []byte("null")
	}
	return v.append(make([]byte, 0, v.room()))
}

// room is how many bytes the value takes as JSON with the comma behind it, where nothing is escaped; of a number a few less.
func (v *Value) room() int {
	n := len(v.Text) + len(`"",`)
	for i := range v.Members {
		n += len(v.Members[i].Key) + len(`"":`) + v.Members[i].Value.room()
	}
	for _, item := range v.Items {
		n += item.room()
	}
	return n
}

// MarshalJSON is [Encode].
func (v *Value) MarshalJSON() ([]byte, error) { return Encode(v), nil }

// String is the value as JSON, for messages.
func (v *Value) String() string { return string(Encode(v)) }

// append recurses as deep as the value does; every value that was read is at most [MaxDepth] deep.
func (v *Value) append(out []byte) []byte {
	switch v.Kind {
	case Bool, Number:
		return append(out, v.Text...)
	case String:
		return AppendQuoted(out, v.Text)
	case Array:
		out = append(out, '[')
		for i, item := range v.Items {
			if i > 0 {
				out = append(out, ',')
			}
			out = item.append(out)
		}
		return append(out, ']')
	case Object:
		out = append(out, '{')
		for i := range v.Members {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(AppendQuoted(out, v.Members[i].Key), ':')
			out = v.Members[i].Value.append(out)
		}
		return append(out, '}')
	}
	return append(out, "null"...)
}

// AppendQuoted writes a JSON string; invalid UTF-8 becomes U+FFFD.
func AppendQuoted(out []byte, s string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '\n':
			out = append(out, '\\', 'n')
		case r == '\r':
			out = append(out, '\\', 'r')
		case r == '\t':
			out = append(out, '\\', 't')
		case r < 0x20 || r == 0x7f:
			out = append(out, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return append(out, '"')
}

// Any is the value as encoding/json would decode it with UseNumber: map[string]any, []any, json.Number, string, bool, nil.
func (v *Value) Any() any {
	if v == nil {
		return nil
	}
	switch v.Kind {
	case Bool:
		return v.Text == "true"
	case Number:
		return json.Number(v.Text)
	case String:
		return v.Text
	case Array:
		items := make([]any, len(v.Items))
		for i, item := range v.Items {
			items[i] = item.Any()
		}
		return items
	case Object:
		members := make(map[string]any, len(v.Members))
		for i := range v.Members {
			members[v.Members[i].Key] = v.Members[i].Value.Any()
		}
		return members
	}
	return nil
}
