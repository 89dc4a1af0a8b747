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
	// Overrides correct what is inferred from the documented answers, place by place, in order.
	Overrides []ShapeOverride `json:"overrides,omitempty"`
	// At tells where each field of the sheet stands: the field's value, or its label where the value is empty.
	At map[Field]source.Span `json:"at"`

	Document    *source.Document   `json:"-"` // the document it stands in
	Diagnostics source.Diagnostics `json:"-"` // what reading and lint noticed about this sheet
	// Labels tells where the label of each field stands that the document names, whether or not it has a value.
	Labels map[Field]source.Span `json:"-"`
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
	In        string      `json:"in"`        // InBody, InQuery, InPath, InForm
	Pointer   string      `json:"pointer"`   // RFC 6901, into the body; "" elsewhere
	Type      string      `json:"type"`      // a JSON Schema type where known, else ""
	Mandatory *bool       `json:"mandatory"` // nil where the sheet does not say
	Value     string      `json:"-"`         // the documented value; of a field of the body only where no example of the body is documented
	At        source.Span `json:"-"`
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
	// Schema is a JSON Schema (draft-04, -06 or -07) that stands in place of the example, or beside it: then it is what answers are compared with.
	Schema   json.RawMessage `json:"schema,omitempty"`
	SchemaAt source.Span     `json:"-"`
	At       source.Span     `json:"-"`
}

// ShapeOverride corrects what is inferred at one place of the documented answers.
type ShapeOverride struct {
	Pointer string  `json:"pointer"`      // RFC 6901, with "*" for any item or key
	In      Outcome `json:"in,omitempty"` // of the successes or the errors only; "" is both
	schema.Override
	Problem string      `json:"-"` // why it cannot be applied; "" where it can
	At      source.Span `json:"-"`
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
