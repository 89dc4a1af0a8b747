package plan

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// values are what fills placeholders: the test data that promise success, under the documented values of path and query fields, under the sheet's
// own partner code and credentials, under those that the user supplied.
type values struct{ layers []probe.Vars } // the strongest first

func newValues(s *probe.Sheet, supplied probe.Vars) values {
	var fields []probe.Var
	for _, f := range s.Request.Fields {
		if f.In != probe.InBody && isLiteral(f.Value) {
			fields = append(fields, probe.Var{Name: f.Name, Value: f.Value, Origin: inSheet(s, f.At)})
		}
	}
	var own []probe.Var
	if code := strings.Trim(strings.TrimSpace(s.PartnerCode), `"'`); isLiteral(code) {
		origin := inSheet(s, s.At.Of(probe.FieldPartnerCode))
		own = append(own, probe.Var{Name: "partner", Value: code, Origin: origin}, probe.Var{Name: "partner_code", Value: code, Origin: origin})
	}
	for _, c := range s.Credentials {
		if isLiteral(c.Value) {
			own = append(own, probe.Var{Name: c.Name, Value: c.Value, Origin: inSheet(s, c.At), Secret: probe.LooksSecret(c.Name)})
		}
	}
	return values{layers: []probe.Vars{supplied, probe.NewVars(own...), probe.NewVars(fields...), fromTestData(s)}}
}

// fromTestData is the first row that promises success: what nothing else fills, such as the id in a path, it does.
func fromTestData(s *probe.Sheet) probe.Vars {
	i := slices.IndexFunc(s.TestData, promisesSuccess)
	if i < 0 {
		return probe.Vars{}
	}
	row := s.TestData[i]
	origin := firstNonEmpty(row.Title, fmt.Sprintf("%s, test data row %d", inSheet(s, row.At), i+1))
	var vars []probe.Var
	for _, v := range row.Values {
		if v.Name != "" && isLiteral(v.Value) {
			vars = append(vars, probe.Var{Name: v.Name, Value: v.Value, Origin: origin, Secret: probe.LooksSecret(v.Name)})
		}
	}
	return probe.NewVars(vars...)
}

// Value is what fills a placeholder of a sheet that stands outside of its request, as in the description of an identity.
func Value(s *probe.Sheet, supplied probe.Vars, name string) (string, bool) {
	v, ok := Supply(s, supplied, name)
	return v.Value, ok
}

// Supply is Value with where it comes from, or why it could not be had.
func Supply(s *probe.Sheet, supplied probe.Vars, name string) (probe.Var, bool) {
	return newValues(s, supplied).lookup(name)
}

// FromSheet begins the origin of a value that the sheet itself gives.
const FromSheet = "the sheet"

func inSheet(s *probe.Sheet, at source.Span) string {
	if s.Document == nil {
		return FromSheet
	}
	return FromSheet + ", " + s.Document.Name + at.Suffix()
}

func isLiteral(value string) bool {
	return strings.TrimSpace(value) != "" && len(probe.FindPlaceholders(value, false)) == 0
}

// lookup finds the value for a placeholder. "YOUR_API_KEY" and "API_KEY_HERE" are filled by "api_key" too. A source that failed is found, and has
// no value.
func (v values) lookup(name string) (probe.Var, bool) {
	found, ok := v.find(name)
	if plain := withoutOrnament(name); !ok && plain != name {
		found, ok = v.find(plain)
	}
	return found, ok && found.Problem == ""
}

func (v values) find(name string) (probe.Var, bool) {
	if isNameless(name) {
		return probe.Var{}, false
	}
	for _, layer := range v.layers {
		if found, ok := layer.Lookup(name); ok {
			return found, true
		}
	}
	return probe.Var{}, false
}

func withoutOrnament(name string) string {
	folded := strings.ReplaceAll(strings.ToLower(name), "-", "_")
	return strings.TrimSuffix(strings.TrimPrefix(folded, "your_"), "_here")
}

// fold makes names comparable: "Attempt id" is "attempt_id" is "attemptId".
func fold(name string) string { return strings.Map(foldRune, name) }

// foldRune is -1 for what does not count in a name.
func foldRune(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return r
	case 'A' <= r && r <= 'Z':
		return r | 0x20
	case r < utf8.RuneSelf, !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r):
		return -1
	}
	return unicode.ToLower(r)
}

// sameName says that two names fold to the same. It is asked of every name of a request for every value of a row, so it makes no copy.
func sameName(a, b string) bool {
	for {
		r, restA := firstFolded(a)
		s, restB := firstFolded(b)
		if r != s || r < 0 {
			return r == s
		}
		a, b = restA, restB
	}
}

// isNameless says that nothing of a name counts, as of a mask.
func isNameless(name string) bool {
	r, _ := firstFolded(name)
	return r < 0
}

// firstFolded is the first rune that counts in a name, folded, and what follows it; -1 where none does.
func firstFolded(name string) (r rune, rest string) {
	for name != "" {
		r, size := utf8.DecodeRuneInString(name)
		name = name[size:]
		if r = foldRune(r); r >= 0 {
			return r, name
		}
	}
	return -1, ""
}
