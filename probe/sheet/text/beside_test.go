package text

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

func TestHeadersBesideTheLabelOfAnAnswer(t *testing.T) {
	for label, status := range map[string]int{
		"Success Response: HTTP 200, header X-Code: T000":     200,
		"Success Response (200) with header X-Code: T000":     200,
		"Response: 200; header: X-Code: T000":                 200,
		"Error Response (HTTP 404, header X-Code: T000):":     404,
		"Error Response: 404, X-Code: T000":                   404,
		"Success Response\nResponse header: X-Code: T000":     0,
		"**Error Response:** HTTP 404, header `X-Code: T000`": 404,
	} {
		t.Run(label, func(t *testing.T) {
			document := "API: Lookup\nMethod: POST\nURL: https://staging.ferry.example/v1/lookup\nRequest body:\n{\"id\": \"A1\"}\n\n" + label + "\n{\"name\": \"Asha\"}\n"
			r := Format.Read(sheet.Input{Name: "a.txt", Data: []byte(document)})
			require.Len(t, r.Sheets, 1)
			s := r.Sheets[0]
			answers := append(s.Success, s.Errors...)
			require.Len(t, answers, 1)
			assert.Empty(t, s.Headers)
			require.Len(t, answers[0].Headers, 1)
			assert.Equal(t, "X-Code", answers[0].Headers[0].Name)
			assert.Equal(t, "T000", answers[0].Headers[0].Value)
			if status != 0 {
				require.NotNil(t, answers[0].HTTPStatus)
				assert.Equal(t, status, *answers[0].HTTPStatus)
			}
		})
	}
}
