package text_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
)

// The value of a path parameter is what an example shows, without the words that introduce it.
func TestTheExampleOfAPathParameter(t *testing.T) {
	for line, want := range map[string]string{
		"Path param parcelId e.g. P-1001":                        "P-1001",
		"Path param parcelId (e.g. P-1001)":                      "P-1001",
		"Path params: parcelId (string, mandatory), e.g. P-1001": "P-1001",
		"Path params: parcelId - example: P-1001":                "P-1001",
		"Path param parcelId: P-1001":                            "P-1001",
		"Path param parcelId (mandatory)":                        "{parcelId}",
	} {
		r := text.Format.Read(sheet.Input{Name: "a.txt", Data: []byte("API Name: Parcel status\nMethod: GET\nURL: https://sit.parcels.test/v2/parcels/{parcelId}\n" +
			line + "\nSuccess response:\n{\"id\": \"P-1001\"}\n")})
		require.Len(t, r.Sheets, 1, line)
		require.NotEmpty(t, r.Sheets[0].Request.Fields, line)
		assert.Equal(t, want, r.Sheets[0].Request.Fields[0].Value, line)
	}
}
