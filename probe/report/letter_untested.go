package report

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// answered says that something about the endpoint could be learned.
func answered(s *probe.SheetResult) bool {
	return slices.ContainsFunc(s.Cases, func(c probe.Result) bool {
		refused := slices.ContainsFunc(c.Findings, func(f probe.Finding) bool { return f.Rule == "outcome.credentials" })
		return answeredCase(&c) && !refused
	})
}

func answeredCase(c *probe.Result) bool {
	return c.Verdict == probe.Deviates || c.Verdict == probe.Conforms
}

// addUntested puts APIs together that are untested for one reason.
func (l *letter) addUntested(u letterUntested) {
	same := func(v letterUntested) bool { return v.Rule == u.Rule && v.Reason == u.Reason && v.See == u.See }
	if i := slices.IndexFunc(l.Untested, same); i >= 0 {
		l.Untested[i].Names = append(l.Untested[i].Names, u.Names...)
		return
	}
	l.Untested = append(l.Untested, u)
}

// untested says what is in the way, where the owner can do something about it. What is on our side, such as a value that we lack, is not said.
func (l *letter) untested(run *probe.Run, s *probe.SheetResult, by *probe.Result, api *letterAPI) letterUntested {
	u := letterUntested{Names: []string{api.Name}}
	if by != nil {
		if h := ofHost(run, by); h != nil {
			u.See = l.accessTo(h)
		} else if f := because(by); !strings.HasPrefix(f.Rule, "setup.") {
			u.Rule, u.Reason = f.Rule, f.Message
		}
		return u
	}
	broken := func(p *letterPoint) bool {
		return p.About == string(probe.BlameSheet) && p.Severity == string(source.Error)
	}
	if i := slices.IndexFunc(api.Points, broken); i >= 0 && s.Verdict == probe.Blocked {
		u.See = api.Points[i].Number
	}
	return u
}

// stopped is the first case that says what is in the way of an API; nil where none does.
func stopped(run *probe.Run, s *probe.SheetResult) *probe.Result {
	for i := range s.Cases {
		if c := &s.Cases[i]; ofHost(run, c) != nil || because(c) != nil && c.Verdict == s.Verdict {
			return c
		}
	}
	return nil
}

// accessTo is the number of the point about a host; 0 where we can mend it ourselves.
func (l *letter) accessTo(h *probe.HostDiagnosis) int {
	for _, a := range l.Access {
		if a.Host == h.Host && a.Text == h.Diagnosis.Letter {
			return a.Number
		}
	}
	return 0
}

// hostOfRequests is the host that requests of an API went to; "" where none was answered.
func hostOfRequests(s *probe.SheetResult) string {
	for i := range s.Cases {
		if x := s.Cases[i].Exchange; x != nil && x.Response != nil {
			if u, err := url.Parse(x.Request.URL); err == nil {
				return u.Host
			}
		}
	}
	return ""
}
