package probe

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

func encoded(t testing.TB, run *Run) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run.Encode(&out))
	return out.Bytes()
}

// The fields that the contract of the JSON report names are all there, also where there is nothing to say.
func TestEncodeWritesEveryFieldOfTheContract(t *testing.T) {
	full := &Run{Sheets: []SheetResult{{
		Diagnostics: source.Diagnostics{{Rule: "sheet.ambiguous", Field: "url", Hint: "ask", At: source.Span{Pos: source.Pos{Line: 1, Column: 1}}}},
		Coverage:    Coverage{Codes: []CodeCoverage{{}}, Responses: []ResponseCoverage{{}}},
		Cases: []Result{{
			Exchange: &Exchange{Attempts: []Attempt{{}}, Request: RecordedRequest{}, Response: &RecordedResponse{}},
			Findings: []Finding{{}},
		}},
	}}}
	var doc any
	require.NoError(t, json.Unmarshal(encoded(t, full), &doc))
	contract := map[string]string{
		"":                                "schema_version tool run_id started_at finished_at verdict exit_code summary sheets",
		"tool":                            "name version rules_version",
		"summary":                         "sheets cases conforms deviates inconclusive blocked skipped requests_sent checks_executed",
		"sheets":                          "name method url document document_sha256 at verdict diagnostics coverage cases",
		"sheets/diagnostics":              "rule severity field message hint at",
		"sheets/coverage":                 "codes responses",
		"sheets/coverage/codes":           "code documented seen",
		"sheets/coverage/responses":       "kind at seen",
		"sheets/cases":                    "id title family verdict reason expectation exchange findings",
		"sheets/cases/exchange":           "attempts request response timing_ms remote_addr tls",
		"sheets/cases/exchange/attempts":  "error phase",
		"sheets/cases/exchange/request":   "method url headers body",
		"sheets/cases/exchange/response":  "http_status headers body media_type truncated",
		"sheets/cases/exchange/timing_ms": "dns connect tls first_byte total",
		"sheets/cases/findings":           "rule severity blame location pointer documented observed message hint at fingerprint count",
	}
	for path, names := range contract {
		object := member(t, doc, path)
		for name := range strings.FieldsSeq(names) {
			assert.Contains(t, object, name, "in %q", path)
		}
	}
}

// member walks down a slash-separated path, through the first items of arrays.
func member(t *testing.T, doc any, path string) map[string]any {
	t.Helper()
	for key := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' }) {
		doc = doc.(map[string]any)[key]
		if items, ok := doc.([]any); ok {
			require.NotEmpty(t, items, path)
			doc = items[0]
		}
	}
	require.IsType(t, map[string]any{}, doc, path)
	return doc.(map[string]any)
}

func TestEncodeIsCanonical(t *testing.T) {
	east := time.FixedZone("", 5*3600+1800)
	run := &Run{
		RunID: "<a&b>", StartedAt: time.Date(2026, 3, 1, 1, 30, 0, 0, east),
		Sheets: []SheetResult{{Cases: []Result{{Exchange: &Exchange{Response: &RecordedResponse{}}}}}, {}},
	}
	first := encoded(t, run)
	assert.Contains(t, string(first), `"run_id": "<a&b>"`)
	assert.Contains(t, string(first), `"started_at": "2026-02-28T20:00:00Z"`)
	assert.Contains(t, string(first), `"schema_version": "1"`)
	assert.NotRegexp(t, `"(diagnostics|sheets|cases|findings|codes|responses|attempts|headers)": null`, string(first))
	assert.True(t, bytes.HasSuffix(first, []byte("}\n")))
	assert.Equal(t, first, encoded(t, run))
	assert.Nil(t, run.Sheets[0].Cases[0].Findings, "encoding leaves the run as it is")
	assert.Equal(t, east, run.StartedAt.Location())
}

