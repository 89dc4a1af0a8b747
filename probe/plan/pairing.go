package plan

import "github.com/sheetprobe/sheetprobe/probe"

// pair names the documented errors that a broken request is there to bring about; none means that any of them will do.
func (b *builder) pair(spec) []probe.ExpectedError { return nil }
