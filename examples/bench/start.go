package main

import (
	"fmt"
	"path/filepath"
	"time"
)

// start measures how long it takes until the program has done next to nothing.
func start(b *bench) error {
	folder, err := b.sheets(1, rowsOfAnAPI)
	if err != nil {
		return err
	}
	b.printf("start: milliseconds from start to end, median of %d\n", 4*b.rounds)
	for _, args := range [][]string{{"version"}, {"lint", filepath.Join(folder, "api-00000.yaml")}, {"plan", filepath.Join(folder, "api-00000.yaml"), "--base-url", b.server}} {
		var took []float64
		for range 4 * b.rounds {
			u, err := b.sheetprobe(args...)
			if err != nil {
				return err
			}
			took = append(took, float64(u.wall)/float64(time.Millisecond))
		}
		b.printf("%12s %8.0f ms\n", args[0], median(took))
	}
	fmt.Fprintln(b.out)
	return nil
}
