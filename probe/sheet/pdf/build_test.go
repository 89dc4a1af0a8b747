package pdf_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
)

// builder writes small PDF documents by hand.
type builder struct {
	pages   []string // their content
	objects []string // further objects, from number 10 on; pages name them in their resources as /X10 and so on
	font    string   // of the resources; "" for Helvetica, which has no widths of its own
	kids    string   // pages beside those, as in "10 0 R "
	trailer string
	packed  bool
	rotate  int // degrees by which viewers turn the pages
}

// text draws a line at a place.
func at(x, y float64, s string) string {
	s = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s)
	return fmt.Sprintf("BT /F1 10 Tf %g %g Td (%s) Tj ET\n", x, y, s)
}

// column draws lines one under the other from the height y.
func column(x, y float64, lines ...string) string {
	var b strings.Builder
	for i, l := range lines {
		if l != "" {
			b.WriteString(at(x, y-12*float64(i), l))
		}
	}
	return b.String()
}

// bytes writes the document. Objects 1 to 3 are catalog, pages and font; a page has two: 100+2i and its content.
func (b builder) bytes() []byte {
	var out bytes.Buffer
	offsets := map[int]int{}
	object := func(number int, body string) {
		offsets[number] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", number, body)
	}
	out.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	object(1, "<</Type/Catalog/Pages 2 0 R>>")
	var kids strings.Builder
	for i := range b.pages {
		fmt.Fprintf(&kids, "%d 0 R ", 100+2*i)
	}
	kids.WriteString(b.kids)
	object(2, fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), strings.Count(kids.String(), "R")))
	font := b.font
	if font == "" {
		font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
	}
	object(3, font)
	var forms strings.Builder
	for i, body := range b.objects {
		object(10+i, body)
		fmt.Fprintf(&forms, "/X%d %d 0 R ", 10+i, 10+i)
	}
	for i, content := range b.pages {
		object(100+2*i, fmt.Sprintf("<</Type/Page/Parent 2 0 R/Rotate %d/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>/XObject<<%s>>>>/Contents %d 0 R>>",
			b.rotate, forms.String(), 101+2*i))
		object(101+2*i, b.stream(content))
	}
	start := out.Len()
	size := 101 + 2*len(b.pages)
	fmt.Fprintf(&out, "xref\n0 %d\n", size)
	for i := range size {
		if offset, ok := offsets[i]; ok {
			fmt.Fprintf(&out, "%010d 00000 n \n", offset)
		} else {
			out.WriteString("0000000000 65535 f \n")
		}
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", size, b.trailer, start)
	return out.Bytes()
}

func (b builder) stream(content string) string {
	if !b.packed {
		return fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(content), content)
	}
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, _ = z.Write([]byte(content))
	_ = z.Close()
	return fmt.Sprintf("<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream", packed.Len(), packed.String())
}
