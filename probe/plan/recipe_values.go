package plan

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// wrongValue is what a place is changed to.
type wrongValue struct {
	drop  bool
	null  bool
	empty bool
	text  string
	sure  bool   // it is wrong by every reading of the words
	said  string // what is wrong with it
}

// wrongFor makes the value that a claim speaks of; ok is false where the words do not tell of what make it would be, or contradict what the sheet
// documents.
func (b *builder) wrongFor(c claim, p place) (w wrongValue, ok bool) {
	text := p.in != probe.InBody || p.kind == nearjson.String
	switch m := c.mistake; {
	case c.value != nil:
		return wrongValue{text: *c.value, sure: true, said: "as the words say"}, !p.known || *c.value != p.text
	case c.bound.known():
		made, ok := c.bound.broken(p.text, p.known)
		return wrongValue{text: made, sure: p.known, said: "beyond the limit that the words tell"}, ok
	case m&isMissing != 0:
		return wrongValue{drop: true, sure: true}, p.in != probe.InPath && (c.all || p.mandatory == nil || *p.mandatory)
	case m&isNull != 0 && p.in == probe.InBody:
		return wrongValue{null: true, sure: true}, true
	case m&(isEmpty|isNull) != 0 && (text || p.kind == nearjson.Array || p.kind == nearjson.Object) && p.in != probe.InPath:
		return wrongValue{empty: true, sure: m&isEmpty != 0}, true
	case m&isEmpty != 0:
		return wrongValue{drop: true}, p.in != probe.InPath
	case m&(isTooLong|isTooShort|isTooGreat|isTooSmall) != 0:
		return b.wrongByRule(m, p)
	case m&isUnlisted != 0:
		return b.unlisted(c, p)
	case m&isUnknown != 0:
		return b.unknown(p)
	case m&isMistyped != 0:
		return wrongValue{text: "abc", sure: p.known, said: "no number"}, p.kind == nearjson.Number || p.kind == nearjson.Bool || isNumeral(p.text)
	case m&isInvalid != 0:
		return b.invalid(p)
	}
	return wrongValue{}, false
}

// wrongByRule breaks the limit that the sheet states beside the field, since the words tell none.
func (b *builder) wrongByRule(m mistake, p place) (wrongValue, bool) {
	r := b.rulesOf(p)
	for _, limit := range [...]struct {
		mistake mistake
		bound   bound
	}{
		{isTooLong, lengthBound(r.MaxLength, true)},
		{isTooShort, lengthBound(r.MinLength, false)},
		{isTooGreat, bound{limit: r.Maximum, above: true}},
		{isTooSmall, bound{limit: r.Minimum}},
	} {
		if m&limit.mistake == 0 || !limit.bound.known() {
			continue
		}
		made, ok := limit.bound.broken(p.text, p.known)
		return wrongValue{text: made, sure: true, said: "beyond the limit that the sheet states"}, ok
	}
	return wrongValue{}, false
}

func lengthBound(limit *int, above bool) bound {
	if limit == nil {
		return bound{}
	}
	return bound{limit: strconv.Itoa(*limit), above: above, length: true}
}

// rulesOf is what the sheet says of the values of a place.
func (b *builder) rulesOf(p place) probe.FieldRules {
	for _, f := range b.sheet.Request.Fields {
		if f.In == p.in && f.Pointer == p.pointer && (p.pointer != "" || f.Name == p.name) {
			return f.Rules
		}
	}
	return probe.FieldRules{}
}

// unlisted is a value that is none of those that are right.
func (b *builder) unlisted(c claim, p place) (wrongValue, bool) {
	listed := slices.Concat(c.listed, b.rulesOf(p).Enum)
	same := func(v string) bool { return strings.EqualFold(v, p.text) }
	switch {
	case p.kind == nearjson.Bool, !p.known, len(listed) > 0 && !slices.ContainsFunc(listed, same), strings.ContainsFunc(p.text, unicode.IsSpace):
		return wrongValue{}, false
	}
	made := unknownLike(p.text, append(listed, b.shownValues(p.name)...))
	return wrongValue{text: made, sure: true, said: "none of the values that are right"}, made != ""
}

// unknown is an id that nothing is known by.
func (b *builder) unknown(p place) (wrongValue, bool) {
	w := wrongValue{text: "nosuch-99999", sure: true, said: "most likely unknown"}
	switch {
	case p.credential, p.kind == nearjson.Bool, p.kind == nearjson.Array, p.kind == nearjson.Object, p.kind == nearjson.Null && p.in == probe.InBody:
		return w, false
	case p.text == "" || !isLiteral(p.text):
		w.sure = false
		return w, p.kind != nearjson.Number
	}
	made := unknownLike(p.text, b.shownValues(p.name))
	if made == "" {
		w.sure = false
		return w, p.kind != nearjson.Number
	}
	w.text = made
	return w, true
}

