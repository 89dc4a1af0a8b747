package correct_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/sheetprobe/sheetprobe/fixtures/office"
	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/correct"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/report/reporttest"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

var update = flag.Bool("update", false, "write the golden files anew")

// observed runs a document against a staging server with defects.
func observed(t *testing.T, name string, data []byte, defects ...string) (*probe.Run, []report.Document) {
	t.Helper()
	var options []staging.Option
	for _, d := range defects {
		options = append(options, staging.WithDefect(d))
	}
	server, err := staging.Start(options...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	readings := engine.Read([]sheet.Input{{Name: name, Data: data}})
	require.NotEmpty(t, readings[0].Sheets)
	now := func() time.Time { return time.Date(2026, 3, 31, 10, 15, 0, 0, time.UTC) }
	run, err := engine.Run(t.Context(), readings, engine.Options{
		BaseURL: server.URL, RunID: "r1", Now: now, Tool: probe.Tool{Name: "sheetprobe", Version: "test"},
		Vars: probe.NewVars(
			probe.Var{Name: "token", Value: staging.Token, Secret: true}, probe.Var{Name: "api_key", Value: staging.APIKey, Secret: true},
			probe.Var{Name: "orderNo", Value: "PW-100245"}, probe.Var{Name: "bookingId", Value: "BK-7001"}),
	})
	require.NoError(t, err)
	var documents []report.Document
	for _, r := range readings {
		documents = append(documents, report.Document(r))
	}
	return run, documents
}

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "sheets", name))
	require.NoError(t, err)
	return data
}

func written(t *testing.T, run *probe.Run, documents []report.Document, extension string) []byte {
	t.Helper()
	var once, twice bytes.Buffer
	require.NoError(t, correct.Format.Write(&once, run, report.Options{Documents: documents, Extension: extension}))
	require.NoError(t, correct.Format.Write(&twice, run, report.Options{Documents: documents, Extension: extension}))
	if extension != ".xlsx" {
		require.Equal(t, once.String(), twice.String())
	}
	return once.Bytes()
}

// worlds are sheets whose endpoints deviate, each in several ways.
var worlds = map[string]struct {
	sheet   string
	defects []string
}{
	"conforming": {"verify-otp.txt", nil},
	"otp":        {"generate-otp.txt", []string{"otp-no-message", "otp-extra-key"}},
	"order":      {"tracking-mail.txt", []string{"order-third-item-no-price", "order-quantity-string", "order-accepted"}},
	"verify":     {"verify-otp.txt", []string{"verify-unknown-error-code", "verify-error-renamed"}},
}

func TestProposals(t *testing.T) {
	for name, w := range worlds {
		t.Run(name, func(t *testing.T) {
			run, documents := observed(t, w.sheet, fixture(t, w.sheet), w.defects...)
			for _, extension := range []string{".yaml", ".md"} {
				path, got := filepath.Join("testdata", name+extension), written(t, run, documents, extension)
				if *update {
					require.NoError(t, os.MkdirAll("testdata", 0o755))
					require.NoError(t, os.WriteFile(path, got, 0o600))
				}
				want, err := os.ReadFile(path)
				require.NoError(t, err)
				require.Equal(t, string(want), string(got))
			}
		})
	}
}

// It is a format like the others, of runs whose documents are at hand: inert, the same each time, and never half a file for a whole one.
func TestTheFormatConforms(t *testing.T) {
	for name, w := range worlds {
		run, documents := observed(t, w.sheet, fixture(t, w.sheet), w.defects...)
		for _, extension := range []string{".yaml", ".md", ".html", ".docx"} {
			t.Run(name+extension, func(t *testing.T) {
				reporttest.ConformOn(t, correct.Format, reporttest.Reader{
					Read: readNumbers, Binary: extension == ".docx", Options: report.Options{Documents: documents, Extension: extension},
				}, map[string]*probe.Run{name: run})
			})
		}
	}
}

// readNumbers finds none: a proposal tells of no cases and no findings.
func readNumbers(t *testing.T, out []byte) reporttest.Counts {
	t.Helper()
	require.NotContains(t, string(out), staging.Token)
	require.NotContains(t, string(out), staging.APIKey)
	const no = reporttest.Unsaid
	return reporttest.Counts{Cases: no, Conforms: no, Deviates: no, Inconclusive: no, Blocked: no, Skipped: no, Findings: no}
}

