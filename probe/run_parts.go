package probe

import (
	"bytes"
	"encoding/json"
)

// EncodeLine writes a whole run on one line, as DecodeRun reads it.
func EncodeLine(r *Run) ([]byte, error) { return compact(r.canonical()) }

// EncodeHead writes what a run says of itself, without its sheets, on one line.
func EncodeHead(r *Run) ([]byte, error) {
	head := *r
	head.Sheets = nil
	return compact(head.canonical())
}

// DecodeHead reads what EncodeHead wrote.
func DecodeHead(data []byte) (*Run, error) { return DecodeRun(bytes.NewReader(data)) }

// EncodeSheet writes what a run found out about a sheet, without its cases, on one line.
func EncodeSheet(s *SheetResult) ([]byte, error) {
	plain := *s
	plain.Cases = nil
	return compact(plain.canonical())
}

// DecodeSheet reads what EncodeSheet or EncodeLine wrote.
func DecodeSheet(data []byte) (SheetResult, error) {
	run := Run{Sheets: make([]SheetResult, 1)}
	if err := json.Unmarshal(data, &run.Sheets[0]); err != nil {
		return SheetResult{}, err
	}
	run.restoreBodies()
	return run.Sheets[0], nil
}

// EncodeResult writes one case, on one line; see Run.Encode for bodies that are not UTF-8.
func EncodeResult(c *Result) ([]byte, error) {
	return AppendResult(make([]byte, 0, 2048), c)
}

// DecodeResult reads what EncodeResult wrote.
func DecodeResult(data []byte) (Result, error) {
	run := Run{Sheets: []SheetResult{{Cases: make([]Result, 1)}}}
	c := &run.Sheets[0].Cases[0]
	if err := json.Unmarshal(data, c); err != nil {
		return Result{}, err
	}
	run.restoreBodies()
	return *c, nil
}

func compact(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(escapeActing(out.Bytes()), []byte("\n")), nil
}
