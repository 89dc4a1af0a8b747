package serve

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// scheduleView is a schedule as the API shows it.
type scheduleView struct {
	Name      string      `json:"name"`
	Cron      string      `json:"cron"`
	Timezone  string      `json:"timezone"`
	Jitter    string      `json:"jitter"`
	Sheets    []string    `json:"sheets"`
	Only      []string    `json:"only"`
	Skip      []string    `json:"skip"`
	Negatives []string    `json:"negatives"`
	Next      []time.Time `json:"next"`
	Missed    int         `json:"missed"` // since the server began
	Current   string      `json:"current_run,omitempty"`
	Last      *lastRun    `json:"last_run,omitempty"`
}

type lastRun struct {
	RunID       string        `json:"run_id"`
	StartedAt   time.Time     `json:"started_at"`
	FinishedAt  time.Time     `json:"finished_at,omitzero"`
	Verdict     probe.Verdict `json:"verdict"`
	Interrupted bool          `json:"interrupted,omitempty"`
	Problem     string        `json:"problem,omitempty"`
}

func (s *Server) listSchedules(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	views := []scheduleView{}
	for _, state := range s.schedules(r.Context()) {
		views = append(views, viewOf(state))
	}
	answer(w, http.StatusOK, map[string]any{"schedules": views})
	return nil
}

func viewOf(s ScheduleState) scheduleView {
	zone := s.Timezone
	if zone == "" {
		zone = "UTC"
	}
	v := scheduleView{
		Name: s.Name, Cron: s.Cron, Timezone: zone, Jitter: s.Jitter.String(), Sheets: s.Sheets, Only: orNone(s.Only), Skip: orNone(s.Skip),
		Negatives: orNone(s.Negatives), Next: orNone(s.Next), Missed: s.Missed, Current: s.Current,
	}
	if s.Last.RunID != "" {
		last := lastRun(s.Last)
		v.Last = &last
	}
	return v
}

func (s *Server) runSchedule(w http.ResponseWriter, r *http.Request) error {
	if err := emptyJSON(r); err != nil {
		return err
	}
	runID, err := s.RunNow(r.PathValue("name"))
	if err != nil {
		return asProblem(runID, err)
	}
	s.hadMade(r, runID)
	w.Header().Set("Location", "/api/v1/runs/"+url.PathEscape(runID))
	answer(w, http.StatusAccepted, map[string]string{"run_id": runID})
	return nil
}

// emptyJSON admits what a page of another origin cannot send without being asked for leave first.
func emptyJSON(r *http.Request) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "the body has to be JSON", "send Content-Type: application/json, and {} or nothing")
	}
	return emptyBody(r)
}

// emptyBody admits no body, and an object without keys.
func emptyBody(r *http.Request) error {
	var body bytes.Buffer
	if _, err := body.ReadFrom(r.Body); err != nil {
		return refuse(http.StatusRequestEntityTooLarge, "the body is too large", "send {} or nothing")
	}
	if text := bytes.TrimSpace(body.Bytes()); len(text) > 0 && !bytes.Equal(bytes.Join(bytes.Fields(text), nil), []byte("{}")) {
		return refuse(http.StatusBadRequest, "nothing is taken from the body", "send {} or nothing")
	}
	return nil
}
