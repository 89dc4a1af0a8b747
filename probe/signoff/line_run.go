package signoff

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// skew is how far the clocks of two machines may differ.
const skew = 5 * time.Minute

// fresh demands that the evidence is recent.
func (g *gate) fresh() Line {
	var t tally
	unknown := func(says, next string) { t.add(Evidence{Status: Unknown, Says: says, NextStep: next}) }
	most := time.Duration(g.Policy.MaxAge)
	started := g.Run.StartedAt
	age := g.At.Sub(started)
	switch {
	case most <= 0:
		unknown("the policy does not say how old evidence may be", "set evidence_max_age, as in 24h")
	case started.IsZero():
		unknown("the run does not say when it was made", "run again, and decide upon that")
	case age < -skew:
		unknown(fmt.Sprintf("the run began %s behind the moment of the decision", inWords(-age)), "set the clocks of both machines right")
	case age > most:
		unknown(fmt.Sprintf("the run began %s ago, and evidence may be %s old", inWords(age), inWords(most)), "run again, and decide upon that")
	default:
		t.ok()
		g.endsAt(started.Add(most), "the evidence is %s old", inWords(most))
	}
	return t.line("fresh", fmt.Sprintf("the evidence is no older than %s", inWords(most)), fmt.Sprintf("the run began %s before the decision", inWords(max(age, 0))))
}

