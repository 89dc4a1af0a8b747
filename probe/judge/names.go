package judge

import (
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"
)

// names is a set of names that keys are compared with, folded.
type names map[string]bool

// namesOf reads names that stand between blanks.
func namesOf(lists ...string) names {
	all := names{}
	for _, list := range lists {
		for name := range strings.FieldsSeq(list) {
			all[name] = true
		}
	}
	return all
}

// union has the names of both.
func union(a, b names) names {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// has says that a name is one of them, however it is spelt.
func (n names) has(name string) bool {
	var room [64]byte
	return n[string(appendFolded(room[:0], name))]
}

// oneOf says so of a few names that stand between blanks.
func oneOf(name, few string) bool {
	name = fold(name)
	for one := range strings.FieldsSeq(few) {
		if one == name {
			return true
		}
	}
	return false
}

// fold makes names comparable: "status_code" is "statusCode" is "Status Code".
func fold(name string) string { return strings.Map(foldRune, name) }

func appendFolded(b []byte, name string) []byte {
	for _, r := range name {
		if r = foldRune(r); r >= 0 {
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// foldRune is the rune in lower case, or -1 for one that spellings of a name differ by.
func foldRune(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		return r
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)):
		return unicode.ToLower(r)
	}
	return -1
}

// The names of business codes and of flags, folded. A bare "code" or "status" may also be data (a product's code, an order's status), so these
// need the value, or a message beside them, to speak for them.
var (
	codeNames = namesOf(`statuscode errorcode errcode errno errorno respcode responsecode resultcode returncode retcode rescode apicode bizcode
businesscode subcode msgcode messagecode faultcode reasoncode statuscd respcd errorid rtncode rtncd retcd rspcode rspcd
errcd errorcd returncd responsecd resultcd rescd rsltcd rsltcode stscd stscode rsncd reasoncd msgcd`)
	flagNames = namesOf(`status success ok successful succeeded issuccess iserror haserror failed failure error responsestatus requeststatus apistatus
statustext acknowledged ack retstatus opstatus`)
	weakFlagNames = namesOf(`result state outcome type resultstatus response`) // as often data
	wordNames     = union(flagNames, weakFlagNames)
	inverseNames  = namesOf(`iserror haserror failed failure error`) // true means an error
	messageNames  = namesOf(`message msg description desc errormessage errormsg errordescription detail details reason title text statusmessage
statusmsg remark remarks note info hint usermessage developermessage errmsg retmsg resmsg respmsg responsemessage resultmessage
responsedescription statusdescription displaymessage timestamp path traceid requestid
meldung nachricht mensaje mensagem messaggio beschreibung`)

	// of objects that speak about the answer
	headNames = namesOf(`head header meta metadata status statusinfo responsestatus responseheader envelope`)
	// of what an answer carries what was asked for under
	payloadNames = namesOf(`data result results response payload body content items list records record value values details object output`)
	// of what an error alone has
	errorNames = namesOf(`error errors errormessage errordescription errorcode fault exception errorlist`)
	// of what a success may show in an example, empty or not, and leave out
	errorOnlyNames = namesOf(`error errors errorcode errormessage errordescription errordetails warning warnings failure failures fault reasons failurereason`)
	// of what an error says under which part of the request it is about
	culpritNames = namesOf(`field fieldname fields param params parameter parameters pointer location path property attribute source target`)
	// of what helps to find a call in a log
	tracingNames = namesOf(`requestid traceid correlationid spanid servertime transactiontime tracking`)
	// words for success that may as well be the state of a thing
	stateNames = namesOf(`done created accepted approved sent found completed verified`)
)
