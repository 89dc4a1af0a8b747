package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestASheetBeginsAtOnePlace(t *testing.T) {
	at := func(line, column int, cell string) source.Span {
		return source.Span{Pos: source.Pos{Line: line, Column: column, Cell: cell}}
	}
	for range 20 { // maps have no order
		inCells := &probe.Sheet{At: probe.PlacesOf(map[probe.Field]source.Span{
			probe.FieldURL: at(1, 1, "APIs!C2"), probe.FieldMethod: at(1, 1, "APIs!B2"), probe.FieldName: at(2, 4, "APIs!A2"), probe.FieldStatusCodes: at(1, 1, "Codes!A1"),
		})}
		assert.Equal(t, at(2, 4, "APIs!A2"), place(inCells))
		inLines := &probe.Sheet{
			At:     probe.PlacesOf(map[probe.Field]source.Span{probe.FieldURL: at(3, 7, ""), probe.FieldName: at(4, 1, "")}),
			Labels: probe.PlacesOf(map[probe.Field]source.Span{probe.FieldURL: at(3, 2, ""), probe.FieldName: at(3, 9, "")}),
		}
		assert.Equal(t, at(3, 2, ""), place(inLines))
	}
	assert.True(t, place(&probe.Sheet{}).IsZero())
}