// The point of it: an endpoint that behaves as observed conforms to the proposal. Only which of two documented errors belongs to a mistake stays for
// the owner to say.
func TestTheEndpointConformsToTheProposal(t *testing.T) {
	for name, w := range worlds {
		t.Run(name, func(t *testing.T) {
			run, documents := observed(t, w.sheet, fixture(t, w.sheet), w.defects...)
			again, _ := observed(t, "proposal.yaml", written(t, run, documents, ".yaml"), w.defects...)
			for _, s := range again.Sheets {
				for _, c := range s.Cases {
					for _, f := range c.Findings {
						require.True(t, f.Severity != source.Error || f.Rule == "negative.wrong-error", "%s: %v", c.ID, f)
					}
				}
			}
		})
	}
}

func TestTheMarkdownIsReadAsTheProposedSheet(t *testing.T) {
	run, documents := observed(t, "generate-otp.txt", fixture(t, "generate-otp.txt"), "otp-no-message", "otp-extra-key")
	native := engine.Read([]sheet.Input{{Name: "p.yaml", Data: written(t, run, documents, ".yaml")}})[0].Sheets[0]
	plain := engine.Read([]sheet.Input{{Name: "p.md", Data: written(t, run, documents, ".md")}})[0].Sheets[0]
	require.Equal(t, native.Name, plain.Name)
	require.Equal(t, native.Method, plain.Method)
	require.Equal(t, native.URL, plain.URL)
	require.Equal(t, native.Success[0].Body.Value.String(), plain.Success[0].Body.Value.String())
	require.Len(t, plain.Errors, len(native.Errors))
	require.Len(t, plain.StatusCodes, len(native.StatusCodes))
}

func TestTheWorkbookThatTheSheetCameInIsMarked(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][2]string{
		{"API Name", "Generate hand-over OTP"},
		{"Method", "POST"},
		{"Endpoint URL", "https://api-sit.parcelway.test/otp/v1/generateOTP"},
		{"Headers", "Authorization: Bearer <<token>>\nContent-Type: application/json"},
		{"Request Body", `{"mobileNo": "9000012345", "Attempt id": "1"}`},
		{"Success Response", `{"status": "success", "status_code": "SUCC001", "message": "Request Successful"}`},
		{"Error Response", `{"status": "error", "status_code": "ERR002", "message": "Request Failed"}`},
		{"HTTP Status Codes", "SUCC001 - Request Successful\nERR002 - Request Failed"},
	} {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		require.NoError(t, err)
		require.NoError(t, book.SetSheetRow("Sheet1", cell, &[]any{row[0], row[1]}))
	}
	require.NoError(t, book.AddComment("Sheet1", excelize.Comment{Cell: "B6", Author: "owner", Paragraph: []excelize.RichTextRun{{Text: "from the log"}}}))
	var data bytes.Buffer
	require.NoError(t, book.Write(&data))

	run, documents := observed(t, "otp.xlsx", data.Bytes(), "otp-no-message", "otp-extra-key")
	proposed := written(t, run, documents, ".xlsx")
	marked, err := excelize.OpenReader(bytes.NewReader(proposed))
	require.NoError(t, err)
	text, err := marked.GetCellValue("Sheet1", "B6")
	require.NoError(t, err)
	require.NotContains(t, text, "message")
	require.Contains(t, text, "traceId")
	require.NoError(t, json.Unmarshal([]byte(text), new(any)), "the cell holds plain JSON")
	comments, err := marked.GetComments("Sheet1")
	require.NoError(t, err)
	remark := ""
	for _, c := range comments {
		for _, run := range c.Paragraph {
			if c.Cell == "B6" {
				remark += run.Text
			}
		}
	}
	require.Contains(t, remark, "from the log", "what was there stays")
	require.Contains(t, remark, "/message removed")
	require.Equal(t, []string{"Sheet1", "Proposed changes"}, marked.GetSheetList())
	again := engine.Read([]sheet.Input{{Name: "again.xlsx", Data: proposed}})
	require.NotEmpty(t, again[0].Sheets)
	require.Contains(t, again[0].Sheets[0].Success[0].Body.Value.String(), "traceId")
	opensElsewhere(t, proposed)
}

