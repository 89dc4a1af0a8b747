package serve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/queue"
)

// The limits of what is handed in.
const (
	DefaultUpload = 10 << 20 // bytes of a document
	mostUploads   = 200
	formRoom      = 16 << 10 // of a form, beside the document
	mostName      = 200
)

// uploadPrefix begins the name of the schedule that tries an uploaded document. No schedule of a configuration can be named so.
const uploadPrefix = "upload/"

// Handed is an uploaded document that a run is made of.
type Handed struct {
	Name    string // for people; nothing is opened by it
	Content []byte
}

// withHanded gives the uploaded document to runs that try one.
func (s *Server) withHanded(execute Execute) Execute {
	return func(ctx context.Context, job Job) (*probe.Run, error) {
		if job.Schedule.Upload != "" {
			u, content, err := s.options.Store.OpenUpload(ctx, job.Schedule.Upload)
			if err != nil {
				return nil, err
			}
			job.Handed = &Handed{Name: u.Name, Content: content}
		}
		return execute(ctx, job)
	}
}

// keep keeps a document that somebody handed in.
func (s *Server) keep(r *http.Request, name string, content []byte) (history.Upload, error) {
	if len(content) == 0 {
		return history.Upload{}, refuse(http.StatusBadRequest, "the document is empty", "choose a file")
	}
	name = plainName(name)
	if name == "" {
		return history.Upload{}, refuse(http.StatusBadRequest, "the document has no name", "name it, as in ?name=otp.txt")
	}
	sum := sha256.Sum256(content)
	u := history.Upload{
		ID: "up-" + s.options.NewRunID(), Name: name, SHA256: hex.EncodeToString(sum[:]), Bytes: len(content), By: identityOf(r).Name, At: s.options.Now().UTC().Truncate(time.Microsecond),
	}
	err := s.options.Store.AddUpload(r.Context(), u, content, mostUploads)
	if errors.Is(err, history.ErrFull) {
		return u, refuse(http.StatusConflict, fmt.Sprintf("%d documents are kept already", mostUploads), "delete one that nobody needs")
	}
	return u, err
}

// plainName is the last part of what a sender calls a file, without what acts or hides.
func plainName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name))
	for len(name) > mostName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// tooLarge says why a document did not arrive.
func tooLarge(err error, limit int64) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("the document is larger than %d bytes", limit), "raise serve.upload-limit where that is right")
	}
	return refuse(http.StatusBadRequest, "the document did not arrive whole", "send it again")
}

// noDocument says that there is none of an id.
func noDocument() error {
	return refuse(http.StatusNotFound, "there is no such document", "see /api/v1/sheets")
}

// tryUpload has a run of an uploaded document made, and returns its id; of one that is not over that id, with ErrBusy.
func (s *Server) tryUpload(ctx context.Context, id string) (runID string, err error) {
	all, err := s.options.Store.Uploads(ctx)
	if err != nil {
		return "", err
	}
	if !hasUpload(all, id) {
		return "", noDocument()
	}
	s.mu.Lock()
	stopping := s.stopping || s.running == nil
	s.mu.Unlock()
	if stopping {
		return "", ErrStopping
	}
	runID, err = s.put(Schedule{Name: uploadPrefix + id, Upload: id}, byRequest, time.Time{})
	var busy *queue.BusyError
	if errors.As(err, &busy) {
		return busy.RunID, ErrBusy
	}
	return runID, err
}

func hasUpload(all []history.Upload, id string) bool {
	for i := range all {
		if all[i].ID == id {
			return true
		}
	}
	return false
}

// deleteUpload deletes an uploaded document; its runs stay.
func (s *Server) deleteUpload(ctx context.Context, id string) error {
	err := s.options.Store.DeleteUpload(ctx, id)
	if errors.Is(err, history.ErrNoUpload) {
		return noDocument()
	}
	s.metrics.forget(uploadPrefix + id)
	return err
}

// uploadLimit is how large a document may be.
func (s *Server) uploadLimit() int64 {
	if s.options.UploadLimit > 0 {
		return s.options.UploadLimit
	}
	return DefaultUpload
}

