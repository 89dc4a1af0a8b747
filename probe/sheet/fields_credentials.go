package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// credentials takes in the value of field 9: names with their values, names alone, or words about what the label names.
func (a *assembler) credentials(label Label, labelText, value source.Text) {
	before := len(a.sheet.Credentials)
	if strings.HasPrefix(value.String(), "{") {
		if r, err := nearjson.Parse(value); err == nil && r.Value != nil && r.Value.Kind == nearjson.Object && len(r.Value.Members) > 0 {
			for i, m := range r.Value.Members {
				a.addCredential(m.Key, m.Value.Text, r.Value.KeyAt(i))
			}
			a.reportRepairs(probe.FieldCredentials, r)
			return
		}
	}
	if label.Role == NamedValue && len(label.Names) == 0 {
		a.namedCredential(labelText, value)
		return
	}
	if value.Len() > 0 {
		a.place(probe.FieldCredentials, value.At())
	}
	for i, line := range textLines(value) {
		if i == 0 && a.listedCredentials(label.Names, line) {
			continue
		}
		for _, pair := range credentialPairs(line) {
			a.addCredential(pair.Name, pair.Value, pair.At)
		}
	}
	if len(a.sheet.Credentials) > before || IsNone(value.String()) && value.Len() > 0 {
		return
	}
	for _, name := range label.Names {
		a.addCredential(name, "", labelText.At())
	}
	if len(label.Names) == 0 {
		a.bareNames(value)
	}
}

// listedCredentials reads "key_1 / secret_2" beside "Consumer Key / Consumer Secret": as many values as names.
func (a *assembler) listedCredentials(names []string, line source.Text) bool {
	for _, sign := range []string{"/", ",", ";", "|", "&", " and "} {
		parts := splitAt(line, sign)
		if len(names) < 2 || len(parts) != len(names) || slices.ContainsFunc(parts, func(p source.Text) bool {
			return p.Len() == 0 || isProse(p.String()) || strings.ContainsAny(p.String(), ":= ")
		}) {
			continue
		}
		for i, p := range parts {
			a.addCredential(names[i], unquote(p).String(), p.At())
		}
		return true
	}
	return false
}

// splitAt parts a text at a sign. Slashes part words only where nothing but words stands between them: no address does.
func splitAt(t source.Text, sign string) []source.Text {
	var parts []source.Text
	s, from := t.String(), 0
	if strings.Contains(s, "://") {
		return nil
	}
	for i := 0; i <= len(s); i++ {
		if i == len(s) || strings.HasPrefix(s[i:], sign) {
			parts = append(parts, t.Slice(from, i).TrimSpace())
			from = i + len(sign)
		}
	}
	return parts
}

// namedCredential reads a credential whose name is the label of its piece.
func (a *assembler) namedCredential(labelText, value source.Text) {
	line := unquote(trimBullet(firstLine(value)))
	s := line.String()
	if pairs := credentialPairs(labelText.Join(firstLine(value))); len(pairs) > 1 {
		for _, pair := range pairs {
			a.addCredential(pair.Name, pair.Value, pair.At)
		}
		return
	}
	if name, v, ok := splitPair(line); ok && isCredentialName(name.String()) && v.Len() > 0 && !strings.Contains(s, "://") {
		a.addCredential(name.String(), unquote(v).String(), name.At())
		return
	}
	if IsNone(s) && s != "" {
		return
	}
	if isProse(s) {
		s = ""
	}
	a.addCredential(trimLabel(labelText.String()), s, labelText.At())
	if line.Len() > 0 {
		a.place(probe.FieldCredentials, line.At())
	}
}

// bareNames reads "consumer_key, consumer_secret": names that nothing is said of. Words of a sentence are none.
func (a *assembler) bareNames(value source.Text) {
	for _, line := range textLines(value) {
		line = trimBullet(line)
		parts := splitList(line.String())
		if slices.ContainsFunc(parts, func(p string) bool { return !isCredentialName(p) || len(strings.Fields(p)) > 3 }) {
			continue
		}
		for _, p := range parts {
			l, known := lookupSingle(p)
			if known = known && l.Role == NamedValue; known || strings.ContainsAny(p, "_-") {
				a.addCredential(strings.Trim(p, " .`\"'"), "", line.At())
			}
		}
	}
}

func (a *assembler) addCredential(name, value string, at source.Span) {
	const most = 200
	if len(a.sheet.Credentials) == most || value != "" && IsNone(value) {
		return
	}
	for i := range a.sheet.Credentials {
		if have := &a.sheet.Credentials[i]; Fold(have.Name) == Fold(name) {
			if have.Value == "" {
				have.Value = value
			}
			return
		}
	}
	a.sheet.Credentials = append(a.sheet.Credentials, probe.Credential{Name: name, Value: value, At: at})
	a.place(probe.FieldCredentials, at)
}

// IsCredentialLine says that a line gives a credential: a name and its value.
func IsCredentialLine(line source.Text) bool { return len(credentialPairs(line)) > 0 }

// credentialPairs reads the pairs of name and value on a line; commas, semicolons and slashes between blanks part several.
func credentialPairs(line source.Text) []probe.Credential {
	line = trimBullet(line)
	line = line.Slice(Numbering(line.String()), line.Len())
	var pairs []probe.Credential
	start := 0
	s := line.String()
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != ',' && s[i] != ';' && !strings.HasPrefix(s[max(i-1, 0):], " / ") {
			continue
		}
		pair, ok := credentialPair(line.Slice(start, i))
		if !ok {
			pairs = nil
			break
		}
		pairs = append(pairs, pair)
		start = i + 1
	}
	if pairs == nil {
		if pair, ok := credentialPair(line); ok {
			pairs = append(pairs, pair)
		}
	}
	return pairs
}

func credentialPair(t source.Text) (probe.Credential, bool) {
	t = t.TrimSpace()
	name, value, ok := splitPair(t)
	if cols := columns(t); !ok && len(cols) == 2 {
		name, value, ok = cols[0], cols[1], true
	}
	name, value = unquote(name), unquote(value)
	if !ok || !isCredentialName(name.String()) {
		return probe.Credential{}, false
	}
	v := value.String()
	if isProse(v) {
		v = ""
	}
	return probe.Credential{Name: name.String(), Value: v, At: t.At()}, true
}

// isCredentialName says that words can name a credential: few, and none that introduces an example or a remark.
func isCredentialName(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 4 || strings.ContainsAny(s, `.,;:?!<>{}[]"=`) {
		return false
	}
	switch strings.ToLower(words[0]) {
	case "eg", "example", "note", "notes", "for", "please", "regards", "thanks", "the", "if", "we", "http", "https":
		return false
	case "phone", "mobile", "tel", "name", "value", "key":
		return len(words) > 1
	}
	return true
}
