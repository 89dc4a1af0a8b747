package signoff

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// ReadWaivers reads a file of waivers: a map with the list "waivers", and with "time_zone" where their days are not those of the policy. An entry that
// cannot be read counts for nothing, and is among the refusals; a file that cannot be read is an error.
func ReadWaivers(doc *source.Document) ([]Waiver, []Refusal, *Problem) {
	zone := ""
	f := file{doc: doc, what: "waivers", keys: func(zone *string) []key { return []key{{"time_zone", readZoneName(zone)}} }}
	var all []Waiver
	err := f.read(&zone, func(n *tree.Node, at string) *Problem {
		w := Waiver{Place: at, TimeZone: zone}
		err := readMap(n, "a waiver", []key{
			{"fingerprint", readText(&w.Fingerprint)},
			{"rule", readText(&w.Rule)},
			{"api", readText(&w.API)},
			{"case", readText(&w.Case)},
			{"reason", readText(&w.Reason)},
			{"owner", readText(&w.Owner)},
			{"expires", readText(&w.Expires)},
			{"time_zone", readZoneName(&w.TimeZone)},
			{"ticket", readText(&w.Ticket)},
		})
		if err == nil {
			all = append(all, w)
		}
		return err
	})
	return all, f.refused, err
}

// ReadAttestations reads a file of attestations: a map with the list "attestations".
func ReadAttestations(doc *source.Document) ([]Attestation, []Refusal, *Problem) {
	f := file{doc: doc, what: "attestations", keys: func(*string) []key { return nil }}
	var all []Attestation
	err := f.read(new(string), func(n *tree.Node, at string) *Problem {
		a := Attestation{Place: at}
		err := readMap(n, "an attestation", []key{
			{"item", readText(&a.Item)},
			{"api", readText(&a.API)},
			{"by", readText(&a.By)},
			{"on", readText(&a.On)},
			{"until", readText(&a.Until)},
			{"note", readText(&a.Note)},
		})
		if err == nil {
			all = append(all, a)
		}
		return err
	})
	return all, f.refused, err
}

func readZoneName(into *string) func(*tree.Node) *Problem {
	return func(n *tree.Node) *Problem {
		if zoneOf(n.Text) == nil {
			return problemAt(n, "use a name such as UTC or Europe/Berlin", "%q is no time zone of the IANA database", n.Written())
		}
		*into = n.Text
		return nil
	}
}

// file is one that holds a list of entries under one key.
type file struct {
	doc     *source.Document
	what    string // the key
	keys    func(zone *string) []key
	refused []Refusal
}

// read calls entry for each of the list. Keys beside the list are read before it, wherever they stand.
func (f *file) read(zone *string, entry func(n *tree.Node, at string) *Problem) *Problem {
	if strings.TrimSpace(f.doc.Text().String()) == "" {
		return nil
	}
	roots, err := tree.Parse(f.doc.Text())
	if err != nil {
		return problemOf(f.doc, err)
	}
	if len(roots) == 0 { // remarks alone
		return nil
	}
	if len(roots) > 1 {
		return &Problem{At: f.doc.Text().At(), Message: "the file holds several documents", Hint: "put all entries into one list"}
	}
	var entries *tree.Node
	keys := append(f.keys(zone), key{f.what, func(n *tree.Node) *Problem {
		if entries = n; n.Kind != nearjson.Array {
			return problemAt(n, "write each entry behind a dash", "%s must be a list", f.what)
		}
		return nil
	}})
	if roots[0].Kind == nearjson.Null {
		return nil
	}
	if err := readMap(roots[0], "the file", keys); err != nil || entries == nil {
		return err
	}
	for _, n := range entries.Items {
		at := place(f.doc.Name, n.At().At())
		if err := entry(n, at); err != nil {
			f.refused = append(f.refused, Refusal{Place: at, Why: fmt.Sprintf("%s (%s)", err.Message, place(f.doc.Name, err.At)), Hint: err.Hint})
		}
	}
	return nil
}

// problemOf is why a file cannot be parsed.
func problemOf(doc *source.Document, err error) *Problem {
	p := &Problem{At: doc.Text().At(), Message: err.Error(), Hint: "correct the YAML"}
	var e *tree.Error
	if errors.As(err, &e) {
		p.At, p.Hint = e.At, e.Hint()
	}
	return p
}
