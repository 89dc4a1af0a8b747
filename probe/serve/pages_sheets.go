package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

// documentsShown is how many documents the page lists; the API lists all.
const documentsShown = 500

type sheetRow struct {
	Name, Href       string
	Schedules        string
	Sheets           int
	Errors, Warnings int
	Problem          string
	Changed          moment
	By               string
}

type sheetsBody struct {
	Rows, Uploads []sheetRow
	Complete      bool
	Left          int
	Limit         string
}

// sheets lists the documents of all schedules, those with errors first, and those that somebody handed in.
func (p *pages) sheets(r *http.Request) (string, page, error) {
	if _, err := parameters(r); err != nil {
		return "", page{}, err
	}
	library, schedules := p.server.library()
	all, complete := p.server.shelf.documents(r.Context(), library, schedules)
	uploads, err := p.server.options.Store.Uploads(r.Context())
	if err != nil {
		return "", page{}, err
	}
	body := sheetsBody{Complete: complete, Left: max(0, len(all)-documentsShown), Limit: sizeWord(p.server.uploadLimit())}
	for i := range all[:len(all)-body.Left] {
		d := &all[i]
		body.Rows = append(body.Rows, sheetRow{
			Name: report.Shown(d.Name), Href: sheetHref(d.ID), Schedules: strings.Join(d.Schedules, ", "), Sheets: len(d.Sheets), Errors: d.Errors, Warnings: d.Warnings,
			Problem: report.Shown(d.Problem), Changed: momentOf(d.Changed.UTC()),
		})
	}
	for i := range uploads {
		u := &uploads[i]
		body.Uploads = append(body.Uploads, sheetRow{Name: report.Shown(u.Name), Href: sheetHref(u.ID), Changed: momentOf(u.At), By: report.Shown(u.By)})
	}
	return "sheets", page{Title: "Sheets", Body: body}, nil
}

