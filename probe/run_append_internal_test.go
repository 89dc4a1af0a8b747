package probe

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// What is written member by member is what encoding/json writes, whatever a case holds: a field that is added to a type and forgotten here is
// found, since all fields are filled.
func TestAppendedCasesAreThoseOfEncodingJSON(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 7))
		var c Result
		fill(r, reflect.ValueOf(&c).Elem(), 0)
		want, err := compact(c.canonical())
		require.NoError(t, err)
		got, err := EncodeResult(&c)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), "seed %d; a new member has to be written in run_append.go, too", seed)
	}
}

func TestAppendedCasesRefuseWhatJSONCannotHold(t *testing.T) {
	_, err := EncodeResult(&Result{Exchange: &Exchange{Timing: Timing{Total: math.NaN()}}})
	require.Error(t, err)
	_, err = EncodeResult(&Result{Exchange: &Exchange{StartedAt: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)}})
	require.Error(t, err)
}

// fill fills a value with anything that its type can hold; a third of what may be empty is.
func fill(r *rand.Rand, v reflect.Value, depth int) {
	if r.IntN(3) == 0 && depth > 0 {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if _, is := v.Interface().(time.Time); is {
			v.Set(reflect.ValueOf(randomTime(r)))
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() && v.Type().Field(i).Name != "BodyBase64" { // which encoding fills
				fill(r, v.Field(i), depth+1)
			}
		}
	case reflect.Slice:
		s := reflect.MakeSlice(v.Type(), r.IntN(3), 3)
		for i := range s.Len() {
			fill(r, s.Index(i), depth+1)
		}
		v.Set(s)
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		fill(r, p.Elem(), depth+1)
		v.Set(p)
	case reflect.String:
		v.SetString([]string{"plain", `{"a":"b\\c"}` + "\n\t\x01\b\f\x1f", randomText(r), "\u2028\u2029<&>\u202e\x7f\u009b", "caf\xe9"}[r.IntN(5)])
	case reflect.Int:
		v.SetInt(int64(r.IntN(2000) - 1000))
	case reflect.Float64:
		v.SetFloat([]float64{0.118, 12, 1e-9, 1e22, -0.5, math.Round(r.Float64()*1e6) / 1e3}[r.IntN(6)])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Uint8:
		v.SetUint(uint64(r.IntN(256)))
	default:
		panic("a case holds a " + v.Kind().String() + ", which this test cannot fill")
	}
}

// Most of what a run writes are cases, and nothing of them is made on the way.
func TestAnAppendedCaseAllocatesNothing(t *testing.T) {
	c := Result{
		ID: "otp/success", Exchange: &Exchange{
			StartedAt: time.Unix(1e9, 0), Attempts: []Attempt{{HTTPStatus: 200}}, Request: RecordedRequest{Headers: []Header{{Name: "Accept", Value: "*/*"}}, Body: `{"a":1}`},
			Response: &RecordedResponse{HTTPStatus: 200, Body: `{"status":"réussi, सफल"}`}, TLS: &TLS{Version: "TLS 1.3", NotAfter: time.Unix(2e9, 0)},
		},
		Findings: []Finding{{Rule: "success.shape", At: source.Span{Pos: source.Pos{Line: 3}}}},
	}
	out := make([]byte, 0, 8192)
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = AppendResult(out, &c) }))
}