// Codes that came go into the cell of the others, written as they are; a formula, a merged cell and a hidden row stay.
func TestACodeIsAddedToTheCellOfTheOthers(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][2]string{
		{"API Name", "Verify hand-over OTP"},
		{"Method", "POST"},
		{"Endpoint URL", "https://api-sit.parcelway.test/otp/v1/verifyOTP"},
		{"Headers", "Authorization: Bearer <<token>>\nContent-Type: application/json"},
		{"Request Body", `{"reference": "OTP-20260331-01", "otp": "482913"}`},
		{"Success Response", `{"status": "success", "status_code": "VRF000", "data": {"verified": true, "attemptsLeft": 2}}`},
		{"Error Response", `{"status": "error", "status_code": "VRF100", "message": "reference and otp are mandatory"}`},
		{"Status Codes", "VRF000 = verified\nVRF100 = reference and otp are mandatory"},
	} {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		require.NoError(t, err)
		require.NoError(t, book.SetSheetRow("Sheet1", cell, &[]any{row[0], row[1]}))
	}
	require.NoError(t, book.MergeCell("Sheet1", "B8", "C8"))
	require.NoError(t, book.SetCellFormula("Sheet1", "F1", "COUNTA(A1:A8)"))
	require.NoError(t, book.SetCellStr("Sheet1", "A20", "a note"))
	require.NoError(t, book.SetRowVisible("Sheet1", 20, false))
	var data bytes.Buffer
	require.NoError(t, book.Write(&data))

	run, documents := observed(t, "verify.xlsx", data.Bytes(), "verify-unknown-error-code")
	marked, err := excelize.OpenReader(bytes.NewReader(written(t, run, documents, ".xlsx")))
	require.NoError(t, err)
	text, err := marked.GetCellValue("Sheet1", "B8")
	require.NoError(t, err)
	require.Contains(t, text, "VRF000 = verified\nVRF100 = reference and otp are mandatory\n")
	require.Contains(t, text, "\nVRF999 = ")
	merged, err := marked.GetMergeCells("Sheet1")
	require.NoError(t, err)
	require.Len(t, merged, 1)
	formula, err := marked.GetCellFormula("Sheet1", "F1")
	require.NoError(t, err)
	require.Equal(t, "COUNTA(A1:A8)", formula)
	visible, err := marked.GetRowVisible("Sheet1", 20)
	require.NoError(t, err)
	require.False(t, visible)
}

func TestANewWorkbookIsMadeOfAnyOtherDocument(t *testing.T) {
	run, documents := observed(t, "pickup.yaml", fixture(t, "pickup.yaml"), "book-no-window-end")
	book, err := excelize.OpenReader(bytes.NewReader(written(t, run, documents, ".xlsx")))
	require.NoError(t, err)
	require.Contains(t, book.GetSheetList(), "Book a pickup")
	rows, err := book.GetRows("Book a pickup")
	require.NoError(t, err)
	require.Len(t, rows, 1+len(probe.Fields))
	require.Contains(t, rows[6][1], `"to"`)
	require.NotContains(t, rows[6][2], `"to"`)
	require.Contains(t, rows[6][3], "/window/to removed")
}

// opensElsewhere has a program that is not ours open the workbook.
func opensElsewhere(t *testing.T, data []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "proposal.xlsx")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	require.Contains(t, office.Convert(t, office.Calc, path, "csv", ".csv"), "traceId")
}

func TestASecretInTheDocumentIsNotPassedOn(t *testing.T) {
	const secret = "ghp_0123456789abcdefghijABCDEFGHIJ01234567"
	text := strings.ReplaceAll(string(fixture(t, "generate-otp.txt")), "<<token>>", secret)
	run, documents := observed(t, "otp.txt", []byte(text), "otp-no-message")
	require.True(t, run.Documents[0].HoldsSecret)
	for _, extension := range []string{".yaml", ".md", ".html", ".docx", ".xlsx"} {
		out := written(t, run, documents, extension)
		require.NotContains(t, string(out), secret)
		if archive, err := zip.NewReader(bytes.NewReader(out), int64(len(out))); err == nil {
			for _, part := range archive.File {
				r, err := part.Open()
				require.NoError(t, err)
				content, err := io.ReadAll(r)
				require.NoError(t, err)
				require.NotContains(t, string(content), secret, part.Name)
			}
		}
	}
}

func TestWithoutTheDocumentThereIsNoProposal(t *testing.T) {
	run, _ := observed(t, "generate-otp.txt", fixture(t, "generate-otp.txt"))
	err := correct.Format.Write(io.Discard, run, report.Options{})
	require.ErrorContains(t, err, `"generate-otp.txt", which the run was made from, is not at hand: name it behind the run`)
}
