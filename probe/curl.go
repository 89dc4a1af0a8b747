package probe

// Curl writes a recorded request as a command line that can be pasted into a POSIX shell. Masked values become shell variables.
func Curl(q RecordedRequest) string { return "" }
