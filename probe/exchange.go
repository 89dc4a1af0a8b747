package probe

import "time"

// Exchange is what went over the wire for one case, secrets already removed.
type Exchange struct {
	StartedAt  time.Time         `json:"started_at,omitzero"` // of what Timing tells; zero where it is not known
	Attempts   []Attempt         `json:"attempts"`
	Request    RecordedRequest   `json:"request"`
	Response   *RecordedResponse `json:"response"` // nil where no answer came
	Timing     Timing            `json:"timing_ms"`
	RemoteAddr string            `json:"remote_addr"` // "" where no connection came about
	LocalAddr  string            `json:"-"`           // our own address on the connection, without its port; it is told in a diagnosis only
	TLS        *TLS              `json:"tls"`         // nil where nothing was encrypted
	// TraceID and SpanID are those of the traceparent header (W3C Trace Context) that we sent with the latest attempt, in hexadecimal; "" where we sent none.
	TraceID string `json:"trace_id,omitempty"`
	SpanID  string `json:"span_id,omitempty"`
	// Saved says that somebody else exchanged this, and the answer was read from a file: nothing was sent, and what the file does not tell
	// is empty or 0.
	Saved bool `json:"saved,omitempty"`
}

// Failure returns the last attempt where it failed, else nil: with a failure there is no trustworthy answer.
func (x *Exchange) Failure() *Attempt {
	if len(x.Attempts) == 0 || x.Attempts[len(x.Attempts)-1].Rule == "" {
		return nil
	}
	return &x.Attempts[len(x.Attempts)-1]
}

// Phase is the step of an exchange at which it stopped.
type Phase string

// The phases, in order.
const (
	PhaseDNS       Phase = "dns"
	PhaseConnect   Phase = "connect"
	PhaseTLS       Phase = "tls"
	PhaseWrite     Phase = "write"      // sending the request
	PhaseFirstByte Phase = "first_byte" // waiting for the answer to begin
	PhaseBody      Phase = "body"       // reading the answer's body
)

// reachedServer says that at least a part of the request may have been written.
func (a Attempt) reachedServer() bool {
	return a.Phase != PhaseDNS && a.Phase != PhaseConnect && a.Phase != PhaseTLS
}

// Attempt is one try at sending; a successful one has no error, unless its answer asked to wait and come again.
type Attempt struct {
	Error  string  `json:"error"`
	Phase  Phase   `json:"phase"`
	Rule   string  `json:"rule,omitempty"`      // the transport.* rule that names the failure
	Waited float64 `json:"waited_ms,omitempty"` // milliseconds until the next attempt, for which the answer asked
	// HTTPStatus is that of the answer; 0 where none came, or it did not come in full.
	HTTPStatus int `json:"http_status,omitempty"`
	// Timing tells how long the attempt took; that of the last one is the exchange's.
	Timing Timing `json:"timing_ms,omitzero"`
	// Diagnosis says what most likely keeps us out; nil where the API itself answered.
	Diagnosis *Diagnosis `json:"diagnosis,omitempty"`
}

// Diagnosis is what most likely keeps requests from reaching a host, and what to do about it. It holds no secret.
type Diagnosis struct {
	// Cause is one word of a closed list, see [Causes], stable from run to run, as in dns-nxdomain, connect-timeout or tls-unknown-authority.
	Cause string `json:"cause"`
	Means string `json:"means"` // one sentence, lower case, no full stop
	// Facts are what was found out, in order: resolved addresses, our own address, the chain of certificates.
	Facts []Fact `json:"facts,omitempty"`
	// Letter is a text that can be sent as it is to whoever can mend it, such as a network team; "" where we can mend it ourselves.
	Letter string `json:"letter,omitempty"`
	// Host says that the cause concerns every request to the host, so that further ones are pointless.
	Host bool `json:"host"`
}

// Fact is one thing that was found out.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Requests counts the requests that went out for this exchange, retries included; a nil one sent none.
func (x *Exchange) Requests() int {
	if x == nil || x.Saved {
		return 0
	}
	n := 0
	for _, a := range x.Attempts {
		if a.reachedServer() {
			n++
		}
	}
	if n == 0 && x.Response != nil {
		return 1
	}
	return n
}

// RecordedRequest is the request as it was sent, secrets masked.
type RecordedRequest struct {
	Method     string   `json:"method"`
	URL        string   `json:"url"`
	Headers    []Header `json:"headers"`
	Body       string   `json:"body"`
	BodyBase64 []byte   `json:"body_base64,omitempty"` // in the JSON form only, see Run.Encode
}

// RecordedResponse is the answer as it came, secrets masked.
type RecordedResponse struct {
	HTTPStatus int      `json:"http_status"` // 0 where a saved answer does not tell it
	Headers    []Header `json:"headers"`
	Body       string   `json:"body"`
	BodyBase64 []byte   `json:"body_base64,omitempty"` // in the JSON form only, see Run.Encode
	MediaType  string   `json:"media_type"`            // without parameters, lower case; "" where the answer names none
	Truncated  bool     `json:"truncated"`             // there was more than is kept
}

// Timing tells how long each phase took, in milliseconds; a reused connection has no first three.
type Timing struct {
	DNS       float64 `json:"dns"`
	Connect   float64 `json:"connect"`
	TLS       float64 `json:"tls"`
	FirstByte float64 `json:"first_byte"` // from the request's last byte to the answer's first
	Total     float64 `json:"total"`
}

// TLS is what the handshake told.
type TLS struct {
	Version  string    `json:"version"` // "TLS 1.3"
	Cipher   string    `json:"cipher"`
	Subject  string    `json:"subject"`
	Issuer   string    `json:"issuer"`
	NotAfter time.Time `json:"not_after"`
	Verified bool      `json:"verified"` // false under --insecure
}
