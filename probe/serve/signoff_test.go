package serve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/idp"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
	"github.com/sheetprobe/sheetprobe/probe/ledger"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

func serverSigner(t testing.TB) attest.Signer {
	t.Helper()
	key, err := attest.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{7}, 32)))
	require.NoError(t, err)
	return key
}

func ledgerOf(t testing.TB, o *Options) ledger.Store {
	t.Helper()
	store, ok := o.Store.(*sqlstore.Store)
	require.True(t, ok)
	return store.Ledger()
}

const pointSheet = `name: Find a pickup point
method: GET
url: https://api-sit.parcelway.test/points/v1/PT-11
success_response: {pointId: PT-11, city: Ghent}
`

// pointRun is a run of the sheet; where it deviates, the city is missing.
func pointRun(t testing.TB, id string, deviates bool) *probe.Run {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.Method != http.MethodGet:
			w.WriteHeader(http.StatusMethodNotAllowed)
		case deviates:
			_, _ = w.Write([]byte(`{"pointId": "PT-11"}`))
		default:
			_, _ = w.Write([]byte(`{"pointId": "PT-11", "city": "Ghent"}`))
		}
	}))
	defer server.Close()
	readings := engine.Read([]sheet.Input{{Name: "pickup.yaml", Data: []byte(pointSheet)}})
	run, err := engine.Run(t.Context(), readings, engine.Options{BaseURL: server.URL, RunID: id, Tool: probe.Tool{Name: "sheetprobe", Version: "test", RulesVersion: probe.RulesVersion}})
	require.NoError(t, err)
	run.Schedule = "nightly"
	return run
}

// deskHouse is a house with a run to sign off; its other approver is ben.
func deskHouse(t *testing.T, deviates bool, change func(*signoff.Policy, *Options)) *house {
	t.Helper()
	policy := signoff.DefaultPolicy()
	policy.CleanNights, policy.TLSDays, policy.Skipped = 0, 0, signoff.ChecklistIDs()
	h := newHouseOf(t, nil, func(b *bench, o *Options) {
		o.Tool.RulesVersion = probe.RulesVersion
		if change != nil {
			change(&policy, o)
		}
		b.gate = Gate{Policy: policy, NotStaging: send.NotStaging}
		b.library = Library{
			Sources: func([]string) []Source {
				return []Source{{Name: "pickup.yaml", Open: func() ([]byte, error) { return []byte(pointSheet), nil }}}
			},
			Read: func(string, []byte) Document { return Document{} },
		}
	})
	require.NoError(t, h.authority.AddUser(t.Context(), "ben", password, access.Approver, access.Actor{}))
	require.NoError(t, h.store.Finish(t.Context(), pointRun(t, "night-1", deviates)))
	return h
}

// seat is somebody at a browser.
type seat struct {
	h      *house
	cookie *http.Cookie
	form   string
}

func (h *house) seat(t *testing.T, name string) *seat {
	t.Helper()
	cookie, form := h.session(t, access.Role(name))
	return &seat{h, cookie, form}
}

func (s *seat) get(path string) *httptest.ResponseRecorder {
	r := request(http.MethodGet, path, nil)
	r.AddCookie(s.cookie)
	return s.h.ask(r)
}

func (s *seat) post(path string, form url.Values) *httptest.ResponseRecorder {
	form.Set("form_token", s.form)
	r := request(http.MethodPost, path, form)
	r.AddCookie(s.cookie)
	return s.h.ask(r)
}

// shown is what the page says is approved.
func (s *seat) shown(t *testing.T, run string) string {
	t.Helper()
	page := s.get("/signoff/" + run)
	require.Equal(t, http.StatusOK, page.Code, page.Body)
	found := regexp.MustCompile(`<dt>Approving</dt><dd><code>([0-9a-f]{64})</code>`).FindStringSubmatch(page.Body.String())
	require.Len(t, found, 2, page.Body)
	return found[1]
}

