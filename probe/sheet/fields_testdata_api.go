package sheet

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// HasAPIColumn says that rows of test data tell which API each is for.
func HasAPIColumn(value source.Text) bool {
	titles := testCells(firstLine(value.TrimSpace()))
	return len(titles) > 1 && slices.ContainsFunc(titles, func(t source.Text) bool { return apiTitle(t.String()) == sureAPI })
}

// How sure it is that a column names the API of each row.
const (
	noAPI    = iota
	maybeAPI // the values must name one
	sureAPI
)

func apiTitle(title string) int {
	key := Fold(title)
	switch key {
	case "api", "apis", "apiname", "nameofapi", "nameoftheapi", "whichapi", "forapi", "forwhichapi", "applicableapi", "apiendpoint", "apipath", "apiurl", "endpoint", "endpointname",
		"接口", "接口名称", "接口名":
		return sureAPI
	case "service", "servicename", "operation", "operationname", "interface", "interfacename", "module", "call", "request", "requestname", "path", "url", "route", "name", "method", "usedin",
		"appliesto", "feature", "function":
		return maybeAPI
	}
	return noAPI
}

// apiColumn finds the column that names the API of each row; -1 where there is none.
func (t *testData) apiColumn(titles, lines []source.Text) int {
	const most = 200 // rows that are looked at
	for i, title := range titles {
		sure := apiTitle(title.String())
		if sure == noAPI || sure == maybeAPI && t.field(title.String()) != "" {
			continue
		}
		for _, line := range lines[:min(len(lines), most)] {
			if cells := testCells(line); len(cells) == len(titles) && len(t.meant(cells[i].String())) > 0 {
				return i
			}
		}
		if sure == sureAPI && t.field(title.String()) == "" {
			return i
		}
	}
	return -1
}

// meant are the APIs that a cell names: by their name or address or, where none is called that, by a part of the name.
func (t *testData) meant(cell string) []*probe.Sheet {
	if t.among == nil {
		return calledSo([]*probe.Sheet{t.sheet}, cell)
	}
	found, ok := t.among.meant[cell]
	if !ok {
		found = calledSo(t.among.sheets, cell)
		t.among.meant[cell] = found
	}
	return found
}

// apis are those that test data may be for, and what its cells were found to mean.
type apis struct {
	sheets []*probe.Sheet
	meant  map[string][]*probe.Sheet
}

func newAPIs(sheets []*probe.Sheet) *apis {
	const most = 1000
	return &apis{sheets[:min(len(sheets), most)], map[string][]*probe.Sheet{}}
}

func calledSo(among []*probe.Sheet, cell string) []*probe.Sheet {
	for _, is := range [...]func(s *probe.Sheet, cell string) bool{isCalled, isAt, isPartly} {
		found := slices.DeleteFunc(slices.Clone(among), func(s *probe.Sheet) bool { return !is(s, cell) })
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// apiName is the folded name of an API without what is said of every API.
func apiName(s string) string {
	key := Fold(s[Numbering(s):])
	for _, frame := range [...]string{"api", "endpoint", "service", "request", "call"} {
		if rest := strings.TrimSuffix(key, frame); rest != "" {
			key = rest
		}
	}
	return key
}

func isCalled(s *probe.Sheet, cell string) bool {
	name := apiName(cell)
	return name != "" && name == apiName(s.Name)
}

// isAt says that a cell holds the address of an API, or the end of its path, with its method or without.
func isAt(s *probe.Sheet, cell string) bool {
	words := strings.Fields(cell)
	if len(words) == 2 && (s.Method == "" || strings.EqualFold(words[0], s.Method)) {
		words = words[1:]
	}
	if len(words) != 1 || !strings.Contains(words[0], "/") {
		return false
	}
	said, path := addressPath(words[0]), addressPath(s.URL)
	return said != "" && (path == said || strings.HasSuffix(path, "/"+said))
}

func addressPath(address string) string {
	address, _, _ = strings.Cut(address, "?")
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		address = u.Path
	}
	return strings.ToLower(strings.Trim(address, "/"))
}

// isPartly says that every word of a cell is one of the API's name, or the other way round.
func isPartly(s *probe.Sheet, cell string) bool {
	said, name := nameWords(cell), nameWords(s.Name)
	if len(said) == 0 || len(name) == 0 {
		return false
	}
	if len(said) > len(name) {
		said, name = name, said
	}
	return !slices.ContainsFunc(said, func(w string) bool { return !slices.Contains(name, w) })
}

func nameWords(s string) []string {
	words := strings.FieldsFunc(strings.ToLower(s[Numbering(s):]), func(r rune) bool { return !isWordRune(r) })
	return slices.DeleteFunc(words, func(w string) bool { return w == "api" || w == "the" || w == "of" || w == "endpoint" || w == "service" })
}

// isForThis says that a row is for the API that is being read. A blank cell goes on with the API above it.
func (t *testData) isForThis(cell source.Text) bool {
	s := strings.TrimSpace(cell.String())
	if s == "" {
		s = t.api
	}
	t.api = s
	switch Fold(s) {
	case "", "all", "any", "every", "each", "both", "common", "allapis", "anyapi", "allapi", "everyapi", "bothapis":
		return true
	}
	if strings.ContainsAny(s, ",;&\n") && slices.ContainsFunc(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;&\n", r) }), t.isNamed) {
		return true
	}
	if len(t.meant(s)) == 0 {
		t.lost = append(t.lost, cell)
	}
	return t.isNamed(s)
}

// isOneAPI says that no row names another API than the first: under an API they are for it, whatever they call it.
func isOneAPI(lines []source.Text, width, col int) bool {
	said := ""
	for _, line := range lines {
		cells := testCells(line)
		if len(cells) != width || cells[col].Len() == 0 {
			continue
		}
		key := Fold(cells[col].String())
		if said != "" && key != said {
			return false
		}
		said = key
	}
	return true
}

func (t *testData) isNamed(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && slices.Contains(t.meant(s), t.sheet)
}
