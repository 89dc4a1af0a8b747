package sheet

import (
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Fragment is one labelled piece of a document: what a reader found beside, below or under a label.
type Fragment struct {
	Field probe.Field
	Label source.Text // as written; empty where the layout alone names the field
	Value source.Text // may be empty, hold several things, and lines that are none of it
	// Shared says that the document gives it once for several sheets: of headers, those of the sheet's own win.
	Shared bool
}

// Assemble makes a sheet of labelled pieces. Pieces of one field may come several times and in any order. What had to be repaired, and what
// could be read in more than one way, stands in the sheet's diagnostics.
func Assemble(doc *source.Document, fragments []Fragment) *probe.Sheet {
	fragments, tooLong := bounded(fragments)
	a := assembler{sheet: &probe.Sheet{
		Document:    doc,
		Diagnostics: tooLong,
	}}
	for _, f := range fragments {
		if l, _ := LookupLabel(f.Label.String()); isResponse(f.Field) && !l.isCallback() {
			a.answers = append(a.answers, f.Value)
		}
	}
	for i, f := range fragments {
		if status := announcedStatus(f); status != 0 && i+1 < len(fragments) && isResponse(fragments[i+1].Field) {
			if a.announced = status; f.Value.At().Cell == "" { // it is that answer's, and no list of codes
				continue
			}
		}
		a.add(f)
	}
	a.finish()
	return a.sheet
}

type assembler struct {
	sheet *probe.Sheet
	urls  urlParts
	// borrowed are method, URL and headers that an example call gives; they count where the sheet has no field of its own for them.
	borrowed call
	http     map[string]int // the HTTP status that the table ties to a business code
	// announced is the HTTP status that a piece of its own gives right before an answer; 0 for none.
	announced   int
	beside      []probe.Header // of an answer, that a piece of their own gives: "Response header: X-Code: T000"
	errorCalls  []errorCall
	last        probe.Field          // of the answer that was added last
	requestText source.Text          // the example of the request
	answers     []source.Text        // the values of the answers, in which codes stand
	prose       []source.Text        // what stands around the request body
	tests       []Fragment           // the values to try
	shared      bool                 // the piece is shared with other sheets
	stated      map[string]bool      // whether a field is mandatory, by its folded name
	ofAll       *bool                // what is said of every field
	listed      []parameter          // the parameters that tables and lists describe
	tabled      map[string]parameter // those of the body, by their pointer
	unfilled    []parameter          // those of a body that could not be composed of samples
	// callbackAnswer is what stands under "Callback response".
	callbackAnswer *probe.Callback
	remarks        []remarkOn // what is said of single parameters outside of tables
	underTitle     *bool      // what "Required:" or "Optional:" over a list of parameters says of them
}

// add takes in one piece.
func (a *assembler) add(f Fragment) {
	label, known := LookupLabel(f.Label.String())
	if sentence, ok := LookupSentence(f.Label.String()); ok && !known && isResponse(f.Field) {
		label = sentence
	}
	value := f.Value.TrimSpace()
	a.shared = f.Shared
	if isResponse(f.Field) && label.isCallback() {
		a.takeCallback(label, f.Label, value)
		return
	}
	if f.Field == fieldPromise {
		promise(a.sheet, nil, f.Value)
		return
	}
	if f.Label.Len() > 0 && f.Field != FieldTestData {
		if _, ok := a.sheet.Labels.Find(f.Field); !ok {
			a.sheet.Labels.Set(f.Field, f.Label.At())
		}
	}
	switch f.Field {
	case probe.FieldName:
		a.name(value)
	case probe.FieldMethod:
		a.method(value)
	case probe.FieldURL:
		a.url(label, f.Label, value)
	case probe.FieldHeaders:
		a.headers(label, f.Label, a.takeParameters(f.Label, value, placeOf(label, f.Label)))
	case probe.FieldRequestBody:
		if word, method, ok := findMethod(f.Label); ok && word.String() == method && a.borrowed.method == "" { // "POST Request:"
			a.borrowed.method, a.borrowed.methodAt = method, word.At()
		}
		value = withoutNone(value)
		if _, remark := splitRemark(f.Label.String()); remark != "" { // "Request Body (all fields mandatory)"
			a.prose = append(a.prose, source.Unplaced(remark))
		}
		a.request(label, a.takeParameters(f.Label, value, placeOf(label, f.Label)))
	case probe.FieldSuccessResponse, probe.FieldErrorResponse:
		a.responses(f.Field, label, f.Label, withoutParameters(value))
	case probe.FieldPartnerCode:
		a.partnerCode(value)
	case probe.FieldCredentials:
		a.credentials(label, f.Label, value)
	case probe.FieldStatusCodes:
		a.statusCodes(value)
	case FieldTestData:
		a.tests = append(a.tests, f)
	}
}

// announcedStatus reads "Response Code: 400" before a response: one HTTP status, and nothing about what it means.
func announcedStatus(f Fragment) int {
	if f.Field != probe.FieldStatusCodes {
		return 0
	}
	rows := codeRows(f.Value.TrimSpace())
	if len(rows) != 1 || CodeKind(rows[0].code) != probe.KindHTTP {
		return 0
	}
	status, _ := strconv.Atoi(rows[0].code)
	if words := strings.Fields(rows[0].message); len(words) > 0 && !isReason(status, words) {
		return 0
	}
	return status
}

// place remembers where the value of a field stands; the first place counts.
func (a *assembler) place(f probe.Field, at source.Span) {
	if _, ok := a.sheet.At.Find(f); !ok && !at.IsZero() {
		a.sheet.At.Set(f, at)
	}
}

func (a *assembler) note(d source.Diagnostic) { a.sheet.Diagnostics = append(a.sheet.Diagnostics, d) }

// finish settles what the pieces decide only together.
func (a *assembler) finish() {
	s := a.sheet
	a.besideLast()
	a.settleURL()
	if s.Method == "" {
		s.Method = a.borrowed.method
		a.place(probe.FieldMethod, a.borrowed.methodAt)
	}
	for _, h := range a.borrowed.headers {
		if _, ok := HeaderNamed(s.Headers, h.Name); !ok {
			s.Headers = append(s.Headers, h)
			a.place(probe.FieldHeaders, h.At)
		}
	}
	a.settleParameters()
	a.markMandatory()
	a.settleRules()
	a.settleCallback()
	for field, at := range s.Labels.All() {
		a.place(field, at)
	}
	Complete(s)
	for _, rs := range [][]probe.Response{s.Success, s.Errors} {
		for i := range rs {
			if status, ok := a.http[rs[i].Code]; ok && rs[i].HTTPStatus == nil && rs[i].Code != "" {
				rs[i].HTTPStatus = &status
			}
		}
	}
	a.settleErrorCalls()
	a.settleTestData()
	if a.composeOfTests() {
		a.markMandatory()
		a.settleRules()
		Complete(s)
	}
	s.Diagnostics.Sort()
}

func (a *assembler) name(value source.Text) {
	line := unquote(trimBullet(firstLine(value)))
	if a.sheet.Name != "" || line.Len() == 0 || IsNone(line.String()) {
		return
	}
	a.sheet.Name = strings.Join(strings.Fields(line.String()), " ")
	a.place(probe.FieldName, line.At())
}

// method reads the method; what is no method is kept as it is written, for lint to complain about.
func (a *assembler) method(value source.Text) {
	line := unquote(trimBullet(firstLine(value)))
	if line.Len() == 0 || IsNone(line.String()) {
		return
	}
	if word, method, ok := findMethod(line); ok {
		a.setMethod(method, word.At())
		if _, other, ok := findMethod(line.Slice(strings.Index(line.String(), word.String())+word.Len(), line.Len())); ok && other != method {
			a.note(Note(source.Warning, "sheet.ambiguous", probe.FieldMethod, line.At(), "several methods are given: "+quoteShort(line.String())+"; "+method+" is sent",
				"write a sheet of its own for each method"))
		}
		return
	}
	if a.sheet.Method == "" {
		a.sheet.Method = strings.ToUpper(line.String())
		a.place(probe.FieldMethod, line.At())
	}
}

// setMethod sets a known method, also in place of an unknown one.
func (a *assembler) setMethod(method string, at source.Span) {
	if _, known := Method(a.sheet.Method); a.sheet.Method == "" || !known {
		a.sheet.Method = method
		a.sheet.At.Set(probe.FieldMethod, at)
	}
}

// findMethod finds the first method among the words of a line.
func findMethod(line source.Text) (word source.Text, method string, ok bool) {
	s := line.String()
	from := -1
	for i := 0; i <= len(s); i++ {
		letter := i < len(s) && isNameStart(s[i])
		switch {
		case letter && from < 0:
			from = i
		case !letter && from >= 0:
			if method, ok := Method(s[from:i]); ok {
				return line.Slice(from, i), method, true
			}
			from = -1
		}
	}
	return source.Text{}, "", false
}

func (a *assembler) partnerCode(value source.Text) {
	line := trimBullet(firstLine(value))
	if name, v, ok := splitPair(line); ok && v.Len() > 0 && len(strings.Fields(name.String())) <= 3 {
		line = v
	}
	line = unquote(line)
	s := line.String()
	if a.sheet.PartnerCode != "" || s == "" || IsNone(s) {
		return
	}
	a.place(probe.FieldPartnerCode, line.At())
	if isProse(s) {
		a.note(Note(source.Info, "sheet.ambiguous", probe.FieldPartnerCode, line.At(), "the partner code is described in words and not given",
			"ask the API owner for the code, or write a placeholder such as {partnercode}"))
		return
	}
	a.sheet.PartnerCode = s
}

// isProse tells a sentence from a value: values have no more than three words, unless a placeholder holds them.
func isProse(s string) bool {
	return len(strings.Fields(s)) > 3 && len(probe.FindPlaceholders(s, false)) == 0
}

// firstLine is the first line that is not blank.
func firstLine(t source.Text) source.Text {
	t = t.TrimSpace()
	if end := strings.IndexAny(t.String(), "\r\n"); end >= 0 {
		return t.Slice(0, end).TrimSpace()
	}
	return t
}

// quoteShort quotes what stands in a document, cut to a readable length. Never use it on what may hold a secret: headers, credentials,
// bodies.
func quoteShort(s string) string {
	const longest = 60
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > longest {
		s = string(runes[:longest]) + "..."
	}
	return `"` + s + `"`
}
