package plan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUnknownIDsAreOfTheSameMake(t *testing.T) {
	for _, tt := range []struct {
		name, value string
		known       []string
		want        string
	}{
		{"mobile number", "9000000001", nil, "9999999999"},
		{"one that is known", "9000000001", []string{"9999999999"}, "9999999998"},
		{"plain number that is counted up", "7", nil, "999999999"},
		{"the last of all is taken", "7", []string{"999999999"}, "999999998"},
		{"prefix and hyphen stay", "ORD-2024-0001", nil, "ORD-9999-9999"},
		{"few digits become more", "PT-11", nil, "PT-9999"},
		{"letters behind digits", "ab12cd34", nil, "ab99zz99"},
		{"letters only", "INR", nil, "ZZZ"},
		{"letters only, known", "ZZZ", nil, "ZZY"},
		{"letters and a hyphen", "ab-", nil, "zz-"},
		{"uuid keeps version and variant", "123e4567-e89b-42d3-a456-426614174000", nil, "ffffffff-ffff-4fff-afff-fffffffffff9"},
		{"nothing", "", nil, ""},
		{"words", "the first one", nil, ""},
		{"placeholder", "<<order>>", nil, ""},
		{"no letter and no digit", "--", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, unknownLike(tt.value, tt.known))
		})
	}
}

func TestNamesOfIDs(t *testing.T) {
	for _, name := range []string{"id", "orderId", "order_id", "ORDER_ID", "Order ID", "orderid", "mobileNo", "mobile_no", "mobileno", "accountNumber", "accountnumber", "partner code", "/account/id"} {
		assert.True(t, namesID(name), name)
	}
	for _, name := range []string{"", "paid", "prepaid", "valid", "casino", "uno", "amount", "identity", "plan", "token"} {
		assert.False(t, namesID(name), name)
	}
}

func FuzzUnknownLike(f *testing.F) {
	for _, seed := range []string{"7", "PT-11", "INR", "123e4567-e89b-42d3-a456-426614174000", "ä1", "9"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if made := unknownLike(value, nil); made == value && made != "" {
			t.Errorf("%q is not another id", made)
		}
	})
}
