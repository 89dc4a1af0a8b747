package text_test

import (
	"strings"
	"testing"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
)

// Most lines of long documents are sentences, in which no label is found.
func BenchmarkReadProse(b *testing.B) {
	document := "# Book\n\nPOST https://uat.book.test/v1/bookings\n\n" +
		strings.Repeat("The call books a room in the house of the guest, before anything else is done with it by the people there.\n\n", 1000) +
		"Success Response\n\n{\"id\": 1}\n"
	b.SetBytes(int64(len(document)))
	for b.Loop() {
		text.Format.Read(sheet.Input{Name: "x.txt", Data: []byte(document)})
	}
}
