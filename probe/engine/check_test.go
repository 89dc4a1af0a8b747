package engine_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/answers"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

const berths = `apis:
- name: Read a berth
  method: GET
  url: https://staging.ferry.example/v2/berths/{berthId}
  success_response: {id: 7, name: North}
  error_response: {http_status: 404, body: {code: B17, message: none}}
- name: Moor
  method: POST
  url: https://staging.ferry.example/v2/berths/{berthId}
  request_body: {ship: Anna}
  success_response: {moored: true}
`

func TestCheckFindsTheSheetOfAnAnswer(t *testing.T) {
	readings := engine.Read([]sheet.Input{{Name: "berths.yaml", Data: []byte(berths)}})
	saved := func(method, url, body string) answers.Answer {
		return answers.Answer{
			Name: "saved", Request: probe.Request{Method: method, URL: url},
			Response: probe.RecordedResponse{HTTPStatus: 200, MediaType: "application/json", Body: body},
		}
	}
	for name, tt := range map[string]struct {
		answer answers.Answer
		api    string
		want   string // the API; "" is none
	}{
		"by method and path":              {saved("POST", "https://elsewhere.example/v2/berths/12", `{"moored":true}`), "", "Moor"},
		"a query does not matter":         {saved("GET", "https://elsewhere.example/v2/berths/12?x=1", `{"id":1,"name":"a"}`), "", "Read a berth"},
		"another path":                    {saved("GET", "https://elsewhere.example/v2/berths/12/ships", `{}`), "", ""},
		"another method":                  {saved("PUT", "https://elsewhere.example/v2/berths/12", `{}`), "", ""},
		"by name":                         {saved("", "", `{"moored":true}`), "moor", "Moor"},
		"by slug":                         {saved("", "", `{"id":1,"name":"a"}`), "read-a-berth", "Read a berth"},
		"the file says more than we do":   {answers.Answer{Name: "x", API: "Moor", Response: probe.RecordedResponse{Body: `{"moored":true}`}}, "Read a berth", "Moor"},
		"nothing tells which of them":     {saved("", "", `{"moored":true}`), "", ""},
		"an API that is not in the sheet": {saved("", "", `{"moored":true}`), "Leave", ""},
	} {
		t.Run(name, func(t *testing.T) {
			run, unmatched := engine.Check(readings, []answers.Answer{tt.answer}, engine.CheckOptions{API: tt.api})
			if tt.want == "" {
				assert.Equal(t, []string{tt.answer.Name}, unmatched)
				assert.Equal(t, probe.Skipped, run.Verdict, "nothing was judged")
				return
			}
			require.Len(t, run.Sheets, 1)
			assert.Equal(t, tt.want, run.Sheets[0].Name)
			assert.Equal(t, probe.Conforms, run.Verdict)
			assert.Zero(t, run.Summary.RequestsSent)
			assert.NotZero(t, run.Summary.ChecksExecuted)
		})
	}
}

func TestCheckGivesEveryAnswerAnIDOfItsOwn(t *testing.T) {
	readings := engine.Read([]sheet.Input{{Name: "berths.yaml", Data: []byte(berths)}})
	answer := answers.Answer{Name: "/tmp/somewhere/a.json", Response: probe.RecordedResponse{Body: `{"id":1,"name":"a"}`}}
	other := answer
	other.Name = "/tmp/elsewhere/a.json"
	run, _ := engine.Check(readings, []answers.Answer{answer, other}, engine.CheckOptions{API: "Read a berth"})
	require.Len(t, run.Sheets[0].Cases, 2)
	assert.Equal(t, "read-a-berth/answer/a.json", run.Sheets[0].Cases[0].ID)
	assert.Equal(t, "read-a-berth/answer/a.json-2", run.Sheets[0].Cases[1].ID)
}

func TestCheckKeepsSecretsOfTheArchive(t *testing.T) {
	const secret = "cnry7Hk29LmzQpW4xT"
	readings := engine.Read([]sheet.Input{{Name: "berths.yaml", Data: []byte(berths)}})
	saved, err := answers.Read("session.har", []byte(strings.ReplaceAll(`{"log":{"entries":[{"request":{"method":"GET","url":"https://x.example/v2/berths/1?access_token=SECRET",
		"headers":[{"name":"Authorization","value":"Bearer SECRET"}]},"response":{"status":200,"headers":[{"name":"Set-Cookie","value":"sid=SECRET"}],
		"content":{"mimeType":"application/json","text":"{\"id\":\"SECRET\",\"name\":\"a\"}"}}}]}}`, "SECRET", secret)))
	require.NoError(t, err)
	run, unmatched := engine.Check(readings, saved, engine.CheckOptions{})
	require.Empty(t, unmatched)
	var out bytes.Buffer
	require.NoError(t, run.Encode(&out))
	assert.NotContains(t, out.String(), secret)
	assert.Equal(t, probe.Deviates, run.Verdict, "a masked string is still no number")
}

func TestLearnLooksAtConformingAnswersOnly(t *testing.T) {
	readings := engine.Read([]sheet.Input{{Name: "berths.yaml", Data: []byte(berths)}})
	judged := func(bodies ...string) *probe.Run {
		var saved []answers.Answer
		for _, b := range bodies {
			saved = append(saved, answers.Answer{Name: "a", Response: probe.RecordedResponse{HTTPStatus: 200, MediaType: "application/json", Body: b}})
		}
		run, _ := engine.Check(readings, saved, engine.CheckOptions{API: "Read a berth"})
		return run
	}
	lessons, unknown := engine.Learn(readings, []*probe.Run{judged(`{"id":1,"name":null,"flag":"[masked:token]"}`, `{"id":"x","name":"a","bad":1}`)})
	assert.Empty(t, unknown)
	require.Len(t, lessons, 1)
	assert.Equal(t, 1, lessons[0].Answers)
	yes := true
	want := []probe.ShapeOverride{{Pointer: "/name", In: probe.OutcomeSuccess}, {Pointer: "/flag", In: probe.OutcomeSuccess}}
	want[0].Nullable, want[1].Optional = &yes, &yes
	assert.Equal(t, want, lessons[0].Overrides)

	_, unknown = engine.Learn(engine.Read([]sheet.Input{{Name: "b.yaml", Data: []byte("name: Moor\nmethod: POST\nurl: https://staging.ferry.example/x\n")}}), []*probe.Run{judged(`{"id":1,"name":"a"}`)})
	assert.Equal(t, []string{"Read a berth"}, unknown)
}
