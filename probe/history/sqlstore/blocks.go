package sqlstore

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/klauspost/compress/s2"

	"github.com/sheetprobe/sheetprobe/probe"
)

// entry is a case as it is kept.
type entry struct {
	position int
	id       string
	verdict  probe.Verdict
	line     []byte // what probe.EncodeResult writes; nil where only the head of a block was read
}

func (e *entry) judged() bool { return e.verdict == probe.Conforms || e.verdict == probe.Deviates }

func byPosition(a, b entry) int { return cmp.Compare(a.position, b.position) }

// block holds several cases of one API. What is asked of many runs at once stands in its head; the cases themselves are in the body, line by line.
type block struct {
	first      int // the lowest place of a case in it
	last       int
	cases      int
	size       int // of the lines
	head, body []byte
}

// How large blocks are, by the lines in them. A smaller one is made anew with what is added to its API, so that also the cases that arrive one by one share a
// block; and whoever wants one case unpacks no more than a large one.
const (
	smallBlock = 32 << 10
	largeBlock = 512 << 10
)

// packer makes blocks, one after the other, in the same room.
type packer struct{ head, body, packed []byte }

// blocks puts cases, which it sorts, into as few blocks as may be.
func (p *packer) blocks(entries []entry) []block {
	slices.SortFunc(entries, byPosition)
	var all []block
	for begin, size := 0, 0; begin < len(entries); size = 0 {
		end := begin
		for ; end < len(entries) && (end == begin || size+len(entries[end].line) <= largeBlock); end++ {
			size += len(entries[end].line)
		}
		all = append(all, p.pack(entries[begin:end], size))
		begin = end
	}
	return all
}

// pack makes one block of cases that are in order.
func (p *packer) pack(entries []entry, size int) block {
	head, body := p.head[:0], slices.Grow(p.body[:0], size+len(entries))
	for i := range entries {
		e := &entries[i]
		head = binary.AppendUvarint(head, uint64(e.position)) //nolint:gosec // places begin at 0
		head = appendText(appendText(head, e.id), string(e.verdict))
		body = append(append(body, e.line...), '\n')
	}
	p.head, p.body = head, body
	return block{entries[0].position, entries[len(entries)-1].position, len(entries), size, p.squeeze(head), p.squeeze(body)}
}

func (p *packer) squeeze(plain []byte) []byte {
	p.packed = s2.Encode(p.packed[:cap(p.packed)], plain)
	return bytes.Clone(p.packed)
}

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

var errDamaged = errors.New("a block of cases is damaged")

// unpackHead returns the cases of a block without their lines.
func unpackHead(head []byte) ([]entry, error) {
	plain, err := unpacked(head)
	if err != nil {
		return nil, err
	}
	var all []entry
	for rest := string(plain); rest != ""; {
		var e entry
		var n uint64
		var id, verdict string
		var there [3]bool
		n, rest, there[0] = cutNumber(rest)
		id, rest, there[1] = cutText(rest)
		verdict, rest, there[2] = cutText(rest)
		if there != [3]bool{true, true, true} || n > maxPosition {
			return nil, errDamaged
		}
		e.position, e.id, e.verdict = int(n), id, probe.Verdict(verdict)
		all = append(all, e)
	}
	return all, nil
}

// maxPosition is beyond every place that a case can have.
const maxPosition = 1 << 31

func cutNumber(s string) (n uint64, rest string, ok bool) {
	n, size := binary.Uvarint([]byte(s[:min(len(s), binary.MaxVarintLen64)]))
	if size <= 0 {
		return 0, "", false
	}
	return n, s[size:], true
}

func cutText(s string) (text, rest string, ok bool) {
	n, rest, ok := cutNumber(s)
	if !ok || n > uint64(len(rest)) {
		return "", "", false
	}
	return rest[:n], rest[n:], true
}

// unpack returns the cases of a block, without lines where its body was not read.
func unpack(head, body []byte) ([]entry, error) {
	all, err := unpackHead(head)
	if err != nil || body == nil {
		return all, err
	}
	plain, err := unpacked(body)
	if err != nil {
		return nil, err
	}
	for i := range all {
		end := bytes.IndexByte(plain, '\n')
		if end < 0 {
			return nil, errDamaged
		}
		all[i].line, plain = plain[:end:end], plain[end+1:]
	}
	if len(plain) > 0 {
		return nil, errDamaged
	}
	return all, nil
}

func unpacked(data []byte) ([]byte, error) {
	if n, err := s2.DecodedLen(data); err != nil || n > probe.MaxRunBytes {
		return nil, errors.Join(errDamaged, err)
	}
	plain, err := s2.Decode(nil, data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return plain, nil
}
