package main

import (
	"errors"
	"fmt"

	"github.com/agext/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// didYouMean guesses the intended word among those that are known; where none is near, it says otherwise.
func didYouMean(word string, known []string, otherwise string) string {
	best, distance := "", len(word)/2+1
	for _, k := range known {
		if d := levenshtein.Distance(word, k, nil); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return otherwise
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// allRules is where to find the ids of rules.
const allRules = "`sheetprobe rules` lists them all"

// flagProblem says in plain words why a flag does not take a value.
func flagProblem(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	expected := map[string]string{
		"float64": "a number", "int": "a whole number", "bool": "true or false", "duration": "a time with its unit, as in 30s or 2m",
	}[invalid.GetFlag().Value.Type()]
	if expected == "" {
		return err
	}
	return fmt.Errorf("%q is not %s", invalid.GetValue(), expected)
}

// nearFlag guesses the flag that a misspelt one stands for; "" where none is near.
func nearFlag(cmd *cobra.Command, err error) string {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return ""
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, "--"+f.Name)
		}
	})
	if near := didYouMean("--"+unknown.GetSpecifiedName(), known, ""); near != "" {
		return near + " "
	}
	return ""
}

// flagError names the flag, too, where it was given on the command line.
func flagError(err error) error {
	if unknown := (*pflag.NotExistError)(nil); errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "" {
		return fmt.Errorf("unknown flag %q", "--"+unknown.GetSpecifiedName())
	}
	problem := flagProblem(err)
	if invalid := (*pflag.InvalidValueError)(nil); errors.As(err, &invalid) && !errors.Is(problem, err) {
		return fmt.Errorf("--%s: %w", invalid.GetFlag().Name, problem)
	}
	return problem
}
