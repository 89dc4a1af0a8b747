package report

import (
	"encoding/base64"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
)

// writeHAR writes an HTTP archive 1.2 of the exchanges, secrets masked as in the run: an entry for each attempt, in the order of the cases. Of an
// attempt that failed only the error is known: its answer has status 0. Exchanges of repeats stand behind their case's where the run kept them.
// Members that begin with "_" are ours, as the format allows: each entry names its case, verdict and rules, and the log has the run's summary.
func writeHAR(w io.Writer, run *probe.Run, o Options) error {
	j := newJSONStream(w)
	j.begin("", "{")
	j.begin("log", "{")
	j.value("version", "1.2")
	j.value("creator", map[string]string{"name": orElse(inert(run.Tool.Name), "sheetprobe"), "version": inert(run.Tool.Version)})
	j.value("comment", inert(headline(run)))
	j.value("_sheetprobe", map[string]any{"run_id": run.RunID, "rules_version": run.Tool.RulesVersion, "verdict": run.Verdict, "exit_code": run.ExitCode, "summary": run.Summary})
	j.begin("entries", "[")
	err := eachAPI(run, o, func(_ int, s *probe.SheetResult) error {
		for k := range s.Cases {
			h := harCase{run: run, sheet: s, of: &s.Cases[k]}
			h.write(j, h.of.Exchange, h.of.Verdict)
			for _, r := range h.of.Repeats {
				h.write(j, r.Exchange, r.Verdict)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	j.close("]")
	j.close("}")
	j.close("}")
	return j.end()
}

type harCase struct {
	run   *probe.Run
	sheet *probe.SheetResult
	of    *probe.Result
}

type harEntry struct {
	Started   string      `json:"startedDateTime"`
	Time      float64     `json:"time"`
	Request   harRequest  `json:"request"`
	Response  harResponse `json:"response"`
	Cache     struct{}    `json:"cache"`
	Timings   harTimings  `json:"timings"`
	Server    string      `json:"serverIPAddress,omitempty"`
	Comment   string      `json:"comment,omitempty"`
	Ours      harOurs     `json:"_sheetprobe"`
	TLSDetail *probe.TLS  `json:"_tls,omitempty"`
}

type harOurs struct {
	Attempt  int           `json:"attempt"`
	Attempts int           `json:"attempts"`
	Case     string        `json:"case"`
	Rules    []string      `json:"rules"`
	Verdict  probe.Verdict `json:"verdict"`
}

type harRequest struct {
	Method      string       `json:"method"`
	URL         string       `json:"url"`
	HTTPVersion string       `json:"httpVersion"`
	Cookies     []harPair    `json:"cookies"`
	Headers     []harPair    `json:"headers"`
	Query       []harPair    `json:"queryString"`
	PostData    *harPostData `json:"postData,omitempty"`
	HeadersSize int          `json:"headersSize"`
	BodySize    int          `json:"bodySize"`
}

type harPostData struct {
	MimeType string   `json:"mimeType"`
	Params   []string `json:"params"`
	Text     string   `json:"text"`
	Comment  string   `json:"comment,omitempty"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []harPair  `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int        `json:"bodySize"`
	Error       string     `json:"_error,omitempty"`
}

type harContent struct {
	Size     int    `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Encoding string `json:"encoding,omitempty"`
	Comment  string `json:"comment,omitempty"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harTimings struct {
	Blocked float64 `json:"blocked"`
	DNS     float64 `json:"dns"`
	Connect float64 `json:"connect"` // TLS included
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
	SSL     float64 `json:"ssl"`
}

// harUnknown stands for what the run does not record, as browsers write it.
const harUnknown = "unknown"

// write adds an entry for every attempt of an exchange.
func (h harCase) write(j *jsonStream, x *probe.Exchange, v probe.Verdict) {
	if x == nil {
		return
	}
	n := max(len(x.Attempts), 1)
	for i := range n {
		e := h.entry(x, v, i)
		if i == n-1 {
			e.Response, e.Timings, e.TLSDetail = harAnswer(x), harTimesOf(x.Timing), x.TLS
			e.Time = e.Timings.sum()
		}
		if i < len(x.Attempts) {
			e.Response.Error = inert(x.Attempts[i].Error)
		}
		j.value("", e)
	}
}

func (h harCase) entry(x *probe.Exchange, v probe.Verdict, attempt int) harEntry {
	rules := []string{}
	for _, f := range ranked(h.of) {
		rules = append(rules, inert(f.Rule))
	}
	e := harEntry{
		Started: startOfExchange(h.run, x).Format(time.RFC3339Nano), Request: harAsked(x.Request, h.sheet),
		Response: harResponse{HTTPVersion: harUnknown, Cookies: []harPair{}, Headers: []harPair{}, Content: harContent{MimeType: "x-unknown"}, HeadersSize: -1, BodySize: -1},
		Timings:  harTimesOf(probe.Timing{}), Comment: inert(string(v)),
		Ours: harOurs{Case: inert(h.of.ID), Verdict: v, Attempt: attempt + 1, Attempts: max(len(x.Attempts), 1), Rules: rules},
	}
	if rule, message := inBrief(h.of); message != "" {
		e.Comment = inert(strings.TrimSuffix(string(v)+": "+rule, ": ") + ": " + message)
	}
	if host, _, err := net.SplitHostPort(x.RemoteAddr); err == nil {
		e.Server = inert(host)
	}
	return e
}

func harAsked(q probe.RecordedRequest, s *probe.SheetResult) harRequest {
	out := harRequest{
		Method: orElse(q.Method, orElse(s.Method, "GET")), URL: orElse(q.URL, s.URL), HTTPVersion: harUnknown, Cookies: []harPair{}, Headers: harHeaders(q.Headers),
		Query: []harPair{}, HeadersSize: -1, BodySize: len(q.Body),
	}
	_, query, _ := strings.Cut(out.URL, "?")
	query, _, _ = strings.Cut(query, "#")
	for part := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(part, "="); part != "" {
			out.Query = append(out.Query, harPair{unescaped(name), unescaped(value)})
		}
	}
	if q.Body != "" {
		out.PostData = &harPostData{MimeType: orElse(headerOf(q.Headers, "Content-Type"), "application/octet-stream"), Params: []string{}, Text: q.Body}
		if !utf8.ValidString(q.Body) {
			out.PostData.Comment = "the body is not UTF-8: what is not stands as U+FFFD"
		}
	}
	return out
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func harAnswer(x *probe.Exchange) harResponse {
	out := harResponse{HTTPVersion: harUnknown, Cookies: []harPair{}, Headers: []harPair{}, Content: harContent{MimeType: "x-unknown"}, HeadersSize: -1, BodySize: -1}
	a := x.Response
	if a == nil {
		return out
	}
	out.Status, out.StatusText, out.Headers, out.RedirectURL = a.HTTPStatus, http.StatusText(a.HTTPStatus), harHeaders(a.Headers), headerOf(a.Headers, "Location")
	out.Content = harContent{Size: len(a.Body), MimeType: orElse(headerOf(a.Headers, "Content-Type"), orElse(a.MediaType, "x-unknown")), Text: a.Body}
	if !utf8.ValidString(a.Body) {
		out.Content.Text, out.Content.Encoding = base64.StdEncoding.EncodeToString([]byte(a.Body)), "base64"
	}
	if a.Truncated {
		out.Content.Comment = "the answer was longer than what is kept"
	}
	return out
}

func harHeaders(headers []probe.Header) []harPair {
	out := make([]harPair, len(headers))
	for i, h := range headers {
		out[i] = harPair{h.Name, h.Value}
	}
	return out
}

func headerOf(headers []probe.Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// harTimesOf parts the whole time among the phases; -1 says that there was no such phase. What the run does not part is "receive".
func harTimesOf(t probe.Timing) harTimings {
	out := harTimings{Blocked: -1, DNS: -1, Connect: -1, SSL: -1}
	wait, rest := elapsed(t.FirstByte), elapsed(t.Total)-elapsed(t.FirstByte)
	if t.DNS > 0 {
		out.DNS = inMilliseconds(elapsed(t.DNS))
		rest -= elapsed(t.DNS)
	}
	if t.TLS > 0 {
		out.SSL = inMilliseconds(elapsed(t.TLS))
	}
	if t.Connect > 0 || t.TLS > 0 {
		connect := elapsed(t.Connect) + elapsed(t.TLS)
		out.Connect = inMilliseconds(connect)
		rest -= connect
	}
	out.Wait, out.Receive = inMilliseconds(wait), inMilliseconds(max(rest, 0))
	return out
}

// inMilliseconds has three decimals.
func inMilliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// sum is the time of the whole entry: what is -1 does not count, and "ssl" is a part of "connect".
func (t harTimings) sum() float64 {
	return math.Round((max(t.DNS, 0)+max(t.Connect, 0)+t.Send+t.Wait+t.Receive)*1000) / 1000
}
