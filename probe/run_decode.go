package probe

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// MaxRunBytes is how large a recorded run may be.
const MaxRunBytes = 256 << 20

// DecodeRun reads what Run.Encode wrote. Fields that it does not know are passed over, so that runs of a later minor version can be read; a
// run of another major schema version, anything that stands behind the run, and more than MaxRunBytes are errors. An error about the text
// begins with its place in it, as in "12:5: ...", so that it can be put behind a file name and a colon.
func DecodeRun(r io.Reader) (*Run, error) {
	data, err := readUpTo(r, MaxRunBytes)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if err := checkVersion(data); err != nil {
		return nil, err
	}
	run := &Run{}
	if err := json.Unmarshal(data, run); err != nil {
		return nil, placed(data, err)
	}
	run.restoreBodies()
	return run, nil
}

func readUpTo(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, fmt.Errorf("the run is larger than %d MiB", limit>>20)
	}
	return data, err
}

// checkVersion looks at nothing but the version: what another version says elsewhere need not make sense here.
func checkVersion(data []byte) error {
	var head struct {
		Version json.RawMessage `json:"schema_version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return placed(data, err)
	}
	if len(head.Version) == 0 {
		return errors.New(`1:1: this is not a recorded run, "schema_version" is missing: expected a file written by --report json`)
	}
	var version string
	if json.Unmarshal(head.Version, &version) == nil && major(version) == major(SchemaVersion) {
		return nil
	}
	at := bytes.Index(data, head.Version)
	return fmt.Errorf("%s: the run has schema_version %.40s, this program reads version %q: use the sheetprobe that wrote it, or one that is newer",
		place(data, at), head.Version, SchemaVersion)
}

func major(version string) string {
	m, _, _ := strings.Cut(version, ".")
	return m
}

// restoreBodies puts the bytes of bodies that are not UTF-8 back in their place.
func (r *Run) restoreBodies() {
	for i := range r.Sheets {
		for k := range r.Sheets[i].Cases {
			c := &r.Sheets[i].Cases[k]
			c.Exchange.restoreBodies()
			for n := range c.Repeats {
				c.Repeats[n].Exchange.restoreBodies()
			}
			for n := range c.Callbacks {
				restoreBody(&c.Callbacks[n].Request.Body, &c.Callbacks[n].Request.BodyBase64)
			}
		}
	}
}

func (x *Exchange) restoreBodies() {
	if x == nil {
		return
	}
	restoreBody(&x.Request.Body, &x.Request.BodyBase64)
	if x.Response != nil {
		restoreBody(&x.Response.Body, &x.Response.BodyBase64)
	}
}

func restoreBody(body *string, raw *[]byte) {
	if len(*raw) > 0 {
		*body = string(*raw)
	}
	*raw = nil
}

// placed puts the place in front of an error of encoding/json, and says it in the words of a run.
func placed(data []byte, err error) error {
	var syntax *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	var badTime *time.ParseError
	var badBase64 base64.CorruptInputError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("%s: this is not a recorded run: %w", place(data, int(syntax.Offset)-1), err)
	case errors.As(err, &mistyped) && mistyped.Field == "":
		return fmt.Errorf("%s: this is not a recorded run: expected a JSON object, found %s", place(data, 0), article(mistyped.Value))
	case errors.As(err, &mistyped):
		return fmt.Errorf("%s: %q cannot hold %s", place(data, int(mistyped.Offset)-1), mistyped.Field, article(mistyped.Value))
	case errors.As(err, &badTime):
		return fmt.Errorf("%s: %.40q is not a time, expected the form 2026-01-31T08:15:00Z", place(data, bytes.Index(data, []byte(badTime.Value))), badTime.Value)
	case errors.As(err, &badBase64):
		return fmt.Errorf(`%s: "body_base64" is not base64: %w`, place(data, bytes.Index(data, []byte(`"body_base64"`))), err)
	}
	return fmt.Errorf("%s: %w", place(data, 0), err)
}

func article(kind string) string {
	if strings.ContainsAny(kind[:min(1, len(kind))], "aeio") {
		return "an " + kind
	}
	return "a " + kind
}

// place is the line and column of a byte. An offset outside the text is moved to its nearest end.
func place(data []byte, offset int) string {
	at := source.Unplaced(string(data)).Pos(offset)
	return fmt.Sprintf("%d:%d", at.Line, at.Column)
}
