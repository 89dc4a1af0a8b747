package plan

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Siblings are all sheets of a run, found by what they document: what one of them documents is no wrong method for the address of another.
type Siblings struct{ byMethod map[string]*sibling }

// sibling is a segment of the addresses of some sheets.
type sibling struct {
	below map[string]*sibling // by what the next segment is, in lower case
	open  *sibling            // the next segment may be anything
	ends  bool                // the address of a sheet ends here
	name  string              // of the first of those
	nth   int                 // its place in the run
}

// NewSiblings knows the sheets of a run.
func NewSiblings(sheets []*probe.Sheet) *Siblings {
	s := &Siblings{byMethod: map[string]*sibling{}}
	for i, sheet := range sheets {
		at := s.byMethod[sheet.Method]
		if at == nil {
			at = &sibling{}
			s.byMethod[sheet.Method] = at
		}
		for _, segment := range segments(newDraft(sheet).url) {
			at = at.next(segment)
		}
		if !at.ends {
			at.ends, at.name, at.nth = true, strings.Clone(sheet.Name), i // and not the document that the name is a part of
		}
	}
	return s
}

func (s *sibling) next(segment string) *sibling {
	if isOpenSegment(segment) {
		if s.open == nil {
			s.open = &sibling{}
		}
		return s.open
	}
	if s.below == nil {
		s.below = map[string]*sibling{}
	}
	key := strings.ToLower(segment)
	if s.below[key] == nil {
		s.below[key] = &sibling{}
	}
	return s.below[key]
}

// serving is the name of the first sheet that documents the method for an address. Two addresses may be the same, whatever fills their
// placeholders, and whatever their hosts: one that is written otherwise may stand behind the same gateway.
func (s *Siblings) serving(method, address string) (name string, known bool) {
	if s == nil || s.byMethod[method] == nil {
		return "", false
	}
	if found := s.byMethod[method].find(segments(address)); found != nil {
		return found.name, true
	}
	return "", false
}

func (s *sibling) find(rest []string) *sibling {
	if s == nil || len(rest) == 0 {
		if s == nil || !s.ends {
			return nil
		}
		return s
	}
	first := s.open.find(rest[1:])
	if !isOpenSegment(rest[0]) {
		return earlier(first, s.below[strings.ToLower(rest[0])].find(rest[1:]))
	}
	for _, next := range s.below {
		first = earlier(first, next.find(rest[1:]))
	}
	return first
}

func earlier(a, b *sibling) *sibling {
	if a == nil || b != nil && b.nth < a.nth {
		return b
	}
	return a
}

// segments are those of the path of an address.
func segments(address string) []string {
	return strings.Split(strings.Trim(address[authorityEnd(address):], "/"), "/")
}

// isOpenSegment says that other values may stand in the place of a segment.
func isOpenSegment(s string) bool { return len(probe.FindPlaceholders(s, true)) > 0 || looksLikeID(s) }
