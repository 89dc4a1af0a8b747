package text

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// titleNumber is how many bytes of a title count the APIs of the document: "Service 2. ", "API #3 - ".
func titleNumber(s string) int {
	word, rest, _ := strings.Cut(s, " ")
	switch strings.ToLower(word) {
	case "api", "service", "endpoint", "interface", "module", "call", "request", "section":
		rest = strings.TrimLeft(rest, "#")
		if number := sheet.Numbering(rest); number > 0 && rest[0] >= '0' && rest[0] <= '9' && !strings.HasSuffix(strings.TrimRight(rest[:number], " "), "0123456789") {
			return len(s) - len(rest) + number
		}
	}
	return 0
}
