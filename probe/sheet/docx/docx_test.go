package docx_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/docx"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
)

const order = "{\n  \"orderId\": \"A-17\",\n  \"lines\": [\n    {\"sku\": \"K9\", \"count\": 2}\n  ]\n}"

// documents are by the name of their golden file.
var documents = map[string]func() []byte{
	"paragraphs": func() []byte {
		return document(heading("Create order") + p("Method: POST", "Endpoint URL: https://uat.shop.example/v1/orders", "Headers", "Content-Type: application/json", "X-Api-Key: <<shop_key>>",
			"Request Body:") + lines(order) + p("Success Response (200):") + lines("{\n\"status\": \"OK\",\n\"code\": \"S00\"\n}") +
			p("Error Response (422):", `{"status": "FAILED", "code": "E42"}`, "Status Codes", "S00\tStored", "E42\tUnknown sku"))
	},
	"several-headed": func() []byte {
		return document(styled("Verzeichnis1", run("Create order\t1")) + styled("TOC2", run("Cancel order\t2")) +
			styled("ApiTitle", cut("Create order")) + p("URL: https://uat.shop.example/v1/orders", "Method: POST", "Request:") + lines(order) + p("Response:", `{"code": "S00"}`, "Failure Response:", `{"code": "E42"}`) +
			styled("ApiTitle", cut("Cancel order")) + p("URL: https://uat.shop.example/v1/orders/{orderId}", "Method: DELETE", "Response:", `{"code": "S01"}`, "Failure Response:", `{"code": "E43"}`))
	},
	"label-value-tables": func() []byte {
		one := func(name, method, path, code string) string {
			return heading(name) + table([]string{"API Name", name}, []string{"HTTP Verb", method}, []string{"End Point", "https://uat.shop.example" + path},
				[]string{"Headers", "Content-Type: application/json\nAuthorization: Bearer <<token>>"}, []string{"Sample Payload", order},
				[]string{"Success Response", "{\n \"code\": \"" + code + "\"\n}"}, []string{"Failure Response", `{"code": "E9"}`}) + p("")
		}
		return document(one("Create order", "POST", "/v1/orders", "S00") + one("Change order", "PUT", "/v1/orders/{id}", "S02"))
	},
	"row-per-api": func() []byte {
		return document(heading("Orders") + p("Base URL: https://uat.shop.example", "Partner Code: KITE") + table(
			[]string{"S.No", "API Name", "Method", "Path", "Request Body", "Success Response", "Error Response"},
			[]string{"1", "Create order", "POST", "/v1/orders", order, `{"code": "S00"}`, `{"code": "E42"}`},
			[]string{"2", "Order status", "GET", "/v1/orders/{id}", "NA", "{\n\"code\": \"S00\",\n\"state\": \"packed\"\n}", `{"code": "E44"}`}))
	},
	"table-then-paragraphs": func() []byte {
		return document(heading("1. Order status") + table([]string{"Method", "GET"}, []string{"URL", "https://uat.shop.example/v1/orders/17"}) +
			heading("Headers") + table([]string{"Name", "Value"}, []string{"X-Api-Key", "<<shop_key>>"}, []string{"Accept", "application/json"}) +
			heading("Success Response") + lines("{\n\"code\": \"S00\",\n\"state\": \"packed\"\n}") + heading("Error Response") + table([]string{`{"code": "E44"}`}) +
			heading("Status Codes") + table([]string{"Code", "Meaning"}, []string{"S00", "Found"}, []string{"E44", "No such order"}))
	},
	"list-and-details": func() []byte {
		return document(heading("Overview") + table([]string{"API Name", "Method", "URL"}, []string{"Create order", "POST", "https://uat.shop.example/v1/orders"}, []string{"Cancel order", "DELETE", "https://uat.shop.example/v1/orders/{id}"}) +
			heading("Create order") + p("Method: POST", "URL: https://uat.shop.example/v1/orders", "Request Body:") + lines(order) + p("Success Response:", `{"code": "S00"}`, "Error Response:", `{"code": "E42"}`) +
			heading("Cancel order") + p("Method: DELETE", "URL: https://uat.shop.example/v1/orders/{id}", "Success Response:", `{"code": "S01"}`, "Error Response:", `{"code": "E43"}`))
	},
	"nested-and-merged": func() []byte {
		headers := table([]string{"Content-Type", "application/json"}, []string{"X-Api-Key", "<<shop_key>>"}) + p("")
		return document(table(
			[]string{tc(`<w:gridSpan w:val="3"/>`, p("Create order"))},
			[]string{"Method", tc(`<w:gridSpan w:val="2"/>`, p("POST"))},
			[]string{"URL", tc(`<w:gridSpan w:val="2"/>`, p("https://uat.shop.example/v1/orders"))},
			[]string{"Headers", tc(`<w:gridSpan w:val="2"/>`, headers)},
			[]string{"Request Body", tc(`<w:gridSpan w:val="2"/>`, lines(order))},
			[]string{tc(`<w:vMerge w:val="restart"/>`, p("Response")), "Success", `{"code": "S00"}`},
			[]string{tc(`<w:vMerge/>`, p("")), "Failure", `{"code": "E42"}`}))
	},
	"tracked-and-hidden": func() []byte {
		return document(heading("Create order") +
			`<w:p>` + run("Method: ") + `<w:del w:id="1"><w:r><w:delText>GET</w:delText></w:r></w:del><w:ins w:id="2">` + run("POST") + `</w:ins></w:p>` +
			`<w:p>` + run("URL: https://uat.shop.example/v1/") + `<w:r><w:rPr><w:strike/></w:rPr><w:t>basket</w:t></w:r>` + run("orders") + `</w:p>` +
			`<w:p>` + run("Request Body: ") + `<w:r><w:rPr><w:vanish/></w:rPr><w:t>ask Tom</w:t></w:r>` + run(`{"sku": "K9"}`) + `<w:r><w:commentReference w:id="4"/></w:r></w:p>` +
			`<w:p><w:pPr><w:rPr><w:del w:id="5"/></w:rPr></w:pPr>` + run(`Success Response: {"code": `) + `</w:p><w:p>` + run(`"S00"}`) + `</w:p>` +
			p(`Error Response: {"code": "E42"}`))
	},
	"pictures": func() []byte {
		object := `<w:r><w:object><v:shape><v:imagedata r:id="rId3"/></v:shape><o:OLEObject Type="Embed" ProgID="Package" r:id="rId4"/></w:object></w:r>`
		return document(`<w:p>` + picture + `</w:p>` + heading("Create order") + p("Method: POST", "URL: https://uat.shop.example/v1/orders", "Request Body:") + `<w:p>` + object + `</w:p>` +
			p("Success Response:") + `<w:p>` + picture + `</w:p>` + p(`Error Response: {"code": "E42"}`))
	},
	"pictures-in-a-table": func() []byte {
		return document(table([]string{"API Name", "Create order"}, []string{"Method", "POST"}, []string{"URL", "https://uat.shop.example/v1/orders"}, []string{"Request Body", order},
			[]string{"Success Response", `<w:p>` + picture + `</w:p>`}, []string{"Error Response", `{"code": "E42"}`}))
	},
	"boxes-links-notes": func() []byte {
		box := `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>` + lines(order) + `</w:txbxContent></wps:txbx></w:drawing></mc:Choice>` +
			`<mc:Fallback><w:pict><v:textbox><w:txbxContent>` + lines(order) + `</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`
		return document(heading("Create order")+`<w:p>`+run("URL: ")+`<w:hyperlink r:id="rId5">`+run("link")+`</w:hyperlink></w:p>`+p("Method: POST")+`<w:p>`+run("Request Body")+box+`</w:p>`+
			p(`Success Response: {"code": "S00"}`)+`<w:p>`+run(`Error Response: {"code": "E42"}`)+`<w:r><w:footnoteReference w:id="2"/></w:r></w:p>`,
			"word/_rels/document.xml.rels", `<Relationships><Relationship Id="rId5" Type="http://x/relationships/hyperlink" Target="https://uat.shop.example/v1/orders" TargetMode="External"/></Relationships>`,
			"word/footnotes.xml", `<w:footnotes `+space+`><w:footnote w:type="separator" w:id="0">`+p("----")+`</w:footnote><w:footnote w:id="2">`+p("Only where the sku is unknown.")+`</w:footnote></w:footnotes>`)
	},
	"titles-over-labels": func() []byte {
		one := func(title, purpose, path string) string {
			return heading(title) + p("Purpose: "+purpose, "Sample Request: ", "https://uat.shop.example"+path, "Success Response:") + lines("{\n    \"state\": \"ok\"\n}") + p("", "Failure Response:", `{"state": "bad"}`)
		}
		return document(heading("Order module") + one("Listing", "List all orders", "/v1/orders") + one("Details", "Show one order", "/v1/orders/17"))
	},
	"bullets": func() []byte {
		return document(heading("Create order") + listed(1, "Method: POST") + listed(1, "URL: https://uat.shop.example/v1/orders") + listed(1, "Request Body:") + lines(order) +
			listed(2, `Success Response: {"code": "S00"}`) + listed(2, `Error Response: {"code": "E42"}`))
	},
	"contents-control": func() []byte {
		return document(`<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>` + p("Create order 1", "Method: GET 2") + `</w:sdtContent></w:sdt>` +
			heading("Create order") + `<w:sdt><w:sdtPr/><w:sdtContent>` + p("Method: POST") + `</w:sdtContent></w:sdt>` + p("URL: https://uat.shop.example/v1/orders") +
			`<w:p>` + run("Partner Code: ") + `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>` + run("Click here to enter text") + `</w:sdtContent></w:sdt></w:p>` +
			p("Request:") + lines(order) + p(`Success Response: {"code": "S00"}`, `Error Response: {"code": "E42"}`))
	},
}

