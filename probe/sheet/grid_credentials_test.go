package sheet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Names of credentials that share a cell stand beside their values where there are as many; no name is the value of another.
func TestCredentialsThatShareACell(t *testing.T) {
	for name, c := range map[string]struct {
		label, value string
		want         [][2]string
	}{
		"as many values": {"Consumer Key\nConsumer Secret\nUser ID", "ck-1\ncs-2\nu-3", [][2]string{{"Consumer Key", "ck-1"}, {"Consumer Secret", "cs-2"}, {"User ID", "u-3"}}},
		"one for all":    {"Consumer Key\nConsumer Secret\nUser ID", "Not applicable", [][2]string{{"Consumer Key, Consumer Secret, User ID", "Not applicable"}}},
		"fewer values":   {"1. Consumer Key,\n2. Consumer Secret:\n3. User ID", "ck-1\ncs-2", [][2]string{{"Consumer Key, Consumer Secret, User ID", "ck-1\ncs-2"}}},
		"another label":  {"Request\nBody", "{}\n{}", [][2]string{{"Request\nBody", "{}\n{}"}}},
	} {
		cell := func(s string) sheet.GridCell {
			return sheet.GridCell{Text: source.NewDocument("t.xlsx", nil, s).Text()}
		}
		var got [][2]string
		for _, row := range sheet.PartCredentials([][]sheet.GridCell{{cell(c.label), cell(c.value)}}) {
			got = append(got, [2]string{row[0].Text.String(), row[1].Text.String()})
		}
		assert.Equal(t, c.want, got, name)
	}
}
