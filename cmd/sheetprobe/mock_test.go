package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe/mock"
)

func TestARequestOfAMockIsALine(t *testing.T) {
	for name, c := range map[string]struct {
		event mock.Event
		want  string
	}{
		"answered":       {mock.Event{Method: "POST", Path: "/v1", Status: 201, API: "Book"}, "POST /v1  201 Created  Book\n"},
		"no common name": {mock.Event{Method: "GET", Path: "/v1", Status: 499, API: "Book", Why: "a fault"}, "GET /v1  499  Book  a fault\n"},
		"not answered":   {mock.Event{Method: "GET", Path: "/v1", API: "Book", Why: "fault: timeout"}, "GET /v1  no answer  Book  fault: timeout\n"},
		"what would act": {mock.Event{Method: "GET", Path: "/v1\x1b[2J\r\n", Status: 404}, "GET /v1?[2J??  404 Not Found\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			sayMocked(&lockedWriter{to: &out}, c.event)
			assert.Equal(t, c.want, out.String())
		})
	}
}
