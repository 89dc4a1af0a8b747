package engine

import (
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/answers"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// CheckOptions say how saved answers are judged.
type CheckOptions struct {
	Vars       probe.Vars
	Judge      judge.Options
	API        string        // the name or slug of the API that all answers are of; "" finds it for each answer
	Expect     probe.Outcome // what every answer has to be; "" takes any documented answer
	HTTPStatus int           // of answers that do not tell theirs; 0 leaves it unknown
	RunID      string
	Tool       probe.Tool
	Now        func() time.Time // time.Now where nil
}

// Check judges saved answers and sends nothing. Answers that belong to no sheet are named in the second result, and judged by none.
func Check(readings []sheet.Reading, saved []answers.Answer, o CheckOptions) (run *probe.Run, unmatched []string) {
	now := Options{Now: o.Now}.now
	mask := recorder(readings, o.Vars)
	run = &probe.Run{
		SchemaVersion: probe.SchemaVersion, Tool: o.Tool, RunID: o.RunID, StartedAt: now().UTC(),
		Diagnostics: masked(documentDiagnostics(readings), mask), Choices: choices(o.Judge, nil),
	}
	o.Judge.Now = run.StartedAt
	targets := checkTargets(readings)
	matched := make([][]answers.Answer, len(targets))
	for _, a := range saved {
		i := targets.find(a, o.API)
		if i < 0 {
			unmatched = append(unmatched, a.Name)
			continue
		}
		matched[i] = append(matched[i], a)
	}
	for i, t := range targets {
		if len(matched[i]) > 0 {
			run.Sheets = append(run.Sheets, o.sheet(t, matched[i], mask))
		}
	}
	run.FinishedAt = now().UTC()
	run.Summarize()
	return run, unmatched
}

func (o CheckOptions) sheet(t target, saved []answers.Answer, mask *probe.Redactor) probe.SheetResult {
	result := sheetResult(t.sheet, mask)
	j, err := judge.New(t.sheet, o.Judge)
	ids := map[string]int{}
	for _, a := range saved {
		c := o.savedCase(t, a)
		if ids[c.ID]++; ids[c.ID] > 1 {
			c.ID = fmt.Sprintf("%s-%d", c.ID, ids[c.ID])
		}
		if err != nil {
			reason := fmt.Sprintf("the documented examples could not be used: %v", err)
			result.Cases = append(result.Cases, probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Expect: c.Expect, Verdict: probe.Blocked, Reason: reason})
			continue
		}
		result.Cases = append(result.Cases, withoutSecrets(j.Decide(&c, o.exchange(a, mask)), mask))
	}
	if j != nil {
		result.Coverage = j.Coverage(result.Cases, nil)
		maskCoverage(&result, mask)
	}
	return result
}

// savedCase is the case that an answer is held against. Its id has the name of the file without the folder, which differs from machine to machine.
func (o CheckOptions) savedCase(t target, a answers.Answer) probe.Case {
	c := probe.Case{
		ID: t.slug + "/" + string(probe.FamilyAnswer) + "/" + path.Base(filepath.ToSlash(a.Name)), Title: "saved answer " + a.Name, Family: probe.FamilyAnswer,
		Expect: probe.Expectation{Outcome: probe.OutcomeUnknown, HTTPStatus: []int{}, Codes: []string{}},
	}
	c.Request.Method, c.Request.URL = t.sheet.Method, t.sheet.URL
	if a.Request.Method != "" {
		c.Request = a.Request
	}
	if o.Expect != "" {
		codes := probe.NewCodes(t.sheet)
		c.Expect = probe.Expectation{Outcome: o.Expect, HTTPStatus: codes.Statuses(o.Expect), Codes: codes.For(o.Expect)}
	}
	return c
}

func (o CheckOptions) exchange(a answers.Answer, mask *probe.Redactor) *probe.Exchange {
	mask = mask.Knowing(a.Request)
	r := a.Response
	r.Headers, r.Body = mask.Headers(r.Headers), mask.Body(r.Body)
	if r.HTTPStatus == 0 {
		r.HTTPStatus = o.HTTPStatus
	}
	return &probe.Exchange{Attempts: []probe.Attempt{}, Request: mask.Request(a.Request), Response: &r, Saved: true}
}

// target is a sheet that answers may belong to.
type target struct {
	sheet *probe.Sheet
	slug  string
}

type targets []target

func checkTargets(readings []sheet.Reading) targets {
	var all targets
	slugs := map[string]int{}
	for _, r := range readings {
		for _, s := range r.Sheets {
			all = append(all, target{s, uniqueSlug(slugs, s.Name)})
		}
	}
	return all
}

// find is the index of the sheet that an answer belongs to: the one that is named, else the one whose method and path its request has, else
// the only one; -1 where there is none, or several.
func (ts targets) find(a answers.Answer, api string) int {
	if a.API != "" {
		api = a.API
	}
	matches := func(target) bool { return true }
	switch {
	case api != "":
		matches = func(t target) bool { return strings.EqualFold(t.sheet.Name, api) || t.slug == api }
	case a.Request.URL != "":
		matches = func(t target) bool {
			return strings.EqualFold(t.sheet.Method, a.Request.Method) && samePath(t.sheet.URL, a.Request.URL)
		}
	}
	found := -1
	for i, t := range ts {
		if !matches(t) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// samePath compares paths segment by segment: the host differs from stage to stage. A placeholder stands for any one segment.
func samePath(documented, live string) bool {
	want, have := segments(documented), segments(live)
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if want[i] != have[i] && len(probe.FindPlaceholders(want[i], true)) == 0 {
			return false
		}
	}
	return true
}

func segments(address string) []string {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		_, path, _ := strings.Cut(rest, "/")
		address = path
	}
	path, _, _ := strings.Cut(address, "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, p := range parts {
		if plain, err := url.PathUnescape(p); err == nil {
			parts[i] = plain
		}
	}
	return parts
}
