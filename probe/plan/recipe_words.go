package plan

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is one word, number or sign of the words about an error.
type word struct {
	text    string // lower case, without accents; a number without the commas of its thousands
	at, end int    // bytes in the text as it stands
	sign    bool   // punctuation
	number  bool
}

// maxWords bounds what is read of a text: the cause of an error is told in a few words.
const maxWords = 80

// scanWords cuts a text into words. Names are cut where they change case, and at underscores and hyphens, so that mobileNo, mobile_no and
// "Mobile No" are the same words.
func scanWords(text string) []word {
	var words []word
	for i := 0; i < len(text) && len(words) < maxWords; {
		r, size := utf8.DecodeRuneInString(text[i:])
		end := i + size
		switch {
		case unicode.IsDigit(r) || r == '-' && startsNumber(text, i):
			end = endOfNumber(text, end)
			words = append(words, word{text: plainNumber(text[i:end]), at: i, end: end, number: true})
		case unicode.IsLetter(r) || unicode.IsMark(r):
			end = endOfWord(text, i)
			words = append(words, word{text: plainWord(text[i:end]), at: i, end: end})
		case isTelling(r, text, i):
			words = append(words, word{text: plainSign(r), at: i, end: end, sign: true})
		}
		i = end
	}
	return words
}

// startsNumber says that the "-" at a byte is the sign of a number, and no hyphen or dash.
func startsNumber(text string, at int) bool {
	next := at+1 < len(text) && text[at+1] >= '0' && text[at+1] <= '9'
	return next && (at == 0 || strings.IndexByte(" =(:\"'", text[at-1]) >= 0)
}

func endOfNumber(text string, end int) int {
	isDigit := func(i int) bool { return i < len(text) && text[i] >= '0' && text[i] <= '9' }
	for isDigit(end) || end < len(text) && (text[end] == '.' || text[end] == ',') && isDigit(end+1) {
		end++
	}
	return end
}

// plainNumber takes the commas out of 50,000 and 1,00,000. What can be read in two ways, such as 50.000 and 1,5, is no number to reckon with.
func plainNumber(written string) string {
	whole, decimals, hasDecimals := strings.Cut(written, ".")
	groups := strings.Split(strings.TrimPrefix(whole, "-"), ",")
	for i, group := range groups[1:] {
		if len(group) != 3 && (len(group) != 2 || i == len(groups)-2) {
			return "?"
		}
	}
	if hasDecimals && (strings.ContainsAny(decimals, ".,") || len(decimals) == 3) {
		return "?"
	}
	return strings.ReplaceAll(written, ",", "")
}

// endOfWord is where a run of letters ends, or its case begins a new word.
func endOfWord(text string, start int) int {
	previous, before := rune(0), rune(0)
	for i, r := range text[start:] {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsMark(r):
			return start + i
		case unicode.IsUpper(r) && unicode.IsLower(previous):
			return start + i
		case unicode.IsLower(r) && unicode.IsUpper(previous) && unicode.IsUpper(before):
			return start + i - utf8.RuneLen(previous) // the "C" of OTPCode
		}
		if !unicode.IsMark(r) {
			before, previous = previous, r
		}
	}
	return len(text)
}

// plainWord writes a word without its case and its accents.
func plainWord(s string) string {
	lower := strings.ReplaceAll(strings.ToLower(s), "ß", "ss")
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) && r < 0x370 { // accents of Latin letters; marks of other scripts are part of their letters
			return -1
		}
		return r
	}, norm.NFD.String(lower))
}

// isTelling says that a sign tells something of the sentence. A hyphen within a name, an apostrophe and an underscore do not.
func isTelling(r rune, text string, at int) bool {
	switch r {
	case ',', ';', ':', '/', '(', ')', '[', ']', '=', '<', '>', '?', '"', '`', '“', '”', '≤', '≥', '|', '\n', '–', '—', '!', '*', '%', '&', '+':
		return true
	case '.':
		return !isAbbreviated(text[:at]) && (at+1 == len(text) || text[at+1] == ' ' || text[at+1] == '\n')
	case '-':
		return at > 0 && text[at-1] == ' '
	case '\'':
		return at == 0 || text[at-1] == ' ' || text[at-1] == '=' || at+1 == len(text) || text[at+1] == ' '
	}
	return false
}

