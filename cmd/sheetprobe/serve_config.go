package main

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe/serve"
)

// serveConfig is what the configuration says for `serve` alone.
type serveConfig struct {
	listen      string
	grace       time.Duration
	lease       time.Duration
	concurrency int
	name        string
	zones       []string
	egress      string
	schedules   []serve.Schedule
	publicURL   string // by which others reach the pages, for links
	retention   serve.Retention
	access      accessConfig
	uploadLimit int64
	desk        deskConfig
}

// The defaults of `serve`.
const (
	defaultListen = "127.0.0.1:8470"
	defaultGrace  = 30 * time.Second
	shortestLease = 2 * time.Second
)

// field reads the value of one key.
type field struct {
	name string
	read func(*yaml.Node) error
}

// fields reads a map whose keys are known.
func (c *config) fields(n *yaml.Node, what string, known []field) error {
	names := make([]string, len(known))
	for i, f := range known {
		names[i] = f.name
	}
	all := "known are: " + strings.Join(names, ", ")
	if n.Kind != yaml.MappingNode {
		return c.errorAt(n, all, "%s must be a map", what)
	}
	if err := eachOnce(c.path, n); err != nil {
		return err
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := indexOfField(known, strings.ReplaceAll(key.Value, "_", "-"))
		if at < 0 {
			return c.errorAt(key, didYouMean(key.Value, names, all), "unknown key %q in %s", key.Value, what)
		}
		if err := known[at].read(value); err != nil {
			return err
		}
	}
	return nil
}

func indexOfField(known []field, name string) int {
	for i, f := range known {
		if f.name == name {
			return i
		}
	}
	return -1
}

func (c *config) textInto(into *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode {
			return c.errorAt(n, "give a text", "a single value was expected")
		}
		*into = n.Value
		return nil
	}
}

func (c *config) textsInto(into *[]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		values, err := c.flatten("", n)
		for _, v := range values {
			*into = append(*into, v.text)
		}
		return err
	}
}

func (c *config) durationInto(into *time.Duration) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		d, err := time.ParseDuration(n.Value)
		if err != nil || d < 0 || n.Kind != yaml.ScalarNode {
			return c.errorAt(n, "write it as 30s, 5m or 1h", "%q is no length of time", n.Value)
		}
		*into = d
		return nil
	}
}

// readServe reads the section `serve`.
func (c *config) readServe(n *yaml.Node) error {
	s := &c.serve
	return c.fields(n, "serve", append(c.accessFields(), []field{
		{"listen", c.textInto(&s.listen)},
		{"grace", c.durationInto(&s.grace)},
		{"public-url", c.publicURLInto(&s.publicURL)},
		{"lease", func(n *yaml.Node) error {
			if err := c.durationInto(&s.lease)(n); err != nil {
				return err
			}
			if s.lease < shortestLease {
				return c.errorAt(n, "30s outlasts the restart of a database", "a lease of %s is too short: give at least %s", s.lease, shortestLease)
			}
			return nil
		}},
		{"name", c.textInto(&s.name)},
		{"zone", c.textsInto(&s.zones)},
		{"egress", c.textInto(&s.egress)},
		{"concurrency", func(n *yaml.Node) (err error) {
			if s.concurrency, err = strconv.Atoi(n.Value); err != nil || s.concurrency < 1 {
				return c.errorAt(n, "1 makes one run after the other", "%q is no number of runs", n.Value)
			}
			return nil
		}},
		{"retention", c.readRetention},
		{"upload-limit", c.readUploadLimit},
		{"signoff", c.readDesk},
		{"schedules", func(n *yaml.Node) error {
			if n.Kind != yaml.SequenceNode {
				return c.errorAt(n, `write each as - {name: nightly, cron: "0 2 * * *", sheets: [sheets/]}`, "schedules must be a list")
			}
			for _, each := range n.Content {
				if err := c.readSchedule(each); err != nil {
					return err
				}
			}
			return nil
		}},
	}...))
}

func (c *config) readSchedule(n *yaml.Node) error {
	var s serve.Schedule
	err := c.fields(n, "a schedule", []field{
		{"name", c.textInto(&s.Name)},
		{"cron", c.textInto(&s.Cron)},
		{"timezone", c.textInto(&s.Timezone)},
		{"jitter", c.durationInto(&s.Jitter)},
		{"sheets", c.textsInto(&s.Sheets)},
		{"only", c.textsInto(&s.Only)},
		{"skip", c.textsInto(&s.Skip)},
		{"negatives", c.textsInto(&s.Negatives)},
		{"zone", c.textInto(&s.Zone)},
	})
	if err != nil {
		return err
	}
	if key, err := s.Check(); err != nil {
		return c.errorAt(valueOf(n, key), "correct `"+key+"`", "%s: %v", key, err)
	}
	if _, err := negativeFilter(s.Negatives); err != nil {
		return c.errorAt(valueOf(n, "negatives"), "correct `negatives`", "%v", err)
	}
	for _, other := range c.serve.schedules {
		if other.Name == s.Name {
			return c.errorAt(valueOf(n, "name"), "name each differently", "two schedules are named %q", s.Name)
		}
	}
	for _, sheet := range s.Sheets {
		if sheet == standardInput {
			return c.errorAt(valueOf(n, "sheets"), "name a file, a folder or a pattern", "a schedule cannot read standard input")
		}
	}
	c.serve.schedules = append(c.serve.schedules, s)
	return nil
}

// valueOf is where the value of a key stands; the map itself where the key is missing.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return n
}

// publicURLInto reads an address that stands in front of the paths of pages.
func (c *config) publicURLInto(into *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		u, err := url.Parse(n.Value)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return c.errorAt(n, "write it as https://sheetprobe.example.test", "the public URL is no address of pages")
		}
		*into = strings.TrimSuffix(n.Value, "/")
		return nil
	}
}
