package probe

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Family groups the cases that are derived in one way. Case ids carry it: they are stable.
type Family string

// The families.
const (
	FamilySuccess         Family = "success"          // the documented request
	FamilyTestData        Family = "test-data"        // the documented request with a row of the sheet's test data
	FamilyAnswer          Family = "answer"           // an answer that somebody saved; nothing is sent
	FamilyCallback        Family = "callback"         // the call that the API makes to us because of the documented request
	FamilyPoll            Family = "poll"             // the status API, asked until it says that what was started has come to its end
	FamilyNoAuth          Family = "no-auth"          // without its credentials
	FamilyBadAuth         Family = "bad-auth"         // with credentials that are malformed, wrong or expired
	FamilyMissingField    Family = "missing-field"    // without one field
	FamilyNullField       Family = "null-field"       // with null in one field
	FamilyEmptyField      Family = "empty-field"      // with nothing between the quotes of one field
	FamilyWrongType       Family = "wrong-type"       // with a value of another JSON type in one field
	FamilyTooLong         Family = "too-long"         // with a value that is longer than the sheet, or reason, allows
	FamilyBrokenRule      Family = "broken-rule"      // with a value that breaks a rule of the sheet: length, range, pattern, enumeration
	FamilyMalformedBody   Family = "malformed-body"   // with a body that is not JSON
	FamilyEmptyBody       Family = "empty-body"       // without a body
	FamilyWrongMediaType  Family = "wrong-media-type" // with the body under another Content-Type
	FamilyUnknownID       Family = "unknown-id"       // with an id that nothing is known by
	FamilyUnknownPath     Family = "unknown-path"     // with a path parameter that nothing is known by
	FamilyWrongMethod     Family = "wrong-method"     // with a method that the sheet does not document
	FamilyDocumentedError Family = "documented-error" // as the sheet itself says that a documented error comes about
)

// NegativeFamilies are the families that break the documented request on purpose, in the order in which they are sent.
var NegativeFamilies = [...]Family{
	FamilyNoAuth, FamilyBadAuth, FamilyMissingField, FamilyNullField, FamilyEmptyField, FamilyWrongType, FamilyTooLong, FamilyBrokenRule,
	FamilyMalformedBody, FamilyEmptyBody, FamilyWrongMediaType, FamilyUnknownID, FamilyUnknownPath, FamilyWrongMethod, FamilyDocumentedError,
}

// Negative says that the family breaks the documented request on purpose.
func (f Family) Negative() bool { return slices.Contains(NegativeFamilies[:], f) }

// Outcome is what an answer means to the caller.
type Outcome string

// The outcomes. OutcomeUnknown is the answer of which nothing tells success and error apart.
const (
	OutcomeSuccess Outcome = "success"
	OutcomeError   Outcome = "error"
	OutcomeUnknown Outcome = "unknown"
)

// Plan is every case that a sheet leads to, in the order in which they are sent.
type Plan struct {
	Sheet *Sheet
	Cases []Case
	// TokenCall fetches the token that the cases carry. It stands in the first plan that needs it, since APIs of one identity share the token;
	// nil in the others, and where there is none.
	TokenCall *PlannedCall
	// Errors are the documented errors, answers before what only the status codes list, each in the order of the sheet, and what of the plan is
	// there to bring them about.
	Errors []PlannedError
}

// PlannedError is one documented error, and the cases that are there to bring it about.
type PlannedError struct {
	Code       string      // as in Response.Code or the row of the status codes; "" where it is known by its HTTP status alone
	HTTPStatus int         // 0 where the sheet ties none to it
	Title      string      // its heading, or the message of its row
	At         source.Span // in the document
	Response   int         // its place in Sheet.Errors; -1 where only a row of the status codes tells of it
	// Tried are the ids of the cases that are sent to bring it about, negatives and rows of test data, in the order of the plan.
	Tried []string
	// Lacking is why no case is sent, and what to do about it; "" where Tried names one.
	Lacking string
}

// PlannedCall is a call that is made besides the cases. Like theirs, its request holds secrets.
type PlannedCall struct {
	Request Request
	Blocked []Finding // why it cannot be made; none means that it can
}