func (s *seat) approve(t *testing.T, run, password string) *httptest.ResponseRecorder {
	t.Helper()
	return s.post("/signoff/"+run+"/approve", url.Values{"shown": {s.shown(t, run)}, "password": {password}, "comment": {"looked  at\nit"}})
}

func (s *seat) view(t *testing.T, run string) *signoffView {
	t.Helper()
	w := s.get("/api/v1/signoff/runs/" + run)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	v := &signoffView{}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), v))
	return v
}

// audited are the actions of the log that are about sign-offs.
func (h *house) audited(t *testing.T) string {
	t.Helper()
	var all []string
	_, err := access.Verify(h.authority.Log(t.Context()))
	require.NoError(t, err)
	entries, err := h.authority.Last(t.Context(), 1000)
	require.NoError(t, err)
	for _, e := range entries {
		all = append(all, fmt.Sprintf("%s %s %s %s %s", e.Who, e.Means, e.Action, e.Subject, e.Result))
	}
	return strings.Join(all, "\n")
}

func verified(t *testing.T, file []byte, bundle []byte, now time.Time) *evidence.Verification {
	t.Helper()
	return evidence.Verify(evidence.Sources{
		File: evidence.Source{Name: "f", Data: file}, Servers: []attest.PublicKey{serverSigner(t).Public()}, Revoked: []attest.PublicKey{}, At: now,
		Bundle: &evidence.Source{Name: "b", Data: bundle}, Tool: probe.Tool{Name: "sheetprobe", Version: "test", RulesVersion: probe.RulesVersion},
		NotStaging: send.NotStaging,
		Rejudge: func(run *probe.Run, documents []evidence.Source) (*probe.Run, []string) {
			var inputs []sheet.Input
			for _, d := range documents {
				inputs = append(inputs, sheet.Input{Name: d.Name, Data: d.Data})
			}
			return engine.Recheck(run, engine.Read(inputs), engine.Options{Tool: probe.Tool{Name: "sheetprobe", Version: "test", RulesVersion: probe.RulesVersion}})
		},
	})
}

