package blank

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/sheetprobe/sheetprobe/fixtures/office"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
)

// inWords is how an API owner fills in the form by hand.
var inWords = map[probe.Field]string{
	probe.FieldName:            "Book a pickup",
	probe.FieldMethod:          "POST",
	probe.FieldURL:             "https://api-sit.parcelway.test/pickup/v1/bookings",
	probe.FieldHeaders:         "X-Api-Key: <<api_key>>\nContent-Type: application/json",
	probe.FieldRequestBody:     "{\n  \"pointId\": \"PT-11\", // mandatory\n  \"parcels\": 2 // optional\n}",
	probe.FieldSuccessResponse: "{ \"bookingId\": \"BK-7001\", \"state\": \"BOOKED\", \"code\": \"0000\" }",
	probe.FieldErrorResponse:   "{ \"code\": \"4001\", \"message\": \"a parameter is missing\" }",
	probe.FieldPartnerCode:     "P-100",
	probe.FieldCredentials:     "Consumer Key: <<consumer_key>>\nConsumer Secret: <<consumer_secret>>",
	probe.FieldStatusCodes:     "201: booked\n0000: booked\n4001: a parameter is missing",
}

// inYAML is the same in the native form, where it is written in another way.
var inYAML = map[probe.Field]string{
	probe.FieldCredentials: "{Consumer Key: <<consumer_key>>, Consumer Secret: <<consumer_secret>>}",
	probe.FieldHeaders:     "{X-Api-Key: <<api_key>>, Content-Type: application/json}",
	probe.FieldStatusCodes: `{"201": booked, "0000": booked, "4001": a parameter is missing}`,
	probe.FieldRequestBody: "{pointId: PT-11, parcels: 2}\nfields: {pointId: {mandatory: true}, parcels: {mandatory: false}}",
}

func blankOf(t *testing.T, name string) []byte {
	t.Helper()
	f, ok := ByName(name)
	require.True(t, ok)
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	return b.Bytes()
}

func reading(t *testing.T, name string, data []byte) sheet.Reading {
	t.Helper()
	readings := engine.Read([]sheet.Input{{Name: name, Data: data}})
	require.Len(t, readings, 1)
	return readings[0]
}

func TestAnUntouchedFormMissesItsFieldsAndNothingElse(t *testing.T) {
	for _, f := range Formats() {
		t.Run(f.Name, func(t *testing.T) {
			r := reading(t, f.File, blankOf(t, f.Name))
			require.Len(t, r.Sheets, 1)
			assert.Empty(t, r.Diagnostics)
			s := r.Sheets[0]
			assert.Empty(t, s.Name+s.Method+s.URL+s.PartnerCode+s.Request.Body.Text)
			assert.Empty(t, s.Headers)
			assert.Empty(t, s.Success)
			assert.Empty(t, s.Errors)
			assert.Empty(t, s.StatusCodes)
			assert.Empty(t, s.Placeholder, "guidance was taken for a value")
			missing := map[probe.Field]bool{}
			for _, d := range s.Diagnostics {
				assert.Contains(t, []string{"sheet.missing-field", "sheet.no-error-response"}, d.Rule, d.Message)
				assert.False(t, d.At.IsZero())
				missing[probe.Field(d.Field)] = true
			}
			for _, field := range []probe.Field{probe.FieldName, probe.FieldMethod, probe.FieldURL, probe.FieldSuccessResponse, probe.FieldErrorResponse, probe.FieldStatusCodes} {
				assert.True(t, missing[field], "nothing is said of %s", field)
			}
		})
	}
}

func TestAFilledFormSaysTheSameInEveryFormat(t *testing.T) {
	ways := map[string]func(t *testing.T) (name string, data []byte){
		"yaml":                        fillYAML,
		"csv":                         fillCSV,
		"csv with semicolons":         func(t *testing.T) (string, []byte) { _, data := fillCSV(t); return "s.csv", withSemicolons(t, data) },
		"xlsx":                        fillWorkbook,
		"docx":                        fillDocx,
		"md below the remarks":        func(t *testing.T) (string, []byte) { return fillMarkdown(t, "%[1]s\n\n%[2]s\n") },
		"md in place of the remarks":  func(t *testing.T) (string, []byte) { return fillMarkdown(t, "%[2]s\n") },
		"md in front of the remarks":  func(t *testing.T) (string, []byte) { return fillMarkdown(t, "%[2]s\n\n%[1]s\n") },
		"md with examples set apart":  func(t *testing.T) (string, []byte) { return fillMarkdown(t, "%[1]s\n\n```\n%[2]s\n```\n") },
		"xlsx, saved by LibreOffice":  func(t *testing.T) (string, []byte) { return throughOffice(t, office.Calc, fillWorkbook, "csv", ".csv") },
		"docx, printed to HTML there": func(t *testing.T) (string, []byte) { return throughOffice(t, office.Writer, fillDocx, "html", ".html") },
	}
	_, data := fillCSV(t)
	want := sheettest.FactsOf(t, reading(t, "s.csv", data).Sheets)
	require.Len(t, want, 1)
	assert.Equal(t, "POST", want[0]["method"])
	assert.Len(t, want[0]["status_codes"], 3)
	assert.Len(t, want[0]["headers"], 2)
	assert.Len(t, want[0]["credentials"], 2)
	for name, fill := range ways {
		t.Run(name, func(t *testing.T) {
			name, data := fill(t)
			r := reading(t, name, data)
			assert.Equal(t, sheettest.Pretty(t, want), sheettest.Pretty(t, sheettest.FactsOf(t, r.Sheets)))
		})
	}
}