func sizeWord(bytes int64) string {
	if bytes%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

type sheetBody struct {
	ID, Name, Format, Digest, Size string
	Schedules                      []string
	Changed                        moment
	Problem, Lint                  string
	Errors, Warnings               int
	Sheets                         []sheetLink
	Uploaded                       bool
	By                             string
	Runs                           []runRow
}

type sheetLink struct {
	DocumentSheet

	Href    string // of its API, where a run judged it
	Verdict badge
}

// sheet shows one document, and what is wrong with it.
func (p *pages) sheet(r *http.Request) (string, page, error) {
	if _, err := parameters(r); err != nil {
		return "", page{}, err
	}
	d, upload, err := p.server.document(r.Context(), r.PathValue("id"))
	if err != nil {
		return "", page{}, err
	}
	body := sheetBody{
		ID: d.ID, Name: report.Shown(d.Name), Format: report.Shown(d.Format), Digest: d.SHA256, Size: fmt.Sprintf("%d bytes", d.Bytes), Schedules: d.Schedules, Changed: momentOf(d.Changed.UTC()),
		Problem: report.Shown(d.Problem), Lint: d.Lint, Errors: d.Errors, Warnings: d.Warnings,
	}
	if body.Sheets, err = p.sheetLinks(r.Context(), d); err != nil {
		return "", page{}, err
	}
	if upload != nil {
		body.Uploaded, body.By = true, report.Shown(upload.By)
		runs, err := p.server.options.Store.List(r.Context(), history.Query{Schedule: uploadPrefix + d.ID, Limit: 10})
		if err != nil {
			return "", page{}, err
		}
		for i, e := range runs {
			body.Runs = append(body.Runs, runRowOf(e, runs[i+1:]))
		}
	}
	return "sheet", page{Title: body.Name, Live: upload != nil, Body: body}, nil
}

func (p *pages) sheetLinks(ctx context.Context, d shelved) ([]sheetLink, error) {
	var all []sheetLink
	for _, s := range d.Sheets {
		l := sheetLink{DocumentSheet: DocumentSheet{Name: report.Shown(s.Name), Method: report.Shown(s.Method), URL: report.Shown(s.URL)}}
		if len(all) < membersShown {
			nights, err := p.server.options.Store.Nights(ctx, history.Query{API: s.API, Limit: 1})
			if err != nil {
				return nil, err
			}
			if len(nights) > 0 {
				l.Href, l.Verdict = apiHref(s.API), badgeOf(nights[0].Verdict)
			}
		}
		all = append(all, l)
	}
	return all, nil
}

// document finds one by its id; of one that was handed in, also when and by whom.
func (s *Server) document(ctx context.Context, id string) (shelved, *history.Upload, error) {
	library, schedules := s.library()
	if strings.HasPrefix(id, "up-") {
		u, content, err := s.options.Store.OpenUpload(ctx, id)
		if errors.Is(err, history.ErrNoUpload) {
			return shelved{}, nil, noDocument()
		}
		return s.shelvedUpload(u, content), &u, err
	}
	all, _ := s.shelf.documents(ctx, library, schedules)
	for _, d := range all {
		if d.ID == id {
			return d, nil, nil
		}
	}
	return shelved{}, nil, noDocument()
}

// shelvedUpload reads a document that was handed in, once.
func (s *Server) shelvedUpload(u history.Upload, content []byte) shelved {
	d := shelved{ID: u.ID, Name: u.Name, SHA256: u.SHA256, Bytes: u.Bytes, Changed: u.At}
	if library, _ := s.library(); library.Read != nil {
		d.Document = s.shelf.read(library, u.Name, content)
	}
	return d
}

// documentView is a document as the API shows it.
type documentView struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Schedules []string        `json:"schedules"`
	SHA256    string          `json:"sha256"`
	Bytes     int             `json:"bytes"`
	Format    string          `json:"format,omitempty"`
	Changed   time.Time       `json:"changed_at,omitzero"`
	Problem   string          `json:"problem,omitempty"`
	Uploaded  *uploadedView   `json:"uploaded,omitempty"`
	Errors    int             `json:"errors"`
	Warnings  int             `json:"warnings"`
	Sheets    []DocumentSheet `json:"sheets"`
	Lint      json.RawMessage `json:"lint,omitempty"`
}

type uploadedView struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
}

func documentViewOf(d *shelved) documentView {
	return documentView{
		ID: d.ID, Name: d.Name, Schedules: orNone(d.Schedules), SHA256: d.SHA256, Bytes: d.Bytes, Format: d.Format, Changed: d.Changed.UTC(), Problem: d.Problem,
		Errors: d.Errors, Warnings: d.Warnings, Sheets: orNone(d.Sheets),
	}
}

func (s *Server) lintedUpload(u history.Upload, content []byte) documentView {
	d := s.shelvedUpload(u, content)
	v := documentViewOf(&d)
	v.Uploaded, v.Lint = &uploadedView{u.At, u.By}, d.LintJSON
	return v
}

func (s *Server) listSheets(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	library, schedules := s.library()
	all, complete := s.shelf.documents(r.Context(), library, schedules)
	uploads, err := s.options.Store.Uploads(r.Context())
	if err != nil {
		return err
	}
	views := make([]documentView, 0, len(all)+len(uploads))
	for i := range all {
		views = append(views, documentViewOf(&all[i]))
	}
	for _, u := range uploads { // what is in them is told of each alone
		v := documentViewOf(&shelved{ID: u.ID, Name: u.Name, SHA256: u.SHA256, Bytes: u.Bytes, Changed: u.At})
		v.Uploaded = &uploadedView{u.At, u.By}
		views = append(views, v)
	}
	answer(w, http.StatusOK, map[string]any{"sheets": views, "complete": complete})
	return nil
}

func (s *Server) showSheet(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	d, upload, err := s.document(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := documentViewOf(&d)
	v.Lint = d.LintJSON
	if upload != nil {
		v.Uploaded = &uploadedView{upload.At, upload.By}
	}
	answer(w, http.StatusOK, v)
	return nil
}
