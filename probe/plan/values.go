package plan

import (
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
)

// values are what fills placeholders: the documented values of path and query fields, under the sheet's own partner code and credentials,
// under those that the user supplied.
type values struct{ layers []probe.Vars } // the strongest first

func newValues(s *probe.Sheet, supplied probe.Vars) values {
	var fields []probe.Var
	for _, f := range s.Request.Fields {
		if f.In != probe.InBody && isLiteral(f.Value) {
			fields = append(fields, probe.Var{Name: f.Name, Value: f.Value})
		}
	}
	var own []probe.Var
	if code := strings.Trim(strings.TrimSpace(s.PartnerCode), `"'`); isLiteral(code) {
		own = append(own, probe.Var{Name: "partner", Value: code}, probe.Var{Name: "partner_code", Value: code})
	}
	for _, c := range s.Credentials {
		if isLiteral(c.Value) {
			own = append(own, probe.Var{Name: c.Name, Value: c.Value})
		}
	}
	return values{layers: []probe.Vars{supplied, probe.NewVars(own...), probe.NewVars(fields...)}}
}

// Value is what fills a placeholder of a sheet that stands outside of its request, as in the description of an identity.
func Value(s *probe.Sheet, supplied probe.Vars, name string) (string, bool) {
	return newValues(s, supplied).lookup(name)
}

func isLiteral(value string) bool {
	return strings.TrimSpace(value) != "" && len(probe.FindPlaceholders(value, false)) == 0
}

// lookup finds the value for a placeholder. "YOUR_API_KEY" and "API_KEY_HERE" are filled by "api_key" too.
func (v values) lookup(name string) (string, bool) {
	for _, candidate := range []string{name, withoutOrnament(name)} {
		if fold(candidate) == "" {
			continue
		}
		for _, layer := range v.layers {
			if found, ok := layer.Lookup(candidate); ok {
				return found.Value, true
			}
		}
	}
	return "", false
}

func withoutOrnament(name string) string {
	folded := strings.ReplaceAll(strings.ToLower(name), "-", "_")
	return strings.TrimSuffix(strings.TrimPrefix(folded, "your_"), "_here")
}

// fold makes names comparable: "Attempt id" is "attempt_id" is "attemptId".
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