func TestAFormThatIsHalfFilledInMissesTheRest(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(blankOf(t, "csv"))).ReadAll()
	require.NoError(t, err)
	rows[1][2], rows[2][2], rows[3][2] = "Book a pickup", "POST", inWords[probe.FieldURL]
	r := reading(t, "s.csv", asCSV(t, rows, ','))
	require.Len(t, r.Sheets, 1)
	s := r.Sheets[0]
	assert.Equal(t, []string{"Book a pickup", "POST", inWords[probe.FieldURL]}, []string{s.Name, s.Method, s.URL})
	assert.Empty(t, s.Success)
	assert.Empty(t, s.Headers)
}

func fillYAML(t *testing.T) (string, []byte) {
	text := string(blankOf(t, "yaml"))
	for _, r := range rows() {
		value, ok := inYAML[r.field]
		if !ok {
			value = inWords[r.field]
		}
		require.Contains(t, text, "\n"+r.key+":\n")
		text = strings.Replace(text, "\n"+r.key+":\n", "\n"+r.key+": "+value+"\n", 1)
	}
	return "s.yaml", []byte(text)
}

func fillCSV(t *testing.T) (string, []byte) {
	rows, err := csv.NewReader(bytes.NewReader(blankOf(t, "csv"))).ReadAll()
	require.NoError(t, err)
	for i, f := range probe.Fields {
		rows[i+1][2] = inWords[f]
	}
	return "s.csv", asCSV(t, rows, ',')
}

func withSemicolons(t *testing.T, data []byte) []byte {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	require.NoError(t, err)
	return asCSV(t, rows, ';')
}

func asCSV(t *testing.T, rows [][]string, delimiter rune) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = delimiter
	require.NoError(t, w.WriteAll(rows))
	return b.Bytes()
}

func fillWorkbook(t *testing.T) (string, []byte) {
	f, err := excelize.OpenReader(bytes.NewReader(blankOf(t, "xlsx")))
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	for i, field := range probe.Fields {
		require.NoError(t, f.SetCellStr(tab, fmt.Sprintf("C%d", i+2), inWords[field]))
	}
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	return "s.xlsx", b.Bytes()
}

func fillMarkdown(t *testing.T, form string) (string, []byte) {
	text := string(blankOf(t, "md"))
	for _, r := range rows() {
		remark := "<!-- " + r.guidance + " -->"
		require.Contains(t, text, remark)
		text = strings.Replace(text, remark, fmt.Sprintf(form, remark, inWords[r.field]), 1)
	}
	return "s.md", []byte(text)
}

// fillDocx types into the cells as a word processor does, a line a paragraph.
func fillDocx(t *testing.T) (string, []byte) {
	const empty = `<w:tc><w:p></w:p></w:tc>`
	return "s.docx", rewritten(t, blankOf(t, "docx"), func(document string) string {
		require.Equal(t, len(probe.Fields), strings.Count(document, empty))
		for _, f := range probe.Fields {
			var paragraphs strings.Builder
			for line := range strings.SplitSeq(inWords[f], "\n") {
				paragraphs.WriteString(`<w:p><w:r><w:t xml:space="preserve">`)
				require.NoError(t, xml.EscapeText(&paragraphs, []byte(line)))
				paragraphs.WriteString(`</w:t></w:r></w:p>`)
			}
			document = strings.Replace(document, empty, "<w:tc>"+paragraphs.String()+"</w:tc>", 1)
		}
		return document
	})
}

func rewritten(t *testing.T, archive []byte, change func(string) string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, part := range r.File {
		in, err := part.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(in)
		require.NoError(t, err)
		if part.Name == "word/document.xml" {
			text = []byte(change(string(text)))
		}
		out, err := w.Create(part.Name)
		require.NoError(t, err)
		_, err = out.Write(text)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func throughOffice(t *testing.T, part string, fill func(*testing.T) (string, []byte), form, ending string) (string, []byte) {
	name, data := fill(t)
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return "s" + ending, []byte(office.Convert(t, part, path, form, ending))
}