// Two approvers approve, each with a password; what they approved holds for a third party, and a revocation takes it back without erasing it.
func TestASignOffFromEndToEnd(t *testing.T) {
	h := deskHouse(t, false, func(p *signoff.Policy, _ *Options) { p.Approvals = 2 })
	first, second := h.seat(t, "approver"), h.seat(t, "ben")
	assert.Contains(t, first.get("/signoff").Body.String(), "nobody has")
	assert.Contains(t, first.get("/runs/night-1").Body.String(), `href="/signoff/night-1"`)

	wrong := first.approve(t, "night-1", "wrong")
	assert.Equal(t, http.StatusUnprocessableEntity, wrong.Code)
	assert.Contains(t, wrong.Body.String(), "The password is wrong")
	assert.Contains(t, wrong.Body.String(), `value="looked at it"`, "the comment is not lost")
	assert.Nil(t, first.view(t, "night-1").Approved)

	require.Equal(t, http.StatusSeeOther, first.approve(t, "night-1", password).Code)
	one := first.view(t, "night-1").Approved
	require.NotNil(t, one)
	assert.Equal(t, []any{false, 1, 2}, []any{one.Released, one.Approvals, one.Needed})
	again := first.approve(t, "night-1", password)
	assert.Equal(t, http.StatusConflict, again.Code)
	assert.Contains(t, again.Body.String(), "You have approved it already")

	require.Equal(t, http.StatusSeeOther, second.approve(t, "night-1", password).Code)
	two := second.view(t, "night-1").Approved
	assert.True(t, two.Released, two.Reason)
	assert.Equal(t, one.Decision, two.Decision, "both approve the same bytes")
	assert.Contains(t, first.get("/signoff").Body.String(), "GO, 2 of 2 approve")

	const at = "/api/v1/signoff/runs/night-1/evidence?format="
	file, bundle := first.get(at+"signoff"), first.get(at+"bundle")
	v := verified(t, file.Body.Bytes(), bundle.Body.Bytes(), time.Now())
	assert.Equal(t, evidence.Holds, v.Verdict, v.Reason)
	assert.Equal(t, []string{"", "approver", "ben"}, []string{v.Signers[0].User, v.Signers[1].User, v.Signers[2].User})
	assert.Equal(t, []string{"password", "looked at it", "probe.example"}, []string{v.Signers[1].Means, v.Signers[1].Comment, v.Signers[1].Server})
	document := first.get(at + "html").Body.String()
	assert.Contains(t, document, "approved at the server probe.example by password")
	assert.True(t, bytes.HasPrefix(first.get(at+"pdf").Body.Bytes(), []byte("%PDF-")))

	revoked := first.post("/signoff/night-1/revoke", url.Values{"approval": {two.By[1].Approval}, "reason": {"the letter was forged"}})
	require.Equal(t, http.StatusSeeOther, revoked.Code, revoked.Body)
	left := first.view(t, "night-1").Approved
	assert.Equal(t, []any{false, 1, true, two.By[1].Approval}, []any{left.Released, left.Approvals, left.By[1].Revoked, left.By[1].Approval})
	assert.Contains(t, left.By[1].Why, `"approver" revoked it`)
	v = verified(t, first.get(at+"signoff").Body.Bytes(), bundle.Body.Bytes(), time.Now())
	assert.Equal(t, evidence.Refused, v.Verdict)
	assert.Contains(t, v.Reason, "1 person approves, and 2 are needed")
	assert.Equal(t, http.StatusConflict, first.post("/signoff/night-1/revoke", url.Values{"approval": {two.By[1].Approval}, "reason": {"x"}}).Code)
	assert.Equal(t, http.StatusSeeOther, second.approve(t, "night-1", password).Code, "who was revoked can approve anew")

	log := h.audited(t)
	assert.Contains(t, log, "approver password signoff.approve run night-1, decision "+two.Decision+", approval "+two.By[0].Approval)
	assert.Contains(t, log, "approver session signoff.revoke run night-1, approval "+two.By[1].Approval)
	assert.Contains(t, log, "reauthenticate approver refused: wrong name or password")
	assert.NotContains(t, file.Body.String()+log, password)
	assert.Equal(t, 5, strings.Count(first.get("/api/v1/signoff/ledger").Body.String(), "\n"))
}

func TestWhatIsNotApproved(t *testing.T) {
	for name, c := range map[string]struct {
		deviates bool
		policy   func(*signoff.Policy, *Options)
		before   func(t *testing.T, h *house, s *seat)
		change   func(form url.Values)
		status   int
		says     string
	}{
		"what was not shown": {change: func(f url.Values) { f.Set("shown", strings.Repeat("0", 64)) }, status: 409, says: "not what was shown"},
		"nothing":            {change: func(f url.Values) { f.Del("shown") }, status: 409, says: "not what was shown"},
		"NO-GO":              {deviates: true, status: 409, says: "NO-GO, which is nothing to approve"},
		"a newer run is there": {before: func(t *testing.T, h *house, _ *seat) {
			t.Helper()
			require.NoError(t, h.store.Finish(t.Context(), pointRun(t, "night-2", false)))
		}, status: 409, says: "is newer"},
		"a waiver came meanwhile": {before: func(t *testing.T, _ *house, s *seat) {
			t.Helper()
			waived := s.post("/signoff/night-1/waivers", url.Values{"fingerprint": {"0011223344556677"}, "reason": {"x"}, "owner": {"x"}, "expires": {tomorrow()}})
			require.Equal(t, http.StatusSeeOther, waived.Code, waived.Body)
		}, status: 409, says: "not what was shown"},
		"none of the approvers": {policy: func(p *signoff.Policy, _ *Options) {
			p.Approvers = []signoff.Approver{{Name: "Ben", Users: []string{"ben"}}}
		}, status: 403, says: "none of the approvers"},
		"too much said": {change: func(f url.Values) { f.Set("comment", strings.Repeat("x", 501)) }, status: 400, says: "more than 500 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			h := deskHouse(t, c.deviates, c.policy)
			s := h.seat(t, "approver")
			form := url.Values{"shown": {s.shown(t, "night-1")}, "password": {password}}
			if c.before != nil {
				c.before(t, h, s)
			}
			if c.change != nil {
				c.change(form)
			}
			w := s.post("/signoff/night-1/approve", form)
			assert.Equal(t, c.status, w.Code)
			assert.Contains(t, w.Body.String(), c.says)
			assert.Nil(t, s.view(t, "night-1").Approved)
			assert.NotContains(t, h.audited(t), "signoff.approve")
		})
	}
}

