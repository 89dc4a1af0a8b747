package serve

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

const another = "another correct horse"

func TestSomebodyChangesTheOwnPassword(t *testing.T) {
	h := newHouse(t, nil)
	cookie, form := h.session(t, access.Viewer)
	elsewhere, _ := h.session(t, access.Viewer)
	change := func(old, now, again string) (int, string) {
		r := request(http.MethodPost, "/account", url.Values{"form_token": {form}, "old": {old}, "new": {now}, "again": {again}})
		r.AddCookie(cookie)
		w := h.ask(r)
		return w.Code, w.Body.String()
	}
	for _, c := range []struct {
		old, now, again string
		status          int
		says            string
	}{
		{password, another, another + "x", 400, "not the same twice"},
		{password, "short", "short", 400, "The password has fewer than 12 characters."},
		{another, another, another, 403, "The present password is wrong."},
	} {
		status, page := change(c.old, c.now, c.again)
		assert.Equal(t, c.status, status)
		assert.Contains(t, page, c.says)
		assert.NotContains(t, page, another, "no password is shown")
	}
	r := request(http.MethodPost, "/account", url.Values{"old": {password}, "new": {another}, "again": {another}})
	r.AddCookie(cookie)
	assert.Equal(t, http.StatusForbidden, h.ask(r).Code, "the form of another page")
	assert.Equal(t, http.StatusSeeOther, h.submit("viewer", password, "/").Code, "nothing has changed so far")

	status, _ := change(password, another, another)
	assert.Equal(t, http.StatusSeeOther, status)
	for _, ended := range []*http.Cookie{cookie, elsewhere} {
		r := request(http.MethodGet, "/runs", nil)
		r.AddCookie(ended)
		assert.Equal(t, "/login?next=%2Fruns", h.ask(r).Header().Get("Location"), "all sessions have ended")
	}
	assert.Equal(t, http.StatusUnauthorized, h.submit("viewer", password, "/").Code)
	assert.Equal(t, http.StatusSeeOther, h.submit("viewer", another, "/").Code)
}

func TestAGuessedPasswordIsNotChangedByGuessing(t *testing.T) {
	h := newHouse(t, nil)
	cookie, form := h.session(t, access.Viewer)
	var last int
	for i := range 4 {
		r := request(http.MethodPost, "/account", url.Values{"form_token": {form}, "old": {fmt.Sprint("wrong ", i)}, "new": {another}, "again": {another}})
		r.AddCookie(cookie)
		last = h.ask(r).Code
	}
	assert.Equal(t, http.StatusTooManyRequests, last)
}

func TestATokenHasNoPassword(t *testing.T) {
	h := newHouse(t, nil)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		r := request(method, "/account", url.Values{"old": {password}, "new": {another}, "again": {another}})
		r.Header.Set("Authorization", "Bearer "+h.tokens[access.Approver])
		assert.Contains(t, h.ask(r).Body.String(), "Passwords are changed by who logged in with one.")
	}
}

func TestWhoMaySeesTheAuditLog(t *testing.T) {
	h := newHouse(t, nil)
	for i := range 130 {
		require.NoError(t, h.authority.Record(t.Context(), access.Entry{Who: "eve", Action: "did", Subject: fmt.Sprintf("<b>thing %d</b>", i)}))
	}
	page := func(path string, role access.Role) string {
		r := request(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+h.tokens[role])
		return h.ask(r).Body.String()
	}
	first := page("/audit", access.Operator)
	last, err := h.authority.Last(t.Context(), 1)
	require.NoError(t, err)
	assert.Contains(t, first, fmt.Sprintf("%d:%s", last[0].Number, last[0].Digest))
	assert.Contains(t, first, "&lt;b&gt;thing 129&lt;/b&gt;")
	assert.NotContains(t, first, "thing 29&lt;")
	assert.Less(t, strings.Index(first, "thing 129"), strings.Index(first, "thing 128"), "the latest first")
	assert.Contains(t, first, `href="/audit"`)
	assert.Contains(t, first, `href="/audit?before=37"`)
	older := page("/audit?before=37", access.Operator)
	assert.Contains(t, older, "thing 29&lt;")
	assert.NotContains(t, older, "thing 30&lt;")
	assert.NotContains(t, older, "Older entries")
	assert.Contains(t, page("/audit?before=x", access.Operator), "no number of an entry")
	assert.NotContains(t, page("/audit", access.Viewer), "thing")
	assert.NotContains(t, page("/runs", access.Viewer), `href="/audit"`)
}

func TestAFormThatIsTooLargeIsToldFromOneOfAnotherPage(t *testing.T) {
	h := newHouse(t, nil)
	cookie, form := h.session(t, access.Operator)
	for _, tokenFirst := range []bool{true, false} {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		if tokenFirst {
			require.NoError(t, m.WriteField("form_token", form))
		}
		file, err := m.CreateFormFile("document", "x.txt")
		require.NoError(t, err)
		_, err = file.Write(make([]byte, DefaultUpload+formRoom))
		require.NoError(t, err)
		require.NoError(t, m.Close())
		r := request(http.MethodPost, "/sheets", nil)
		r.Body, r.ContentLength = io.NopCloser(&body), int64(body.Len())
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.AddCookie(cookie)
		w := h.ask(r)
		assert.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
		assert.Contains(t, w.Body.String(), "upload-limit")
	}
	r := request(http.MethodPost, "/account", url.Values{"form_token": {form}, "old": {strings.Repeat("x", smallBody)}})
	r.AddCookie(cookie)
	assert.Equal(t, http.StatusRequestEntityTooLarge, h.ask(r).Code)
}
