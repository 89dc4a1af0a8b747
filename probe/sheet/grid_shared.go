package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// pairLabel is a label that stands in one cell with its value.
type pairLabel struct {
	gridLabel
	text source.Text
}

// pair reads "Base URL: https://..." in one cell.
func (r *gridReader) pair(line source.Text) (pairLabel, source.Text, bool) {
	if line.Len() > 1<<12 {
		return pairLabel{}, source.Text{}, false
	}
	line = trimBullet(line)
	name, value, ok := splitPair(line)
	l := r.label(name)
	if !ok || !l.ok || l.Field == "" || value.Len() == 0 {
		return pairLabel{}, source.Text{}, false
	}
	return pairLabel{l, name}, value, true
}

// variable reads a banner that gives a placeholder its value: "{{baseurl}} : http://localhost:3000".
func (b *blockReader) variable(cell source.Text) bool {
	found := false
	for _, line := range cell.Lines() {
		s := line.String()
		refs := probe.FindPlaceholders(s[:min(len(s), 1<<10)], false)
		if len(refs) == 0 || refs[0].Name == "" {
			continue
		}
		rest := line.Slice(refs[0].End, line.Len()).TrimSpace()
		if r := rest.String(); r == "" || strings.IndexByte(":=", r[0]) < 0 {
			continue
		}
		value := rest.Slice(1, rest.Len()).TrimSpace()
		value = value.Slice(0, len(strings.TrimRight(value.String(), " */"))+b2i(strings.HasSuffix(value.String(), "/")))
		if url, _ := findURL(value); hasScheme(url.String()) {
			b.tab.variables[Fold(refs[0].Name)] = url
			found = true
		}
	}
	return found
}

// draft makes fragments of a block.
func (k *block) draft() *draft {
	d := &draft{title: k.title}
	var tables []*entry
	for _, e := range k.entries {
		if _, _, ok := e.parameters(); ok {
			tables = append(tables, e)
			continue
		}
		if e.label.Role == TestValues {
			d.fragments = append(d.fragments, Fragment{Field: FieldTestData, Label: e.text, Value: e.aligned()})
		}
		if e.label.Field == "" {
			if said := source.Compose([]source.Run{{Text: e.text.String(), From: e.text}, {Text: ": "}, {Text: e.value().String(), From: e.value()}}); isPromise(said) {
				d.fragments = append(d.fragments, Fragment{Field: fieldPromise, Label: e.text, Value: said})
			}
			continue
		}
		if e.label.Field == probe.FieldURL && len(e.rows) > 0 && len(e.rows[0]) > 1 { // an address per environment
			for _, t := range e.rows[0] {
				d.fragments = append(d.fragments, Fragment{Field: probe.FieldURL, Label: e.text, Value: t})
			}
			continue
		}
		value := e.value()
		if e.label.Role == HeaderLine && isYesNo(value.String()) {
			continue
		}
		d.fragments = append(d.fragments, splitCell(Fragment{Field: e.label.Field, Label: e.text, Value: value})...)
	}
	for _, e := range tables {
		rows, at, _ := e.parameters()
		d.addParameters(e.label, e.text, rows, at)
	}
	return d
}

// isSheet says that a block describes an API. Beside a table of APIs it takes more than an address to be one.
func (d *draft) isSheet(beside bool) bool {
	filled := map[probe.Field]bool{}
	method, address, answer := false, false, false
	for _, f := range d.fragments {
		l, _ := LookupLabel(f.Label.String())
		if f.Value.IsBlank() || l.Role == Base || f.Field == FieldTestData || f.Field == fieldPromise {
			continue
		}
		filled[f.Field] = true
		switch f.Field {
		case probe.FieldMethod:
			method = method || parameterColumn(f.Value.String()) == "" && typeIn(f.Value.String()) == "" // "Type" is also a title beside others
		case probe.FieldURL:
			address = address || proves(f.Field, f.Value)
		case probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse:
			answer = answer || proves(f.Field, f.Value)
		}
	}
	if beside && !answer && !method {
		return false
	}
	return method && len(filled) >= 2 || address && (answer || filled[probe.FieldName] || len(filled) >= 3) || answer && len(filled) >= 3
}

