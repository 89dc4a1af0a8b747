package nearjson

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCopiesHaveTheirOwnOthers(t *testing.T) {
	v := NewString("NEFT")
	v.AddOther(NewString("IMPS"))
	first, second := v.Clone(), v.Clone()
	first.AddOther(NewString("RTGS"))
	second.AddOther(NewString("UPI"))
	texts := func(v *Value) (all []string) {
		for _, o := range v.Others() {
			all = append(all, o.Text)
		}
		return all
	}
	assert.Equal(t, []string{"IMPS"}, texts(v))
	assert.Equal(t, []string{"IMPS", "RTGS"}, texts(first))
	assert.Equal(t, []string{"IMPS", "UPI"}, texts(second))
	assert.Empty(t, v.Alone().Others())
}
