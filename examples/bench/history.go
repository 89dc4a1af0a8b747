package main

import (
	"os"
	"path/filepath"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

// stores measures how many cases a history takes in a second, as a run hands them over.
func stores(b *bench) error {
	folder, err := b.sheets(100, rowsOfAnAPI)
	if err != nil {
		return err
	}
	if _, err := b.fullRun(folder, 4, 0); err != nil {
		return err
	}
	file, err := os.Open(filepath.Join(b.dir, "run.json"))
	if err != nil {
		return err
	}
	defer file.Close()
	run, err := probe.DecodeRun(file)
	if err != nil {
		return err
	}
	urls := []struct{ name, url string }{{"SQLite", "sqlite://" + filepath.Join(b.dir, "stores.db")}, {"PostgreSQL", b.postgres}}
	b.printf("history: cases kept in a second\n")
	for _, u := range urls {
		if u.url == "" {
			b.printf("%12s not measured: name an empty database with -postgres\n", u.name)
			continue
		}
		rate, err := b.keeping(u.url, run)
		if err != nil {
			return err
		}
		b.printf("%12s %8.0f\n", u.name, rate)
	}
	b.printf("\n")
	return nil
}

func (b *bench) keeping(url string, run *probe.Run) (float64, error) {
	store, err := sqlstore.Open(b.ctx, url, time.Now)
	if err != nil {
		return 0, err
	}
	defer func() { _ = store.Close() }()
	var rates []float64
	for round := range b.rounds {
		copied := *run
		copied.RunID = run.RunID + string(rune('a'+round))
		began := time.Now()
		if err := b.keep(store, &copied); err != nil {
			return 0, err
		}
		rates = append(rates, float64(run.Summary.Cases)/time.Since(began).Seconds())
	}
	return median(rates), nil
}

func (b *bench) keep(store history.Store, run *probe.Run) error {
	recorder, err := history.NewRecorder(b.ctx, store, run, false, time.Now)
	if err != nil {
		return err
	}
	nights := make([]history.Night, len(run.Sheets))
	for i := range run.Sheets {
		s := &run.Sheets[i]
		api, err := history.SettledAPI(i, s, nil)
		if err != nil {
			return err
		}
		for _, c := range api.Cases {
			recorder.Add(c)
		}
		recorder.AddAPI(api)
		nights[i] = history.NightOf(run, s)
	}
	return recorder.Complete(b.ctx, run, nights, func(i int) (*probe.SheetResult, error) { return &run.Sheets[i], nil })
}
