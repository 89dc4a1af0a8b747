// Package reporttest is what every format of a run has to pass. It refuses to know how any format looks: a [Reader] reads a report back, by other code
// than wrote it, and what it read is compared with the run.
//
// A format that is added to report.Formats needs a reader, and nothing else: [Conform] then writes empty, interrupted, hostile and huge runs
// with it, and runs of every verdict.
package reporttest
