package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// begin starts a label, and a block where the label is the first of one.
func (b *blockReader) begin(l gridLabel, text source.Text, values []source.Text) {
	e := &entry{label: l, text: text, key: Fold(text.String()[Numbering(text.String()):])}
	if len(values) == 1 && isDitto(values[0].String()) {
		values = []source.Text{b.copyOf(b.last[e.key], values[0])}
	} else if len(values) == 1 && e.key != "" && len(b.last) < 1<<12 {
		b.last[e.key] = values[0]
	}
	e.add(values, b.cols)
	last := b.lastBlock()
	if last == nil || b.beginsBlock(last, e) {
		last = &block{keys: map[string]bool{}, title: b.title}
		b.blocks = append(b.blocks, last)
	}
	b.title = source.Text{}
	last.entries = append(last.entries, e)
	last.keys[e.key] = true
	b.current = e
}

func (b *blockReader) lastBlock() *block {
	if len(b.blocks) == 0 {
		return nil
	}
	return b.blocks[len(b.blocks)-1]
}

// beginsBlock says that a label is the first of the next API: it repeats the first label of the block, or one that an API has once.
func (b *blockReader) beginsBlock(last *block, e *entry) bool {
	switch {
	case e.label.Field == "" || e.key == "":
		return false
	case last.keys[e.key] && (last.entries[0].key == e.key || e.label.Field == probe.FieldName || b.title.Len() > 0 || b.blank):
		return true
	case e.label.Field == probe.FieldName && last.has(probe.FieldName) && e.label.Strong && last.has(probe.FieldURL):
		return true
	case b.title.Len() > 0 && !last.isShared() && last.has(e.label.Field) && !isBodyField(e.label.Field) && e.label.Field != probe.FieldStatusCodes:
		return true
	case last.isShared() && (b.title.Len() > 0 || b.blank) && (e.label.Field == probe.FieldName || e.label.Field == probe.FieldMethod):
		return true
	case last.isShared() && b.title.Len() > 0 && last.has(probe.FieldURL) && e.label.Field == probe.FieldURL && e.label.Role != Base:
		return true // a title over an address of its own, below the base of all
	}
	return last.keys[e.key] && (e.label.Field == probe.FieldURL || e.label.Field == probe.FieldMethod) && (last.has(probe.FieldSuccessResponse) || last.has(probe.FieldErrorResponse))
}

func (k *block) has(f probe.Field) bool {
	return slices.ContainsFunc(k.entries, func(e *entry) bool { return e.label.Field == f && len(e.rows) > 0 })
}

// isShared says that a block holds only what APIs share, so far.
func (k *block) isShared() bool {
	return !slices.ContainsFunc(k.entries, func(e *entry) bool {
		return e.label.Field == probe.FieldName || e.label.Field == probe.FieldMethod || isBodyField(e.label.Field) ||
			e.label.Field == probe.FieldURL && e.label.Role != Base
	})
}

// lone takes in a row of one text that is no label: pairs written in one cell, the value of the label above it, or a title.
func (b *blockReader) lone(cells []source.Text) {
	for _, cell := range cells {
		if b.variable(cell) {
			continue
		}
		found := false
		for _, line := range cell.Lines() {
			if l, value, ok := b.pair(line); ok {
				b.begin(l.gridLabel, l.text, []source.Text{value})
				found = true
			} else if found && b.current != nil && !line.IsBlank() {
				b.current.add([]source.Text{line}, nil)
			}
		}
		if !found && len(cells) == 1 && b.isTitle(cell) {
			b.title, b.current = cell, nil
		}
	}
}

// isTitle tells the name of an API from a sentence.
func (b *blockReader) isTitle(t source.Text) bool {
	s := t.String()
	return len(strings.Fields(s)) <= 10 && !strings.ContainsAny(s, "{}\"\r\n<>@") && !strings.HasSuffix(s, ".")
}

// notLabel takes in a row that begins with a text that is no label.
func (b *blockReader) notLabel(cells []source.Text) {
	if l, value, ok := b.pair(cells[0]); ok { // "Method: POST | URL: https://..."
		b.begin(l.gridLabel, l.text, []source.Text{value})
		for _, cell := range cells[1:] {
			if l, value, ok := b.pair(cell); ok {
				b.begin(l.gridLabel, l.text, []source.Text{value})
			} else {
				b.current.add([]source.Text{cell}, nil)
			}
		}
		return
	}
	if cells[0].Len() <= maxLabel && len(b.blocks) > 0 {
		b.unknown(cells[0])
	}
	b.current = nil
}