// Written case by case, it is what it would be if it were written at once.
func TestEncodeWritesTheSameInPieces(t *testing.T) {
	c := Result{ID: "\u009b[]\n}", Exchange: &Exchange{Attempts: []Attempt{{}}, Response: &RecordedResponse{Body: "\xff<&>\u202e"}}, Findings: []Finding{{}}}
	for name, run := range map[string]*Run{
		"none": {}, "no case": {Sheets: []SheetResult{{}}}, "many": {RunID: "[]\n}", Sheets: []SheetResult{{Cases: []Result{c, {}, c}}, {}, {Name: "[]", Cases: []Result{c}}}},
	} {
		once, err := compact(run.canonical())
		require.NoError(t, err)
		require.Equal(t, indented(t, once), string(encoded(t, run)), name)
	}
}

// What writing takes in memory does not grow with the number of cases.
func BenchmarkEncode(b *testing.B) {
	c := Result{ID: "list/success", Exchange: &Exchange{Response: &RecordedResponse{Body: strings.Repeat(`{"id": "PT-1"}`, 2200)}}}
	r := Run{Sheets: []SheetResult{{Cases: slices.Repeat([]Result{c}, 1000)}}}
	for b.Loop() {
		require.NoError(b, r.Encode(io.Discard))
	}
}

// What JSON lets pass, but a terminal acts on, is escaped and comes back as it was.
func TestEncodeIsInert(t *testing.T) {
	acting := "\x00\x1b[2J\x7f\u009b31m\u202egnp\u2066\u200f \u2028"
	data := encoded(t, &Run{RunID: acting + "é\U0001F600\u4e2d"})
	assert.NotContains(t, string(data), "\x1b")
	for r := range strings.FieldsFuncSeq(string(data), func(r rune) bool { return r == '\n' }) {
		assert.NotRegexp(t, "[\\x{0}-\\x{1f}\\x{7f}-\\x{9f}\u202a-\u202e\u2066-\u2069\u200f\u2028]", r)
	}
	assert.Contains(t, string(data), "é\U0001F600\u4e2d")
	back, err := DecodeRun(bytes.NewReader(data))
	require.NoError(t, err)
	assert.Equal(t, acting+"é\U0001F600\u4e2d", back.RunID)
}

func TestBodiesSurviveByteForByte(t *testing.T) {
	bodies := map[string]string{
		"nothing":                 "",
		"JSON":                    `{"a":"<b>&"}`,
		"latin 1":                 "caf\xe9",
		"cut in a letter":         "\xe5\x90",
		"UTF-16":                  "\xff\xfe{\x00}\x00",
		"NUL and controls":        "\x00\x01\x1b[2J",
		"a replacement character": "\uFFFD",
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			x := &Exchange{Request: RecordedRequest{Body: body}, Response: &RecordedResponse{Body: body}}
			run := &Run{Sheets: []SheetResult{{Cases: []Result{{Exchange: x}}}}}
			data := encoded(t, run)
			assert.Equal(t, name == "latin 1" || name == "UTF-16" || name == "cut in a letter", bytes.Contains(data, []byte("body_base64")))
			back, err := DecodeRun(bytes.NewReader(data))
			require.NoError(t, err)
			got := back.Sheets[0].Cases[0].Exchange
			assert.Equal(t, body, got.Request.Body)
			assert.Equal(t, body, got.Response.Body)
			assert.Nil(t, got.Response.BodyBase64)
			assert.Nil(t, x.Response.BodyBase64, "encoding leaves the run as it is")
		})
	}
}

func TestRoundTrip(t *testing.T) {
	for seed := range uint64(200) {
		run := randomRun(rand.New(rand.NewPCG(seed, 1)))
		data := encoded(t, run)
		back, err := DecodeRun(bytes.NewReader(data))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(run, back, cmpopts.EquateEmpty()), "seed %d", seed)
		require.Equal(t, string(data), string(encoded(t, back)), "seed %d", seed)
	}
}

