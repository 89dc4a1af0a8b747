package engine

import "container/heap"

// turns says which sheet may be run next: of those whose needs have finished the first in the order of the documents.
type turns struct {
	ready   places
	pending []int   // by sheet, how many of its needs have not finished
	waiting [][]int // by sheet, those that need it
}

func newTurns(needs [][]int) *turns {
	t := &turns{pending: make([]int, len(needs)), waiting: make([][]int, len(needs))}
	for i, those := range needs {
		t.pending[i] = len(those)
		for _, k := range those {
			t.waiting[k] = append(t.waiting[k], i)
		}
		if len(those) == 0 {
			t.ready = append(t.ready, i) // in order, which makes it a heap
		}
	}
	return t
}

// next is a sheet whose turn has come; false where none is ready.
func (t *turns) next() (int, bool) {
	if len(t.ready) == 0 {
		return 0, false
	}
	return heap.Pop(&t.ready).(int), true
}

func (t *turns) finished(i int) {
	for _, k := range t.waiting[i] {
		if t.pending[k]--; t.pending[k] == 0 {
			heap.Push(&t.ready, k)
		}
	}
}

// places is a heap.Interface, the first place on top.
type places []int

func (p places) Len() int           { return len(p) }
func (p places) Less(i, k int) bool { return p[i] < p[k] }
func (p places) Swap(i, k int)      { p[i], p[k] = p[k], p[i] }
func (p *places) Push(x any)        { *p = append(*p, x.(int)) }

func (p *places) Pop() any {
	last := len(*p) - 1
	x := (*p)[last]
	*p = (*p)[:last]
	return x
}
