package sheet

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestRulesInWords(t *testing.T) {
	for _, tt := range []struct{ words, kind, value, want string }{
		{"10 digits", "string", "9900011122", `{"min_length":10,"max_length":10,"pattern":"^[0-9]+$"}`},
		{"10-digit mobile number", "string", "9900011122", `{"min_length":10,"max_length":10,"pattern":"^[0-9]+$"}`},
		{"10digits", "string", "", `{"min_length":10,"max_length":10}`},
		{"10 digit PAN", "string", "ABCDE1234F", `{"min_length":10,"max_length":10}`},
		{"10 digits", "integer", "4711", `{"max_length":10}`},
		{"10 digits", "integer", "", `{"max_length":10}`},
		{"max length 20", "string", "", `{"max_length":20}`},
		{"Max. 50 chars", "string", "", `{"max_length":50}`},
		{"Max. length: 50", "", "", `{"max_length":50}`},
		{"max 50 characters", "", "", `{"max_length":50}`},
		{"50 chars max.", "", "", `{"max_length":50}`},
		{"50 characters", "string", "", `{"max_length":50}`},
		{"maxLength=12", "string", "", `{"max_length":12}`},
		{"up to 35 characters", "", "", `{"max_length":35}`},
		{"not more than 35 characters", "", "", `{"max_length":35}`},
		{"must not exceed 35 characters", "", "", `{"max_length":35}`},
		{"cannot be longer than 35 characters", "", "", `{"max_length":35}`},
		{"less than 35 characters", "", "", `{"max_length":34}`},
		{"at least 8 characters", "", "", `{"min_length":8}`},
		{"minimum 8 and maximum 16 characters", "string", "", `{"min_length":8,"max_length":16}`},
		{"must be exactly 16 characters long", "", "", `{"min_length":16,"max_length":16}`},
		{"mobileNo must be 10 digits", "string", "9900011122", `{"min_length":10,"max_length":10,"pattern":"^[0-9]+$"}`},
		{"length: 8-16", "string", "", `{"min_length":8,"max_length":16}`},
		{"Length between 8 and 16", "string", "", `{"min_length":8,"max_length":16}`},
		{"8 to 16 characters", "", "", `{"min_length":8,"max_length":16}`},
		{"length 20", "", "", `{"max_length":20}`},
		{"min 3, max 20", "string", "ring twice", `{"min_length":3,"max_length":20}`},
		{"min 3, max 20", "string", "", `{"min_length":3,"max_length":20}`},
		{"min 3, max 20", "integer", "4", `{"minimum":"3","maximum":"20"}`},
		{"min 3, max 20", "", "", ``},
		{"min 3, max 20", "string", "15", ``},
		{"max 1,000", "number", "4", `{"maximum":"1000"}`},
		{"varchar(20)", "string", "", `{"max_length":20}`},
		{"VARCHAR2 (20)", "string", "", `{"max_length":20}`},
		{"string(50)", "string", "", `{"max_length":50}`},
		{"String[50]", "string", "", `{"max_length":50}`},
		{"String (3-20)", "string", "", `{"min_length":3,"max_length":20}`},
		{"numeric 6", "number", "", `{"max_length":6}`},
		{"Numeric(6)", "number", "", `{"max_length":6}`},
		{"decimal(10,2)", "number", "", ``},
		{"Number(10,2)", "number", "", ``},
		{"int(11)", "integer", "", ``},
		{"between 1 and 100", "integer", "4", `{"minimum":"1","maximum":"100"}`},
		{"range: 1-100", "integer", "4", `{"minimum":"1","maximum":"100"}`},
		{"from 1 up to 31500", "integer", "1250", `{"minimum":"1","maximum":"31500"}`},
		{"two letters and 3-4 digits", "string", "SJ101", ``},
		{"optional, allowed values 0, 20, 25", "integer", "20", `{"enum":["0","20","25"]}`},
		{"allowed values depend on the plan, see below", "string", "A", ``},
		{"from 0.5 to 99.5", "number", "4", `{"minimum":"0.5","maximum":"99.5"}`},
		{"must be greater than 0", "integer", "4", `{"minimum":"1"}`},
		{"must be greater than 0", "number", "4.5", `{"minimum":"0"}`},
		{"greater than or equal to 1", "integer", "4", `{"minimum":"1"}`},
		{">= 1", "integer", "4", `{"minimum":"1"}`},
		{"> 0", "integer", "4", `{"minimum":"1"}`},
		{"<= 100", "integer", "4", `{"maximum":"100"}`},
		{"amount may not exceed 50000", "number", "120.5", `{"maximum":"50000"}`},
		{"amount should not be less than 10", "number", "120.5", `{"minimum":"10"}`},
		{"one of NEW, USED", "string", "NEW", `{"enum":["NEW","USED"]}`},
		{"must be one of: NEW, USED or BROKEN.", "string", "NEW", `{"enum":["NEW","USED","BROKEN"]}`},
		{"allowed values: A / B / C", "string", "A", `{"enum":["A","B","C"]}`},
		{"Possible values are 'credit card' and \"cash\"", "string", "cash", `{"enum":["credit card","cash"]}`},
		{"enum: SMALL|LARGE", "string", "", `{"enum":["SMALL","LARGE"]}`},
		{"Enum (SMALL, LARGE), mandatory", "string", "", `{"enum":["SMALL","LARGE"]}`},
		{"Allowed values: A = Active, I = Inactive", "string", "", `{"enum":["A","I"]}`},
		{"Possible values:\nN - new\nU - used", "string", "", `{"enum":["N","U"]}`},
		{"Y/N", "string", "Y", `{"enum":["Y","N"]}`},
		{"either CARD or CASH", "string", "", `{"enum":["CARD","CASH"]}`},
		{"allowed values: 1, 2, 3. Max 20 chars", "string", "", `{"enum":["1","2","3"]}`},
		{"format: ^[0-9]{10}$", "string", "", `{"pattern":"^[0-9]{10}$"}`},
		{"regex `^[A-Z]{2,3}$`, mandatory", "string", "", `{"pattern":"^[A-Z]{2,3}$"}`},
		{"digits only, max 6 characters", "string", "123456", `{"max_length":6,"pattern":"^[0-9]+$"}`},
		{"String, mandatory, max 6", "string", "abc", `{"max_length":6}`},
		{"min 3 max 20 characters", "string", "", `{"min_length":3,"max_length":20}`},

		{"10 digits, e.g. 9900011122", "string", "9900011122", `{"min_length":10,"max_length":10,"pattern":"^[0-9]+$"}`},
		{"max 50 chars (example: ring 2 times)", "string", "", `{"max_length":50}`},
		{"max 20, default 10", "integer", "", `{"maximum":"20"}`},

		// What is no rule, or not without doubt.
		{"10 digits with country code", "string", "", ``},
		{"must contain 1 digit", "string", "", ``},
		{"min 8 characters, 1 upper case letter, 1 digit", "string", "", ``},
		{"10 or 12 digits", "string", "", ``},
		{"10/12 digits", "string", "", ``},
		{"last 4 digits of the card", "string", "", ``},
		{"6 digits if the customer is new", "string", "", ``},
		{"up to 2 decimals", "number", "", ``},
		{"2 digits after the point", "number", "", ``},
		{"max 5 MB", "string", "", ``},
		{"at most 30 days old", "string", "", ``},
		{"valid for 10 minutes", "string", "", ``},
		{"max 3 attempts", "integer", "", ``},
		{"e.g. 10 digits", "string", "", ``},
		{"format: dd/MM/yyyy", "string", "", ``},
		{"between 2024-01-01 and 2024-12-31", "string", "", ``},
		{"one of NEW, USED, etc.", "string", "", ``},
		{"one of the values of the table below", "string", "", ``},
		{"allowed values: any currency code", "string", "", ``},
		{"possible values: see appendix, section 3", "string", "", ``},
		{"the id of one of the orders", "string", "", ``},
		{"either the mobile number, or the e-mail address", "string", "", ``},
		{"true/false", "boolean", "", ``},
		{"regex: ^(?=x)y$", "string", "", ``},
		{"ISO 8601", "string", "", ``},
		{"account number of the customer, 1 of 3", "string", "", ``},
		{"order id from step 2", "string", "", ``},
		{"version 2 only", "string", "", ``},
		{"HTTP 400 at most", "string", "", ``},
		{"max -5", "integer", "", ``},
		{"default 10, max depends on the plan 20", "integer", "", ``},
		{"min 20, max 3", "integer", "", ``},
		{"Minimum age of the traveller: 18 years", "integer", "", ``},
		{"percentage, not more than 100 %", "number", "", ``},
	} {
		t.Run(tt.words+"/"+tt.kind+"/"+tt.value, func(t *testing.T) {
			r := Rules(source.Unplaced(tt.words), tt.kind, tt.value)
			assert.Equal(t, r.IsZero(), r.Said == "", "said %q", r.Said)
			r.Said = ""
			data, err := json.Marshal(r)
			require.NoError(t, err)
			if tt.want == "" {
				tt.want = "{}"
			}
			assert.Equal(t, tt.want, string(data))
		})
	}
}

// Whatever stands beside a field, reading it ends, and what is read can be kept by some value.
func FuzzRules(f *testing.F) {
	for _, words := range []string{"10 digits, max. 20", "one of A, B or C", "varchar(20)", "between 1 and 1,000", "format: ^[0-9]{10}$", "Allowed values:\nN - new\n"} {
		f.Add(words, "string", "9900011122")
	}
	f.Fuzz(func(t *testing.T, words, kind, value string) {
		r := Rules(source.Unplaced(words), kind, value)
		assert.Empty(t, RulesProblem(r))
		assert.True(t, r.IsZero() == (r.Said == ""))
		brokenRule(r, value, false)
	})
}
