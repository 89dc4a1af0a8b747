package plan

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// deriveUnknownID asks for something that is not there: of each id that the test data name, one of the same make takes its place. The rest of the
// request is that of the first row with the id that is documented to succeed, so that the id alone can be to blame. Where the sheet documents no
// error for it, only a safe request is sent, and its acceptance is a question and no error.
func deriveUnknownID(b *builder) {
	for _, id := range b.testedIDs() {
		unknown := unknownLike(id.value, id.known)
		if unknown == "" {
			continue
		}
		s := spec{
			family: probe.FamilyUnknownID, subject: id.name, detail: firstNonEmpty(probe.Slug(id.name), "id"), draft: b.base, outcome: probe.OutcomeError,
			title: fmt.Sprintf("with an unknown %q", id.name), mutation: fmt.Sprintf("%q set to a value that is most likely unknown", id.name),
			forbidden: b.documentsUnknown(id.name),
		}
		values := slices.Clone(id.row.Values)
		for i := range values {
			if values[i].Name == id.name {
				values[i].Value = unknown
			}
		}
		for _, name := range b.put(&s.draft, values) {
			s.problems = append(s.problems, b.strayTestDatum(id.row, name))
		}
		if !s.forbidden && !isSafe(b.sheet.Method) && !b.options.Negatives.named(probe.FamilyUnknownID) {
			s.skip = fmt.Sprintf("the sheet documents no error for an unknown %q, and %s may change data; document it, or pass --negatives unknown-id", id.name, b.sheet.Method)
		}
		b.add(s)
	}
}

// testedID is an id of the test data.
type testedID struct {
	name, value string
	row         *probe.TestDatum
	known       []string // what must not be guessed: every value that the sheet shows for it
}

// testedIDs lists each id once, by the first row that promises success.
func (b *builder) testedIDs() []testedID {
	if b.tested == nil {
		b.tested = slices.Clip(b.listTestedIDs())
	}
	return b.tested
}

func (b *builder) listTestedIDs() []testedID {
	ids := []testedID{}
	var before *probe.TestDatum
	for i := range b.sheet.TestData {
		row := &b.sheet.TestData[i]
		if !promisesSuccess(*row) || before != nil && sameNames(row, before) {
			continue
		}
		before = row
		for _, v := range row.Values {
			seen := slices.ContainsFunc(ids, func(id testedID) bool { return sameName(id.name, v.Name) })
			if seen || v.Name == "" || !hasPlaceholder(b.base.url, v.Name) && !namesID(v.Name) {
				continue
			}
			ids = append(ids, testedID{name: v.Name, value: v.Value, row: row, known: b.shownValues(v.Name)})
		}
	}
	return ids
}

func promisesSuccess(row probe.TestDatum) bool {
	return slices.Contains([]string{"", "success", "ok", "pass"}, strings.ToLower(strings.TrimSpace(row.Expect)))
}

// shownValues are the values of the name in the test data, in the documented request and among the values for placeholders.
func (b *builder) shownValues(name string) []string {
	values := make([]string, 0, len(b.sheet.TestData)+2)
	for _, row := range b.sheet.TestData {
		for _, v := range row.Values {
			if sameName(v.Name, name) {
				values = append(values, v.Value)
			}
		}
	}
	if path := findKey(b.base.body, name); path != nil {
		_, _ = replaced(b.base.body, path, func(old *nearjson.Value) *nearjson.Value {
			values = append(values, old.Text)
			return old
		})
	}
	if v, ok := b.values.lookup(name); ok {
		values = append(values, v.Value)
	}
	return values
}

// endingsOfID are the last words of names by which things are found.
var endingsOfID = [...]string{"id", "no", "number", "code"}

// namesID says that the last word of a name tells an id: orderId, mobile_no, "Account Number", partnercode. A short ending that is typed without a
// break, as in orderid, counts behind a word of some length only; "paid" and "casino" are words of their own.
func namesID(name string) bool {
	name = name[strings.LastIndexByte(name, '/')+1:] // a JSON Pointer
	lower := strings.ToLower(name)
	for _, ending := range endingsOfID {
		before, found := strings.CutSuffix(lower, ending)
		if !found {
			continue
		}
		if before == "" || len(lower) != len(name) {
			return true
		}
		last, first := rune(name[len(before)-1]), rune(name[len(before)])
		apart := !unicode.IsLetter(last) || unicode.IsLower(last) && unicode.IsUpper(first)
		word := slices.Contains([]string{"prepaid", "postpaid", "unpaid", "invalid", "android", "hybrid", "casino"}, lower)
		return apart || !word && (len(ending) > 2 || len(before) >= 4)
	}
	return false
}

