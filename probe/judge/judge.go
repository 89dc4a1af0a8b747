// Package judge decides one case from its exchange; one file per check.
package judge

import (
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Options say how strict to be. The zero value is the default.
type Options struct {
	Strict     bool                       // undocumented fields are errors
	FailOn     source.Severity            // a finding at or above it makes a case deviate; default error
	Severities map[string]source.Severity // by rule id: replaces the rule's own
}

// Judge decides the cases of one sheet. It is safe for concurrent use.
type Judge struct{}

// New prepares the shapes and the codes of a sheet.
func New(s *probe.Sheet, o Options) (*Judge, error) { return nil, nil }

// Decide judges one case. x is nil where nothing was sent; the case then says why.
func (j *Judge) Decide(c *probe.Case, x *probe.Exchange) probe.Result { return probe.Result{} }

// Coverage tells which documented codes and answers the results have seen.
func (j *Judge) Coverage(results []probe.Result) probe.Coverage { return probe.Coverage{} }
