package probe_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestPlaces(t *testing.T) {
	at := func(line int, cell string) source.Span {
		return source.Span{Pos: source.Pos{Line: line, Column: 7, Cell: cell, Offset: 40}, Length: 3}
	}
	var p probe.Places
	_, known := p.Find(probe.FieldURL)
	assert.False(t, known)
	for i, f := range probe.Fields {
		p.Set(f, at(i+1, ""))
	}
	p.Set("beyond", source.Span{})
	p.Set(probe.FieldURL, at(30, "Tab!B4"))
	p.Add(probe.PlacesOf(map[probe.Field]source.Span{probe.FieldURL: at(99, ""), "more": at(12, "")}))

	assert.Equal(t, at(30, "Tab!B4"), p.Of(probe.FieldURL), "the latest that was set, and none that was added")
	assert.Equal(t, at(12, ""), p.Of("more"))
	assert.Zero(t, p.Of("none"))
	nowhere, known := p.Find("beyond")
	assert.True(t, known && nowhere.IsZero(), "a field that the document has can stand nowhere")
	all := map[probe.Field]source.Span{}
	for f, at := range p.All() {
		all[f] = at
	}
	assert.Len(t, all, len(probe.Fields)+2)
	assert.True(t, p.Equal(probe.PlacesOf(all)))
	assert.False(t, p.Equal(probe.Places{}))

	want, err := json.Marshal(all)
	require.NoError(t, err)
	got, err := json.Marshal(p)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "the form of a map")
	none, err := json.Marshal(probe.Places{})
	require.NoError(t, err)
	assert.Equal(t, "{}", string(none))
}