// invalid is a value of the wrong make, where the documented one shows of what make they are. Of a mere text nothing is wrong that could be known, and of
// an id it may as well be meant that it is unknown.
func (b *builder) invalid(p place) (wrongValue, bool) {
	w := wrongValue{sure: true, said: "of the wrong make"}
	_, name := nameKeys(p.words)
	counts := countsSomething(name)
	rules := b.rulesOf(p)
	switch {
	case !p.known:
		return w, false
	case len(rules.Enum) > 0:
		return b.unlisted(claim{}, p)
	case p.in == probe.InBody && p.kind == nearjson.Number, counts && isNumeral(p.text):
		w.text = "-1"
		return w, counts && !strings.HasPrefix(p.text, "-")
	case p.in == probe.InBody && p.kind != nearjson.String:
		return w, false
	case isOneTime(name):
		w.text, w.said = unknownLike(p.text, b.shownValues(p.name)), ""
		return w, w.text != ""
	case strings.Contains(p.text, "@") && strings.Contains(name, "email"):
		w.text = "not-an-email"
	case isAddressed(p.text):
		w.text = strings.ReplaceAll(p.text, "@", "")
	case isDateLike(p.text):
		w.text = "not-a-date"
	case isUUID(p.text):
		w.text = "not-a-uuid"
	case strings.HasPrefix(p.text, "http://"), strings.HasPrefix(p.text, "https://"):
		w.text = "not-a-url"
	case isNumeral(strings.TrimPrefix(p.text, "+")):
		w.text, w.sure = "12ab", holdsAny(name, "phone", "postcode", "month", "year")
	case isProse(name) || strings.ContainsFunc(p.text, unicode.IsSpace) || len(p.text) > 40:
		return w, false
	default:
		made := unknownLike(p.text, b.shownValues(p.name))
		w.text, w.said = made, "most likely unknown"
		w.sure = isConstant(p.text)
		return w, made != ""
	}
	return w, true
}

// isAddressed says that a value is a name at a place, as of a mailbox or a payment address.
func isAddressed(text string) bool {
	name, at, ok := strings.Cut(text, "@")
	return ok && name != "" && at != "" && !strings.Contains(at, "@") && !strings.ContainsFunc(text, unicode.IsSpace)
}

// isConstant says that a value is one of a few that mean something to the server, such as INR or IN_TRANSIT: another one is wrong. What anybody may choose,
// such as the name of a user, may as well be right.
func isConstant(text string) bool {
	return text != "" && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == ""
}

// countsSomething says that a number of the name cannot be below zero.
func countsSomething(name string) bool {
	return holdsAny(name, "amount", "price", "quantity", "count", "size", "page", "limit", "age", "total", "units", "days", "parcels", "passengers", "tenure", "betrag", "monto", "valor")
}

// isOneTime says that a value proves something by being the right one, such as a one-time password: an invalid one is another one.
func isOneTime(name string) bool {
	return holdsAny(name, "otp", "password", "pin", "cvv", "captcha", "verificationcode", "securitycode", "checksum", "hash", "senha", "passwort")
}

// isProse says that any text may be a value of the name.
func isProse(name string) bool {
	return strings.HasSuffix(name, "name") || strings.HasSuffix(name, "nome") || strings.HasSuffix(name, "nombre") ||
		holdsAny(name, "address", "message", "description", "comment", "remark", "note", "title", "subject", "text", "reason", "body", "content", "search", "keyword", "street", "query")
}

func holdsAny(name string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(name, part) })
}

func isNumeral(text string) bool {
	whole, decimals, _ := strings.Cut(text, ".")
	return whole != "" && strings.Trim(whole+decimals, "0123456789") == ""
}

// isDateLike recognises dates, and dates with a time, by the places of their digits and separators.
func isDateLike(text string) bool {
	shape := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			return '0'
		case r == '/' || r == '.':
			return '-'
		}
		return r
	}, text)
	for _, form := range [...]string{"0000-00-00", "00-00-0000", "0-0-0000", "00-0-0000", "0-00-0000", "00-00-00"} {
		if shape == form || strings.HasPrefix(shape, form+"T") || strings.HasPrefix(shape, form+" ") {
			return true
		}
	}
	return false
}