// asShared is what a block that is no API gives to others. An address over a table of paths is their base.
func asShared(fragments []Fragment) []Fragment {
	var shared []Fragment
	for _, f := range fragments {
		switch f.Field {
		case probe.FieldHeaders, probe.FieldStatusCodes, probe.FieldCredentials, probe.FieldPartnerCode, FieldTestData:
			shared = append(shared, f)
		case probe.FieldRequestBody:
			if isParameterTable(f.Value) {
				shared = append(shared, f)
			}
		case probe.FieldErrorResponse:
			if proves(f.Field, f.Value) {
				shared = append(shared, f)
			} else if proves(probe.FieldStatusCodes, f.Value) { // "Errors" over a list of codes
				shared = append(shared, Fragment{Field: probe.FieldStatusCodes, Label: f.Label, Value: f.Value})
			}
		case probe.FieldURL:
			if l, _ := LookupLabel(f.Label.String()); l.Role == Base || hasScheme(strings.TrimSpace(f.Value.String())) {
				shared = append(shared, f)
			}
		}
	}
	return shared
}

// share gives every API what stands outside of it: in its own table or, where that holds nothing of the kind, anywhere in the document.
func (r *gridReader) share() {
	common := &gridTab{variables: map[string]source.Text{}}
	for _, tab := range r.tabs {
		tab.addPrefix()
		for name, value := range tab.variables {
			if _, ok := common.variables[name]; !ok {
				common.variables[name] = value
			}
		}
	}
	for _, tab := range r.tabs {
		if len(tab.drafts) == 0 {
			common.shared = append(common.shared, tab.shared...)
		}
	}
	for _, tab := range r.tabs {
		for _, f := range tab.shared {
			if len(tab.drafts) > 0 && f.Field != probe.FieldHeaders && !hasValue(common.shared, f.Field) {
				common.shared = append(common.shared, f)
			}
		}
	}
	for _, tab := range r.tabs {
		own := slices.Concat(tab.shared, slices.DeleteFunc(slices.Clone(common.shared), func(f Fragment) bool {
			return hasValue(tab.shared, f.Field) && (len(tab.drafts) == 0 || f.Field == probe.FieldURL || contains(tab.shared, f))
		}))
		for _, d := range tab.drafts {
			d.replaceVariables(tab.variables, common.variables, own)
			r.give(d, own)
		}
	}
}

// isPrefixTitle recognises the label of what stands between the base URL and every path.
func isPrefixTitle(s string) bool {
	switch Fold(s) {
	case "prefix", "urlprefix", "apiprefix", "pathprefix", "basepath", "contextpath", "contextroot", "前缀":
		return true
	}
	return false
}

// addPrefix puts the prefix behind the base URL of a table.
func (t *gridTab) addPrefix() {
	if t.prefix.Len() == 0 || t.prefix.Len() > 1<<10 || IsNone(t.prefix.String()) {
		return
	}
	for i, f := range t.shared {
		if url, _ := findURL(firstLine(f.Value)); f.Field == probe.FieldURL && !strings.HasSuffix(strings.Trim(url.String(), "/"), strings.Trim(t.prefix.String(), "/")) {
			t.shared[i].Value = source.Compose([]source.Run{{Text: strings.TrimRight(url.String(), "/"), From: url}, {Text: "/" + strings.Trim(t.prefix.String(), "/")}})
		}
	}
}

func contains(fragments []Fragment, f Fragment) bool {
	return slices.ContainsFunc(fragments, func(g Fragment) bool { return g.Field == f.Field && g.Value.At() == f.Value.At() })
}

// give adds to an API what it shares with others, as far as it does not say otherwise itself.
func (r *gridReader) give(d *draft, shared []Fragment) {
	var headers map[string]bool
	var codes map[string]bool
	own := slices.Clone(d.fragments)
	for _, f := range shared {
		switch f.Field {
		case FieldTestData: // shareTests knows which rows are for this one
			continue
		case probe.FieldURL:
			if d.hasAddress() || !hasValue(d.fragments, probe.FieldURL) {
				continue
			}
		case probe.FieldHeaders:
			if headers == nil {
				headers = d.headerNames()
			}
			f.Value = withoutLines(f.Value, func(line source.Text) bool {
				h, ok := headerLine(line)
				return ok && headers[strings.ToLower(h.Name)] || headers[""]
			})
			if l, _ := LookupLabel(f.Label.String()); l.Role == HeaderLine && headers[strings.ToLower(f.Label.String())] {
				continue
			}
		case probe.FieldStatusCodes:
			if codes == nil {
				codes = d.ownCodes()
			}
			f.Value = withoutLines(f.Value, func(line source.Text) bool {
				rows := codeRows(line.TrimSpace())
				return len(rows) == 1 && codes[rows[0].code]
			})
		default:
			if hasValue(own, f.Field) {
				continue
			}
		}
		if r.copied += f.Value.Len(); r.copied <= maxGridCopies && !f.Value.IsBlank() {
			d.fragments = append(d.fragments, f)
		}
	}
}

