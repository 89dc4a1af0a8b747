package nearjson

import "math/big"

// equal compares values as JSON Schema does: the order of keys does not count, 1.0 is 1.
func equal(a, b *Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case Number:
		return a.Text == b.Text || equalNumbers(a.Text, b.Text)
	case Array:
		if len(a.Items) != len(b.Items) {
			return false
		}
		for i := range a.Items {
			if !equal(a.Items[i], b.Items[i]) {
				return false
			}
		}
		return true
	case Object:
		return equalObjects(a, b)
	}
	return a.Text == b.Text
}

func equalObjects(a, b *Value) bool {
	if len(a.Members) != len(b.Members) {
		return false
	}
	others := make(map[string]*Value, len(b.Members))
	for i := range b.Members {
		others[b.Members[i].Key] = b.Members[i].Value
	}
	for i := range a.Members {
		other, ok := others[a.Members[i].Key]
		if !ok || !equal(a.Members[i].Value, other) {
			return false
		}
	}
	return true
}

// equalNumbers compares exactly; numbers that were read are small enough for it.
func equalNumbers(a, b string) bool {
	if unwieldy(a) != "" || unwieldy(b) != "" {
		return false
	}
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	return okX && okY && x.Cmp(y) == 0
}
