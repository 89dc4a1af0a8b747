package signoff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Problem is why something that was written down cannot be used, and where.
type Problem struct {
	At            source.Span
	Message, Hint string
}

// Error is the message without the place.
func (p *Problem) Error() string { return p.Message }

func problemAt(n *tree.Node, hint, format string, args ...any) *Problem {
	return &Problem{At: n.At().At(), Message: fmt.Sprintf(format, args...), Hint: hint}
}

// place is a position in a file, as file:line:column.
func place(file string, at source.Span) string {
	return fmt.Sprintf("%s:%d:%d", file, at.Line, at.Column)
}

// key reads the value of one key.
type key struct {
	name string
	read func(*tree.Node) *Problem
}

// readMap reads a map whose keys are known, each once. Keys may be written with dashes.
func readMap(n *tree.Node, what string, keys []key) *Problem {
	var names []string
	for _, k := range keys {
		names = append(names, k.name)
	}
	all := "known are: " + strings.Join(names, ", ")
	if n.Kind != nearjson.Object {
		return problemAt(n, all, "%s must be a map", what)
	}
	seen := map[string]bool{}
	for _, m := range n.Members {
		name := strings.ReplaceAll(m.Key, "-", "_")
		i := slices.Index(names, name)
		switch {
		case i < 0:
			return &Problem{At: m.At().At(), Message: fmt.Sprintf("unknown key %q in %s", m.Key, what), Hint: all}
		case seen[name]:
			return &Problem{At: m.At().At(), Message: fmt.Sprintf("the key %q stands twice in %s", m.Key, what), Hint: "remove one of them"}
		}
		seen[name] = true
		if err := keys[i].read(m.Value); err != nil {
			return err
		}
	}
	return nil
}

func readText(into *string) func(*tree.Node) *Problem {
	return func(n *tree.Node) *Problem {
		if n.Kind == nearjson.Array || n.Kind == nearjson.Object || n.Kind == nearjson.Null || strings.TrimSpace(n.Text) == "" {
			return problemAt(n, "give a text, or remove the key", "a text was expected")
		}
		*into = strings.TrimSpace(n.Text)
		return nil
	}
}

func readItems(what string, each func(*tree.Node) *Problem) func(*tree.Node) *Problem {
	return func(n *tree.Node) *Problem {
		if n.Kind != nearjson.Array {
			return problemAt(n, "write it in brackets, or one per line behind a dash", "%s must be a list", what)
		}
		for _, item := range n.Items {
			if err := each(item); err != nil {
				return err
			}
		}
		return nil
	}
}

func readTexts(what string, into *[]string) func(*tree.Node) *Problem {
	return readItems(what, func(n *tree.Node) *Problem {
		var text string
		err := readText(&text)(n)
		*into = append(*into, text)
		return err
	})
}

// isOff says that a value is the word that switches a line off. YAML 1.1 would take it for false.
func isOff(n *tree.Node) bool { return n.Text == "off" || n.Kind == nearjson.Bool && n.Text == "false" }

// readNumber reads a number of at least one; "off" is 0 where it may be.
func readNumber(mayBeOff bool, into *int) func(*tree.Node) *Problem {
	return func(n *tree.Node) *Problem {
		if mayBeOff && isOff(n) {
			*into = 0
			return nil
		}
		number, err := strconv.Atoi(n.Text)
		if err != nil || number < 1 || number > 10000 {
			hint := "give a number from 1 on"
			if mayBeOff {
				hint += `, or "off"`
			}
			return problemAt(n, hint, "%q is no such number", n.Written())
		}
		*into = number
		return nil
	}
}

func readDuration(into *Duration) func(*tree.Node) *Problem {
	return func(n *tree.Node) *Problem {
		d, err := time.ParseDuration(n.Text)
		if err != nil || d <= 0 {
			return problemAt(n, "write it as 24h, 90m or 2s", "%q is no length of time", n.Written())
		}
		*into = Duration(d)
		return nil
	}
}
