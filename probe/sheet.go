package probe

import (
	"encoding/json"

	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Field names one of the ten fields of an API details sheet, by its key in the native form.
type Field string

// The ten fields, in the order of the sheet, and the name of what lies beyond them.
const (
	FieldName            Field = "name"
	FieldMethod          Field = "method"
	FieldURL             Field = "url"
	FieldHeaders         Field = "headers"
	FieldRequestBody     Field = "request_body"
	FieldSuccessResponse Field = "success_response"
	FieldErrorResponse   Field = "error_response"
	FieldPartnerCode     Field = "partner_code"
	FieldCredentials     Field = "credentials"
	FieldStatusCodes     Field = "status_codes"
)

// Fields are the ten fields in the order of the sheet.
var Fields = [...]Field{
	FieldName, FieldMethod, FieldURL, FieldHeaders, FieldRequestBody, FieldSuccessResponse, FieldErrorResponse,
	FieldPartnerCode, FieldCredentials, FieldStatusCodes,
}

// Title is the field's name as sheets print it: "Endpoint URL".
func (f Field) Title() string {
	switch f {
	case FieldName:
		return "API Name"
	case FieldMethod:
		return "Method"
	case FieldURL:
		return "Endpoint URL"
	case FieldHeaders:
		return "Headers"
	case FieldRequestBody:
		return "Request Body"
	case FieldSuccessResponse:
		return "Success Response"
	case FieldErrorResponse:
		return "Error Response"
	case FieldPartnerCode:
		return "Partner Code"
	case FieldCredentials:
		return "Credentials"
	case FieldStatusCodes:
		return "Status Codes"
	}
	return string(f)
}

// Sheet describes one API as its owner documented it. Its JSON is that of `read -o json`.
type Sheet struct {
	Name        string        `json:"name"`
	Method      string        `json:"method"` // upper case; "" where the sheet gives none
	URL         string        `json:"url"`    // placeholders as written
	Headers     []Header      `json:"headers"`
	Request     RequestSpec   `json:"request"`
	Success     []Response    `json:"success_responses"`
	Errors      []Response    `json:"error_responses"`
	PartnerCode string        `json:"partner_code"`
	Credentials []Credential  `json:"credentials"`
	StatusCodes []StatusCode  `json:"status_codes"`
	Placeholder []Placeholder `json:"placeholders"`
	TestData    []TestDatum   `json:"test_data,omitempty"`
	Limits      Limits        `json:"limits,omitzero"`
	Auth        *Auth         `json:"auth,omitempty"` // nil where nothing is said beyond headers and credentials
	Capture     []Capture     `json:"capture,omitempty"`
	Needs       []string      `json:"needs,omitempty"` // names of the APIs whose captured values the requests need
	// Callback is the call that the API makes to the callback URL of field 9; nil where the sheet says nothing of it but the URL.
	Callback *Callback `json:"callback,omitempty"`
	// Poll is how the end of what the API only starts is learned, as behind HTTP 202; nil where the sheet does not say.
	Poll *Poll `json:"poll,omitempty"`
	// Overrides correct what is inferred from the documented answers, place by place, in order.
	Overrides []ShapeOverride `json:"overrides,omitempty"`
	// At tells where each field of the sheet stands: the field's value, or its label where the value is empty.
	At Places `json:"at"`

	Document    *source.Document   `json:"-"` // the document it stands in
	Diagnostics source.Diagnostics `json:"-"` // what reading and lint noticed about this sheet
	// Labels tells where the label of each field stands that the document names, whether or not it has a value.
	Labels Places `json:"-"`
}

// Header is one HTTP header field.
type Header struct {
	Name  string      `json:"name"`
	Value string      `json:"value"`
	At    source.Span `json:"-"`
}

// RequestSpec is the documented request: its body, and the fields of body, query and path.
type RequestSpec struct {
	Body      Body           `json:"body"` // null where the sheet documents none
	Raw       string         `json:"raw"`  // the body as it stands in the document
	MediaType string         `json:"media_type"`
	Fields    []RequestField `json:"fields"`
}

// Body is a documented body: a JSON value, or a text that is not JSON, or nothing. The zero value is nothing.
type Body struct {
	Value *nearjson.Value // nil where there is none, or it is not JSON
	Text  string          // where it is not JSON
	At    source.Span
}

// IsZero says that there is no body.
func (b Body) IsZero() bool { return b.Value == nil && b.Text == "" }

// MarshalJSON writes the value, or the text as a string, or null.
func (b Body) MarshalJSON() ([]byte, error) {
	if b.Value != nil {
		return b.Value.MarshalJSON()
	}
	if b.Text != "" {
		return json.Marshal(b.Text)
	}
	return []byte("null"), nil
}

// Where a request field travels.
const (
	InBody  = "body"
	InQuery = "query"
	InPath  = "path"
	InForm  = "form"
)

// RequestField is what the sheet says of one field of the request.
type RequestField struct {
	Name      string      `json:"name"`
	In        string      `json:"in"`             // InBody, InQuery, InPath, InForm
	Pointer   string      `json:"pointer"`        // RFC 6901, into the body; "" elsewhere
	Type      string      `json:"type"`           // a JSON Schema type where known, else ""
	TypeShown bool        `json:"-"`              // the type is that of the documented value; nobody stated it
	Mandatory *bool       `json:"mandatory"`      // nil where the sheet does not say
	Rules     FieldRules  `json:"rules,omitzero"` // what the sheet says of its values
	Value     string      `json:"-"`              // the documented value; of a field of the body only where no example of the body is documented
	At        source.Span `json:"-"`
}

// FieldRules are what a sheet says of the values of a field. The zero value says nothing.
type FieldRules struct {
	MinLength *int        `json:"min_length,omitempty"` // in characters; of a number, in digits
	MaxLength *int        `json:"max_length,omitempty"`
	Minimum   string      `json:"minimum,omitempty"` // a JSON number, inclusive; "" is none
	Maximum   string      `json:"maximum,omitempty"`
	Pattern   string      `json:"pattern,omitempty"` // RE2, to be found in the value, as JSON Schema's pattern
	Enum      []string    `json:"enum,omitempty"`    // the allowed values, as text
	Said      string      `json:"said,omitempty"`    // the sheet's words, for people
	At        source.Span `json:"-"`
}

// IsZero says that the sheet says nothing.
func (r FieldRules) IsZero() bool {
	return r.MinLength == nil && r.MaxLength == nil && r.Minimum == "" && r.Maximum == "" && r.Pattern == "" && len(r.Enum) == 0
}

// Response is one documented answer.
type Response struct {
	Title      string `json:"title"`       // as the sheet heads it; "" where it does not
	HTTPStatus *int   `json:"http_status"` // nil where the sheet ties none to this answer
	Code       string `json:"code"`        // the business code that the answer carries; "" where none is recognised
	Body       Body   `json:"body"`
	Raw        string `json:"raw"`
	// Headers are those that the document shows of the answer, as in a whole HTTP message. The form of `read -o json` has no place for them,
	// the native form has.
	Headers []Header `json:"-"`
	// When says in words what causes the answer; "" where the sheet does not.
	When string `json:"when,omitempty"`
	// Request is the exact request that leads to the answer; nil where the sheet does not say.
	Request *Recipe `json:"request,omitempty"`
	// Schema is a JSON Schema (draft-04, -06 or -07) that stands in place of the example, or beside it: then it is what answers are compared with.
	Schema   json.RawMessage `json:"schema,omitempty"`
	SchemaAt source.Span     `json:"-"`
	At       source.Span     `json:"-"`
}

// Recipe says by which changes the documented request becomes the one that leads to an answer. What is empty stays as documented.
type Recipe struct {
	Method  string      `json:"method,omitempty"`
	Path    string      `json:"path,omitempty"` // replaces the path of the URL, and its query where it holds one; placeholders as written
	Query   []Change    `json:"query,omitempty"`
	Headers []Change    `json:"headers,omitempty"`
	Body    *Body       `json:"body,omitempty"` // an object is merged over the documented body (RFC 7396), anything else replaces it
	At      source.Span `json:"-"`
}

// Change sets or removes a query parameter or header.
type Change struct {
	Name   string `json:"name"`
	Value  string `json:"value,omitempty"`
	Remove bool   `json:"remove,omitempty"`
}

// Callback is what a sheet says of the call that its API makes to the callback URL.
type Callback struct {
	Method  string   `json:"method,omitempty"` // "" where the sheet does not say; then POST is expected, and another is a remark
	Headers []Header `json:"headers,omitempty"`
	Body    Body     `json:"body"` // an example
	Raw     string   `json:"-"`
	// Field says where the request tells the API our URL: a JSON Pointer into the body, "query:NAME" or "header:NAME"; "" where a placeholder
	// of the request, or an arrangement with the API owner, does.
	Field string `json:"field,omitempty"`
	// Signature says how the call is proved to come from the API; nil where it is not.
	Signature *Signature  `json:"signature,omitempty"`
	WithinMS  int         `json:"within_ms,omitempty"` // the documented time until it comes; 0 where the sheet does not say
	At        source.Span `json:"-"`
}

// Signature is an HMAC over the body of a callback, as most webhooks carry.
type Signature struct {
	Header    string `json:"header"`
	Algorithm string `json:"algorithm"`        // sha1, sha256, sha512
	Encoding  string `json:"encoding"`         // hex, base64
	Prefix    string `json:"prefix,omitempty"` // in front of the digest, as in "sha256="
	Secret    string `json:"secret"`           // a placeholder
}

// Poll says how to learn the end of what an API only starts.
type Poll struct {
	API        string      `json:"api"`               // the name of the sheet of the status API, which is asked with what this sheet captures
	Path       string      `json:"path"`              // JSONPath (RFC 9535) of the value that tells the state, in the answer of the status API
	Until      []string    `json:"until"`             // the values that say that it has come to a good end
	Failed     []string    `json:"failed,omitempty"`  // the values that say that it has come to a bad end
	Pending    []string    `json:"pending,omitempty"` // the values that say that it goes on; none: any other
	IntervalMS int         `json:"interval_ms,omitempty"`
	WithinMS   int         `json:"within_ms,omitempty"`
	At         source.Span `json:"-"`
}

// ShapeOverride corrects what is inferred at one place of the documented answers.
type ShapeOverride struct {
	Pointer string  `json:"pointer"`      // RFC 6901, with "*" for any item or key
	In      Outcome `json:"in,omitempty"` // of the successes or the errors only; "" is both
	schema.Override
	Problem string      `json:"-"` // why it cannot be applied; "" where it can
	At      source.Span `json:"-"`
	// Configured is the API as the configuration names it that says so, or "*" for all; "" of an override that stands in the sheet.
	Configured string `json:"-"`
}

// Credential is one named value of field 9; Value is "" where the sheet only names it.
type Credential struct {
	Name  string      `json:"name"`
	Value string      `json:"value"`
	At    source.Span `json:"-"`
}

// The kinds of status codes.
const (
	KindHTTP     = "http"
	KindBusiness = "business"
)

// StatusCode is one row of field 10.
type StatusCode struct {
	Code    string      `json:"code"` // as written, a number too
	Message string      `json:"message"`
	Kind    string      `json:"kind"` // KindHTTP or KindBusiness
	At      source.Span `json:"-"`
	// HTTPStatus is the one that the row ties to a business code; 0 where it ties none.
	HTTPStatus int `json:"http_status,omitempty"`
}

// Placeholder is a value that must be filled in before sending.
type Placeholder struct {
	Name    string      `json:"name"`    // bare: "token"
	Written string      `json:"written"` // as in the sheet: "<<token>>"
	Field   Field       `json:"field"`
	At      source.Span `json:"-"`
}

// TestDatum is one row of test data: values for request fields, and the outcome to expect.
type TestDatum struct {
	Values []Header    `json:"values"` // name and value of request fields, in order
	Expect string      `json:"expect"` // "success", "error" or a code; "" means success
	At     source.Span `json:"-"`
	// ID is the last part of the case's id, and Title what the row is called, where it stands in no sheet but in a file of its own.
	ID    string `json:"-"`
	Title string `json:"-"`
}

// Limits are the promises about time that a sheet makes.
type Limits struct {
	MaxResponseMS int `json:"max_response_ms,omitempty"` // 0: none
}
