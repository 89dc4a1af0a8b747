package probe

// Family groups the cases that are derived in one way. Case ids carry it: they are stable.
type Family string

// The families.
const (
	FamilySuccess       Family = "success"        // the documented request
	FamilyTestData      Family = "test-data"      // the documented request with a row of the sheet's test data
	FamilyAnswer        Family = "answer"         // an answer that somebody saved; nothing is sent
	FamilyNoAuth        Family = "no-auth"        // without its credentials
	FamilyMissingField  Family = "missing-field"  // without one field
	FamilyMalformedBody Family = "malformed-body" // with a body that is not JSON
	FamilyUnknownID     Family = "unknown-id"     // with an id that nothing is known by
)

// Negative says that the family breaks the documented request on purpose.
func (f Family) Negative() bool {
	return f != FamilySuccess && f != FamilyTestData && f != FamilyAnswer
}

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
	Request  Request
	// Generated are the values that were made for the request, in the order of their places; no document says them.
	Generated []Generated
	Expect    Expectation
	// Anonymous says that the request goes out without the identity that Sheet.Auth gives: it is what the case is about.
	Anonymous bool
	Blocked   []Finding // why it cannot be sent; none means that it can
	Skip      string    // why it is not sent although it could be; "" means that it is
	Needs     []Need    // the placeholders of its request, each once, but for those that the case itself fills
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

// Expectation is what the sheet promises as the answer to a case. Its JSON stands in reports.
type Expectation struct {
	Outcome    Outcome  `json:"outcome"`
	HTTPStatus []int    `json:"http_status"` // documented for this outcome; none means that the sheet does not say
	Codes      []string `json:"codes"`       // business codes documented for this outcome
	// Forbidden says that the sheet itself rules the request out (mandatory field, authentication, media type); where it does not,
	// acceptance is a question to the API owner and no error.
	Forbidden bool `json:"forbidden"`
}
