package send_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// What is remembered of headers is remembered of exactly these, and of what was secret when they were sent.
func TestRequestsWithTheSameHeadersDoNotMeddle(t *testing.T) {
	var got http.Header
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header }))
	t.Cleanup(s.Close)
	red := &probe.Redactor{}
	c := client(t, send.Options{Redactor: red, RunID: "0011223344556677"})
	given := []probe.Header{{Name: "Authorization", Value: "Bearer first-token-1"}, {Name: "X-Tenant", Value: "north-west"}}
	q := probe.Request{Method: "GET", URL: s.URL, Headers: given}

	x := do(t, c, q)
	assert.Equal(t, "Bearer first-token-1", got.Get("Authorization"))
	assert.Equal(t, []string{"north-west"}, header(x.Request.Headers, "X-Tenant"))
	assert.Equal(t, x.Request, do(t, c, q).Request, "again")

	red.Add("tenant", "north-west")
	assert.Equal(t, []string{"[masked:tenant]"}, header(do(t, c, q).Request.Headers, "X-Tenant"), "what became secret meanwhile")

	given[0].Value = "Bearer other-token-2"
	x = do(t, c, q)
	assert.Equal(t, "Bearer other-token-2", got.Get("Authorization"), "in the place of what was given before")
	assert.Equal(t, []string{"Bearer [masked:Authorization]"}, header(x.Request.Headers, "Authorization"))

	q.Headers = given[1:]
	q.URL = strings.Replace(s.URL, "//", "//ada:love@", 1)
	do(t, c, q)
	assert.Equal(t, "Basic YWRhOmxvdmU=", got.Get("Authorization"), "what the URL says")
	q.URL = s.URL
	do(t, c, q)
	assert.Empty(t, got.Get("Authorization"), "is said of one URL")
}
