package nearjson

import (
	"strconv"
	"strings"
)

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// AppendPointer adds a key to an RFC 6901 JSON Pointer.
func AppendPointer(pointer, key string) string {
	if !strings.ContainsAny(key, "~/") {
		return pointer + "/" + key
	}
	return pointer + "/" + pointerEscaper.Replace(key)
}

// AppendIndex adds an array index to an RFC 6901 JSON Pointer.
func AppendIndex(pointer string, i int) string { return pointer + "/" + strconv.Itoa(i) }

// SplitPointer cuts a JSON Pointer into its unescaped tokens; ok is false where it is none.
func SplitPointer(pointer string) (tokens []string, ok bool) {
	if pointer == "" {
		return nil, true
	}
	if pointer[0] != '/' {
		return nil, false
	}
	tokens = strings.Split(pointer[1:], "/")
	for i, t := range tokens {
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(t, "~1", "/"), "~0", "~")
	}
	return tokens, true
}

// Lookup follows a JSON Pointer; nil where it leads nowhere.
func (v *Value) Lookup(pointer string) *Value {
	tokens, ok := SplitPointer(pointer)
	if !ok {
		return nil
	}
	for _, t := range tokens {
		switch {
		case v == nil:
			return nil
		case v.Kind == Object:
			v = v.Get(t)
		case v.Kind == Array:
			i, err := strconv.Atoi(t)
			if err != nil || i < 0 || i >= len(v.Items) || len(t) > 1 && t[0] == '0' {
				return nil
			}
			v = v.Items[i]
		default:
			return nil
		}
	}
	return v
}

// Walk visits the value and all below it, parents first, in order. Where visit returns false, what is below is left out.
func (v *Value) Walk(visit func(pointer string, v *Value) bool) {
	type step struct {
		pointer string
		v       *Value
	}
	stack := []step{{"", v}}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if s.v == nil || !visit(s.pointer, s.v) {
			continue
		}
		for i := len(s.v.Members) - 1; i >= 0; i-- {
			stack = append(stack, step{AppendPointer(s.pointer, s.v.Members[i].Key), s.v.Members[i].Value})
		}
		for i := len(s.v.Items) - 1; i >= 0; i-- {
			stack = append(stack, step{AppendIndex(s.pointer, i), s.v.Items[i]})
		}
	}
}
