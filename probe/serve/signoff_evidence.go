package serve

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
)

// evidence hands out what was approved: the signed decision, its bundle, or a print of it.
func (s *Server) evidence(w http.ResponseWriter, r *http.Request) error {
	values, err := parameters(r, "format", "decision")
	if err != nil {
		return err
	}
	b, err := s.board(r.Context())
	if err != nil {
		return err
	}
	var found *dossier
	for _, d := range b.dossiers[r.PathValue("id")] {
		if wanted := values.Get("decision"); wanted == "" || wanted == d.Decision {
			found = d
		}
	}
	if found == nil {
		return refuse(http.StatusNotFound, "nobody has approved such a decision of the run", "see /signoff/"+r.PathValue("id"))
	}
	return s.hand(w, r, found, values.Get("format"))
}

func (s *Server) hand(w http.ResponseWriter, r *http.Request, d *dossier, format string) error {
	name, h := fileName(r.PathValue("id")), w.Header()
	if format == "bundle" {
		bundle, err := s.book.File(r.Context(), d.Bundle)
		if err != nil {
			return err
		}
		attached(h, "application/zip", name+".zip")
		_, _ = w.Write(bundle)
		return nil
	}
	file, err := s.file(r.Context(), d)
	if err != nil {
		return err
	}
	if format == "" || format == "signoff" {
		attached(h, "application/jsonl", name+".signoff")
		_, _ = w.Write(file)
		return nil
	}
	paper, err := evidence.Paper(file, nil, []attest.PublicKey{s.options.Desk.Signer.Public()})
	if err != nil {
		return err
	}
	var out bytes.Buffer
	switch format {
	case "html":
		err = paper.WriteHTML(&out)
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	case "pdf":
		err = paper.WritePDF(&out)
		attached(h, "application/pdf", name+".pdf")
	default:
		err = refuse(http.StatusBadRequest, fmt.Sprintf("no format is named %q", format), "known are: signoff, bundle, html, pdf")
	}
	if err == nil {
		_, _ = out.WriteTo(w)
	}
	return err
}

func attached(h http.Header, kind, name string) {
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// fileName is the id of a run as every system can store it.
func fileName(runID string) string {
	name := []byte(runID)
	for i, c := range name {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_') {
			name[i] = '_'
		}
	}
	return string(name[:min(len(name), 100)])
}
