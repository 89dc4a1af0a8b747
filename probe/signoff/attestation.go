package signoff

// Attestation is what a person vouches for, where no program can judge it, until a day.
type Attestation struct {
	Place string `json:"place"`         // where it stands, as attestations.yaml:3:5
	Item  string `json:"item"`          // the id of an item of the checklist
	API   string `json:"api,omitempty"` // a pattern of names or slugs; "" for all
	By    string `json:"by"`
	On    string `json:"on"`    // the day on which they said so, as 2026-01-31
	Until string `json:"until"` // the last day on which it holds
	Note  string `json:"note,omitempty"`
}
