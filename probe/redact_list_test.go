package probe_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestHeaderListIsMaskedByWhatIsKnownNow(t *testing.T) {
	r := redactor("token", "s3cr3t-t0ken")
	headers := []probe.Header{{Name: "Authorization", Value: "Bearer s3cr3t-t0ken"}, {Name: "X-Tenant", Value: "north-west"}, {Name: "X-Api-Key", Value: "wrong"}}
	list := r.HeaderList(headers)
	q := probe.Request{Method: "POST", URL: "https://a.test/?token=k4k4k4k4-1", Headers: headers, Body: []byte(`{"password":"north-west"}`)}
	look := func(what string) {
		knowing, recorded := list.Record(q)
		wantKnowing, want := r.Record(q)
		assert.Equal(t, want, recorded, what)
		assert.Equal(t, wantKnowing.Text("k4k4k4k4-1"), knowing.Text("k4k4k4k4-1"), what)
	}
	look("at first")
	look("again")
	r.Add("tenant", "north-west")
	look("with one more secret")
	r.Salt([]byte("0123456789abcdef"))
	look("with digests")

	child := r.Knowing(probe.Request{URL: "https://a.test/?token=k4k4k4k4-1"})
	list, r = child.HeaderList(headers), child
	look("of one that has a parent")

	headers = []probe.Header{{Name: "Cookie", Value: "session=a1b2c3d4e5f6"}}
	r, q.Headers = redactor(), headers
	list = r.HeaderList(headers)
	knowing, recorded := list.Record(q)
	assert.Equal(t, "session=[masked:session]", recorded.Headers[0].Value)
	assert.Equal(t, "[masked:session]", knowing.Text("a1b2c3d4e5f6"), "what stands in them is known to each record")
	look("that teach")
}