// isAbbreviated says that the dot behind the text ends no sentence.
func isAbbreviated(before string) bool {
	last := before[strings.LastIndexAny(before, " (./")+1:]
	switch strings.ToLower(last) {
	case "no", "nr", "rs", "num", "g", "e", "i", "max", "min", "z", "b", "approx", "":
		return true
	}
	return false
}

func plainSign(r rune) string {
	switch r {
	case '“', '”', '`', '\'':
		return `"`
	case '–', '—':
		return "-"
	}
	return string(r)
}

// canonical are words that names of one thing are written with.
var canonical = map[string]string{
	"no": "number", "nr": "number", "num": "number", "nbr": "number", "numero": "number", "nummer": "number", "n": "number",
	"identifier": "id", "ids": "id", "identificador": "id",
	"amt": "amount", "qty": "quantity", "acct": "account", "acc": "account", "txn": "transaction", "trx": "transaction", "tran": "transaction",
	"ref": "reference", "curr": "currency", "ccy": "currency", "addr": "address", "cust": "customer", "pwd": "password", "passwd": "password",
	"mobile": "phone", "telephone": "phone", "cell": "phone", "msisdn": "phone", "celular": "phone", "telefono": "phone", "telefone": "phone",
	"telefon": "phone", "mob": "phone", "mail": "email", "dt": "date", "desc": "description", "lat": "latitude", "lng": "longitude", "lon": "longitude",
	"passcode": "otp", "uid": "uid", "cnt": "count", "pincode": "postcode", "zip": "postcode", "zipcode": "postcode", "auth": "authorization",
}

// wholes are names of several words that mean the same as one.
var (
	wholeNames = [...]string{
		"phonephone", "phone", "emailaddress", "email", "emailid", "email", "postalcode", "postcode", "pincode", "postcode",
		"dateofbirth", "dob", "birthdate", "dob", "onetimepassword", "otp", "otpcode", "otp",
	}
	wholes = strings.NewReplacer(wholeNames[:]...)
)

// nameKeys are what a name is known by: as it is written, and as others may write it. A name that is typed without a break, as mobileno, is cut
// before its last part.
func nameKeys(words []word) (written, meant string) {
	if len(words) == 1 {
		for _, ending := range [...]string{"nummer", "number", "num", "no", "nr", "id"} {
			if stem, ok := strings.CutSuffix(words[0].text, ending); ok && len(stem) > 3 {
				return words[0].text, meantBy(firstNonEmpty(canonical[stem], stem) + firstNonEmpty(canonical[ending], ending))
			}
		}
		return words[0].text, meantBy(meantWord(words, 0))
	}
	var raw, canon strings.Builder
	for i, w := range words {
		raw.WriteString(w.text)
		canon.WriteString(meantWord(words, i))
	}
	return raw.String(), meantBy(canon.String())
}

// meantWord is what one of the words of a name is usually written as; "no" and the like mean a number behind others alone.
func meantWord(words []word, i int) string {
	text := words[i].text
	if i > 0 && i == len(words)-1 || canonical[text] != "number" {
		return firstNonEmpty(canonical[text], text)
	}
	return text
}

func meantBy(key string) string {
	for i := 0; i < len(wholeNames); i += 2 { // the replacer makes a copy even where it replaces nothing
		if strings.Contains(key, wholeNames[i]) {
			key = wholes.Replace(key)
			break
		}
	}
	return strings.ReplaceAll(key, "phonenumber", "phone")
}

// holdsWord says that a word is one of a list, which begins and ends with a blank.
func holdsWord(list, word string) bool { return word != "" && strings.Contains(list, " "+word+" ") }