// shareTests gives the values to try that stand outside of any API to those that they are for: of their table or, where it has none, of the document.
func (r *gridReader) shareTests(sheets []*probe.Sheet) {
	for _, tab := range r.tabs {
		among := sheets
		if n := len(tab.drafts); n > 0 {
			among = sheets[tab.first : tab.first+n]
		}
		for _, f := range tab.shared {
			if f.Field == FieldTestData {
				ShareTestData(among, f)
			}
		}
	}
}

// withoutLines leaves lines out of a text.
func withoutLines(t source.Text, drop func(source.Text) bool) source.Text {
	lines := t.Lines()
	kept := slices.DeleteFunc(slices.Clone(lines), drop)
	if len(kept) == len(lines) {
		return t
	}
	return joined(kept, "\n")
}

// hasAddress says that an API gives an address with its host.
func (d *draft) hasAddress() bool {
	return slices.ContainsFunc(d.fragments, func(f Fragment) bool {
		return f.Field == probe.FieldURL && strings.Contains(f.Value.String(), "://")
	})
}

// headerNames are the names of the headers that an API has of its own, in lower case; "" is one of them where it says that it needs none.
func (d *draft) headerNames() map[string]bool {
	names := map[string]bool{}
	scratch := assembler{sheet: &probe.Sheet{}}
	for _, f := range d.fragments {
		if f.Field == probe.FieldHeaders && f.Value.Len() < 1<<16 {
			scratch.add(f)
			names[""] = names[""] || f.Value.Len() > 0 && IsNone(f.Value.String())
		}
	}
	for _, h := range scratch.sheet.Headers {
		names[strings.ToLower(h.Name)] = true
	}
	return names
}

func (d *draft) ownCodes() map[string]bool {
	codes := map[string]bool{}
	for _, f := range d.fragments {
		if f.Field != probe.FieldStatusCodes {
			continue
		}
		for _, line := range f.Value.Lines() {
			for _, row := range codeRows(line.TrimSpace()) {
				codes[row.code] = true
			}
		}
	}
	return codes
}

// replaceVariables puts the values that the document gives to the placeholders at the start of a URL in their place.
func (d *draft) replaceVariables(own, common map[string]source.Text, shared []Fragment) {
	for i, f := range d.fragments {
		if f.Field != probe.FieldURL || f.Value.Len() > 1<<14 {
			continue
		}
		s := f.Value.String()
		refs := probe.FindPlaceholders(s, false)
		if len(refs) == 0 || strings.Contains(s[:refs[0].Start], "/") {
			continue
		}
		ref := refs[0]
		value, ok := own[Fold(ref.Name)]
		if !ok {
			value, ok = common[Fold(ref.Name)]
		}
		if !ok && isBaseName(ref.Name) {
			value, ok = baseOf(shared)
		}
		if !ok {
			continue
		}
		before, after := f.Value.Slice(0, ref.Start), f.Value.Slice(ref.End, f.Value.Len())
		if strings.HasSuffix(value.String(), "/") && strings.HasPrefix(after.String(), "/") {
			value = value.Slice(0, value.Len()-1)
		}
		d.fragments[i].Value = source.Compose([]source.Run{
			{Text: before.String(), From: before}, {Text: value.String(), From: f.Value.Slice(ref.Start, ref.End)}, {Text: after.String(), From: after},
		})
	}
}

// isBaseName says that a placeholder stands for the first part of every URL.
func isBaseName(name string) bool {
	switch Fold(name) {
	case "baseurl", "base", "host", "url", "domain", "server", "baseuri", "apiurl", "apihost", "hostname", "hosturl", "serverurl", "baseapi", "apibase", "apibaseurl",
		"endpoint", "baseendpoint", "rooturl", "root":
		return true
	}
	return false
}

// baseOf is the base URL among what is shared.
func baseOf(shared []Fragment) (source.Text, bool) {
	for _, f := range shared {
		if f.Field == probe.FieldURL {
			if url, _ := findURL(firstLine(f.Value)); hasScheme(url.String()) {
				return url, true
			}
		}
	}
	return source.Text{}, false
}
