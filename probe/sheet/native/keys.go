package native

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// The keys of the form, level by level. The JSON Schema lists the same ones; a test compares them.
const (
	keyFields      = "fields"
	keyQuery       = "query"
	keyPath        = "path"
	keyForm        = "form"
	keyMediaType   = "media_type"
	keyTestData    = "test_data"
	keyAuth        = "auth"
	keyCapture     = "capture"
	keyNeeds       = "needs"
	keyLimits      = "limits"
	keyAPIs        = "apis"
	keyTitle       = "title"
	keyHTTPStatus  = "http_status"
	keyCode        = "code"
	keyBody        = "body"
	keyWhen        = "when"
	keyRequest     = "request"
	keyMandatory   = "mandatory"
	keyType        = "type"
	keyIn          = "in"
	keyName        = "name"
	keyValue       = "value"
	keyMessage     = "message"
	keyKind        = "kind"
	keyExpect      = "expect"
	keyMaxResponse = "max_response_ms"
	keyOverrides   = "overrides"
	keySchema      = "schema"
	keyHeaders     = "headers"
	keyMethod      = "method"

	keyMinLength = "min_length"
	keyMaxLength = "max_length"
	keyMinimum   = "minimum"
	keyMaximum   = "maximum"
	keySaid      = "said"

	keyCallback  = "callback"
	keyField     = "field"
	keySignature = "signature"
	keyHeader    = "header"
	keyAlgorithm = "algorithm"
	keyEncoding  = "encoding"
	keyPrefix    = "prefix"
	keySecret    = "secret"
	keyWithin    = "within_ms"
	keyPoll      = "poll"
	keyAPI       = "api"
	keyUntil     = "until"
	keyFailed    = "failed"
	keyPending   = "pending"
	keyInterval  = "interval_ms"

	keyTokenRequest = "token_request"
	keyOptional     = "optional"
	keyNullable     = "nullable"
	keyMap          = "map"
	keyAny          = "any"
	keyIgnore       = "ignore"
	keyEnum         = "enum"
	keyPattern      = "pattern"
	keyFormat       = "format"
)

var (
	beyondTen    = []string{keyFields, keyQuery, keyPath, keyForm, keyMediaType, keyTestData, keyAuth, keyCapture, keyNeeds, keyLimits, keyCallback, keyPoll, keyOverrides}
	responseKeys = []string{keyTitle, keyHTTPStatus, keyCode, keyHeaders, keyBody, keySchema, keyWhen, keyRequest}
	fieldKeys    = append([]string{keyMandatory, keyType, keyIn}, ruleKeys...)
	ruleKeys     = []string{keyMinLength, keyMaxLength, keyMinimum, keyMaximum, keyPattern, keyEnum, keySaid}
	requestKeys  = []string{keyMethod, keyPath, keyQuery, keyHeaders, keyBody}
	callbackKeys = []string{keyMethod, keyHeaders, keyBody, keyField, keySignature, keyWithin}
	signKeys     = []string{keyHeader, keyAlgorithm, keyEncoding, keyPrefix, keySecret}
	pollKeys     = []string{keyAPI, keyPath, keyUntil, keyFailed, keyPending, keyInterval, keyWithin}
	pairKeys     = []string{keyName, keyValue}
	codeRowKeys  = []string{keyCode, keyMessage, keyKind, keyHTTPStatus}
	meaningKeys  = []string{keyMessage, keyHTTPStatus}
	limitKeys    = []string{keyMaxResponse}
	overrideKeys = []string{keyOptional, keyNullable, keyMap, keyAny, keyIgnore, keyEnum, keyPattern, keyFormat, keyIn}
)

// sheetKeys are the ten fields and what stands beside them.
func sheetKeys() []string {
	keys := make([]string, 0, len(probe.Fields)+len(beyondTen))
	for _, f := range probe.Fields {
		keys = append(keys, string(f))
	}
	return append(keys, beyondTen...)
}

// reader turns one map of the form into a sheet, and collects what is wrong with it.
type reader struct {
	sheet    *probe.Sheet
	failures int // parts that could not be read
}

// maxNotes is how many complaints reading makes about one sheet. Who has read the first hundreds knows, and each costs time to show.
const maxNotes = 300

func (r *reader) note(d source.Diagnostic) {
	if len(r.sheet.Diagnostics) < maxNotes {
		r.sheet.Diagnostics = append(r.sheet.Diagnostics, d)
	}
}

// fail reports a part of the form that cannot be read.
func (r *reader) fail(field probe.Field, at source.Text, message, hint string) {
	r.failures++
	r.note(unreadable(field, at.At(), message, hint))
}

func unreadable(field probe.Field, at source.Span, message, hint string) source.Diagnostic {
	return sheet.Diagnose("sheet.unreadable", field, at, message, hint)
}