// inWords is a length of time in its two largest units.
func inWords(d time.Duration) string {
	days, rest := d/(24*time.Hour), d%(24*time.Hour)
	switch {
	case days > 0 && rest >= time.Hour:
		return fmt.Sprintf("%s and %d h", count(int(days), "day"), rest/time.Hour)
	case days > 0:
		return count(int(days), "day")
	case d >= time.Hour && d%time.Hour >= time.Minute:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d >= time.Minute:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}

// rules demands that today's rules judged.
func (g *gate) rules() Line {
	var t tally
	judged, today := g.Run.Tool.RulesVersion, g.Tool.RulesVersion
	if judged != "" && judged == today {
		t.ok()
	} else {
		t.add(Evidence{
			Status: Unknown, Says: fmt.Sprintf("the run was judged by rules of version %q, and those of today are of version %q", judged, today),
			NextStep: "judge it again with `sheetprobe recheck RUN --report json=FILE`, and decide upon that",
		})
	}
	return t.line("rules", "the rules of today judged", fmt.Sprintf("rules version %s", judged))
}

// secure demands that it is known who answered.
func (g *gate) secure() Line {
	var t tally
	for _, why := range g.Run.Unfit {
		t.add(Evidence{Status: Unknown, Says: why, NextStep: "run again without --insecure; --cacert trusts a private authority"})
	}
	if g.Run.Insecure && len(g.Run.Unfit) == 0 {
		t.add(Evidence{Status: Unknown, Says: "certificates were not verified", NextStep: "run again without --insecure; --cacert trusts a private authority"})
	}
	for _, target := range g.targets() {
		if target.Scheme == "https" && !target.Verified {
			t.add(Evidence{Status: Unknown, Host: target.Host, Says: fmt.Sprintf("%s answered, and no verified certificate is recorded", target.Host), NextStep: "run again without --insecure"})
			continue
		}
		t.ok()
	}
	return t.line("secure", "certificates were verified", "the run is fit for a sign-off")
}

// hosts demands that no production system was probed, and that no sheet names one.
func (g *gate) hosts() Line {
	var t tally
	var names []string
	for _, target := range g.targets() {
		names = append(names, target.Host)
		switch why := g.notStaging(hostOf(target.Host)); {
		case hostOf(target.Host) == "" || g.NotStaging == nil:
			t.add(Evidence{Status: Unknown, Says: "it is not known whether the host that answered is staging", NextStep: "make a run of the APIs, and decide upon that"})
		case why == "":
			t.ok()
		default:
			t.add(Evidence{Status: Failed, Host: target.Host, Says: target.Host + ": " + why, NextStep: "probe the staging system; where it is one, name it in staging_hosts of the policy"})
		}
	}
	for _, a := range g.apis {
		if len(a.targets) == 0 {
			t.add(Evidence{Status: Unknown, API: a.Name, Says: "no answer of it is recorded, so that nobody knows which host was asked", NextStep: "make a run of the API, and decide upon that"})
		}
		for _, d := range a.Diagnostics {
			if d.Rule == "sheet.production-url" && !g.isStaging(hostOfURL(a.URL)) {
				t.add(g.diagnostic(a, d, Failed))
			}
		}
	}
	return t.line("hosts", "no production system was probed", "probed: "+strings.Join(names, ", "))
}

func hostOfURL(raw string) string {
	_, host := targetOf(raw)
	return hostOf(host)
}

// isStaging says that the policy names a host as staging.
func (g *gate) isStaging(host string) bool {
	return slices.ContainsFunc(g.Policy.StagingHosts, func(pattern string) bool { return probe.Glob(pattern, host) })
}

// notStaging says why a host is not taken for staging; "" where it is.
func (g *gate) notStaging(host string) string {
	if g.isStaging(host) {
		return ""
	}
	if address, err := netip.ParseAddr(host); err == nil {
		if address.IsLoopback() || address.IsPrivate() {
			return ""
		}
		return "an address says nothing about whether it is staging"
	}
	if g.NotStaging == nil {
		return ""
	}
	return g.NotStaging(host)
}

// tls demands that the certificates hold for some time.
func (g *gate) tls() Line {
	days := g.Policy.TLSDays
	title := fmt.Sprintf("certificates hold for %s at least", count(days, "day"))
	if days <= 0 {
		return off("tls", "certificates hold for some time")
	}
	var t tally
	for _, a := range g.apis {
		if len(a.targets) == 0 {
			t.add(Evidence{Status: Unknown, API: a.Name, Says: "no answer of it is recorded, so that nothing is known of a certificate", NextStep: "make a run of the API, and decide upon that"})
		}
		for _, target := range a.targets {
			g.certificate(&t, a, target, days)
		}
	}
	return t.line("tls", title, fmt.Sprintf("the certificates of %s do", count(len(g.targets()), "host")))
}

func (g *gate) certificate(t *tally, a *api, target Target, days int) {
	e := Evidence{Status: Unknown, API: a.Name, Host: target.Host, NextStep: "run again, and decide upon that"}
	left := target.NotAfter.Sub(g.At)
	switch {
	case target.Scheme == "":
		e.Says = "it is not known whether the host that answered was asked by https"
	case target.Scheme != "https":
		e.Status, e.Says = Failed, fmt.Sprintf("%s answers without encryption", target.Host)
		e.NextStep = "probe it by https; a policy with tls_days_left: off does without"
	case target.NotAfter.IsZero():
		e.Says = fmt.Sprintf("it is not recorded until when the certificate of %s holds", target.Host)
	case left < time.Duration(days)*24*time.Hour:
		f := probe.NewFinding("transport.tls-expiring", a.slug, probe.AtTransport, target.Host)
		f.Message = fmt.Sprintf("the certificate of %s holds until %s, for %s", target.Host, g.dayOrUTC(target.NotAfter), inWords(max(left, 0)))
		if left <= 0 {
			f.Message = fmt.Sprintf("the certificate of %s held until %s", target.Host, g.dayOrUTC(target.NotAfter))
		}
		e = g.finding(a, "", &f)
		e.Host = target.Host
	default:
		t.ok()
		g.endsAt(target.NotAfter.AddDate(0, 0, -days), "the certificate of %s holds for %s then", target.Host, count(days, "day"))
		return
	}
	t.add(e)
}

func (g *gate) dayOrUTC(at time.Time) string {
	if g.zone == nil {
		return at.UTC().Format(time.DateOnly)
	}
	return g.day(at)
}

// off is a line that the policy does not demand.
func off(id, title string) Line {
	return Line{ID: id, Title: title, Status: Off, Reason: "the policy does not demand it", Evidence: []Evidence{}}
}

// latency demands that answers come in time: in that which the sheets say, and in that which the policy says.
func (g *gate) latency() Line {
	var t tally
	for _, a := range g.apis {
		for i := range a.Cases {
			for k := range a.Cases[i].Findings {
				if f := &a.Cases[i].Findings[k]; f.Rule == "timing.slow" {
					t.add(g.finding(a, a.Cases[i].ID, f))
				}
			}
		}
		switch {
		case a.Timings == nil || a.Timings.Samples == 0:
			t.add(Evidence{Status: Unknown, API: a.Name, Says: "it is not recorded how long its answers took", NextStep: "make a run of the API, and decide upon that"})
		case g.Policy.Latency == nil:
			t.ok()
		default:
			g.percentile(&t, a, *g.Policy.Latency)
		}
	}
	title, good := "answers come in the time that the sheets say", "no answer was slower than its sheet says"
	if limit := g.Policy.Latency; limit != nil {
		title = fmt.Sprintf("answers come in time: %s within %s", percentileName(limit.Percentile), time.Duration(limit.Max))
		good = fmt.Sprintf("%s of every API is within %s", percentileName(limit.Percentile), time.Duration(limit.Max))
	}
	return t.line("latency", title, good)
}

func percentileName(p int) string {
	if p == 100 {
		return "the slowest"
	}
	return fmt.Sprintf("P%d", p)
}

func (g *gate) percentile(t *tally, a *api, limit Latency) {
	value, needs := measured(a.Timings, limit.Percentile)
	name := percentileName(limit.Percentile)
	switch {
	case value <= 0:
		t.add(Evidence{
			Status: Unknown, API: a.Name, Says: fmt.Sprintf("%s takes %s, and there are %d", name, count(needs, "answer"), a.Timings.Samples),
			NextStep: "run again with --repeat, which sends what changes nothing several times",
		})
	case value > float64(time.Duration(limit.Max))/float64(time.Millisecond):
		f := probe.NewFinding("timing.slow", a.slug, probe.AtTiming, name)
		f.Message = fmt.Sprintf("%s of %s is %.0f ms, and the policy allows %s", name, count(a.Timings.Samples, "answer"), value, time.Duration(limit.Max))
		t.add(g.finding(a, "", &f))
	default:
		t.ok()
	}
}

// measured is a percentile, 0 where it was not measured, and how many samples it takes.
func measured(t *probe.Timings, percentile int) (value float64, needs int) {
	switch percentile {
	case 50:
		return t.P50, 1
	case 90:
		return t.P90, 10
	case 95:
		return t.P95, 20
	case 99:
		return t.P99, 100
	case 100:
		return t.Max, 1
	}
	return 0, t.Samples + 1
}
