package plan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe/plan"
)

func TestSettableNamesCanBeSet(t *testing.T) {
	s := input{
		Name: "A", Method: "POST", URL: "https://uat.shop.example/{kind}/x?lang=en", Headers: [][2]string{{"X-User", "<<user>>"}},
		Body: `{"a": {"b": 1}, "items": [{"sku": "1"}]}`, Fields: []field{{Name: "page", In: "query", Value: "1"}},
	}.sheet(t)
	names := plan.Settable(s)
	assert.Equal(t, []string{"a", "items", "b", "sku", "lang", "page", "X-User", "kind", "user"}, names)
	for _, name := range append(names, "/a/b", "/items/0/sku", "x_user", "LANG") {
		assert.True(t, plan.CanSet(s, name), name)
	}
	for _, name := range []string{"", "c", "/a/c", "uat"} {
		assert.False(t, plan.CanSet(s, name), name)
	}
}