func tomorrow() string { return time.Now().UTC().Add(24 * time.Hour).Format(time.DateOnly) }

func asJSON(r *http.Request, token, body string) *http.Request {
	again := httptest.NewRequestWithContext(r.Context(), r.Method, r.URL.String(), strings.NewReader(body))
	again.Host = r.Host
	again.Header.Set("Content-Type", "application/json")
	again.Header.Set("Authorization", "Bearer "+token)
	return again
}

// A token is something that gets lost: alone it approves nothing, unless that is configured.
func TestATokenAloneApprovesNothing(t *testing.T) {
	for _, lets := range []bool{false, true} {
		h := deskHouse(t, false, func(_ *signoff.Policy, o *Options) {
			o.Desk = Desk{Ledger: ledgerOf(t, o), Signer: serverSigner(t), Name: "probe.example", Tokens: lets}
		})
		s := h.seat(t, "approver")
		body := fmt.Sprintf(`{"shown": %q, "password": %q}`, s.shown(t, "night-1"), password)
		w := h.ask(asJSON(request(http.MethodPost, "/api/v1/signoff/runs/night-1/approvals", nil), h.tokens[access.Approver], body))
		if lets {
			require.Equal(t, http.StatusCreated, w.Code, w.Body)
			assert.Equal(t, "token", s.view(t, "night-1").Approved.By[0].Means)
			continue
		}
		assert.Equal(t, http.StatusForbidden, w.Code)
		assert.Contains(t, w.Body.String(), "a token alone approves nothing")
		assert.Nil(t, s.view(t, "night-1").Approved)
	}
}

// Who waived something, or had the run made, is not the only one who approves where the policy demands four eyes.
func TestFourEyes(t *testing.T) {
	h := deskHouse(t, true, func(p *signoff.Policy, _ *Options) { p.FourEyes = true })
	waiving, other := h.seat(t, "approver"), h.seat(t, "ben")
	page := waiving.get("/signoff/night-1").Body.String()
	fingerprint := regexp.MustCompile(`\?waive=([0-9a-f]{16})#waive`).FindStringSubmatch(page)
	require.Len(t, fingerprint, 2)
	assert.Contains(t, waiving.get("/signoff/night-1?waive="+fingerprint[1]).Body.String(), `value="`+fingerprint[1]+`"`)
	form := url.Values{"fingerprint": {fingerprint[1]}, "reason": {"comes with 2.1"}, "owner": {"Somebody Else"}, "expires": {tomorrow()}}
	require.Equal(t, http.StatusSeeOther, waiving.post("/signoff/night-1/waivers", form).Code)
	assert.Equal(t, signoff.GoWithWaivers, waiving.view(t, "night-1").Decision.Decision.Outcome)

	require.Equal(t, http.StatusSeeOther, waiving.approve(t, "night-1", password).Code)
	alone := waiving.view(t, "night-1").Approved
	assert.False(t, alone.Released)
	assert.Contains(t, alone.Reason, "four eyes")
	require.Equal(t, http.StatusSeeOther, other.approve(t, "night-1", password).Code)
	assert.True(t, other.view(t, "night-1").Approved.Released)

	number := fmt.Sprint(1)
	require.Equal(t, http.StatusSeeOther, other.post("/signoff/night-1/withdraw", url.Values{"number": {number}}).Code)
	v := other.view(t, "night-1")
	assert.Equal(t, signoff.NoGo, v.Decision.Decision.Outcome)
	assert.Nil(t, v.Approved, "what rests on a waiver that was withdrawn is approved no more")
	require.Len(t, v.Earlier, 1)
	assert.Equal(t, http.StatusNotFound, other.post("/signoff/night-1/withdraw", url.Values{"number": {number}}).Code)
	var kept struct {
		Waivers []waiverView `json:"waivers"`
	}
	require.NoError(t, json.Unmarshal(other.get("/api/v1/signoff/waivers").Body.Bytes(), &kept))
	require.Len(t, kept.Waivers, 1)
	assert.Equal(t, []string{"approver", "ben"}, []string{kept.Waivers[0].By, kept.Waivers[0].Withdrawn.By})
}

