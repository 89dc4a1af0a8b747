package auth

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/jsonpath"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// tokenPath tells where the token stands in the answer; the zero value tries the usual places.
type tokenPath struct {
	written string
	query   *jsonpath.Path // nil where a JSON Pointer is written
}

// readTokenPath reads JSONPath (RFC 9535), a JSON Pointer, or names joined by dots, which lack no more than the "$." in front.
func readTokenPath(s Spec) (tokenPath, error) {
	p := tokenPath{written: strings.TrimSpace(s.TokenPath)}
	if p.written == "" || strings.HasPrefix(p.written, "/") {
		return p, nil
	}
	text := p.written
	if !strings.HasPrefix(text, "$") {
		text = "$." + text
	}
	var err error
	if p.query, err = jsonpath.Parse(text); err != nil {
		return p, s.wrong("token_path cannot be read: %v", err)
	}
	return p, nil
}

// located is a token and the objects round it, the nearest first: they tell how long it lives.
type located struct {
	value string
	round []*nearjson.Value
}

// find looks for the token; the reason says why there is none.
func (p tokenPath) find(tree *nearjson.Value) (located, string) {
	switch {
	case p.query != nil:
		nodes, err := p.query.Find(tree)
		if err != nil {
			return located{}, fmt.Sprintf("the token cannot be found in its answer: %v", err)
		}
		for _, n := range nodes {
			if l, ok := at(tree, n.Pointer); ok {
				return l, ""
			}
		}
	case p.written != "":
		if l, ok := at(tree, p.written); ok {
			return l, ""
		}
	default:
		return findUsual(tree)
	}
	return located{}, fmt.Sprintf("its answer has no token at token_path %s", p.written)
}

func findUsual(tree *nearjson.Value) (located, string) {
	if tree.Kind == nearjson.String {
		return located{value: tree.Text}, ""
	}
	for _, outer := range []string{"", "/data", "/result", "/response", "/payload", "/body"} {
		for _, name := range []string{
			"access_token", "accessToken", "token", "authToken", "auth_token", "bearerToken", "jwt", "jwtToken", "jwt_token", "id_token", "idToken",
		} {
			if l, ok := at(tree, outer+"/"+name); ok && l.value != "" {
				return l, ""
			}
		}
	}
	return located{}, "its answer has no token where tokens usually stand (access_token, token, data.token and their like); say with token_path where it is"
}

// at takes the text or number at a pointer.
func at(tree *nearjson.Value, pointer string) (located, bool) {
	v := tree.Lookup(pointer)
	if v == nil || v.Kind != nearjson.String && v.Kind != nearjson.Number {
		return located{}, false
	}
	l := located{value: v.Text}
	for pointer != "" {
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
		l.round = append(l.round, tree.Lookup(pointer))
	}
	return l, true
}
