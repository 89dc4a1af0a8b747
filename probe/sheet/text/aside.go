package text

import (
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// ReadAside reads the words beside an API that has its fields in a format of its own, such as the description of an operation: status codes,
// a partner code, credentials, and what is said of the fields of the request. It returns nil where there are no words. Name, method and URL
// of the sheet that comes back are not the API's.
func ReadAside(doc *source.Document, words source.Text) *probe.Sheet {
	if words.IsBlank() {
		return nil
	}
	flow := source.Compose([]source.Run{
		{Text: "API Name: aside\nMethod: POST\nEndpoint URL: https://aside.invalid/aside\n\n"},
		{Text: words.String(), From: words},
	})
	sheets := ReadText(doc, flow).Sheets
	if len(sheets) == 0 {
		return nil
	}
	return sheets[0]
}
