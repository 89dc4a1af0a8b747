package probe_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestFormPairs(t *testing.T) {
	pair := func(name, value string) probe.Header { return probe.Header{Name: name, Value: value} }
	for text, want := range map[string][]probe.Header{
		"a=1":                             {pair("a", "1")},
		" grant_type=x&scope=read%20all ": {pair("grant_type", "x"), pair("scope", "read%20all")},
		"a=&b==":                          {pair("a", ""), pair("b", "=")},
		"user={user name}&id=<<a b>>":     {pair("user", "{user name}"), pair("id", "<<a b>>")},
		"a[0]=1&a[1]=2":                   {pair("a[0]", "1"), pair("a[1]", "2")},
		"":                                nil,
		"=1":                              nil,
		"a=1&b":                           nil,
		"a=1&":                            nil,
		"a = 1":                           nil,
		"a=1\nb=2":                        nil,
		`{"a":"=1"}`:                      nil,
	} {
		got, ok := probe.FormPairs(text)
		assert.Equal(t, want != nil, ok, text)
		if ok {
			assert.Equal(t, want, got, text)
		}
	}
}
