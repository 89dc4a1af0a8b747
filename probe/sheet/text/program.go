package text

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// IsProgram says that an example shows how some programming language makes a call. Such samples stand beside the one for curl, or the message
// itself, and say the same; what they hold in quotes and brackets is no example of a request or an answer.
func IsProgram(t source.Text) bool {
	const reach = 400
	s := strings.TrimSpace(t.String())
	if s == "" || strings.IndexByte(`{["`, s[0]) >= 0 || sheet.IsExampleCall(t) {
		return false
	}
	first, _, _ := strings.Cut(s, "\n")
	for _, start := range []string{
		"import ", "from ", "require ", "require(", "require_once", "using ", "package ", "<?php", "#include", "use ", "library(", "fetch(", "public class", "require '",
	} {
		if strings.HasPrefix(first, start) && (start != "from " || strings.Contains(first, " import ")) && (start != "use " || strings.HasSuffix(first, ";")) {
			return true
		}
	}
	head := s[:min(len(s), reach)]
	for _, call := range []string{
		"OkHttpClient", "HttpClient", "HttpRequest.", "WebRequest", "RestClient", "Unirest.", "requests.post(", "requests.get(", "requests.put(", "requests.request(",
		"http.NewRequest(", "Net::HTTP", "axios.", "axios(", "curl_init(", "urllib", "XMLHttpRequest", "fetch(\"", "fetch('", "Invoke-RestMethod", "NSURLRequest", "URLRequest(",
	} {
		if strings.Contains(head, call) {
			return true
		}
	}
	return false
}
