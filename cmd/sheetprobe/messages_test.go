package main

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

// messageFunc is a function that is given a message, and what to do about it: its parameters say which is which.
type messageFunc struct{ what, next int }

// funcKey tells functions of one name apart.
type funcKey struct {
	folder, name string
	method       bool
}

// messageFuncs finds every function with a parameter for a message and one for the next step.
func messageFuncs(t *testing.T) map[funcKey]messageFunc {
	t.Helper()
	found := map[funcKey]messageFunc{}
	goFiles(t, false, func(name string, _ *token.FileSet, file *ast.File) {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !ofTheProduct(name) {
				continue
			}
			m, at := messageFunc{-1, -1}, 0
			for _, field := range f.Type.Params.List {
				for _, param := range field.Names {
					switch param.Name {
					case "format", "message", "what":
						m.what = at
					case "hint", "next":
						m.next = at
					}
					at++
				}
			}
			if m.what >= 0 && m.next >= 0 {
				found[funcKey{path.Dir(name), f.Name.Name, f.Recv != nil}] = m
			}
		}
	})
	return found
}

// ofTheProduct says that what a file says is seen by users, and not by who develops.
func ofTheProduct(name string) bool {
	return (strings.HasPrefix(name, "cmd/") || strings.HasPrefix(name, "probe/") || strings.HasPrefix(name, "schema/")) && !strings.HasSuffix(path.Dir(name), "test")
}

// said is a message as it stands in the code.
type said struct {
	at         string
	text, next string
	hasNext    bool // the code spells the next step out
}

// catalogue is every message that the code spells out: those that say a next step beside it, and the errors of which others are made.
func catalogue(t *testing.T) (messages []said, fragments []said) {
	t.Helper()
	known := messageFuncs(t)
	goFiles(t, false, func(name string, fset *token.FileSet, file *ast.File) {
		if !ofTheProduct(name) {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				at := name + ":" + strconv.Itoa(fset.Position(n.Pos()).Line)
				if m, ok := known[calleeOf(path.Dir(name), n, known)]; ok && len(n.Args) > max(m.what, m.next) {
					text, spelt := spelling(n.Args[m.what])
					next, hasNext := spelling(n.Args[m.next])
					if spelt || hasNext {
						messages = append(messages, said{at, text, next, hasNext})
					}
				}
				if isCallOf(n, "fmt", "Errorf") || isCallOf(n, "errors", "New") {
					if text, ok := spelling(n.Args[0]); ok {
						fragments = append(fragments, said{at: at, text: text})
					}
				}
			case *ast.CompositeLit:
				if s, ok := diagnosticOf(n); ok {
					s.at = name + ":" + strconv.Itoa(fset.Position(n.Pos()).Line)
					messages = append(messages, s)
				}
			}
			return true
		})
	})
	return messages, fragments
}

// calleeOf is the key under which the function of a call may be known.
func calleeOf(folder string, call *ast.CallExpr, known map[funcKey]messageFunc) funcKey {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return funcKey{folder, f.Name, false}
	case *ast.SelectorExpr:
		key := funcKey{folder, f.Sel.Name, true}
		if _, ok := known[key]; ok || !f.Sel.IsExported() {
			return key
		}
		for k := range known {
			if x, ok := f.X.(*ast.Ident); ok && !k.method && k.name == f.Sel.Name && path.Base(k.folder) == x.Name {
				return k
			}
		}
	}
	return funcKey{}
}

func isCallOf(call *ast.CallExpr, pkg, name string) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != name || len(call.Args) == 0 {
		return false
	}
	x, ok := f.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// diagnosticOf reads the message of a literal that has one, and a hint.
func diagnosticOf(lit *ast.CompositeLit) (s said, ok bool) {
	for _, e := range lit.Elts {
		kv, isKV := e.(*ast.KeyValueExpr)
		if !isKV {
			continue
		}
		switch key, _ := kv.Key.(*ast.Ident); {
		case key == nil:
		case key.Name == "Message":
			s.text, ok = spelling(kv.Value)
		case key.Name == "Hint":
			s.next, s.hasNext = spelling(kv.Value)
		}
	}
	return s, ok
}

