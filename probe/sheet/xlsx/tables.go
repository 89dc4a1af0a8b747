package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// IsWorkbook says that data are a workbook, of whatever kind.
func IsWorkbook(data []byte) bool { return detect(sheet.Input{Data: data}) > 0 }

// Tables are the visible tabs of a workbook as plain tables, whatever they are about; their cells have places. The limits are those of Format.
func Tables(in sheet.Input) (tables []sheet.Grid, err error) {
	if message, hint := refuse(in); message != "" {
		return nil, errors.New(message + "; " + hint)
	}
	defer func() {
		if p := recover(); p != nil { // the library has met a workbook that nobody foresaw
			tables, err = nil, fmt.Errorf("the workbook is damaged: %v; %s", p, repairHint)
		}
	}()
	doc := source.NewDocument(in.Name, in.Data, "")
	return open(in, doc)
}

func open(in sheet.Input, doc *source.Document) ([]sheet.Grid, error) {
	z, err := zip.NewReader(bytes.NewReader(in.Data), int64(len(in.Data)))
	if err != nil {
		return nil, err
	}
	if inspect(z) != nil {
		return nil, errors.New("the workbook is damaged; " + repairHint)
	}
	f, err := excelize.OpenReader(bytes.NewReader(in.Data), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return nil, fmt.Errorf("it cannot be opened: %w; %s", err, repairHint)
	}
	defer func() { _ = f.Close() }() // nothing was written
	w := &workbook{File: f, doc: doc, parts: partsOf(z)}
	return w.grids(), nil
}
