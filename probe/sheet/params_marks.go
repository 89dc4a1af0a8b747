package sheet

import (
	"strings"
	"sync"
)

// markWords are what stands in a column that says what is mandatory: words and marks for yes, and those for no.
var markWords = [...]string{
	`y|yes|true|m|✓|✔|✅|☑|√|●|◎|+|1|x|v|mandatory|required|req|mand|always|ya|iya|sí|si|s|sim|oui|ja|j|да|д|có|co|是|必|必须|必需|예|네|हाँ|हां|हा|
		обяз|muss|wajib|bắt buộc`,
	`n|no|false|o|c|conditional|cond|conditionally|✗|✘|❌|☐|×|0|not required|optional|opt|not mandatory|tidak|tdk|não|nao|non|nein|нет|н|không|khong|否|不|非必|选填|可选|아니오|아니요|아니|नहीं|
		необяз|kann|opsional|không bắt buộc|tùy chọn`,
}

// theMarkWords is built once; it never changes.
var theMarkWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for i, list := range markWords {
		for w := range strings.SplitSeq(list, "|") {
			words[strings.TrimSpace(w)] = i == 0
		}
	}
	return words
})

// statedCell reads a cell of a column that says what is mandatory.
func statedCell(s string) (mandatory, stated bool) {
	s = strings.TrimSpace(s)
	if mandatory, stated = theMarkWords()[strings.ToLower(strings.Trim(s, "*.()[]`"))]; stated {
		return mandatory, true
	}
	switch { // a cardinality
	case strings.HasPrefix(s, "1.."):
		return true, true
	case strings.HasPrefix(s, "0.."):
		return false, true
	}
	if first, _, _ := strings.Cut(strings.ToLower(s), " "); len(s) > 0 && (first == "conditional" || first == "yes" || first == "no") {
		return first == "yes", true // "Yes (max 20)", "Conditional: if paid"
	}
	return statedMandatory(s)
}

// letterMarks are the letters of a column of which another one tells what they mean: "O" is yes beside "N" (oui, non) and beside "X" in Korean tables,
// and no beside "M"; "T" is no beside "Y" (ya, tidak) and yes beside "F"; "K" beside "C" are the first letters of the Vietnamese words.
func letterMarks(cells []string) map[string]bool {
	seen := map[string]bool{}
	for _, s := range cells {
		seen[strings.ToUpper(strings.Trim(s, "*.()[]` "))] = true
	}
	marks := map[string]bool{}
	mean := func(yes, no string, when bool) {
		if when {
			marks[yes], marks[no] = true, false
		}
	}
	mean("O", "N", seen["O"] && seen["N"] && !seen["M"])
	mean("O", "X", seen["O"] && seen["X"])
	mean("○", "×", seen["○"])
	mean("Y", "T", seen["Y"] && seen["T"])
	mean("T", "F", seen["T"] && seen["F"] || seen["F"] && !seen["Y"])
	mean("C", "K", seen["C"] && seen["K"])
	mean("P", "O", seen["P"] && seen["O"] && !seen["M"]) // Pflicht
	mean("W", "O", seen["W"] && seen["O"])               // wajib
	mean("R", "O", seen["R"] && !seen["M"])
	return marks
}
