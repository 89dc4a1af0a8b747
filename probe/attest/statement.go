package attest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// StatementType is the type of an in-toto Statement v1.
const StatementType = "https://in-toto.io/Statement/v1"

// Statement says something (the predicate) about artifacts (the subjects), which it names by their digests.
type Statement struct {
	Type          string          `json:"_type"`
	Subject       []Subject       `json:"subject"`
	PredicateType string          `json:"predicateType"`
	Predicate     json.RawMessage `json:"predicate"`
}

// Subject is an artifact: a name for people, and the digest that tells it.
type Subject struct {
	Name   string `json:"name"`
	Digest Digest `json:"digest"`
}

// Digest is the SHA-256 of an artifact's bytes, in hexadecimal digits of lower case.
type Digest struct {
	SHA256 string `json:"sha256"`
}

// NewStatement is a statement with a predicate that encoding/json can write.
func NewStatement(subjects []Subject, predicateType string, predicate any) (*Statement, error) {
	text, err := compact(predicate)
	if err != nil {
		return nil, err
	}
	return &Statement{Type: StatementType, Subject: subjects, PredicateType: predicateType, Predicate: text}, nil
}

// Seal is an envelope that holds the statement, without a signature yet.
func (s *Statement) Seal() (*Envelope, error) {
	payload, err := compact(s)
	if err != nil {
		return nil, err
	}
	return &Envelope{Type: PayloadType, Payload: payload}, nil
}

// compact is JSON without white space, and with <, > and & as they are.
func compact(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// Statement reads the payload of an envelope. The part is how problems name it; their bytes count in the decoded payload. The error is a *Problem.
func (e *Envelope) Statement(part string) (*Statement, error) {
	v, problem := object(part, e.Payload, 0)
	if problem == nil {
		problem = checkStatement(part, v)
	}
	if problem != nil {
		return nil, problem
	}
	s := &Statement{}
	if err := json.Unmarshal(e.Payload, s); err != nil {
		return nil, &Problem{Part: part, What: err.Error(), Next: nextOriginal}
	}
	return s, nil
}

var (
	statementMembers = map[string]nearjson.Kind{
		"_type": nearjson.String, "subject": nearjson.Array, "predicateType": nearjson.String, "predicate": nearjson.Object,
	}
	subjectMembers = map[string]nearjson.Kind{"name": nearjson.String, "digest": nearjson.Object}
	digestMembers  = map[string]nearjson.Kind{"sha256": nearjson.String}
)

func checkStatement(part string, v *nearjson.Value) *Problem {
	if problem := members(part, "", v, 0, statementMembers); problem != nil {
		return problem
	}
	if got := v.Get("_type").Text; got != StatementType {
		return &Problem{Part: part, Field: "/_type", What: fmt.Sprintf("%.80q is not %q", got, StatementType), Next: nextNewer}
	}
	subjects := v.Get("subject").Items
	if len(subjects) == 0 || len(subjects) > MaxSubjects {
		return &Problem{Part: part, Field: "/subject", What: fmt.Sprintf("expected 1 to %d subjects, found %d", MaxSubjects, len(subjects)), Next: nextOriginal}
	}
	for i, s := range subjects {
		if problem := checkSubject(part, nearjson.AppendIndex("/subject", i), s); problem != nil {
			return problem
		}
	}
	return nil
}

func checkSubject(part, pointer string, v *nearjson.Value) *Problem {
	if v.Kind != nearjson.Object {
		return &Problem{Part: part, Field: pointer, What: "expected object, found " + v.Kind.String(), Next: nextOriginal}
	}
	if problem := members(part, pointer, v, 0, subjectMembers); problem != nil {
		return problem
	}
	digest := v.Get("digest")
	if problem := members(part, pointer+"/digest", digest, 0, digestMembers); problem != nil {
		return problem
	}
	if !isSHA256(digest.Get("sha256").Text) {
		return &Problem{Part: part, Field: pointer + "/digest/sha256", What: "expected 64 hexadecimal digits in lower case", Next: nextOriginal}
	}
	return nil
}

// isSHA256 says that a text is a SHA-256 as this package writes it.
func isSHA256(text string) bool {
	return len(text) == 2*sha256.Size && strings.Trim(text, "0123456789abcdef") == ""
}
