// Package native reads and writes the native form of a sheet: YAML 1.2, or JSON (RFC 8259).
//
//	name: Cancel a booking
//	method: POST
//	url: https://staging.ferry.example/v2/bookings/{bookingId}/cancel
//	headers: {Authorization: "Bearer <<token>>", Content-Type: application/json}
//	request_body: {reason: weather}
//	success_response: {status: cancelled}
//	error_response: {http_status: 409, when: the ferry has left, body: {status: refused, code: B17}}
//	status_codes: {B17: The ferry has left}
//
// A document is one sheet, a list of sheets, or a map `apis:` that holds such a list; a stream holds several documents, parted by `---`.
// The keys are the ten fields (see [probe.Fields]) and fields, query, path, form, test_data, limits, overrides, auth, capture, needs, callback
// and poll. A field with no value, as in `credentials:`, says that
// the API has none. An unknown key is an error: what is misspelt must not be overlooked. [JSONSchema] describes the form for editors.
//
// Scalars are read by their text. 1.10 and 12345678901234567890 keep their digits; 000111, 0x1F, yes, no and 2024-01-31 are strings; true,
// false and null are what they are in JSON.
//
// A body (request_body, or an answer) is a map, list or scalar, or a text that holds the body as it travels. A text that starts with { or
// [ is read like any hand-written example, repairs included; any other text is JSON only where it is so by RFC 8259.
//
// success_response and error_response hold an answer, or a wrapper {title, http_status, code, headers, body, schema, when, request} around it, or a list of
// these. Which one it is, is decided by its keys alone:
//
//   - A map is a wrapper if it has at least one of http_status, body, schema (written like a JSON Schema), when and request, and no key that is not of the wrapper, misspelt
//     ones excepted. So {status, status_code, message} is an answer, and {code: 1, body: ...} is a wrapper.
//   - {title: ..., body: some text} is an answer, since answers about texts look like that; a wrapper says `http_status: null` as well.
//   - A map with http_status among the keys of an answer is an answer, and a warning.
//   - A map with a body and a header that names no HTTP header, as in {header: {statusCode: "0000"}, body: {...}}, is an answer.
//   - A map with a body and an HTTP status under another name, as in {status: 400, body: {...}}, is a wrapper with a wrong key.
//   - A list is a list of answers if one of its items is a wrapper, and under error_response also if it holds several maps: errors are
//     objects. Any other list is one answer that is a JSON array; a wrapper around it leaves no doubt.
//
// status_codes is a map of codes to their messages, or to {message, http_status} where a code comes with an HTTP status of its own.
//
// The request of a response says by which changes the documented request becomes the one that leads to it: {method, path, query, headers, body}. In query and
// headers a null removes; a body that is a map is merged over the documented one (RFC 7396), and any other body replaces it. A text travels letter by letter,
// broken JSON too.
//
// The package refuses to guess: it has no defaults, expands no variables, and includes no other files. Documents are bounded in size,
// depth and number of values, aliases included. Nothing outside knows which YAML library is behind it.
package native

import (
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// Format reads the native form.
var Format = sheet.Format{Name: "native", Detect: detect, Read: read}
