package probe_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Nearly all of what is recorded holds no secret; to find that out costs a look, and no memory for each of its strings.
func TestWhatHoldsNoSecretIsNotWrittenAnew(t *testing.T) {
	r := salted("salt", "token", strings.Repeat("eyJhbGciOi", 40), "password", awkward, "pin", "4711")
	list := `{"items":[` + strings.Repeat(`{"id":"12345","note":"nothing of note here","price":10.5},`, 50) + `{}]}`
	page := strings.Repeat("<p>Nothing of note: see a=b, c=d.</p>", 50)
	for name, mask := range map[string]func(){
		"text": func() { r.Text(page) }, "JSON": func() { r.Body(list) }, "page": func() { r.Body(page) },
		"URL": func() { r.URL("https://api-sit.things.example/v1/orders?from=2026-01-01&to=2026-02-01") },
		"headers": func() {
			r.MaskHeaders([]probe.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Date", Value: "Sun, 22 Nov 2026 19:27:42 GMT"}})
		},
	} {
		assert.LessOrEqual(t, testing.AllocsPerRun(100, mask), 6.0, name)
	}
	assert.Equal(t, list, r.Body(list))
	assert.Equal(t, page, r.Text(page))
}
