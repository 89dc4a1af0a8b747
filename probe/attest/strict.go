package attest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// object reads a JSON object strictly: UTF-8, no duplicate key at any depth, nothing behind it. The offset of the text in its file is for places.
func object(part string, text []byte, offset int) (*nearjson.Value, *Problem) {
	if at := invalidUTF8(text); at >= 0 {
		return nil, &Problem{Part: part, Byte: offset + at + 1, What: "this byte is not UTF-8", Next: nextOriginal}
	}
	v, twice, err := nearjson.ParseStrictWhole(source.Unplaced(string(text)))
	var bad *nearjson.Error
	switch {
	case errors.As(err, &bad):
		return nil, &Problem{Part: part, Byte: offset + bad.At.Offset + 1, What: "it is not JSON: " + bad.Msg, Next: nextOriginal}
	case err != nil:
		return nil, &Problem{Part: part, What: "it is not JSON: " + err.Error(), Next: nextOriginal}
	case len(twice) > 0:
		return nil, &Problem{Part: part, Field: twice[0].Pointer, Byte: offset + twice[0].At.Offset + 1, What: "the key stands twice, so that two readers may see two things", Next: nextOriginal}
	case v.Kind != nearjson.Object:
		return nil, &Problem{Part: part, Byte: offset + 1, What: "expected an object, found " + v.Kind.String(), Next: nextOriginal}
	}
	return v, nil
}

func invalidUTF8(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// members demands exactly these members of an object, each of the kind that goes with it.
func members(part, pointer string, v *nearjson.Value, offset int, want map[string]nearjson.Kind) *Problem {
	for i, m := range v.Members {
		kind, known := want[m.Key]
		at := nearjson.AppendPointer(pointer, m.Key)
		switch {
		case !known:
			return &Problem{Part: part, Field: at, Byte: offset + v.KeyAt(i).Offset + 1, What: "nothing of this name belongs here", Next: nextOriginal}
		case m.Value.Kind != kind:
			return &Problem{Part: part, Field: at, Byte: offset + m.Value.At().Offset + 1, What: fmt.Sprintf("expected %s, found %s", kind, m.Value.Kind), Next: nextOriginal}
		}
	}
	missing := []string{}
	for name := range want {
		if v.Get(name) == nil {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return &Problem{Part: part, Field: nearjson.AppendPointer(pointer, missing[0]), What: "it is missing", Next: nextOriginal}
}

// decoded reads base64 in its one standard form: padded, without line breaks, and without bits that stand for nothing (RFC 4648, sections 3.2 to 3.5).
func decoded(part, pointer string, v *nearjson.Value, offset int) ([]byte, *Problem) {
	data, err := base64.StdEncoding.Strict().DecodeString(v.Text)
	if err == nil && base64.StdEncoding.EncodeToString(data) == v.Text {
		return data, nil
	}
	return nil, &Problem{
		Part: part, Field: pointer, Byte: offset + v.At().Offset + 2 + firstNotBase64(v.Text, err),
		What: "it is not base64 in the standard form (RFC 4648, section 4: padded, no line breaks, not the one for URLs)", Next: nextOriginal,
	}
}

func firstNotBase64(text string, err error) int {
	var at base64.CorruptInputError
	if errors.As(err, &at) && at >= 0 && int(at) < len(text) {
		return int(at)
	}
	return 0
}