// The fewest digits of an id that can be taken for one that nobody has: plain numbers are given out from 1 on.
const (
	fewestDigits   = 4
	plainUnknown   = "999999999" // fits 32 bits
	longestUnknown = 200
)

// unknownLike makes an id like the given one that is none of those that are known: nines for digits and z for letters behind the first digit; what
// looks like a prefix stays, and so do separators. "" where nothing can be made of the value.
func unknownLike(value string, known []string) string {
	if value == "" || len(value) > longestUnknown || !strings.ContainsFunc(value, isAlphanumeric) || strings.ContainsFunc(value, unicode.IsSpace) ||
		len(probe.FindPlaceholders(value, false)) > 0 {
		return ""
	}
	for _, digit := range []byte("9876543210") {
		if made := likeWith(value, digit); made != value && !slices.Contains(known, made) {
			return made
		}
	}
	return ""
}

func isAlphanumeric(r rune) bool {
	return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// likeWith replaces by nines and z; the very last of them is told by digit.
func likeWith(value string, digit byte) string {
	digits := strings.Count(strings.Map(digitsAlone, value), "9")
	switch {
	case isUUID(value):
		return uuidLike(value, digit)
	case digits == len(value) && digits < fewestDigits:
		return plainUnknown[:len(plainUnknown)-1] + string(digit)
	}
	made := []byte(value)
	begun := digits == 0
	last, lastLetter := -1, -1
	for i, c := range made {
		switch {
		case c >= '0' && c <= '9':
			made[i], begun, last = '9', true, i
		case begun && c >= 'a' && c <= 'z':
			made[i], lastLetter = 'z', i
		case begun && c >= 'A' && c <= 'Z':
			made[i], lastLetter = 'Z', i
		}
	}
	if digits == 0 {
		made[lastLetter] -= '9' - digit // z, y, x, ...
		return string(made)
	}
	made[last] = digit
	if digits < fewestDigits {
		return string(made[:last]) + strings.Repeat("9", fewestDigits-digits) + string(made[last:])
	}
	return string(made)
}

func digitsAlone(r rune) rune {
	if r >= '0' && r <= '9' {
		return '9'
	}
	return -1
}

// isUUID recognises RFC 9562 in its usual writing.
func isUUID(value string) bool {
	if len(value) != 36 {
		return false
	}
	for i := range len(value) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (value[i] == '-') || !hyphen && !strings.ContainsRune("0123456789abcdefABCDEF", rune(value[i])) {
			return false
		}
	}
	return true
}

// uuidLike keeps version and variant, so that nothing but its being unknown is wrong with it.
func uuidLike(value string, digit byte) string {
	made := []byte(value)
	for i, c := range made {
		if c != '-' && i != 14 && i != 19 {
			made[i] = 'f'
		}
	}
	made[len(made)-1] = digit
	return string(made)
}

// documentsUnknown says that the sheet documents an error for an id that nothing is known by: in the words of an error or of a code. The status 404
// alone is one of a safe request that has the id in its path; elsewhere it may speak of a wrong URL.
func (b *builder) documentsUnknown(name string) bool {
	inPath := isSafe(b.sheet.Method) && hasPlaceholder(b.base.url, name)
	for _, r := range b.sheet.Errors {
		if inPath && r.HTTPStatus != nil && *r.HTTPStatus == 404 || tellsUnknown(name, r.Title, r.When, r.Raw) {
			return true
		}
	}
	for _, row := range b.sheet.StatusCodes {
		if row.Kind == probe.KindHTTP && row.Code == "404" {
			if inPath {
				return true
			}
			continue
		}
		if tellsUnknown(name, row.Message) {
			return true
		}
	}
	return false
}

// tellsUnknown looks for words such as "order not found" that speak of the id, or of any record. That an id is invalid is said of its form.
func tellsUnknown(name string, texts ...string) bool {
	thing := thingOf(name)
	for _, text := range texts {
		lower := strings.ToLower(text)
		about := strings.Contains(fold(text), firstNonEmpty(thing, "record")) || strings.Contains(lower, "record")
		for _, words := range [...]string{"not found", "no such", "not exist", "n't exist", "not registered", "no record", "not known", "unknown " + firstNonEmpty(thing, "id")} {
			if about && strings.Contains(lower, words) {
				return true
			}
		}
	}
	return false
}

// thingOf is what an id is of: "order" for orderId; "" for a mere id.
func thingOf(name string) string {
	folded := fold(name[strings.LastIndexByte(name, '/')+1:])
	for _, ending := range endingsOfID {
		if before, found := strings.CutSuffix(folded, ending); found {
			return before
		}
	}
	return folded
}
