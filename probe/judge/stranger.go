package judge

import (
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// stranger is what answered instead of the API.
type stranger struct {
	cause  string // see probe.Causes; "" where it is the API, as far as can be told
	who    string // for a sentence, as in "a login page"
	vendor string // whose product it is; "" where that is not known
}

// diagnose says who answered, and what to hand to whom. The answer is not the API's, so that it cannot be said to have been reached.
func (a *answer) diagnose(s stranger) *probe.Diagnosis {
	facts := []probe.Fact{}
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, probe.Fact{Name: name, Value: short(value)})
		}
	}
	add("vendor", s.vendor)
	add("answer", statusText(a.status))
	add("page", pageTitle(a.body))
	add("leads to", a.header("Location"))
	for _, name := range []string{"Server", "Via", "X-Cache", "Retry-After"} {
		add("header "+name, a.header(name))
	}
	for _, name := range references {
		add("reference "+name, a.header(name))
	}
	add("reference on the page", reference(a.body))
	add("request", a.x.Request.Method+" "+a.x.Request.URL)
	return probe.Diagnose(s.cause, a.traceOf(), facts...)
}

// references are the headers by which whoever runs a gateway finds a request in its log.
var references = []string{
	"CF-Ray", "X-Amz-Cf-Id", "X-Amzn-Requestid", "X-Amzn-Trace-Id", "Akamai-Grn", "X-Iinfo", "X-Sucuri-Id", "X-Azure-Ref", "X-Squid-Error", "X-Request-Id", "X-Correlation-Id",
}

// reference is the number that a page asks to be told to whoever runs the firewall.
func reference(page string) string {
	page = page[:min(len(page), 64<<10)]
	lower := strings.ToLower(page)
	if len(lower) != len(page) {
		page = lower
	}
	for _, label := range []string{"reference #", "reference&#32;&#35;", "support id is:", "support id:", "incident id:", "ray id:", "request id:", "event id:", "reference id:"} {
		at := strings.Index(lower, label)
		if at < 0 {
			continue
		}
		rest := page[at+len(label):]
		rest = strings.NewReplacer("&#46;", ".", "<strong>", "", "<code>", "", "<b>", "").Replace(rest[:min(len(rest), 200)])
		rest, _, _ = strings.Cut(strings.TrimSpace(rest), "<")
		if fields := strings.Fields(rest); len(fields) > 0 {
			return fields[0]
		}
	}
	return ""
}

func (a *answer) traceOf() probe.Trace {
	t := probe.Trace{Own: a.x.LocalAddr, Egress: a.judge.options.Egress, At: a.judge.options.Now}
	if at, err := http.ParseTime(a.header("Date")); err == nil {
		t.At = at
	}
	if u, err := url.Parse(a.x.Request.URL); err == nil {
		t.HostPort = u.Host
	}
	if remote, err := netip.ParseAddrPort(a.x.RemoteAddr); err == nil {
		t.Addresses = []string{remote.Addr().String()}
	}
	for _, h := range a.x.Request.Headers {
		switch {
		case strings.EqualFold(h.Name, "User-Agent"):
			t.UserAgent = h.Value
		case strings.EqualFold(h.Name, probe.RunHeader):
			t.RunID = h.Value
		}
	}
	return t
}

// redirected names what a redirect leads to.
func (a *answer) redirected() stranger {
	to, err := url.Parse(a.header("Location"))
	from, errFrom := url.Parse(a.x.Request.URL)
	if err != nil || errFrom != nil {
		return stranger{cause: "redirect"}
	}
	to = from.ResolveReference(to)
	switch {
	case isPortal(to, from):
		return stranger{cause: "captive-portal"}
	case isLoginAddress(to.String()):
		return stranger{cause: "redirect-to-login", vendor: sayerOf(to.String())}
	case from.Scheme == "http" && to.Scheme == "https" && to.Hostname() == from.Hostname():
		return stranger{cause: "redirect-to-https"}
	}
	return stranger{cause: "redirect"}
}

// isPortal says that the network, and not the host, answers: it leads to another host, which calls itself a portal of a network.
func isPortal(to, from *url.URL) bool {
	if to.Hostname() == from.Hostname() {
		return false
	}
	return hasAnyOf(strings.ToLower(to.Hostname()+to.Path), []string{"captive", "hotspot", "wifi", "wlan", "guestportal", "guest-portal", "guest_login"})
}

func quoteShort(s string) string { return strconv.Quote(short(s)) }
