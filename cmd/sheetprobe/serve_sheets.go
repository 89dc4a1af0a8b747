package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/serve"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// sheets reads what a run of `serve` is made of: the sheets of its schedule, or the document that somebody handed in. What comes from others leads to no
// private network, unless the configuration says so, and no secret of ours to a host that it alone names.
func (v *serveVerb) sheets(ctx context.Context, f *runFlags, c *config, job serve.Job, o engine.Options) ([]sheet.Reading, engine.Options, error) {
	if job.Handed == nil {
		f.cases.keepsBytes = f.reports.takeDocuments()
		return f.cases.prepare(ctx, v.w, c, job.Schedule.Sheets, o)
	}
	o.Guard = v.guardServed(o.Guard, c, o.BaseURL, true)
	o.Confide = v.confide(c, o)
	return f.cases.prepared(ctx, v.w, c, engine.Read([]sheet.Input{{Name: job.Handed.Name, Data: job.Handed.Content}}), o)
}

// confide says which hosts may be told secrets by documents that somebody hands in: those that the configuration names, as the base URL, by allow-host, or in
// a sheet of its schedules.
func (v *serveVerb) confide(c *config, o engine.Options) func(rawURL string) bool {
	scheduled := sync.OnceValue(func() []string { return v.scheduledOrigins(c) })
	return func(rawURL string) bool {
		origin := engine.OriginOf(rawURL)
		return origin != "" && (origin == engine.OriginOf(o.BaseURL) || o.Guard.Names(rawURL) || slices.Contains(scheduled(), origin))
	}
}

// scheduledOrigins are where the sheets of the schedules lead to. A schedule that cannot be read names none: its own runs say why.
func (v *serveVerb) scheduledOrigins(c *config) []string {
	var all []string
	for _, s := range c.serve.schedules {
		f, o, err := v.options(c, s)
		if err != nil {
			continue
		}
		inputs, err := loadInputs(s.Sheets, strings.NewReader(""), io.Discard)
		if err != nil {
			continue
		}
		readings := f.cases.withoutValues(engine.Read(inputs))
		c.apply(readings, io.Discard)
		all = append(all, engine.Origins(readings, o)...)
	}
	return all
}

// library is how `serve` gets to know documents.
func (v *serveVerb) library() serve.Library {
	return serve.Library{Sources: sources, Read: understand}
}

// sources are the documents that the sheets of a schedule name, none of them read yet.
func sources(sheets []string) []serve.Source {
	var all []serve.Source
	for _, arg := range sheets {
		inputs, err := expand(arg, io.Discard)
		if err != nil {
			inputs = []sheet.Input{{Name: arg, Problem: err.Error()}}
		}
		for _, in := range inputs {
			s := serve.Source{Name: in.Name, Open: func() ([]byte, error) { return content(in) }}
			if info, err := os.Stat(in.Name); err == nil {
				s.Changed = info.ModTime()
			}
			all = append(all, s)
		}
	}
	return all
}

func content(in sheet.Input) ([]byte, error) {
	if in = load(in, strings.NewReader("")); in.Problem != "" {
		return nil, errors.New(in.Problem + "; " + in.Hint)
	}
	return in.Data, nil
}

// understand reads a document as a run does, and says what is wrong with it.
func understand(name string, data []byte) serve.Document {
	readings := engine.Read([]sheet.Input{{Name: name, Data: data}})
	mask, all := engine.Redactor(readings, probe.Vars{}), documents(readings)
	var d serve.Document
	var text, forMachines bytes.Buffer
	if err := report.Lint(&text, all, mask, report.Options{Width: lintWidth}); err != nil {
		d.Problem = err.Error()
	}
	if err := report.LintJSON(&forMachines, all, mask); err != nil {
		d.Problem = err.Error()
	}
	d.Lint, d.LintJSON = text.String(), forMachines.Bytes()
	for _, r := range readings {
		d.Format = r.Document.Format
		count(&d, r.Diagnostics)
		for _, s := range r.Sheets {
			count(&d, s.Diagnostics)
			d.Sheets = append(d.Sheets, serve.DocumentSheet{Name: s.Name, Method: s.Method, URL: mask.Text(s.URL), API: probe.Slug(s.Name)})
		}
		if len(r.Sheets) == 0 {
			d.Problem = "no sheet was found in it"
		}
	}
	return d
}

// lintWidth is how wide a page shows lint.
const lintWidth = 100

func count(d *serve.Document, ds source.Diagnostics) {
	d.Errors += ds.Count(source.Error)
	d.Warnings += ds.Count(source.Warning)
}

// readUploadLimit reads how large a document may be that is handed in.
func (c *config) readUploadLimit(n *yaml.Node) error {
	text, factor := n.Value, int64(1)
	for _, unit := range []struct {
		name  string
		bytes int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}} {
		if cut, ok := strings.CutSuffix(text, unit.name); ok {
			text, factor = strings.TrimSpace(cut), unit.bytes
		}
	}
	size, err := strconv.ParseInt(text, 10, 32)
	if err != nil || size < 1 || size*factor > sheet.MaxBytes || n.Kind != yaml.ScalarNode {
		return c.errorAt(n, "write it as 512KiB or 10MiB, 32MiB at most", "%q is no size", n.Value)
	}
	c.serve.uploadLimit = size * factor
	return nil
}