// suite holds the reader against its golden files.
func suite() sheettest.Suite {
	built := map[string][]byte{}
	for name, build := range documents {
		built[name] = build()
	}
	return sheettest.Suite{Format: docx.Format, Documents: built, Sure: 51}
}

func TestReadGolden(t *testing.T) { suite().Golden(t) }

func TestOneAPI(t *testing.T) { suite().OneAPI(t) }

func TestDamaged(t *testing.T) { suite().Damaged(t) }

func TestPlacesCanBeShown(t *testing.T) {
	for name, data := range suite().Documents {
		r := docx.Format.Read(sheet.Input{Name: name, Data: data})
		require.NotEmpty(t, r.Sheets)
		for _, s := range r.Sheets {
			for _, at := range s.At.All() {
				assert.NotEmpty(t, r.Document.Line(at.Pos), "a place that can be shown: %v", at.Pos)
			}
		}
	}
}

// TestIndentedRowsOfTables reads a table of parameters in which only the indentation of a paragraph says what belongs to what.
func TestIndentedRowsOfTables(t *testing.T) {
	indented := `<w:p><w:pPr><w:ind w:left="360"/></w:pPr>` + run("name") + `</w:p>`
	r := docx.Format.Read(sheet.Input{Name: "a.docx", Data: document(heading("Create order") + p("Method: POST", "URL: https://uat.shop.example/v1/orders", "Request Parameters") +
		table([]string{"Name", "Type", "Mandatory", "Example"}, []string{"who", "Object", "N", ""}, []string{indented, "String", "Y", "Li"}, []string{"n", "Integer", "Y", "1"}) +
		p("Success Response:", `{"code": "S00"}`))})
	require.Len(t, r.Sheets, 1)
	assert.Equal(t, `{"who": {"name": "Li"}, "n": 1}`, r.Sheets[0].Request.Raw)
}

func TestTableOfAnswersInACell(t *testing.T) {
	answers := table([]string{"Code", "Description", "Body"}, []string{"201", "Stored", `{"code": "S00"}`}, []string{"409", "Twice", `{"code": "E9"}`})
	r := docx.Format.Read(sheet.Input{Name: "a.docx", Data: document(heading("Create order") + table([]string{"Method", "POST"}, []string{"URL", "https://uat.shop.example/v1/orders"}, []string{"Responses", answers + p("")}))})
	require.Len(t, r.Sheets, 1)
	s := r.Sheets[0]
	assert.Len(t, s.Success, 1)
	assert.Len(t, s.Errors, 1)
	require.Len(t, s.StatusCodes, 2)
	assert.Equal(t, "Twice", s.StatusCodes[1].Message)
}