// spelling is what an expression spells out; … stands for what it does not.
func spelling(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return spelling(e.X)
	case *ast.BinaryExpr:
		before, left := spelling(e.X)
		after, right := spelling(e.Y)
		if !left {
			before = "…"
		}
		if !right {
			after = "…"
		}
		return before + after, left || right
	case *ast.CallExpr:
		if isCallOf(e, "fmt", "Sprintf") {
			return spelling(e.Args[0])
		}
	}
	return "", false
}

var (
	word     = regexp.MustCompile(`^[\pL\pN]+`)
	emptyful = regexp.MustCompile(`(?i)\b(invalid|illegal|unable to|failed to|could not be parsed|unmarshal|nil pointer|something went wrong|an error occurred|oops|syntax error|bad (request|value|input))\b`)
	bareCulp = regexp.MustCompile(`['"<]%[sv]['">]`)
)

// wrongWith says what the house rules have against a message or a next step.
func wrongWith(text string) string {
	first := word.FindString(text)
	switch {
	case strings.IndexFunc(first, unicode.IsUpper) == 0 && len(first)-len(strings.Map(dropUpper, first)) < 2 && !isName(first):
		return "begins with a capital letter"
	case strings.HasSuffix(text, "!") || strings.HasSuffix(text, "\n") || strings.HasSuffix(text, ".") && !strings.HasSuffix(text, ".."):
		return "ends as a sentence or a line"
	case emptyful.MatchString(text):
		return "says " + strconv.Quote(emptyful.FindString(text)) + ", and not what is wrong"
	case bareCulp.MatchString(text):
		return "quotes the culprit without %q"
	}
	return ""
}

func dropUpper(r rune) rune {
	if unicode.IsUpper(r) {
		return -1
	}
	return r
}

// isName says that a word is always written with a capital letter.
func isName(word string) bool {
	return slices.Contains([]string{"Content", "OpenID", "Postman", "Sigstore", "Sunday"}, word)
}

func TestMessagesObeyTheHouseRules(t *testing.T) {
	messages, fragments := catalogue(t)
	require.Greater(t, len(messages), 500, "the test must find the messages")
	require.Greater(t, len(fragments), 300, "the test must find the errors")
	for _, m := range messages {
		if strings.HasPrefix(m.at, "probe/serve/access.go:") && strings.HasSuffix(m.text, ".") {
			m.text = strings.ToLower(strings.TrimSuffix(m.text, ".")) // a sentence of a page, which problem details say without
		}
		assert.Empty(t, wrongWith(m.text), "%s: %q", m.at, m.text)
		if m.hasNext {
			ofARule := strings.HasPrefix(m.at, "probe/sheet/") // where the fix of the rule stands in, see sheet.Diagnose
			assert.True(t, m.next != "" || m.text == "" || ofARule, "%s: %q has no next step", m.at, m.text)
			assert.Empty(t, wrongWith(m.next), "%s: %q", m.at, m.next)
		}
	}
	for _, f := range fragments {
		assert.Empty(t, wrongWith(f.text), "%s: %q", f.at, f.text)
	}
}

func TestRulesAndCausesObeyTheHouseRules(t *testing.T) {
	for _, r := range probe.Rules {
		for _, text := range []string{r.Meaning, r.Why, r.Fix} {
			assert.Empty(t, wrongWith(text), "%s: %q", r.ID, text)
		}
		assert.NotEmpty(t, r.Meaning, r.ID)
		assert.NotEmpty(t, r.Fix, r.ID)
	}
	for _, c := range probe.Causes() {
		assert.Empty(t, wrongWith(c.Means), "%s: %q", c.ID, c.Means)
		assert.Empty(t, wrongWith(c.Next), "%s: %q", c.ID, c.Next)
		assert.NotEmpty(t, c.Next, c.ID)
	}
}

func TestTheHouseRulesFindWhatTheyAreFor(t *testing.T) {
	for _, wrong := range []string{"Cannot read it", "it cannot be read.", "invalid character", "failed to open %q", "the file '%s' is missing", "no such file!"} {
		assert.NotEmpty(t, wrongWith(wrong), wrong)
	}
	for _, right := range []string{"", "JSON was expected", "%q is no time", "HTTP 401 came", `"Method" is missing`, "see `sheetprobe --help`", "--rate takes a number", "OpenID is off"} {
		assert.Empty(t, wrongWith(right), right)
	}
}
