// Package answers reads answers that somebody saved: the body of one, the output of `curl -i` or `curl -v`, an HTTP Archive (HAR 1.2), or many in
// one file as NDJSON. It judges nothing and refuses to guess: what a file does not tell of an answer, such as its HTTP status, stays unknown.
//
// HTTP messages follow RFC 9112, archives the HAR 1.2 specification (w3c.github.io/web-performance/specs/HAR).
package answers

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Answer is one saved answer.
type Answer struct {
	Name     string                 // of the file, with the number of the line or entry where it holds several
	API      string                 // the API that the file says it belongs to; "" where it does not say
	Request  probe.Request          // Method and URL are "" where the file does not tell them
	Response probe.RecordedResponse // as saved, secrets included; HTTPStatus is 0 where the file does not tell it
}

// Limits.
const (
	MaxBytes   = 64 << 20 // of a file
	maxAnswers = 100_000  // in a file
)

// Read reads the answers of a file; its form is told by its content. The error says what is wrong, and where.
func Read(name string, data []byte) ([]Answer, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("larger than %d MiB", MaxBytes>>20)
	}
	data, err := asText(data)
	if err != nil {
		return nil, err
	}
	text := withoutTalk(string(data))
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("the file is empty; save an answer without a body with `curl -i`, so that its status is known")
	}
	if isVerbose(text) {
		return readVerbose(name, text)
	}
	if at := messageIn(text); at >= 0 {
		return readMessage(name, text[at:])
	}
	if !utf8.ValidString(text) {
		return []Answer{body(name, text)}, nil
	}
	value, _, err := nearjson.ParseStrict(source.Unplaced(text))
	switch {
	case err == nil && value.Get("log").Get("entries") != nil:
		return readArchive(name, value)
	case err == nil && isRecord(value):
		a, err := record(name, value)
		return []Answer{a}, err
	case err != nil && isLines(text):
		return readLines(name, text)
	case err != nil && failure(text) != "":
		return nil, fmt.Errorf("curl got no answer: %s", failure(text))
	}
	return []Answer{body(name, text)}, nil
}

// body is an answer of which nothing but the body was saved.
func body(name, text string) Answer {
	return Answer{Name: name, Response: probe.RecordedResponse{Body: text, MediaType: guessedMediaType(text)}}
}

// guessedMediaType keeps a body without headers from being blamed for the header that was not saved.
func guessedMediaType(text string) string {
	if _, _, err := nearjson.ParseStrict(source.Unplaced(text)); err == nil {
		return "application/json"
	}
	return ""
}

// mediaTypeOf takes the parameters away.
func mediaTypeOf(headers []probe.Header) string {
	media, _, _ := strings.Cut(header(headers, "Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(media))
}
