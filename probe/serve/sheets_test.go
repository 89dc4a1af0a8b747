package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
)

// books is a library of documents that a test can change, and how often one was read.
type books struct {
	sources []Source
	reads   atomic.Int32
	hold    chan struct{} // reading waits for it; nil does not
}

func (b *books) library() Library {
	return Library{Sources: func([]string) []Source { return b.sources }, Read: func(name string, content []byte) Document {
		b.reads.Add(1)
		if b.hold != nil {
			<-b.hold
		}
		if strings.Contains(string(content), "panic") {
			panic("at the disco")
		}
		return Document{
			Format: "text", Errors: strings.Count(string(content), "bad"), Lint: "lint of " + name + " <script>", LintJSON: []byte(`{"documents":[]}`),
			Sheets: []DocumentSheet{{Name: "API 1", Method: "GET", URL: "https://api-sit.things.example/", API: "api-1"}},
		}
	}}
}

func book(name, content string) Source {
	return Source{Name: name, Changed: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Open: func() ([]byte, error) {
		if content == "" {
			return nil, errors.New(`cannot read "gone.txt"`)
		}
		return []byte(content), nil
	}}
}

func withBooks(t *testing.T, b *books) *bench {
	t.Helper()
	s := newBench(t, kept(t), nil, nightly(), Schedule{Name: "hourly", Cron: "5 * * * *", Sheets: []string{"x"}})
	require.NoError(t, s.Apply(Config{Schedules: []Schedule{nightly(), {Name: "hourly", Cron: "5 * * * *", Sheets: []string{"x"}}}, Execute: s.execute, Library: b.library()}))
	t.Cleanup(s.shelf.close)
	return s
}

func TestSheetsOfSchedules(t *testing.T) {
	b := &books{sources: []Source{book("sheets/otp.txt", "good"), book("sheets/find.txt", "bad bad"), book("gone.txt", ""), book("odd.txt", "panic")}}
	s := withBooks(t, b)
	page := s.ask(http.MethodGet, "/sheets", nil, "").Body.String()
	for _, text := range []string{"sheets/otp.txt", "nightly, hourly", `<b class="problem">2</b>`, "cannot read &#34;gone.txt&#34;", "a fault of sheetprobe, please report it: at the disco"} {
		assert.Contains(t, page, text)
	}
	assert.Less(t, strings.Index(page, "sheets/find.txt"), strings.Index(page, "sheets/otp.txt"), "those with errors first")
	one := s.ask(http.MethodGet, "/sheets/"+documentID("sheets/find.txt"), nil, "").Body.String()
	assert.Contains(t, one, "lint of sheets/find.txt &lt;script&gt;")
	assert.Contains(t, one, `href="/apis/api-1"`)
	assert.Equal(t, http.StatusNotFound, s.ask(http.MethodGet, "/sheets/0000", nil, "").Code)
	reads := b.reads.Load()
	s.shelf.mu.Lock()
	s.shelf.looked = time.Time{}
	s.shelf.mu.Unlock()
	_ = s.ask(http.MethodGet, "/sheets", nil, "")
	s.shelf.working.Wait()
	assert.Equal(t, reads, b.reads.Load(), "what did not change is not read again")
}

func TestNobodyWaitsForSheetsToBeRead(t *testing.T) {
	b := &books{sources: []Source{book("a.txt", "good")}, hold: make(chan struct{})}
	s := withBooks(t, b)
	assert.Contains(t, s.ask(http.MethodGet, "/sheets", nil, "").Body.String(), "Documents are still being read.")
	close(b.hold)
	s.shelf.working.Wait()
	assert.Contains(t, s.ask(http.MethodGet, "/sheets", nil, "").Body.String(), "a.txt")
}

func TestTheShelfIsBounded(t *testing.T) {
	f := newShelf(time.Now)
	b := &books{}
	for i := range mostRemembered + 50 {
		f.read(b.library(), fmt.Sprint(i), []byte("good"))
	}
	assert.Len(t, f.known, mostRemembered)
	assert.Len(t, f.order, mostRemembered)
}

// form is a document as a browser hands it in.
func form(t *testing.T, filename string, content []byte) (kind string, body string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	part, err := w.CreateFormFile("document", filename)
	require.NoError(t, err)
	_, err = part.Write(content)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return w.FormDataContentType(), out.String()
}

func (b *bench) handIn(t *testing.T, filename string, content []byte) *httptest.ResponseRecorder {
	t.Helper()
	kind, body := form(t, filename, content)
	return b.ask(http.MethodPost, "/sheets", map[string]string{"Content-Type": kind}, body)
}

