package probe

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Codes tells what the codes that a sheet documents mean: those that its examples carry, and the rows of field 10.
type Codes struct {
	order    []string
	meaning  map[string]Outcome
	statuses map[Outcome][]int
}

// NewCodes reads the codes of a sheet. A code means the outcome of the example that it stands in; a code that stands only in field 10
// means what its message and its own spelling say, and OutcomeUnknown where these say nothing or contradict each other.
func NewCodes(s *Sheet) Codes {
	c := Codes{meaning: map[string]Outcome{}, statuses: map[Outcome][]int{}}
	c.fromExamples(s.Success, OutcomeSuccess)
	c.fromExamples(s.Errors, OutcomeError)
	for _, row := range s.StatusCodes {
		if row.Kind == KindHTTP {
			c.fromHTTPRow(row)
			continue
		}
		if _, shown := c.meaning[row.Code]; !shown && row.Code != "" {
			c.add(row.Code, CodeOutcome(row.Code, row.Message))
		}
		c.fromStatus(row.HTTPStatus)
	}
	c.fromRepeatedStatuses(s.StatusCodes)
	return c
}

// fromRepeatedStatuses takes the rows of HTTP statuses for business codes too, where an example carries one of them in its body: the bodies
// then carry the others as well.
func (c *Codes) fromRepeatedStatuses(rows []StatusCode) {
	repeated := func(row StatusCode) bool { return row.Kind == KindHTTP && slices.Contains(c.order, row.Code) }
	if !slices.ContainsFunc(rows, repeated) {
		return
	}
	for _, row := range rows {
		if row.Kind == KindHTTP {
			c.add(row.Code, numberOutcome(row.Code))
		}
	}
}

func (c *Codes) fromExamples(responses []Response, outcome Outcome) {
	for _, r := range responses {
		if r.HTTPStatus != nil {
			c.addStatus(*r.HTTPStatus, outcome)
		}
		if r.Code == "" {
			continue
		}
		if known, ok := c.meaning[r.Code]; ok && known != outcome {
			c.meaning[r.Code] = OutcomeUnknown
			continue
		}
		c.add(r.Code, outcome)
	}
}

func (c *Codes) fromHTTPRow(row StatusCode) {
	if status, err := strconv.Atoi(row.Code); err == nil {
		c.fromStatus(status)
	}
}

// fromStatus takes in a status whose outcome HTTP tells; 0 is none.
func (c *Codes) fromStatus(status int) {
	switch {
	case status >= 200 && status < 300:
		c.addStatus(status, OutcomeSuccess)
	case status >= 400 && status < 600:
		c.addStatus(status, OutcomeError)
	}
}

func (c *Codes) add(code string, o Outcome) {
	if _, ok := c.meaning[code]; !ok {
		c.order = append(c.order, code)
		c.meaning[code] = o
	}
}

func (c *Codes) addStatus(status int, o Outcome) {
	if !slices.Contains(c.statuses[o], status) {
		c.statuses[o] = append(c.statuses[o], status)
	}
}

// Meaning is what a documented business code means; documented is false where the sheet does not know it.
func (c Codes) Meaning(code string) (o Outcome, documented bool) {
	o, documented = c.meaning[code]
	return o, documented
}

// For lists the business codes that may come with an outcome: those that mean it, and those of which nothing tells what they mean.
func (c Codes) For(o Outcome) []string {
	var codes []string
	for _, code := range c.order {
		if m := c.meaning[code]; m == o || m == OutcomeUnknown {
			codes = append(codes, code)
		}
	}
	return codes
}

// Statuses lists the HTTP statuses that the sheet ties to an outcome; none means that it does not say.
func (c Codes) Statuses(o Outcome) []int { return slices.Clone(c.statuses[o]) }

// CodeOutcome guesses what a code means from its spelling and from the words that explain it: SUCC001, 0 and 200 are of success, ERR002
// and 404 of an error, and "No record found" is an error whatever the code.
func CodeOutcome(code, message string) Outcome {
	byCode, byWords := spellingOutcome(code), WordsOutcome(message)
	if byWords == OutcomeUnknown && strings.Contains(strings.ToLower(message), "mandatory") { // "amount is mandatory"; of a title it says nothing
		byWords = OutcomeError
	}
	switch {
	case byWords == OutcomeUnknown:
		return byCode
	case byCode == OutcomeUnknown, byCode == byWords:
		return byWords
	}
	return OutcomeUnknown
}

func spellingOutcome(code string) Outcome {
	if o := WordsOutcome(code); o != OutcomeUnknown {
		return o
	}
	end := strings.IndexFunc(code, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(code)
	}
	switch strings.ToLower(code[:end]) {
	case "s", "suc", "scs":
		return OutcomeSuccess
	case "e", "er", "f", "exc":
		return OutcomeError
	case "":
		return numberOutcome(code)
	}
	return OutcomeUnknown
}

func numberOutcome(code string) Outcome {
	switch {
	case code == "":
	case strings.Trim(code, "0") == "", len(code) == 3 && code[0] == '2':
		return OutcomeSuccess
	case len(code) == 3 && (code[0] == '4' || code[0] == '5'), code[0] == '-':
		return OutcomeError
	}
	return OutcomeUnknown
}

// WordsOutcome tells success and error apart by the words of a message, a title or a flag; OutcomeUnknown where none of them does.
// A word of error counts more: "not successful", "OTP sent has expired".
func WordsOutcome(text string) Outcome {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	joined := " " + strings.Join(words, " ") + " "
	for _, phrase := range []string{" no error ", " no errors ", " without error ", " without errors "} {
		joined = strings.ReplaceAll(joined, phrase, " success ")
	}
	outcome := OutcomeUnknown
	for word := range strings.FieldsSeq(joined) {
		switch {
		case slices.ContainsFunc(errorStems, func(stem string) bool { return strings.HasPrefix(word, stem) }), slices.Contains(errorWords, word):
			return OutcomeError
		case slices.ContainsFunc(successStems, func(stem string) bool { return strings.HasPrefix(word, stem) }), slices.Contains(successWords, word):
			outcome = OutcomeSuccess
		}
	}
	return outcome
}

var (
	errorStems = []string{
		"err", "fail", "invalid", "unauthor", "forbid", "denied", "declin", "reject", "expire", "missing", "mismatch", "incorrect", "unsuccess",
		"unavailab", "exception", "exceed", "duplicat", "malform", "unprocess", "unsupport", "insufficien", "unknown", "block",
		"fehl", "ungült", "ungueltig", "abgelehn", "verweiger", "erfolglos", "échec", "echec", "échou", "fallo", "fallid", "inválid", "rechaz", "falha",
	}
	errorWords   = []string{"not", "no", "bad", "wrong", "timeout", "required", "cannot", "unable", "already", "nok", "ko", "false", "conflict", "nicht", "kein", "keine"}
	successStems = []string{"succ", "erfolg", "éxito", "exito", "sucesso", "réuss", "reuss"}
	successWords = []string{"ok", "okay", "done", "created", "accepted", "approved", "passed", "pass", "sent", "true", "found", "completed", "verified"}
)