func TestWhoHadTheRunMadeIsInvolved(t *testing.T) {
	h := deskHouse(t, false, func(p *signoff.Policy, _ *Options) { p.FourEyes = true })
	s := h.seat(t, "approver")
	r := request(http.MethodPost, "/x", nil)
	h.hadMade(withVisitor(r, visitorOf(access.Identity{Name: "approver", Role: access.Approver, Means: access.BySession}, nil)), "night-1")
	require.Equal(t, http.StatusSeeOther, s.approve(t, "night-1", password).Code)
	v := s.view(t, "night-1")
	assert.Equal(t, "approver", v.Decision.BegunBy)
	assert.False(t, v.Approved.Released)
}

func TestWhatCountsForNothingIsNotWrittenDown(t *testing.T) {
	h := deskHouse(t, false, nil)
	s := h.seat(t, "operator")
	for name, c := range map[string]struct {
		to   string
		form url.Values
		says string
	}{
		"a waiver of our environment": {"waivers", url.Values{"rule": {"setup.dns"}, "api": {"*"}, "reason": {"x"}, "owner": {"x"}, "expires": {tomorrow()}}, "would count for nothing"},
		"a waiver without an end":     {"waivers", url.Values{"fingerprint": {"0011223344556677"}, "reason": {"x"}, "owner": {"x"}}, "`expires` has to be a day"},
		"a waiver for ever":           {"waivers", url.Values{"fingerprint": {"0011223344556677"}, "reason": {"x"}, "owner": {"x"}, "expires": {"2099-01-01"}}, "more than 180 days"},
		"in the name of another":      {"attestations", url.Values{"item": {"access"}, "by": {"approver"}, "until": {tomorrow()}}, "in their own name"},
		"an item that is none":        {"attestations", url.Values{"item": {"x"}, "until": {tomorrow()}}, "no item of the checklist"},
	} {
		t.Run(name, func(t *testing.T) {
			w := s.post("/signoff/night-1/"+c.to, c.form)
			assert.Equal(t, http.StatusBadRequest, w.Code)
			assert.Contains(t, strings.ReplaceAll(w.Body.String(), "&#34;", `"`), c.says)
		})
	}
	assert.Empty(t, s.get("/api/v1/signoff/ledger").Body.String())
	require.Equal(t, http.StatusSeeOther, s.post("/signoff/night-1/attestations", url.Values{"item": {"access"}, "until": {tomorrow()}}).Code)
	assert.Equal(t, "operator", s.view(t, "night-1").Decision.Attestations[0].By)
	assert.Equal(t, http.StatusForbidden, s.post("/signoff/night-1/approve", url.Values{}).Code)
	assert.Equal(t, http.StatusForbidden, s.post("/signoff/night-1/revoke", url.Values{}).Code)
}

