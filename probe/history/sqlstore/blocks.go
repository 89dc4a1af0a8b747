package sqlstore

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/klauspost/compress/s2"

	"github.com/sheetprobe/sheetprobe/probe"
)

// entry is a case as it is kept.
type entry struct {
	api      int
	position int
	id       string
	verdict  probe.Verdict
	line     []byte // what probe.EncodeResult writes; nil where only the head of a block was read
}

func (e *entry) judged() bool { return e.verdict == probe.Conforms || e.verdict == probe.Deviates }

func byPlace(a, b entry) int {
	return cmp.Or(cmp.Compare(a.api, b.api), cmp.Compare(a.position, b.position))
}

// block holds several cases, packed. What is asked of many runs at once stands in its head; the cases themselves are in the body, line by line.
type block struct {
	first, last, cases int // the places of the first and the last case, and how many there are
	number             int // see the migrations
	head, body         []byte
}

// largeBlock is how many bytes of lines a block has at most, unless one line is longer: whoever wants one case unpacks no more.
const largeBlock = 512 << 10

// packer makes blocks, one after the other, in the same room: each is good until the next is made.
type packer struct {
	head, body             []byte
	packedHead, packedBody []byte
}

// packers are idle, a few of them. A sync.Pool forgets what it holds whenever memory is collected, which is often during a run.
type packers chan *packer

func (idle packers) get() *packer {
	select {
	case p := <-idle:
		return p
	default:
		return new(packer)
	}
}

func (idle packers) put(p *packer) {
	if cap(p.body) > 2*largeBlock { // of one long line; such are rare
		return
	}
	select {
	case idle <- p:
	default:
	}
}

// blocks puts cases, which it sorts, into as few blocks as may be.
func (p *packer) blocks(entries []entry) iter.Seq[block] {
	slices.SortFunc(entries, byPlace)
	return func(yield func(block) bool) {
		for begin, size := 0, 0; begin < len(entries); size = 0 {
			end := begin
			for ; end < len(entries) && (end == begin || size+len(entries[end].line) <= largeBlock); end++ {
				size += len(entries[end].line)
			}
			if !yield(p.pack(entries[begin:end])) {
				return
			}
			begin = end
		}
	}
}

// pack makes one block of cases that are in order.
func (p *packer) pack(entries []entry) block {
	size := 0
	for i := range entries {
		size += len(entries[i].line) + 1
	}
	head, body := p.head[:0], slices.Grow(p.body[:0], size)
	for i := range entries {
		e := &entries[i]
		head = binary.AppendUvarint(head, uint64(e.api)) //nolint:gosec // places begin at 0
		head = binary.AppendUvarint(head, uint64(e.position))
		head = appendText(appendText(head, e.id), string(e.verdict))
		body = append(append(body, e.line...), '\n')
	}
	p.head, p.body = head, body
	p.packedHead, p.packedBody = squeezed(p.packedHead, head), squeezed(p.packedBody, body)
	return block{entries[0].position, entries[len(entries)-1].position, len(entries), 0, p.packedHead, p.packedBody}
}

// squeeze packs the text of one value, as pack does those of a block.
func (p *packer) squeeze(plain []byte) []byte {
	p.packedBody = squeezed(p.packedBody, plain)
	return p.packedBody
}

// squeezed packs into room that there is; where it is too little, more than this text takes.
func squeezed(room, plain []byte) []byte {
	room = slices.Grow(room[:0], s2.MaxEncodedLen(len(plain)))
	return s2.Encode(room[:cap(room)], plain)
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
		var verdict string
		var there [4]bool
		e.api, rest, there[0] = cutNumber(rest)
		e.position, rest, there[1] = cutNumber(rest)
		e.id, rest, there[2] = cutText(rest)
		verdict, rest, there[3] = cutText(rest)
		if there != [4]bool{true, true, true, true} {
			return nil, errDamaged
		}
		e.verdict = probe.Verdict(verdict)
		all = append(all, e)
	}
	return all, nil
}

func cutNumber(s string) (n int, rest string, ok bool) {
	number, size := binary.Uvarint([]byte(s[:min(len(s), binary.MaxVarintLen64)]))
	if size <= 0 || number > math.MaxInt32 {
		return 0, "", false
	}
	return int(number), s[size:], true
}

func cutText(s string) (text, rest string, ok bool) {
	n, rest, ok := cutNumber(s)
	if !ok || n > len(rest) {
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
