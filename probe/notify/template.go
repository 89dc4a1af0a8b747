package notify

import (
	"errors"
	"fmt"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Template writes the text of a message. It is one of text/template without what could run for ever, call something, or write without an end; what
// comes from sheets and servers is escaped for the channel before it is given to it.
type Template struct{ parsed *template.Template }

// DefaultTemplate is used where none is configured.
const DefaultTemplate = `{{.Title}}
{{range .Groups}}
{{.Title}}:
{{range .Lines}}- {{.Text}}
{{end}}{{end}}{{if .Left}}
and {{.Left}} more
{{end}}{{with .URL}}
{{.}}
{{end}}`

// maxTemplate bounds a template.
const maxTemplate = 16 << 10

// ParseTemplate reads a template, and tries it on messages of every kind.
func ParseTemplate(text string) (*Template, error) {
	if len(text) > maxTemplate {
		return nil, fmt.Errorf("the template is longer than %d KiB", maxTemplate>>10)
	}
	parsed, err := template.New("template").Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, plain(err)
	}
	if len(parsed.Templates()) > 1 {
		return nil, errors.New("a template defines no others")
	}
	if parsed.Tree == nil || parsed.Root == nil {
		return nil, errors.New("the template writes nothing")
	}
	if err := limited(parsed.Root, 0); err != nil {
		return nil, err
	}
	t := &Template{parsed}
	for _, m := range []Message{Sample(), TestMessage("test")} {
		text, err := t.write(m, DefaultLimits().Bytes)
		if err != nil {
			return nil, plain(err)
		}
		if text == "" {
			return nil, errors.New("the template writes nothing")
		}
	}
	return t, nil
}

func plain(err error) error {
	return errors.New(strings.TrimPrefix(strings.TrimPrefix(err.Error(), "template: "), "template:"))
}

// functions that a template may call.
func allowedFunctions() map[string]bool {
	return map[string]bool{"eq": true, "ne": true, "lt": true, "le": true, "gt": true, "ge": true, "and": true, "or": true, "not": true, "len": true, "index": true}
}

// mostNested is how many loops may stand within each other: over groups, over lines, and one to spare.
const mostNested = 3

// limited refuses what the language has beyond writing out a message.
func limited(n parse.Node, loops int) error {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return nil
		}
		for _, each := range n.Nodes {
			if err := limited(each, loops); err != nil {
				return err
			}
		}
	case *parse.IfNode:
		return branch(&n.BranchNode, loops)
	case *parse.WithNode:
		return branch(&n.BranchNode, loops)
	case *parse.RangeNode:
		if loops++; loops > mostNested {
			return fmt.Errorf("more than %d loops stand within each other", mostNested)
		}
		for _, c := range n.Pipe.Cmds {
			for _, arg := range c.Args {
				switch arg.(type) {
				case *parse.FieldNode, *parse.VariableNode, *parse.DotNode:
				default:
					return fmt.Errorf("range goes over .Groups or .Lines, and not over %s", arg)
				}
			}
		}
		return branch(&n.BranchNode, loops)
	case *parse.TemplateNode:
		return errors.New("a template calls no others")
	case *parse.ActionNode:
		return pipe(n.Pipe)
	}
	return nil
}

func branch(n *parse.BranchNode, loops int) error {
	return errors.Join(pipe(n.Pipe), limited(n.List, loops), limited(n.ElseList, loops))
}

func pipe(p *parse.PipeNode) error {
	if p == nil {
		return nil
	}
	for _, c := range p.Cmds {
		for _, arg := range c.Args {
			switch arg := arg.(type) {
			case *parse.IdentifierNode:
				if !allowedFunctions()[arg.Ident] {
					return fmt.Errorf("a template has no function %q; known are: and, or, not, len, index, eq, ne, lt, le, gt, ge", arg.Ident)
				}
			case *parse.PipeNode:
				if err := pipe(arg); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// errLong says that a text is longer than a channel takes.
var errLong = errors.New("the message is too long")

type boundedText struct {
	strings.Builder
	most int
}

func (b *boundedText) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		return 0, errLong
	}
	return b.Builder.Write(p)
}

func (t *Template) write(m Message, most int) (string, error) {
	b := &boundedText{most: most}
	if err := t.parsed.Execute(b, m); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}

// Write is the text of a message, with as many of its lines as there is room for.
func (t *Template) Write(m Message, limits Limits) (string, error) {
	for most := limits.Lines; ; most /= 2 {
		fits := m
		fits.Groups = append([]Group(nil), m.Groups...)
		left := fits.Left
		fits.cut(most)
		fits.Left += left
		text, err := t.write(fits, limits.Bytes)
		if err == nil || !errors.Is(err, errLong) {
			return text, err
		}
		if most == 0 {
			return Shorten(m.Title, max(limits.Bytes/4, 1)), nil // a template that is too long by itself
		}
	}
}

// Sample is a message that holds something of everything, for trying templates and previews.
func Sample() Message {
	at := time.Date(2026, 1, 2, 2, 30, 0, 0, time.UTC)
	event := func(c Change, k Kind, api string) Event {
		return Event{
			Change: c, RunID: "0123456789abcdef", Schedule: "nightly", At: at, Since: at, Runs: 1, Verdict: probe.Deviates,
			Topic: Topic{Key: string(c) + string(k) + api, Kind: k, API: api, Slug: api, Severity: source.Error, Blame: probe.BlameEndpoint, Rule: "shape.missing", Message: `"to" is missing`},
		}
	}
	return Compose(Delivery{ID: "sample", Events: []Event{
		event(New, Finding, "Book a pickup"), event(New, Host, ""), event(Flapping, Finding, "Find order"), event(Reminder, Finding, "Cancel"), event(Recovered, Finding, "Track"),
	}}, "https://sheetprobe.example.test", DefaultLimits(), func(text string) string { return text })
}
