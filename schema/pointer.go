package schema

import "github.com/sheetprobe/sheetprobe/schema/nearjson"

// path is where a walk stands in a value.
type path []step

type step struct {
	key   string // of an object
	index int    // of an array; -1 in an object
	data  bool   // the key is data, as in a map
}

func (p *path) enter(key string)      { *p = append(*p, step{key: key, index: -1}) }
func (p *path) enterEntry(key string) { *p = append(*p, step{key: key, index: -1, data: true}) }
func (p *path) enterItem(i int)       { *p = append(*p, step{index: i}) }
func (p *path) leave()                { *p = (*p)[:len(*p)-1] }

// pointer is the JSON Pointer of the place.
func (p path) pointer() string {
	pointer := ""
	for _, s := range p {
		if s.index >= 0 {
			pointer = nearjson.AppendIndex(pointer, s.index)
			continue
		}
		pointer = nearjson.AppendPointer(pointer, s.key)
	}
	return pointer
}

// pattern is the pointer with "*" for what differs from answer to answer.
func (p path) pattern() string {
	pattern := ""
	for _, s := range p {
		if s.index >= 0 || s.data {
			pattern += "/*"
			continue
		}
		pattern = nearjson.AppendPointer(pattern, s.key)
	}
	return pattern
}
