package plan_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

var update = flag.Bool("update", false, "write the golden files anew")

// input is a sheet and the options, as testdata/*.sheet.json spells them.
type input struct {
	Name, Method, URL  string
	Headers            [][2]string
	Body, Text         string
	MediaType          string
	Fields             []field
	Success, Errors    []response
	PartnerCode        string
	Credentials        [][2]string
	Codes              [][3]string // code, message, kind
	TestData           []datum
	Vars               map[string]string
	BaseURL            string
	Only, Skip, Family []string
	AllowUnsafe        bool
}

type field struct {
	Name, In, Pointer, Type, Value string
	Mandatory                      *bool
}

type response struct {
	Status int
	Code   string
	Body   string
}

type datum struct {
	Values [][2]string
	Expect string
}

func parse(t testing.TB, text string) *nearjson.Value {
	t.Helper()
	if text == "" {
		return nil
	}
	r, err := nearjson.Parse(source.Unplaced(text))
	require.NoError(t, err, text)
	return r.Value
}

func (in input) sheet(t testing.TB) *probe.Sheet {
	s := &probe.Sheet{
		Name: in.Name, Method: in.Method, URL: in.URL, PartnerCode: in.PartnerCode,
		Request: probe.RequestSpec{Body: probe.Body{Value: parse(t, in.Body), Text: in.Text}, MediaType: in.MediaType},
	}
	for i, f := range probe.Fields {
		s.At.Set(f, source.Span{Pos: source.Pos{Line: i + 1, Column: 1}})
	}
	for _, h := range in.Headers {
		s.Headers = append(s.Headers, probe.Header{Name: h[0], Value: h[1]})
	}
	for _, f := range in.Fields {
		s.Request.Fields = append(s.Request.Fields, probe.RequestField{Name: f.Name, In: f.In, Pointer: f.Pointer, Type: f.Type, Value: f.Value, Mandatory: f.Mandatory})
	}
	for _, c := range in.Credentials {
		s.Credentials = append(s.Credentials, probe.Credential{Name: c[0], Value: c[1]})
	}
	for _, c := range in.Codes {
		s.StatusCodes = append(s.StatusCodes, probe.StatusCode{Code: c[0], Message: c[1], Kind: c[2]})
	}
	for _, d := range in.TestData {
		row := probe.TestDatum{Expect: d.Expect}
		for _, v := range d.Values {
			row.Values = append(row.Values, probe.Header{Name: v[0], Value: v[1]})
		}
		s.TestData = append(s.TestData, row)
	}
	s.Success, s.Errors = responses(t, in.Success), responses(t, in.Errors)
	return s
}

func responses(t testing.TB, documented []response) []probe.Response {
	var all []probe.Response
	for _, d := range documented {
		r := probe.Response{Code: d.Code, Body: probe.Body{Value: parse(t, d.Body)}}
		if d.Status != 0 {
			r.HTTPStatus = &d.Status
		}
		all = append(all, r)
	}
	return all
}

func (in input) options() plan.Options {
	o := plan.Options{BaseURL: in.BaseURL, Only: in.Only, Skip: in.Skip, AllowUnsafe: in.AllowUnsafe}
	var vars []probe.Var
	for name, value := range in.Vars {
		vars = append(vars, probe.Var{Name: name, Value: value})
	}
	o.Vars = probe.NewVars(vars...)
	for _, f := range in.Family {
		if f == "none" {
			o.Negatives.None = true
			continue
		}
		o.Negatives.Named = append(o.Negatives.Named, probe.Family(f))
	}
	return o
}

// printed is a case as the golden files show it.
type printed struct {
	ID       string            `json:"id"`
	Title    string            `json:"title"`
	Mutation string            `json:"mutation,omitempty"`
	Skip     string            `json:"skip,omitempty"`
	Blocked  []string          `json:"blocked,omitempty"`
	Request  string            `json:"request,omitempty"`
	Headers  []string          `json:"headers,omitempty"`
	Body     string            `json:"body,omitempty"`
	Expect   probe.Expectation `json:"expect"`
}

func show(p probe.Plan) []printed {
	var all []printed
	for _, c := range p.Cases {
		one := printed{ID: c.ID, Title: c.Title, Mutation: c.Mutation, Skip: c.Skip, Body: string(c.Request.Body), Expect: c.Expect}
		one.Request = strings.TrimSpace(c.Request.Method + " " + c.Request.URL)
		for _, h := range c.Request.Headers {
			one.Headers = append(one.Headers, h.Name+": "+h.Value)
		}
		for _, f := range c.Blocked {
			one.Blocked = append(one.Blocked, f.Rule+": "+f.Message)
		}
		all = append(all, one)
	}
	return all
}

// golden plans: what would be sent for each testdata/*.sheet.json stands beside it in *.plan.json.
func TestPlans(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.sheet.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".sheet.json"), func(t *testing.T) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			var in input
			decoder := json.NewDecoder(bytes.NewReader(data))
			decoder.DisallowUnknownFields()
			require.NoError(t, decoder.Decode(&in))
			var got bytes.Buffer
			encoder := json.NewEncoder(&got)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			require.NoError(t, encoder.Encode(show(plan.Build(in.sheet(t), in.options()))))
			golden := strings.TrimSuffix(path, ".sheet.json") + ".plan.json"
			if *update {
				require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got.String())
		})
	}
}
