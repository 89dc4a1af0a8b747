package probe

// Slug turns a name into the first part of a case id: lower-case letters and digits of any script, joined by "-".
func Slug(name string) string { return "" }

// Fingerprint identifies a finding from run to run: the same parts give the same value.
func Fingerprint(parts ...string) string { return "" }
