package native

import (
	"errors"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// How sure detect is. Pasted text that happens to be YAML must stay below what the reader of pasted text claims for a good page, and a
// document that names the form's own keys above it.
const (
	certain  = 100 // keys that nobody writes by accident, such as success_response
	likely   = 90  // name, method and url in lower case, and nothing else
	intended = 80  // the same in a document that cannot be parsed: the syntax error is what its writer needs to hear
)

// ownKeys are the keys that only this form has; the others are also words that people start lines with.
var ownKeys = []string{
	string(probe.FieldRequestBody), string(probe.FieldSuccessResponse), string(probe.FieldErrorResponse), string(probe.FieldPartnerCode),
	string(probe.FieldStatusCodes), keyTestData,
}

// detect says how sure it is that a document is of the native form, by the keys at the start of its lines and not by its name.
func detect(in sheet.Input) int {
	doc, err := in.Decode()
	if err != nil {
		return 0
	}
	t := doc.Text()
	if !mayBeNative(t.String()) {
		return 0
	}
	best, broken, beyond := 0, false, false
	for _, part := range tree.Split(t) {
		nodes, err := in.Parse(part)
		broken = broken || err != nil
		var mistake *tree.Error
		beyond = beyond || errors.As(err, &mistake) && mistake.Limit
		for _, n := range nodes {
			best = max(best, sureness(n))
		}
		if best == certain {
			break
		}
	}
	if best == 0 && beyond {
		return suretyOfKeys(append(lineKeys(t.String()), quotedKeys(t.String())...), intended, 0)
	}
	if best == 0 && broken {
		return suretyOfKeys(lineKeys(t.String()), intended, 0)
	}
	return best
}

// mayBeNative spares other documents the parser: it looks for one telling key, anywhere.
func mayBeNative(s string) bool {
	for _, key := range append([]string{string(probe.FieldURL), string(probe.FieldMethod), keyAPIs}, ownKeys...) {
		if strings.Contains(s, key+":") || strings.Contains(s, key+`"`) || strings.Contains(s, key+"'") || strings.Contains(s, key+" :") {
			return true
		}
	}
	return false
}

// lineKeys lists the known keys that start a line of YAML: at its first column, or behind the dash of a list item.
func lineKeys(s string) []string {
	known := append(sheetKeys(), keyAPIs)
	var keys []string
	for line := range strings.Lines(s) {
		line = strings.TrimRight(strings.TrimPrefix(line, "- "), "\r\n")
		key, rest, found := strings.Cut(line, ":")
		key = strings.Trim(strings.TrimRight(key, " "), `"'`)
		if found && (rest == "" || rest[0] == ' ' || rest[0] == '\t') && slices.Contains(known, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// quotedKeys lists the known keys that stand in quotes before a colon, as in JSON, wherever they stand.
func quotedKeys(s string) []string {
	var keys []string
	for _, key := range append(sheetKeys(), keyAPIs) {
		if strings.Contains(s, `"`+key+`":`) {
			keys = append(keys, key)
		}
	}
	return keys
}

// suretyOfKeys weighs keys: own where the form's own keys are among them, plain where only words such as name, method and url are.
func suretyOfKeys(keys []string, own, plain int) int {
	has := func(key string) bool { return slices.Contains(keys, key) }
	distinct := map[string]bool{}
	for _, k := range keys {
		distinct[k] = true
	}
	special := slices.ContainsFunc(ownKeys, has)
	switch {
	case has(keyAPIs):
		return own
	case len(distinct) < 2:
		return 0
	case special:
		return own
	case has(string(probe.FieldURL)) || has(string(probe.FieldMethod)):
		return plain
	}
	return 0
}

// sureness weighs one parsed document.
func sureness(n *tree.Node) int {
	switch n.Kind {
	case nearjson.Array:
		const enough = 20
		best := 0
		for _, item := range n.Items[:min(len(n.Items), enough)] {
			if item.Kind == nearjson.Object {
				best = max(best, sureness(item))
			}
		}
		return best
	case nearjson.Object:
		if apis := n.Get(keyAPIs); apis != nil && apis.Kind == nearjson.Array && len(apis.Items) > 0 {
			return sureness(apis)
		}
		return surenessOfMap(n)
	}
	return 0
}

// surenessOfMap weighs the keys of a sheet. Keys in the words of printed sheets (Success Response) say that it is pasted text in which
// every line happens to have a colon.
func surenessOfMap(n *tree.Node) int {
	known := sheetKeys()
	var keys []string
	for _, m := range n.Members {
		if slices.Contains(known, m.Key) {
			keys = append(keys, m.Key)
		}
	}
	foreign := slices.ContainsFunc(n.Members, func(m tree.Member) bool {
		return !slices.Contains(known, m.Key) && strings.ContainsAny(m.Key, " ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	})
	if foreign {
		return suretyOfKeys(keys, likely, 0)
	}
	return suretyOfKeys(keys, certain, likely)
}
