package main

import (
	"crypto/x509"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe/notify"
)

func (c *config) boolInto(into *bool) func(*yaml.Node) error {
	return func(n *yaml.Node) (err error) {
		if *into, err = strconv.ParseBool(n.Value); err != nil || n.Kind != yaml.ScalarNode {
			return c.errorAt(n, "write true or false", "%q is neither true nor false", n.Value)
		}
		return nil
	}
}

func (c *config) numberInto(into *int) func(*yaml.Node) error {
	return func(n *yaml.Node) (err error) {
		if *into, err = strconv.Atoi(n.Value); err != nil || *into < 1 || n.Kind != yaml.ScalarNode {
			return c.errorAt(n, "write a number from 1", "%q is no number of runs", n.Value)
		}
		return nil
	}
}

// ratioInto reads a threshold such as "2 of 5".
func (c *config) ratioInto(some, of *int) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		words := strings.Fields(n.Value)
		if len(words) == 3 && words[1] == "of" {
			var errs [2]error
			*some, errs[0] = strconv.Atoi(words[0])
			*of, errs[1] = strconv.Atoi(words[2])
			if errors.Join(errs[:]...) == nil && *some > 0 && *of > 0 {
				return nil
			}
		}
		return c.errorAt(n, "write it as 2 of 5", "%q is no threshold", n.Value)
	}
}

func (c *config) certificatesInto(into **x509.CertPool) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		data, err := readSmall(n.Value)
		if err != nil {
			return c.errorAt(n, "name a file of certificates in PEM", "cannot read %q: %v", n.Value, cause(err))
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(data) {
			return c.errorAt(n, "name a file of certificates in PEM", "%q holds no certificate", n.Value)
		}
		*into = pool
		return nil
	}
}

// templateInto reads a template from its file, and tries it.
func (c *config) templateInto(into **notify.Template) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		data, err := readSmall(n.Value)
		if err != nil {
			return c.errorAt(n, "name a file with a template", "cannot read %q: %v", n.Value, cause(err))
		}
		t, err := notify.ParseTemplate(string(data))
		if err != nil {
			return c.errorAt(n, "correct the template", "%s: %v", n.Value, err)
		}
		*into = t
		return nil
	}
}

func (c *config) quietInto(into *[]notify.Quiet) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		all := []*yaml.Node{n}
		if n.Kind == yaml.SequenceNode {
			all = n.Content
		}
		for _, each := range all {
			q, err := c.readQuiet(each)
			if err != nil {
				return err
			}
			*into = append(*into, q)
		}
		return nil
	}
}

func (c *config) readQuiet(n *yaml.Node) (q notify.Quiet, err error) {
	clock := func(into *int) func(*yaml.Node) error {
		return func(n *yaml.Node) (err error) {
			if *into, err = notify.ParseClock(n.Value); err != nil {
				return c.errorAt(n, `write it in quotes, as "22:00"`, "%v", err)
			}
			return nil
		}
	}
	err = c.fields(n, "quiet", []field{
		{"from", clock(&q.From)},
		{"to", clock(&q.To)},
		{"days", c.daysInto(&q.Days)},
		{"timezone", func(n *yaml.Node) (err error) {
			if q.Location, err = time.LoadLocation(n.Value); err != nil || n.Value == "" || n.Value == "Local" {
				return c.errorAt(n, "use a name such as Europe/Berlin or Asia/Kolkata", "%q is no time zone", n.Value)
			}
			return nil
		}},
	})
	if err != nil {
		return q, err
	}
	for _, key := range []string{"from", "to"} {
		if valueOf(n, key) == n {
			return q, c.errorAt(n, `write it as {from: "22:00", to: "07:00", timezone: Europe/Berlin}`, "quiet hours lack %s", key)
		}
	}
	return q, nil
}

func (c *config) daysInto(into *[]time.Weekday) func(*yaml.Node) error {
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	return func(n *yaml.Node) error {
		values, err := c.flatten("", n)
		for _, v := range values {
			i := slices.Index(names, strings.ToLower(v.text))
			if i < 0 {
				return c.errorAt(n, "use "+strings.Join(names, ", "), "%q is no day", v.text)
			}
			*into = append(*into, time.Weekday(i))
		}
		return err
	}
}