// randomRun fills every field that survives encoding.
func randomRun(r *rand.Rand) *Run {
	run := &Run{
		SchemaVersion: SchemaVersion, RunID: randomText(r), Tool: Tool{randomText(r), randomText(r), randomText(r)},
		StartedAt: randomTime(r), FinishedAt: randomTime(r), Interrupted: r.IntN(2) == 0, Insecure: r.IntN(2) == 0,
		Diagnostics: randomList(r, randomDiagnostic),
		TokenCalls: randomList(r, func(r *rand.Rand) TokenCall {
			return TokenCall{randomText(r), randomText(r), r.IntN(600), randomText(r), r.IntN(9)}
		}),
		Sheets: randomList(r, func(r *rand.Rand) SheetResult {
			return SheetResult{
				Name: randomText(r), Method: randomText(r), URL: randomText(r), Document: randomText(r), At: randomSpan(r),
				Diagnostics: randomList(r, randomDiagnostic), Cases: randomList(r, randomResult),
				Coverage: Coverage{Codes: randomList(r, func(r *rand.Rand) CodeCoverage { return CodeCoverage{Code: randomText(r), Seen: true} })},
			}
		}),
	}
	run.Summarize()
	return run
}

func randomResult(r *rand.Rand) Result {
	c := Result{
		ID: randomText(r), Title: randomText(r), Family: FamilyNoAuth, Mutation: randomText(r), Reason: randomText(r), Checks: r.IntN(99),
		Verdict: []Verdict{Conforms, Deviates, Inconclusive, Blocked, Skipped}[r.IntN(5)], Expect: Expectation{Outcome: OutcomeError, Forbidden: true},
		Findings: randomList(r, func(r *rand.Rand) Finding {
			return Finding{Rule: randomText(r), Severity: source.Warning, Pointer: randomText(r), Observed: randomText(r), At: randomSpan(r), Count: r.IntN(9)}
		}),
	}
	if r.IntN(3) > 0 {
		c.Exchange = &Exchange{
			Attempts: randomList(r, func(r *rand.Rand) Attempt { return Attempt{Error: randomText(r), Phase: PhaseTLS, Rule: randomText(r)} }),
			Request:  RecordedRequest{Method: randomText(r), URL: randomText(r), Body: randomBytes(r), Headers: randomList(r, randomHeader)},
			Timing:   Timing{DNS: r.Float64(), Total: r.Float64() * 1e9},
		}
		if r.IntN(3) > 0 {
			c.Exchange.Response = &RecordedResponse{HTTPStatus: r.IntN(600), Headers: randomList(r, randomHeader), Body: randomBytes(r), Truncated: true}
			c.Exchange.TLS = &TLS{Version: randomText(r), NotAfter: randomTime(r)}
		}
	}
	return c
}

func randomHeader(r *rand.Rand) Header { return Header{Name: randomText(r), Value: randomText(r)} }

func randomDiagnostic(r *rand.Rand) source.Diagnostic {
	return source.Diagnostic{Rule: randomText(r), Severity: source.Error, Message: randomText(r), At: randomSpan(r)}
}

func randomSpan(r *rand.Rand) source.Span {
	return source.Span{Pos: source.Pos{Line: r.IntN(99), Column: r.IntN(99), Cell: randomText(r)}}
}

func randomTime(r *rand.Rand) time.Time { return time.Unix(r.Int64N(1<<33), r.Int64N(1e9)).UTC() }

func randomList[T any](r *rand.Rand, one func(*rand.Rand) T) []T {
	var out []T
	for range r.IntN(4) {
		out = append(out, one(r))
	}
	return out
}

func randomText(r *rand.Rand) string { return strings.ToValidUTF8(randomBytes(r), "\uFFFD") }

