package probe

// PlaceholderRef is one placeholder within a text.
type PlaceholderRef struct {
	Start, End int    // bytes
	Name       string // bare: "token"; "" for a mask such as **** or xxxx, which nobody can fill by name
	Written    string
}

// FindPlaceholders finds what must be filled in, in order. In a URL, path segments such as ":id" count too.
func FindPlaceholders(text string, inURL bool) []PlaceholderRef { return nil }
