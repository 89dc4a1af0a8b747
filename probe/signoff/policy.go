package signoff

import (
	"time"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Policy is what has to hold before an API goes live. Some lines cannot be switched off and so do not stand here: every API conforms, no error
// of lint, every documented code and answer seen, nothing left out, the documents unchanged, no --insecure, the rules of today.
type Policy struct {
	CleanNights  int             `json:"clean_nights"`        // in a row, the night of the run included; 0 demands none
	NightsOn     []string        `json:"nights_on,omitempty"` // the days of the week that count, as mon, tue, ...; none means all
	MaxAge       Duration        `json:"evidence_max_age"`    // since the run began
	TLSDays      int             `json:"tls_days_left"`       // of the certificates, from the decision on; 0 demands no TLS
	Latency      *Latency        `json:"latency,omitempty"`   // nil demands what the sheets themselves promise, and no more
	FailOn       source.Severity `json:"fail_on"`             // findings from this severity on keep an API from conforming: error or warning
	StagingHosts []string        `json:"staging_hosts,omitempty"`
	TimeZone     string          `json:"time_zone"`              // of the IANA database: what is a day, and a night
	LongestDays  int             `json:"longest_waiver_days"`    // a waiver that ends later counts for nothing
	Skipped      []string        `json:"not_demanded"`           // items of the checklist that are not demanded
	Manual       []ManualItem    `json:"manual"`                 // items that can only be attested
	Approvals    int             `json:"approvals"`              // how many different approvers have to sign
	Approvers    []Approver      `json:"approvers"`              // who may; none means whoever holds a trusted key
	FourEyes     bool            `json:"four_eyes,omitempty"`    // who began the run or waived something cannot be the only one who approves
	Waivers      string          `json:"waivers,omitempty"`      // the file that they stand in
	Attestations string          `json:"attestations,omitempty"` // the file that they stand in
}

// Latency limits how long answers may take.
type Latency struct {
	Percentile int      `json:"percentile"` // 50, 90, 95, 99 or 100
	Max        Duration `json:"max"`
}

// ManualItem is one that no program can judge.
type ManualItem struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Approver is one who may sign.
type Approver struct {
	Name  string   `json:"name"`
	Title string   `json:"title,omitempty"`
	Keys  []string `json:"keys"`            // ids of the keys that are theirs
	Users []string `json:"users,omitempty"` // their names at a server that says who approved there
}

// Duration is a length of time that JSON shows as 24h0m0s.
type Duration time.Duration

// MarshalText is how JSON shows it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

// DefaultPolicy is what holds where the configuration says nothing.
func DefaultPolicy() Policy {
	return Policy{
		CleanNights: 3, MaxAge: Duration(24 * time.Hour), TLSDays: 30, FailOn: source.Error, TimeZone: "UTC", LongestDays: 180,
		Skipped: []string{}, Manual: []ManualItem{}, Approvals: 1, Approvers: []Approver{},
	}
}