// object checks that a node is a map, that it holds no key but the known ones, and none twice. It returns the members by key, the last of
// duplicates; ok is false where it is no map.
func (r *reader) object(field probe.Field, n *tree.Node, what string, known []string) (members map[string]tree.Member, ok bool) {
	if n.Kind != nearjson.Object || n.IsTemplate() {
		r.wrongType(field, n, what, "a map of "+strings.Join(known, ", "))
		return nil, false
	}
	members = map[string]tree.Member{}
	for _, m := range n.Members {
		switch _, twice := members[m.Key]; {
		case !slices.Contains(known, m.Key):
			r.unknownKey(field, m, what, known)
		case twice:
			r.duplicateKey(field, m)
			fallthrough
		default:
			members[m.Key] = m
		}
	}
	return members, true
}

// names is object for maps whose keys are up to the writer, such as header names. It returns the members in order, of duplicates the last.
func (r *reader) names(field probe.Field, n *tree.Node) []tree.Member {
	if !hasTwins(n.Members) {
		return n.Members
	}
	var members []tree.Member
	at := map[string]int{}
	for _, m := range n.Members {
		if i, twice := at[m.Key]; twice {
			r.duplicateKey(field, m)
			members[i] = m
			continue
		}
		at[m.Key] = len(members)
		members = append(members, m)
	}
	return members
}

// hasTwins says that a key may stand twice: of many keys nobody asks, since each would be compared with all others.
func hasTwins(members []tree.Member) bool {
	const many = 32
	if len(members) > many {
		return true
	}
	for i, m := range members {
		if slices.ContainsFunc(members[:i], func(earlier tree.Member) bool { return earlier.Key == m.Key }) {
			return true
		}
	}
	return false
}

func (r *reader) unknownKey(field probe.Field, m tree.Member, what string, known []string) {
	hint := "known keys: " + strings.Join(known, ", ")
	if guess := guessKey(m.Key, known); guess != "" {
		hint = fmt.Sprintf("did you mean %q?", guess)
		if field == "" && slices.Contains(probe.Fields[:], probe.Field(guess)) {
			field = probe.Field(guess) // so that nobody complains a second time that it is missing
		}
	}
	r.fail(field, m.At(), fmt.Sprintf("unknown key %q in %s", m.Key, what), hint)
}

func (r *reader) duplicateKey(field probe.Field, m tree.Member) {
	r.fail(field, m.At(), fmt.Sprintf("key %q stands twice in one map", m.Key), "keep one of them; the later one was read")
}

func (r *reader) wrongType(field probe.Field, n *tree.Node, what, expected string) {
	r.fail(field, n.At(), fmt.Sprintf("%s is %s", what, describe(n)), "expected "+expected)
}

// describe names the type of a node for people.
func describe(n *tree.Node) string {
	switch n.Kind {
	case nearjson.Object:
		return "a map"
	case nearjson.Array:
		return "a list"
	case nearjson.Null:
		return "empty"
	case nearjson.Bool:
		return fmt.Sprintf("the boolean %s", n.Text)
	case nearjson.Number:
		return fmt.Sprintf("the number %s", n.Text)
	}
	return "a text"
}

// guessKey guesses the key that was meant: a misspelt one, or the one that a label of that wording stands for.
func guessKey(key string, known []string) string {
	if guess := sheet.Nearest(key, known); guess != "" {
		return guess
	}
	if l, ok := sheet.LookupLabel(strings.ReplaceAll(key, "_", " ")); ok && slices.Contains(known, string(l.Field)) {
		return string(l.Field)
	}
	for _, k := range known {
		if len(key) > 3 && strings.Contains(sheet.Fold(key), sheet.Fold(k)) {
			return k
		}
	}
	return ""
}

// text reads a scalar as it is written. An unquoted {placeholder} is one; ok is false for lists, maps and nothing.
func (r *reader) text(field probe.Field, n *tree.Node, what string) (text string, ok bool) {
	switch {
	case n.Kind == nearjson.Null:
		return "", false
	case n.IsTemplate():
		r.unquoted(field, n)
		return n.Written(), true
	case n.Kind == nearjson.Array || n.Kind == nearjson.Object:
		r.wrongType(field, n, what, "a text")
		return "", false
	}
	return strings.TrimSpace(n.Text), true
}

// named is text for the value of a name. What it is called is put together only where there is something to say of it.
func (r *reader) named(field probe.Field, n *tree.Node, what, name string) (text string, ok bool) {
	if n.Kind == nearjson.Array || n.Kind == nearjson.Object {
		what = fmt.Sprintf("%s %q", what, name)
	}
	return r.text(field, n, what)
}

// unquoted warns of a placeholder that YAML takes for a map.
func (r *reader) unquoted(field probe.Field, n *tree.Node) {
	r.note(sheet.Diagnose("sheet.ambiguous", field, n.At().At(), fmt.Sprintf("%s without quotes is a map in YAML; it was read as a placeholder", n.Written()),
		fmt.Sprintf("write %q, in quotes", n.Written())))
}
