package engine

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/jsonpath"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// captured keeps what the answers of a run supplied, by sheet.
type captured struct {
	mu     sync.Mutex
	values map[int][]probe.Var
	failed map[int]lack
}

// lack is why a sheet supplied nothing.
type lack struct {
	why     string
	unclear bool // it got no trustworthy answer, which is no fault of the set-up
}

func (c *captured) set(i int, vars []probe.Var, failure lack) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(vars) > 0 || c.values[i] != nil {
		c.values[i] = vars
	}
	if failure.why != "" {
		c.failed[i] = failure
	}
}

func (c *captured) lackOf(i int) lack {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed[i]
}

func (c *captured) of(sheets []int) (vars []probe.Var, failed []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range sheets {
		vars = append(vars, c.values[i]...)
		if c.failed[i].why != "" {
			failed = append(failed, i)
		}
	}
	return vars, failed
}

// take finds the values that a sheet captures from an answer. Every one of them is a secret of the run: it was issued for this caller.
func take(s *probe.Sheet, status int, headers http.Header, body []byte) (vars []probe.Var, problem string) {
	value, _, _ := nearjson.ParseStrict(source.Unplaced(string(body)))
	for _, c := range s.Capture {
		text, err := valueAt(c.From, status, headers, value)
		if err != nil {
			return nil, fmt.Sprintf("%q could not be captured: %v", c.Name, err)
		}
		vars = append(vars, probe.Var{Name: c.Name, Value: text, Origin: fmt.Sprintf("captured from %q", s.Name), Secret: c.From != "status"})
	}
	return vars, ""
}

func valueAt(from string, status int, headers http.Header, body *nearjson.Value) (string, error) {
	kind, name, _ := strings.Cut(from, ":")
	switch kind {
	case "status":
		return strconv.Itoa(status), nil
	case "header":
		if v := headers.Get(strings.TrimSpace(name)); v != "" {
			return v, nil
		}
		return "", fmt.Errorf("the answer has no header %q", strings.TrimSpace(name))
	case "cookie":
		for _, c := range (&http.Response{Header: headers}).Cookies() {
			if c.Name == strings.TrimSpace(name) && c.Value != "" {
				return c.Value, nil
			}
		}
		return "", fmt.Errorf("the answer sets no cookie %q", strings.TrimSpace(name))
	}
	if body == nil {
		return "", fmt.Errorf("the answer is not JSON, and %s looks into it", from)
	}
	path, err := jsonpath.Parse(from)
	if err != nil {
		return "", err
	}
	found, ok, err := path.First(body)
	switch {
	case err != nil:
		return "", err
	case !ok:
		return "", fmt.Errorf("the answer has nothing at %s", from)
	case found.Kind == nearjson.Object || found.Kind == nearjson.Array || found.Kind == nearjson.Null || found.Text == "":
		return "", fmt.Errorf("the answer has %s at %s, where a text or number was expected", found.Kind, from)
	}
	return found.Text, nil
}
