// Package blank writes the ten fields of a sheet as a form to be filled in by an API owner: in a workbook, a document, or plain text.
//
// The guidance that a form carries is for people: in tables it stands in a column that says so, else in comments, and no reader of ours takes it
// for a value. The package knows no network, no clock and no disk.
package blank

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

// Format is a kind of file that a form can be.
type Format struct {
	Name  string // what a user calls it: "xlsx"
	File  string // what the form is called
	write func(io.Writer) error
}

// Write writes the form. Equal calls give equal bytes, but for those of a workbook.
func (f Format) Write(w io.Writer) error { return f.write(w) }

// Formats are all of them.
func Formats() []Format {
	return []Format{
		{"yaml", "api-sheet.yaml", writeYAML},
		{"xlsx", "api-sheet.xlsx", writeWorkbook},
		{"docx", "api-sheet.docx", writeDocx},
		{"md", "api-sheet.md", writeMarkdown},
		{"csv", "api-sheet.csv", writeCSV},
	}
}

// Names are the names of all formats.
func Names() []string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// ByName finds a format.
func ByName(name string) (Format, bool) {
	all := Formats()
	if i := slices.IndexFunc(all, func(f Format) bool { return f.Name == name }); i >= 0 {
		return all[i], true
	}
	return Format{}, false
}

// row is one field of the form.
type row struct {
	field    probe.Field
	label    string
	key      string // in the native form
	guidance string
}

// titles stand over the columns of a table; readers know the last one by its words.
var titles = [4]string{"No.", "Field", "Value", "How to fill it in"}

const (
	heading = "API details sheet"
	// lead must hold nothing that could be read as a label.
	lead = "One form for each API. What has no value is written as: none. Secrets are sent separately; here they are named, as in <<token>>."
)

func rows() []row {
	return []row{
		{probe.FieldName, "API Name", "name", "what you call it, as in: Book a pickup"},
		{probe.FieldMethod, "Method", "method", "GET, POST, PUT, PATCH or DELETE"},
		{probe.FieldURL, "Endpoint URL", "url", "of staging and in full, as in https://api-sit.courier.test/v1/pickups; what varies in braces, as in /pickups/{id}"},
		{probe.FieldHeaders, "Headers", "headers", "one a line, as in X-Api-Key: <<api_key>>"},
		{probe.FieldRequestBody, "Request Body", "request_body", "a request that works on staging, as JSON; behind each key // mandatory or // optional"},
		{probe.FieldSuccessResponse, "Success Response", "success_response", "what staging really answered to that request, whole, as JSON; with the HTTP status"},
		{probe.FieldErrorResponse, "Error Response", "error_response", "what comes when something is wrong, as JSON; each different one, and what causes it"},
		{probe.FieldPartnerCode, "Partner Code", "partner_code", "the code that we call you with, or none"},
		{probe.FieldCredentials, "Consumer Key, Consumer Secret, User ID, Callback URL", "credentials", "one a line, as in Consumer Key: <<consumer_key>>; or none"},
		{probe.FieldStatusCodes, "Status Codes", "status_codes", "every HTTP status and every code of your own, one a line, as in 201: booked"},
	}
}

// writeYAML writes the native form; guidance stands in comments.
func writeYAML(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s. %s\n", heading, lead)
	for i, r := range rows() {
		fmt.Fprintf(&b, "\n# %d. %s: %s\n%s:\n", i+1, r.label, r.guidance, r.key)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeMarkdown writes a heading to a field; guidance stands in comments, which a page does not show.
func writeMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n<!-- %s -->\n", heading, lead)
	for i, r := range rows() {
		fmt.Fprintf(&b, "\n## %d. %s\n\n<!-- %s -->\n\n", i+1, r.label, r.guidance)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true // as RFC 4180 has it
	_ = c.Write(titles[:])
	for i, r := range rows() {
		_ = c.Write([]string{fmt.Sprint(i + 1), r.label, "", r.guidance})
	}
	c.Flush()
	return c.Error()
}

// writeDocx writes a table, a row to a field.
func writeDocx(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", heading, report.MarkdownText(lead))
	fmt.Fprintf(&b, "| %s |\n|---|---|---|---|\n", strings.Join(titles[:], " | "))
	for i, r := range rows() {
		fmt.Fprintf(&b, "| %d | %s |  | %s |\n", i+1, report.MarkdownText(r.label), report.MarkdownText(r.guidance))
	}
	return report.WriteMarkdown(w, b.Bytes(), ".docx", time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
}
