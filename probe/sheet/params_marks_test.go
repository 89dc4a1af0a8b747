package sheet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// What a mark means, the language of its table and the other marks of its column tell.
func TestMarksForMandatory(t *testing.T) {
	cases := []struct{ title, yes, no string }{
		{"Obrigatório", "S", "N"},
		{"Obligatorio", "Sí", "No"},
		{"Obligatoire", "O", "N"},
		{"Obligatoire (O/N)", "oui", "non"},
		{"Pflicht", "J", "N"},
		{"Pflichtfeld", "muss", "kann"},
		{"Wajib", "Y", "T"},
		{"Wajib", "ya", "tidak"},
		{"Mandatori", "wajib", "tidak wajib"},
		{"Bắt buộc", "có", "không"},
		{"Bắt buộc", "C", "K"},
		{"Bắt buộc", "Bắt buộc", "Không bắt buộc"},
		{"Обязательность", "да", "нет"},
		{"Обязательное", "обязательное", "необязательное"},
		{"Обяз.", "+", "-"},
		{"是否必填", "是", "否"},
		{"必需", "必填", "非必填"},
		{"필수 여부", "예", "아니오"},
		{"필수", "O", "X"},
		{"अनिवार्य", "हाँ", "नहीं"},
		{"Mandatory", "T", "F"},
		{"M/O", "M", "O"},
		{"M/O/C", "M", "C"},
		{"Required", "R", "O"},
	}
	for _, c := range cases {
		t.Run(c.title+" "+c.yes, func(t *testing.T) {
			table := "Parameter\tType\t" + c.title + "\na\tString\t" + c.yes + "\nb\tString\t" + c.no + "\n"
			value := source.NewDocument("a.txt", []byte(table), table).Text()
			s := sheet.Assemble(nil, []sheet.Fragment{
				{Field: probe.FieldMethod, Value: source.Unplaced("GET")},
				{Field: probe.FieldURL, Value: source.Unplaced("https://uat.a.test/x")},
				{Field: probe.FieldRequestBody, Label: source.Unplaced("Parameters"), Value: value},
			})
			require.NotNil(t, s)
			assert.Equal(t, "query a string!, query b string?", described(s.Request.Fields))
		})
	}
}
