package probe

// Redactor removes secret values from whatever is recorded. It is safe for concurrent use.
type Redactor struct{}

// NewRedactor makes one that knows the secrets among vars.
func NewRedactor(vars Vars) *Redactor { return &Redactor{} }

// Add makes a value secret from now on; the mark left in its place carries the name.
func (r *Redactor) Add(name, value string) {}

// Text masks every secret in a text, in every encoding it travels in.
func (r *Redactor) Text(s string) string { return s }

// Body masks like Text; a JSON body stays JSON of the same shape.
func (r *Redactor) Body(s string) string { return s }

// Headers masks values of headers, the whole credential of those that carry one whatever its value.
func (r *Redactor) Headers(hs []Header) []Header { return hs }

// Request records a request, masked.
func (r *Redactor) Request(q Request) RecordedRequest { return RecordedRequest{} }