func randomBytes(r *rand.Rand) string {
	pieces := []string{"a", `"`, "\\", "\n", "\x00", "\u2028", "<", "&", "\U0001F600", "\xff", "\xe2\x82", "é", "{}"}
	var b strings.Builder
	for range r.IntN(8) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func TestDecodeRunRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", `1:1: this is not a recorded run: unexpected end of JSON input`},
		{"another kind of file", "hello", `1:1: this is not a recorded run: invalid character 'h' looking for beginning of value`},
		{"an array", "[]", `1:1: this is not a recorded run: expected a JSON object, found an array`},
		{"null", "null", `"schema_version" is missing`},
		{"another JSON document", `{"openapi":"3.1.0"}`, `1:1: this is not a recorded run, "schema_version" is missing: expected a file written by --report json`},
		{"a newer version", "{\n  \"schema_version\": \"2.1\",\n  \"sheets\": 7}", `2:21: the run has schema_version "2.1", this program reads version "1"`},
		{"an older version", `{"schema_version":"0"}`, `the run has schema_version "0"`},
		{"a version that is a number", `{"schema_version":1}`, `1:19: the run has schema_version 1, this program reads version "1"`},
		{"trailing garbage", "{\"schema_version\":\"1\"}\n\n  x", `3:3: this is not a recorded run: invalid character 'x' after top-level value`},
		{"a second run", `{"schema_version":"1"}{"schema_version":"1"}`, `1:23: this is not a recorded run: invalid character '{' after top-level value`},
		{"cut off", "{\"schema_version\":\"1\",\n\"sheets\":[{", `2:11: this is not a recorded run: unexpected end of JSON input`},
		{"a number for a list", "{\"schema_version\":\"1\",\n\"sheets\":12}", `2:11: "sheets" cannot hold a number`},
		{"a string for a count", `{"schema_version":"1","summary":{"cases":"many"}}`, `1:47: "summary.cases" cannot hold a string`},
		{"no time", "{\"schema_version\":\"1\",\n\"started_at\":\"yesterday\"}", `2:15: "yesterday" is not a time`},
		{"no base64", `{"schema_version":"1","sheets":[{"cases":[{"exchange":{"response":{"body_base64":"%%"}}}]}]}`, `1:68: "body_base64" is not base64`},
		{"endless nesting", `{"schema_version":"1","x":` + strings.Repeat("[", 20_000), `exceeded max depth`},
	}
	require.NotEmpty(t, tests)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run, err := DecodeRun(strings.NewReader(tt.text))
			require.Error(t, err)
			assert.Nil(t, run)
			assert.Contains(t, err.Error(), tt.want)
			assert.Regexp(t, `^\d+:\d+: `, err.Error())
		})
	}
}

func TestDecodeRunTolerates(t *testing.T) {
	tests := map[string]string{
		"a later minor version":   `{"schema_version":"1.7"}`,
		"fields of another time":  `{"schema_version":"1","weather":{"wind":[1]},"sheets":[{"mood":"good"}]}`,
		"a byte-order mark":       "\uFEFF" + `{"schema_version":"1"}`,
		"white space at the ends": " \r\n{\"schema_version\":\"1\"}\r\n\t ",
		"null for every list":     `{"schema_version":"1","diagnostics":null,"sheets":[{"cases":[{"findings":null,"exchange":null}],"coverage":null}]}`,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			run, err := DecodeRun(strings.NewReader(text))
			require.NoError(t, err)
			run.Summarize()
			encoded(t, run)
		})
	}
}

// endless is a reader that never ends.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read += len(p)
	return len(p), nil
}

func TestReadingStopsAtTheLimit(t *testing.T) {
	in := &endless{}
	_, err := readUpTo(in, 3<<20)
	require.EqualError(t, err, "the run is larger than 3 MiB")
	assert.Less(t, in.read, 8<<20)

	data, err := readUpTo(strings.NewReader("{}"), 2)
	require.NoError(t, err, "the limit itself is allowed")
	assert.Equal(t, "{}", string(data))
}

func TestDecodeRunPassesReadErrorsOn(t *testing.T) {
	_, err := DecodeRun(io.MultiReader(strings.NewReader("{"), brokenReader{}))
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func FuzzDecodeRun(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(encoded(f, randomRun(rand.New(rand.NewPCG(seed, 2)))))
	}
	f.Add([]byte(`{"schema_version":"1","started_at":"x"}`))
	f.Add([]byte(`{"schema_version":"2"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		run, err := DecodeRun(bytes.NewReader(data))
		if err != nil {
			require.Regexp(t, `^\d+:\d+: `, err.Error())
			return
		}
		run.Summarize()
		var first bytes.Buffer
		if run.Encode(&first) != nil {
			t.Skip("a time that RFC 3339 cannot write")
		}
		again, err := DecodeRun(&first)
		require.NoError(t, err)
		require.Equal(t, encoded(t, run), encoded(t, again))
	})
}