// Case is one request to send and the answer to expect. Its request holds secrets: it is never encoded; see Redactor.
type Case struct {
	ID       string
	Title    string
	Family   Family
	Mutation string // what differs from the documented request, as in `header "Authorization" left out`; "" for none
	// Base is the id of the case that sends the documented request, beside which Mutation is to be read; "" for that case itself.
	Base    string
	Request Request
	// Generated are the values that were made for the request, in the order of their places; no document says them.
	Generated []Generated
	Expect    Expectation
	// Anonymous says that the request goes out without the identity that Sheet.Auth gives: it is what the case is about.
	Anonymous bool
	// Identity is what the request goes out with in the place of Sheet.Auth: the same with credentials that are wrong on purpose. nil means
	// that Sheet.Auth holds.
	Identity *Auth
	Blocked  []Finding // why it cannot be sent; none means that it can
	Skip     string    // why it is not sent although it could be; "" means that it is
	ByDesign bool      // Skip spares the staging environment, or has no sense; it is nobody's choice, and nothing is wrong
	Needs    []Need    // the placeholders of its request, each once, but for those that the case itself fills
	// Times is how often it is to be sent in all; 0 is once. NotRepeated is why it is sent once although more was asked for.
	Times       int
	NotRepeated string
}

// Generated is a value that was made for a request, in the place of a placeholder such as {{$uuid}}.
type Generated struct {
	Written string `json:"written"`
	Value   string `json:"value"`
}

// Request is an HTTP request, complete and ready to send.
type Request struct {
	Method  string
	URL     string
	Headers []Header
	Body    []byte // nil sends none
}

// IsSafe says that sending the request twice does no harm (RFC 9110, section 9.2.1), and that it does not ask to be taken for another.
func (q Request) IsSafe() bool {
	return slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, q.Method) && !q.Overrides()
}

// Overrides says that the request asks to be taken for one of another method, as some frameworks let it.
func (q Request) Overrides() bool {
	if slices.ContainsFunc(q.Headers, func(h Header) bool { return OverridesMethod(h.Name) }) {
		return true
	}
	u, err := url.Parse(q.URL)
	return err == nil && u.RawQuery != "" && u.Query().Has("_method")
}

// OverridesMethod says that some frameworks take a header of this name for the method.
func OverridesMethod(header string) bool {
	for _, name := range [...]string{"x-http-method-override", "x-http-method", "x-method-override"} {
		if strings.EqualFold(header, name) {
			return true
		}
	}
	return false
}

// Expectation is what the sheet promises as the answer to a case. Its JSON stands in reports.
type Expectation struct {
	Outcome    Outcome  `json:"outcome"`
	HTTPStatus []int    `json:"http_status"` // documented for this outcome; none means that the sheet does not say
	Codes      []string `json:"codes"`       // business codes documented for this outcome
	// Forbidden says that the sheet itself rules the request out (mandatory field, authentication, media type); where it does not,
	// acceptance is a question to the API owner and no error.
	Forbidden bool `json:"forbidden"`
	// Errors are the documented errors that the case is there to bring about; none means that any of them will do.
	Errors []ExpectedError `json:"errors,omitempty"`
	// Unrelated are the documented errors that tell of something which the request leaves as documented: to be answered with one of them misleads.
	Unrelated []ExpectedError `json:"unrelated,omitempty"`
}

// ExpectedError is one documented error that a case is paired with. Code and HTTPStatus are what it is known by; at least one of the three is
// set.
type ExpectedError struct {
	Code       string `json:"code,omitempty"`
	HTTPStatus int    `json:"http_status,omitempty"` // 0 where the sheet ties none to it
	Title      string `json:"title,omitempty"`       // its heading, or the message of its row of the status codes
	Why        string `json:"why"`                   // what pairs it with the case, as in `its message "Invalid mobile number" names "mobileNo"`
	// Sure says that the sheet's own words tie the error to exactly this mistake, so that another documented error is the wrong one; else the
	// pairing is a likely one, and another documented error is worth no more than a remark.
	Sure bool `json:"sure"`
	// Nth is which of Sheet.Errors it is, from 1, since several may share code and status; 0 of a row of the status codes, and in recorded runs.
	Nth int `json:"-"`
}
