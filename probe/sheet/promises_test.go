package sheet

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func heard(words string) (started, status *probe.Sheet) {
	state := nearjson.NewObject(nearjson.NewMember("transferId", nearjson.NewString("T")), nearjson.NewMember("data", nearjson.NewObject(nearjson.NewMember("state", nearjson.NewString("DONE")))))
	started = &probe.Sheet{Name: "Start a transfer"}
	status = &probe.Sheet{Name: "Transfer status", Success: []probe.Response{{Body: probe.Body{Value: state}}}}
	Promises([]*probe.Sheet{started, status}, [][]source.Text{{source.Unplaced(words)}, nil})
	return started, status
}

func TestTimeLimitsInWords(t *testing.T) {
	for words, want := range map[string]int{
		"Response time: 5 seconds": 5000,
		"timeout 3000 ms":          3000,
		"SLA: 2s":                  2000,
		"The API should respond within 1.5 seconds":         1500,
		"Response time | 800 ms":                            800,
		"Expected response time is less than 2 seconds":     2000,
		"session timeout: 30 minutes":                       0,
		"token timeout 3600 s":                              0,
		"Respond to the callback within 5 seconds":          0,
		"average response time 2 seconds":                   0,
		"timeout after 3 retries of 5 seconds":              0,
		"Response time 2 to 5 seconds":                      0,
		"Response: 200":                                     0,
		`{"message": "SLA: 2s"}`:                            0,
		"response time: 99999999999999999999999999 minutes": 0,
		"The OTP is sent within 30 seconds of the response": 0,
	} {
		t.Run(words, func(t *testing.T) {
			s, _ := heard(words)
			assert.Equal(t, want, s.Limits.MaxResponseMS)
		})
	}
}

func TestCallbackLimitsInWords(t *testing.T) {
	for words, want := range map[string]int{
		"Callback is sent within 30 seconds.":                        30000,
		"We call your webhook within 2 minutes":                      120000,
		"Your server must answer the callback within 5 seconds":      0,
		"The callback is retried every 30 seconds within 10 minutes": 0,
		"The OTP is valid within 30 seconds":                         0,
	} {
		t.Run(words, func(t *testing.T) {
			s, _ := heard(words)
			got := 0
			if s.Callback != nil {
				got = s.Callback.WithinMS
			}
			assert.Equal(t, want, got)
		})
	}
}

func TestPollingInWords(t *testing.T) {
	s, _ := heard("Poll the Transfer Status API every 5 seconds for up to 2 minutes until the state is DONE or FAILED")
	assert.NotZero(t, s.Poll.At)
	s.Poll.At = source.Span{}
	assert.Equal(t, &probe.Poll{API: "Transfer status", Path: "$.data.state", Until: []string{"DONE"}, Failed: []string{"FAILED"}, IntervalMS: 5000, WithinMS: 120000}, s.Poll)
	for _, words := range []string{
		"Poll the Transfer status API every 5 seconds",                      // until when?
		"Poll the Transfer status API until it is done",                     // no value
		"Poll the Transfer status API until the outcome is DONE",            // no such member
		"Poll the ledger every 5 seconds until the state is DONE or FAILED", // no such API
		"Poll the Transfer status API until the state is FAILED",            // no good end
		"Use the Transfer status API to know the state, which is DONE",
	} {
		s, _ := heard(words)
		assert.Nil(t, s.Poll, words)
	}
}
