package history

import (
	"context"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
)

// How far Baseline looks back where the latest run did not judge everything, as on the night of an outage.
const (
	lookBack  = 10 // runs of one API
	mostLoads = 30 // runs altogether
)

// Baseline is what was known of some cases, given by the slugs of their APIs: the latest ended run that judged any of them, with what it did not judge
// filled in from earlier ones, so that a defect does not look new on the night behind an outage. A run whose id is except is left out. Each run passes through
// prepare first. The result is nil where no kept run judged any of the cases.
func Baseline(ctx context.Context, store Store, want map[string][]string, except string, prepare func(*probe.Run) *probe.Run) (*probe.Run, error) {
	b := &baseline{store: store, prepare: prepare, loaded: map[string]bool{except: true}, missing: map[string]bool{}}
	var slugs []string
	for slug, ids := range want {
		slugs = append(slugs, slug)
		for _, id := range ids {
			b.missing[id] = true
		}
	}
	slices.Sort(slugs)
	for _, slug := range slugs {
		if err := b.lookFor(ctx, slug, want[slug]); err != nil {
			return nil, err
		}
	}
	return b.whole(), nil
}

type baseline struct {
	store   Store
	prepare func(*probe.Run) *probe.Run
	loaded  map[string]bool
	loads   int
	missing map[string]bool // ids of cases of which no verdict has been found
	runs    []*probe.Run    // that told something
}

func (b *baseline) lookFor(ctx context.Context, slug string, ids []string) error {
	isMissing := func(id string) bool { return b.missing[id] }
	if !slices.ContainsFunc(ids, isMissing) {
		return nil
	}
	entries, err := b.store.List(ctx, Query{API: slug, Ended: true, Limit: lookBack})
	if err != nil {
		return err
	}
	for _, e := range entries {
		if b.loaded[e.RunID] || b.loads >= mostLoads {
			continue
		}
		if err := b.load(ctx, e.RunID); err != nil {
			return err
		}
		if !slices.ContainsFunc(ids, isMissing) {
			return nil
		}
	}
	return nil
}

func (b *baseline) load(ctx context.Context, id string) error {
	b.loaded[id] = true
	b.loads++
	run, err := b.store.Load(ctx, id)
	if err != nil {
		return err
	}
	told := false
	for i := range run.Sheets {
		for k := range run.Sheets[i].Cases {
			if c := &run.Sheets[i].Cases[k]; b.missing[c.ID] && isJudged(c.Verdict) {
				delete(b.missing, c.ID)
				told = true
			}
		}
	}
	if told {
		b.runs = append(b.runs, b.prepare(run))
	}
	return nil
}

// whole puts the runs together, the latest first.
func (b *baseline) whole() *probe.Run {
	if len(b.runs) == 0 {
		return nil
	}
	slices.SortStableFunc(b.runs, func(x, y *probe.Run) int { return y.StartedAt.Compare(x.StartedAt) })
	all := *b.runs[0]
	all.Sheets = slices.Clone(all.Sheets)
	for i := range all.Sheets {
		all.Sheets[i].Cases = slices.Clone(all.Sheets[i].Cases)
	}
	for _, earlier := range b.runs[1:] {
		fill(&all, earlier)
	}
	return &all
}

// fill adds what an earlier run knew and a later one does not.
func fill(all, earlier *probe.Run) {
	at := map[string]int{}
	for i := range all.Sheets {
		at[SlugOf(&all.Sheets[i])] = i
	}
	for i := range earlier.Sheets {
		s := &earlier.Sheets[i]
		k, known := at[SlugOf(s)]
		if !known || !judgedIn(&all.Sheets[k])[""] {
			if known {
				all.Sheets[k] = *s
			} else {
				all.Sheets = append(all.Sheets, *s)
			}
			continue
		}
		fillSheet(&all.Sheets[k], s)
	}
}

func fillSheet(later, earlier *probe.SheetResult) {
	judged, place := judgedIn(later), map[string]int{}
	for k := range later.Cases {
		place[later.Cases[k].ID] = k
	}
	for _, c := range earlier.Cases {
		if !isJudged(c.Verdict) || judged[c.ID] {
			continue
		}
		if k, known := place[c.ID]; known {
			later.Cases[k] = c
		} else {
			later.Cases = append(later.Cases, c)
		}
	}
}
