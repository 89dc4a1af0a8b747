package blank

import (
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

const tab = "API"

// writeWorkbook writes one tab with a row to a field. Cells of values are of text, so that no code loses its zeros; the method is chosen from a list.
func writeWorkbook(w io.Writer) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	err := f.SetSheetName("Sheet1", tab)
	lines := &excelize.Alignment{WrapText: true, Vertical: "top"}
	head, headErr := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: lines, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}}})
	asText := 49 // "@", ECMA-376 part 1, 18.8.30
	value, valueErr := f.NewStyle(&excelize.Style{Alignment: lines, NumFmt: asText, Border: frame()})
	label, labelErr := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: lines})
	guidance, guidanceErr := f.NewStyle(&excelize.Style{Font: &excelize.Font{Italic: true, Color: "7F7F7F"}, Alignment: lines})
	if err = errors.Join(err, headErr, valueErr, labelErr, guidanceErr); err != nil {
		return err
	}
	for i, title := range titles {
		err = errors.Join(err, put(f, "ABCD"[i:i+1]+"1", title, head))
	}
	for i, r := range rows() {
		n := fmt.Sprint(i + 2)
		err = errors.Join(err, put(f, "A"+n, fmt.Sprint(i+1), label), put(f, "B"+n, r.label, label), put(f, "C"+n, "", value), put(f, "D"+n, r.guidance, guidance))
	}
	methods := excelize.NewDataValidation(true)
	methods.SetSqref("C3")
	err = errors.Join(err, methods.SetDropList([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}), f.AddDataValidation(tab, methods),
		f.SetColWidth(tab, "A", "A", 5), f.SetColWidth(tab, "B", "B", 24), f.SetColWidth(tab, "C", "C", 70), f.SetColWidth(tab, "D", "D", 46),
		f.SetPanes(tab, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
		f.SetDocProps(&excelize.DocProperties{Creator: "sheetprobe", Title: heading}))
	if err != nil {
		return err
	}
	return f.Write(w)
}

func put(f *excelize.File, at, text string, style int) error {
	var err error
	if text != "" {
		err = f.SetCellStr(tab, at, text)
	}
	return errors.Join(err, f.SetCellStyle(tab, at, at, style))
}

func frame() []excelize.Border {
	var all []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		all = append(all, excelize.Border{Type: side, Color: "BFBFBF", Style: 1})
	}
	return all
}