// Many who approve at a time get one decision, each once, and whoever was overtaken is told.
func TestManyApproveAtATime(t *testing.T) {
	h := deskHouse(t, false, func(p *signoff.Policy, _ *Options) { p.Approvals = 2 })
	seats := []*seat{h.seat(t, "approver"), h.seat(t, "ben")}
	var working sync.WaitGroup
	for _, s := range seats {
		shown := s.shown(t, "night-1")
		for range 3 {
			working.Go(func() {
				w := s.post("/signoff/night-1/approve", url.Values{"shown": {shown}, "password": {password}})
				assert.Contains(t, []int{http.StatusSeeOther, http.StatusConflict}, w.Code, w.Body)
			})
		}
	}
	working.Wait()
	for _, s := range seats {
		if w := s.approve(t, "night-1", password); w.Code != http.StatusSeeOther {
			assert.Contains(t, w.Body.String(), "approved it already")
		}
	}
	v := seats[0].view(t, "night-1")
	assert.Empty(t, v.Earlier)
	assert.Len(t, v.Approved.By, 2)
	assert.True(t, v.Approved.Released)
}

// Whoever logs in at an OpenID provider is asked there again, and the provider has to say that it did.
func TestAnApprovalByAProofOfTheProvider(t *testing.T) {
	for name, c := range map[string]struct {
		claims map[string]any
		status int
		says   string
	}{
		"asked anew":    {map[string]any{"sub": "u-9", "auth_time": time.Now().Unix()}, http.StatusSeeOther, ""},
		"known before":  {map[string]any{"sub": "u-9", "auth_time": time.Now().Add(-time.Hour).Unix()}, 403, "did not ask for a proof anew"},
		"does not say":  {map[string]any{"sub": "u-9"}, 403, "did not ask for a proof anew"},
		"somebody else": {map[string]any{"sub": "u-8", "auth_time": time.Now().Unix()}, 403, "you are somebody else"},
		"nobody":        {nil, 403, "gave no proof"},
	} {
		t.Run(name, func(t *testing.T) {
			h, p := deskWithProvider(t)
			p.Admit(map[string]any{"sub": "u-9", "preferred_username": "eve", "groups": []string{"signers"}}, nil)
			to, flow := h.away(t, "/")
			entered := h.back(to, flow)
			s := &seat{h: h}
			for _, cookie := range entered.Result().Cookies() {
				if cookie.Name == "sheetprobe" {
					s.cookie = cookie
				}
			}
			require.NotNil(t, s.cookie, entered.Body)
			page := s.get("/signoff/night-1").Body.String()
			assert.NotContains(t, page, `type="password"`)
			s.form = regexp.MustCompile(`name="form_token" value="([^"]+)"`).FindStringSubmatch(page)[1]
			w := s.approve(t, "night-1", "")
			require.Equal(t, http.StatusOK, w.Code, w.Body)
			link := regexp.MustCompile(`href="([^"]+)" id="onward"`).FindStringSubmatch(w.Body.String())
			require.Len(t, link, 2)
			onward, err := url.Parse(html.UnescapeString(link[1]))
			require.NoError(t, err)
			assert.Equal(t, []string{"login", "0"}, []string{onward.Query().Get("prompt"), onward.Query().Get("max_age")})
			p.Admit(c.claims, nil)
			back := h.follow(t, onward)
			r := request(http.MethodGet, back.RequestURI(), nil)
			r.AddCookie(s.cookie)
			r.AddCookie(w.Result().Cookies()[0])
			done := h.ask(r)
			assert.Equal(t, c.status, done.Code, done.Body)
			assert.Contains(t, done.Body.String(), c.says)
			if approved := s.view(t, "night-1").Approved; c.status == http.StatusSeeOther {
				assert.Equal(t, "openid", approved.By[0].Means)
			} else {
				assert.Nil(t, approved)
			}
		})
	}
}

// deskWithProvider is deskHouse with an OpenID provider, whose group of signers approves.
func deskWithProvider(t *testing.T) (*house, *idp.Provider) {
	t.Helper()
	p, err := idp.Start()
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return deskHouse(t, false, func(_ *signoff.Policy, o *Options) {
		o.Access.OIDC = &OIDC{
			Issuer: p.URL, ClientID: idp.ClientID, ClientSecret: idp.ClientSecret, PublicURL: "http://127.0.0.1:8470", Roles: map[string]access.Role{"signers": access.Approver},
		}
	}), p
}
