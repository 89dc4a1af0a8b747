package main

import (
	"fmt"
	"math"
)

// rowsOfAnAPI make about fifteen cases of an API.
const rowsOfAnAPI = 8

// point is what a run of some size took.
type point struct {
	used
	cases float64
}

// growth shows time and memory per case as there are more APIs, and by which exponent they grow. The last row has more cases for each API.
func growth(b *bench) error {
	b.printf("growth: `run` with judging, JSON report and SQLite history, concurrency 64\n")
	b.printf("%8s %8s %9s %12s %9s %26s\n", "APIs", "cases", "seconds", "CPU/case", "peak MB", "KB per case above the last")
	var points []point
	measure := func(apis, rows int) error {
		folder, err := b.sheets(apis, rows)
		if err != nil {
			return err
		}
		u, err := b.fullRun(folder, 64, 0)
		if err != nil {
			return err
		}
		s, err := b.summary()
		if err != nil {
			return err
		}
		p := point{u, float64(s.Cases)}
		b.printf("%8d %8.0f %9.1f %9.0f us %9.0f %26s\n", apis, p.cases, u.wall.Seconds(), micros(u.cpu)/p.cases, float64(u.peak)/1e6, above(points, p))
		points = append(points, p)
		return nil
	}
	for _, apis := range b.apis {
		if err := measure(apis, rowsOfAnAPI); err != nil {
			return err
		}
	}
	first, last := points[0], points[len(points)-1]
	if err := measure(b.apis[len(b.apis)-1], rowsOfAnAPI+6); err != nil {
		return err
	}
	if len(b.apis) > 1 {
		b.printf("CPU time grows with the cases by the exponent %.2f\n\n", math.Log(micros(last.cpu)/micros(first.cpu))/math.Log(last.cases/first.cases))
	}
	return nil
}

// above is the memory that each case takes more than the run before, which is what is left when all that is constant is taken off.
func above(points []point, p point) string {
	if len(points) == 0 {
		return "-"
	}
	last := points[len(points)-1]
	return fmt.Sprintf("%.2f", float64(p.peak-last.peak)/(p.cases-last.cases)/1000)
}
