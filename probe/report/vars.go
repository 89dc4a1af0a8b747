package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Needed is one placeholder that cases need. Its JSON is that of `vars -o json`. Values are shortened and hold no secret.
type Needed struct {
	Name      string     `json:"name"` // "" where nobody can fill it
	Written   string     `json:"written"`
	Set       bool       `json:"set"`
	Secret    bool       `json:"secret"`
	Value     string     `json:"value"`   // "" of a secret, and where there is none
	From      string     `json:"from"`    // where the value comes from; "" where there is none
	Problem   string     `json:"problem"` // why a source that is named gives no value
	Supply    []string   `json:"supply"`  // how to supply it, the best way first; none where it is set
	Places    []NeededAt `json:"places"`
	Cases     []string   `json:"cases"`
	Proposals []Supplier `json:"proposals"`
}

// NeededAt is one place where a placeholder is written.
type NeededAt struct {
	API      string `json:"api"`
	Document string `json:"document"`
	At       string `json:"at"`   // "8:24" or "Tab!B4"; "" where it is not known
	Part     string `json:"part"` // "the headers"
}

// Supplier is an API whose answer could supply a value, and what to add to sheetprobe.yaml so that it does.
type Supplier struct {
	API           string   `json:"api"`
	From          string   `json:"from"`
	Configuration []string `json:"configuration"`
}

// Unneeded is a value that no sheet needs.
type Unneeded struct {
	Name       string `json:"name"`
	From       string `json:"from"`
	DidYouMean string `json:"did_you_mean"` // a name that is needed; "" where none is near
}

// Values are all values of some sheets.
type Values struct {
	Placeholders []Needed   `json:"placeholders"`
	Unneeded     []Unneeded `json:"unneeded"`
	Cases        int        `json:"cases"` // that would be sent if all had their values
}

// VarsJSON lists values for a machine: {"placeholders": [...], "unneeded": [...], "cases"}, as Values describes them.
func VarsJSON(w io.Writer, v Values) error {
	v.Placeholders, v.Unneeded = list(v.Placeholders), list(v.Unneeded)
	for i := range v.Placeholders {
		n := &v.Placeholders[i]
		n.Supply, n.Places, n.Cases, n.Proposals = list(n.Supply), list(n.Places), list(n.Cases), list(n.Proposals)
	}
	return probe.EncodeJSON(w, v)
}

// Vars lists values for a person: those that are missing first.
func Vars(w io.Writer, v Values, o Options) error {
	p := newPage(o)
	missing := 0
	for _, set := range []bool{false, true} {
		for _, n := range v.Placeholders {
			if n.Set == set {
				p.blank()
				p.needed(n, v.Cases)
			}
		}
	}
	for _, n := range v.Placeholders {
		if !n.Set {
			missing++
		}
	}
	p.unneeded(v.Unneeded)
	p.blank()
	line := count(len(v.Placeholders), "placeholder") + " needed, all set."
	switch {
	case len(v.Placeholders) == 0:
		line = "No placeholder is needed."
	case missing > 0:
		line = fmt.Sprintf("%s needed, %s without a value.", count(len(v.Placeholders), "placeholder"), number(missing))
	}
	p.text(0, bold, line+" Nothing was sent.")
	return p.writeTo(w)
}

func (p *page) needed(n Needed, cases int) {
	remark := "no value"
	switch {
	case n.Set && n.Secret:
		remark = "set, secret"
	case n.Set:
		remark = "set"
	}
	title := n.Name
	if title == "" {
		title = n.Written
	}
	p.sides("", bold, inert(title), remark)
	if n.Value != "" {
		p.row(causeIndent, "value", inert(n.Value))
	}
	if n.From != "" {
		p.row(causeIndent, "from", inert(n.From))
	}
	if n.Problem != "" {
		p.row(causeIndent, "because", inert(n.Problem))
	}
	label := "written"
	for i, at := range n.Places {
		if i == mostPlaces {
			p.row(causeIndent, "", more(len(n.Places)-i, "place"))
			break
		}
		p.row(causeIndent, label, inert(at.words(n.Written)))
		label = ""
	}
	p.row(causeIndent, "needed by", inert(neededBy(n.Cases, cases)))
	label = "next step"
	for i, way := range n.Supply {
		if i > 0 {
			label, way = "", "or "+way
		}
		p.row(causeIndent, label, inert(way))
	}
	for _, s := range n.Proposals {
		p.row(causeIndent, "proposed", inert(fmt.Sprintf("%q could come from %q (%s): add to sheetprobe.yaml", n.Name, s.API, s.From)))
		for _, line := range s.Configuration {
			p.out.WriteString(strings.Repeat(" ", causeIndent+labelWidth) + inert(line) + "\n") // not wrapped: it is to be copied
		}
	}
}

// mostPlaces is how many places are told to a person.
const mostPlaces = 5

func (at NeededAt) words(written string) string {
	place := at.Document
	if at.At != "" {
		place += ":" + at.At
	}
	if written == "" {
		return fmt.Sprintf("%s, in %s", place, at.Part)
	}
	return fmt.Sprintf("%s, %s in %s", place, written, at.Part)
}

func neededBy(ids []string, all int) string {
	const most = 3
	text := fmt.Sprintf("%s of %s: ", number(len(ids)), count(all, "case"))
	if len(ids) <= most {
		return text + enumerate(ids)
	}
	return text + enumerate(append(ids[:most-1:most-1], number(len(ids)-most+1)+" more"))
}

func (p *page) unneeded(values []Unneeded) {
	if len(values) == 0 {
		return
	}
	p.blank()
	p.text(0, bold, "Given, and needed by none of these sheets:")
	for _, v := range values {
		line := fmt.Sprintf("%s, from %s", v.Name, v.From)
		if v.DidYouMean != "" {
			line += fmt.Sprintf("; did you mean %q?", v.DidYouMean)
		}
		p.text(causeIndent, plain, inert(line))
	}
}
