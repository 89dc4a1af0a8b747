package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// order tells which sheets have to be run before which. The needs of a sheet are names of APIs, or slugs.
type order struct {
	names    map[string]int    // the first sheet of each name, in lower case, and of each slug
	named    [][]int           // by sheet, the sheets that its needs name
	needs    [][]int           // by sheet, the sheets that it waits for: those named, and none where its needs cannot be met
	asked    map[int]bool      // the sheets that others name
	problems map[int][]problem // by sheet, why its needs cannot be met
}

type problem struct{ message, hint string }

func newOrder(sheets []*probe.Sheet) order {
	o := order{names: map[string]int{}, needs: make([][]int, len(sheets)), named: make([][]int, len(sheets)), asked: map[int]bool{}, problems: map[int][]problem{}}
	o.name(sheets)
	for i, s := range sheets {
		for _, name := range s.Needs {
			k := o.find(name)
			if k < 0 {
				o.problems[i] = append(o.problems[i], problem{fmt.Sprintf("it needs %q, which none of these sheets describes", name), "add the sheet that describes it, or correct the needs"})
				continue
			}
			o.needs[i], o.asked[k] = append(o.needs[i], k), true
		}
		o.named[i] = o.needs[i]
	}
	o.awaitStatus(sheets)
	for i := range sheets {
		if path := o.cycle(i); path != nil {
			names := make([]string, len(path))
			for n, k := range path {
				names[n] = fmt.Sprintf("%q", sheets[k].Name)
			}
			o.problems[i] = append(o.problems[i], problem{"the APIs need each other in a circle: " + strings.Join(names, " needs "), "correct the needs: one of them has to be first"})
		}
	}
	for i := range o.problems {
		o.needs[i] = nil // it is not run, so that nobody waits for it in vain
	}
	return o
}

// awaitStatus has a sheet whose end another one tells wait for what that one needs, itself aside.
func (o order) awaitStatus(sheets []*probe.Sheet) {
	for i, s := range sheets {
		if s.Poll == nil {
			continue
		}
		if k := o.find(s.Poll.API); k >= 0 && k != i {
			o.asked[k] = true
			o.needs[i] = append(o.needs[i][:len(o.needs[i]):len(o.needs[i])], slices.DeleteFunc(slices.Clone(o.named[k]), func(n int) bool { return n == i || n == k })...)
		}
	}
}

// name remembers the first sheet of each name and of each slug.
func (o order) name(sheets []*probe.Sheet) {
	for i := len(sheets) - 1; i >= 0; i-- {
		o.names[strings.ToLower(sheets[i].Name)], o.names["\x00"+probe.Slug(sheets[i].Name)] = i, i
	}
}

// find is the index of the first sheet of that name or slug; -1 where there is none.
func (o order) find(name string) int {
	byName, named := o.names[strings.ToLower(name)]
	bySlug, slugged := o.names["\x00"+name]
	switch {
	case named && slugged:
		return min(byName, bySlug)
	case named:
		return byName
	case slugged:
		return bySlug
	}
	return -1
}

// cycle is a way along needs from a sheet back to itself; nil where there is none.
func (o order) cycle(start int) []int {
	seen := map[int]bool{}
	var walk func(i int, path []int) []int
	walk = func(i int, path []int) []int {
		for _, k := range o.needs[i] {
			if k == start {
				return append(slices.Clone(path), k)
			}
			if !seen[k] {
				seen[k] = true
				if found := walk(k, append(path, k)); found != nil {
					return found
				}
			}
		}
		return nil
	}
	return walk(start, []int{start})
}

// roots leaves out the failed sheets that another of them kept from being run.
func (o order) roots(failed []int) []int {
	return slices.DeleteFunc(slices.Clone(failed), func(i int) bool {
		return slices.ContainsFunc(o.suppliers(i), func(k int) bool { return slices.Contains(failed, k) })
	})
}

// suppliers are the sheets that may supply values to one: all that it needs, directly or not, each behind those that it needs itself. So
// where two of them supply one name, as a login and what renews its token do, the later one wins, which knows the value that still holds.
func (o order) suppliers(i int) []int {
	var all []int
	seen := map[int]bool{}
	var walk func(i int)
	walk = func(i int) {
		for _, k := range o.needs[i] {
			if !seen[k] {
				seen[k] = true
				walk(k)
				all = append(all, k)
			}
		}
	}
	walk(i)
	return all
}