// routeUploads are what a form asks for. Each answers with the page to go on to.
func (p *pages) routeUploads(t *router) {
	for pattern, do := range map[string]func(*http.Request) (next string, err error){
		"POST /sheets":               p.upload,
		"POST /sheets/{id}/run":      p.tryOne,
		"POST /sheets/{id}/delete":   p.deleteOne,
		"POST /schedules/{name}/run": p.runOne,
	} {
		limit := int64(0)
		if pattern == "POST /sheets" {
			limit = p.server.uploadLimit() + formRoom
		}
		t.add(route{pattern: pattern, role: access.Operator, body: limit, handle: func(w http.ResponseWriter, r *http.Request) {
			next, err := do(r)
			if err != nil {
				p.show(w, r, func(*http.Request) (string, page, error) { return "", page{}, err })
				return
			}
			http.Redirect(w, r, next, http.StatusSeeOther)
		}})
	}
}

// upload takes the document of a form.
func (p *pages) upload(r *http.Request) (string, error) {
	limit := p.server.uploadLimit()
	if err := r.ParseMultipartForm(maxInMemory); err != nil {
		return "", tooLarge(err, limit)
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	file, header, err := r.FormFile("document")
	if err != nil {
		return "", refuse(http.StatusBadRequest, "no document was chosen", "choose a file")
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil || int64(len(content)) > limit {
		return "", tooLarge(&http.MaxBytesError{Limit: limit}, limit)
	}
	u, err := p.server.keep(r, header.Filename, content)
	return sheetHref(u.ID), err
}

func sheetHref(id string) string { return "/sheets/" + url.PathEscape(id) }

func (p *pages) tryOne(r *http.Request) (string, error) {
	runID, err := p.server.tryUpload(r.Context(), r.PathValue("id"))
	return p.begun(r, runID, err)
}

func (p *pages) runOne(r *http.Request) (string, error) {
	runID, err := p.server.RunNow(r.PathValue("name"))
	return p.begun(r, runID, err)
}

// begun leads to a run, also to one that was begun before.
func (p *pages) begun(r *http.Request, runID string, err error) (string, error) {
	switch {
	case err == nil:
		p.server.hadMade(r, runID)
	case !errors.Is(err, ErrBusy):
		return "", asProblem(runID, err)
	}
	return runHref(runID), nil
}

func (p *pages) deleteOne(r *http.Request) (string, error) {
	return "/sheets", p.server.deleteUpload(r.Context(), r.PathValue("id"))
}

// asProblem says why a run is not begun.
func asProblem(runID string, err error) error {
	switch {
	case errors.Is(err, ErrNoSchedule):
		return refuse(http.StatusNotFound, "there is no such schedule", "see /api/v1/schedules")
	case errors.Is(err, ErrBusy):
		return &wrong{problemDetails{Status: http.StatusConflict, Detail: "a run of it is not over; wait for it", RunID: runID}}
	case errors.Is(err, ErrStopping):
		return refuse(http.StatusServiceUnavailable, "the server is starting or stopping", "ask again later")
	}
	return err
}

// uploadSheet takes a document as a body.
func (s *Server) uploadSheet(w http.ResponseWriter, r *http.Request) error {
	values, err := parameters(r, "name")
	if err != nil {
		return err
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/octet-stream" {
		return refuse(http.StatusUnsupportedMediaType, "the body has to be the document as it is", "send Content-Type: application/octet-stream")
	}
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return tooLarge(err, s.uploadLimit())
	}
	u, err := s.keep(r, values.Get("name"), content)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1"+sheetHref(u.ID))
	answer(w, http.StatusCreated, s.lintedUpload(u, content))
	return nil
}

func (s *Server) runSheet(w http.ResponseWriter, r *http.Request) error {
	if err := emptyJSON(r); err != nil {
		return err
	}
	runID, err := s.tryUpload(r.Context(), r.PathValue("id"))
	if err != nil {
		return asProblem(runID, err)
	}
	s.hadMade(r, runID)
	w.Header().Set("Location", "/api/v1"+runHref(runID))
	answer(w, http.StatusAccepted, map[string]string{"run_id": runID})
	return nil
}

func (s *Server) deleteSheet(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	if err := s.deleteUpload(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