func TestADocumentIsHandedInTriedAndDeleted(t *testing.T) {
	store := emptyStore(t)
	var handed []Handed
	b := newBench(t, store, func(b *bench, _ *Options) {
		b.make = func(_ context.Context, job Job) (*probe.Run, error) {
			if job.Handed != nil {
				handed = append(handed, *job.Handed)
			}
			return quick(job, nil), nil
		}
	}, nightly())
	require.NoError(t, b.Apply(Config{Schedules: []Schedule{nightly()}, Execute: b.execute, Library: (&books{}).library()}))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Server.work(ctx, nil, func() {}) }()
	require.Eventually(t, func() bool { return b.ask(http.MethodGet, "/readyz", nil, "").Code == http.StatusOK }, time.Minute, time.Millisecond)

	w := b.handIn(t, "..\\..\\etc/pass\u202ewd.txt", []byte("bad \x00\xff"))
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	at := w.Header().Get("Location")
	page := b.ask(http.MethodGet, at, nil, "").Body.String()
	for _, text := range []string{"<h1>passwd.txt</h1>", "1 errors", "lint of passwd.txt", `action="` + at + `/run"`} {
		assert.Contains(t, page, text)
	}
	run := b.ask(http.MethodPost, at+"/run", nil, "")
	require.Equal(t, http.StatusSeeOther, run.Code, run.Body)
	require.Eventually(t, func() bool {
		all, err := store.List(t.Context(), history.Query{Schedule: uploadPrefix + strings.TrimPrefix(at, "/sheets/"), Ended: true})
		return err == nil && len(all) == 1
	}, time.Minute, time.Millisecond)
	stop()
	require.NoError(t, <-done)
	assert.Equal(t, []Handed{{Name: "passwd.txt", Content: []byte("bad \x00\xff")}}, handed)
	assert.Contains(t, b.ask(http.MethodGet, at, nil, "").Body.String(), run.Header().Get("Location"))
	gone := b.ask(http.MethodPost, at+"/delete", nil, "")
	assert.Equal(t, "/sheets", gone.Header().Get("Location"))
	assert.Equal(t, http.StatusNotFound, b.ask(http.MethodGet, at, nil, "").Code)
	assert.Equal(t, http.StatusServiceUnavailable, b.ask(http.MethodPost, "/schedules/nightly/run", nil, "").Code, "nothing is begun any more")
}

func TestWhatIsNotTakenIn(t *testing.T) {
	b := newBench(t, emptyStore(t), func(_ *bench, o *Options) { o.UploadLimit = 1000 }, nightly())
	assert.Equal(t, http.StatusSeeOther, b.handIn(t, "a.txt", bytes.Repeat([]byte("x"), 1000)).Code)
	for name, c := range map[string]struct {
		file    string
		content []byte
		status  int
	}{
		"too large":            {"a.txt", bytes.Repeat([]byte("x"), 1001), 413},
		"larger than any form": {"a.txt", bytes.Repeat([]byte("x"), 1000+2*formRoom), 413},
		"empty":                {"a.txt", nil, 400},
		"without a name":       {"\u202e", []byte("x"), 400},
	} {
		w := b.handIn(t, c.file, c.content)
		assert.Equal(t, c.status, w.Code, name)
		assert.Contains(t, w.Header().Get("Content-Type"), "text/html", name)
	}
	assert.Equal(t, http.StatusBadRequest, b.ask(http.MethodPost, "/sheets", map[string]string{"Content-Type": "text/plain"}, "x").Code)
	kind, body := form(t, "a.txt", []byte("x"))
	assert.Equal(t, http.StatusForbidden, b.ask(http.MethodPost, "/sheets", map[string]string{"Content-Type": kind, "Origin": "http://evil.example"}, body).Code)
	for range mostUploads - 1 {
		require.Equal(t, http.StatusSeeOther, b.handIn(t, "a.txt", []byte("x")).Code)
	}
	assert.Equal(t, http.StatusConflict, b.handIn(t, "a.txt", []byte("x")).Code)
}

func FuzzPlainName(f *testing.F) {
	for _, name := range []string{"otp.txt", "../../etc/passwd", `C:\x\y.docx`, "\u202egnp.exe", strings.Repeat("ü", 300), "\xff/\x00"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := plainName(name)
		if strings.ContainsAny(got, "/\\\x00\n\u202e") || len(got) > mostName || strings.TrimSpace(got) != got && len(got) < mostName {
			t.Errorf("%q became %q", name, got)
		}
	})
}

func TestTheRunOfAPastIsShownOverTimeOnceItIsCounted(t *testing.T) {
	store := emptyStore(t)
	require.NoError(t, store.Finish(t.Context(), historytest.Run("r1", time.Now(), 1, 1, nil)))
	b := newBench(t, store, nil, nightly())
	b.recount(t.Context())
	assert.Empty(t, b.heard(), "nothing lacked its nights")
}
