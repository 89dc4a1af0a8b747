package probe

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ReadRun reads what Run.Encode wrote sheet by sheet: each is handed over as it is read, and the run that is returned has none of them. So a run of any
// size can be read, as long as each sheet is smaller than MaxRunBytes. It takes what DecodeRun takes; what it says of a text that is no run is less precise.
func ReadRun(r io.Reader, each func(i int, s *SheetResult) error) (*Run, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := in.Peek(3); string(mark) == "\uFEFF" {
		_, _ = in.Discard(len(mark))
	}
	bounded := &perValue{in: in, left: MaxRunBytes}
	read := runReader{bounded: bounded, in: json.NewDecoder(bounded), each: each, head: map[string]json.RawMessage{}}
	if err := read.object(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(read.head)
	if err != nil {
		return nil, err
	}
	return DecodeRun(bytes.NewReader(text))
}

// runReader takes a run apart.
type runReader struct {
	bounded *perValue
	in      *json.Decoder
	each    func(i int, s *SheetResult) error
	head    map[string]json.RawMessage // all but the sheets
}

func (r *runReader) object() error {
	if err := r.expect(json.Delim('{')); err != nil {
		return err
	}
	for r.in.More() {
		name, err := r.in.Token()
		if err != nil {
			return err
		}
		if key := fmt.Sprint(name); strings.EqualFold(key, "sheets") { // as encoding/json takes it
			err = r.sheets()
		} else {
			err = r.member(key)
		}
		if err != nil {
			return err
		}
	}
	if err := r.expect(json.Delim('}')); err != nil {
		return err
	}
	if _, err := r.in.Token(); !errors.Is(err, io.EOF) {
		return errNoRun
	}
	return nil
}

var errNoRun = errors.New("this is not a recorded run")

func (r *runReader) expect(delimiter json.Delim) error {
	token, err := r.in.Token()
	if err == nil && token != delimiter {
		return errNoRun
	}
	return err
}

func (r *runReader) member(name string) error {
	var value json.RawMessage
	r.bounded.left = MaxRunBytes
	if err := r.in.Decode(&value); err != nil {
		return err
	}
	r.head[name] = value
	if name != "schema_version" {
		return nil
	}
	return checkVersion([]byte(`{"schema_version":` + string(value) + `}`)) // before anything that another version may mean otherwise
}

func (r *runReader) sheets() error {
	if token, err := r.in.Token(); err != nil || token == nil { // null
		return err
	} else if token != json.Delim('[') {
		return errNoRun
	}
	for i := 0; r.in.More(); i++ {
		one := Run{Sheets: make([]SheetResult, 1)}
		r.bounded.left = MaxRunBytes
		if err := r.in.Decode(&one.Sheets[0]); err != nil {
			return err
		}
		one.restoreBodies()
		if err := r.each(i, &one.Sheets[0]); err != nil {
			return err
		}
	}
	return r.expect(json.Delim(']'))
}

// perValue bounds how much is read for one value.
type perValue struct {
	in   io.Reader
	left int
}

func (p *perValue) Read(into []byte) (int, error) {
	if p.left <= 0 {
		return 0, fmt.Errorf("an API of the run is larger than %d MiB", MaxRunBytes>>20)
	}
	n, err := p.in.Read(into[:min(len(into), p.left)])
	p.left -= n
	return n, err
}
