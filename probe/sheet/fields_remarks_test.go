package sheet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// A remark in parentheses is that of the value before it, also where several members share a line.
func TestRemarksOfMembersOnOneLine(t *testing.T) {
	for body, want := range map[string]map[string]string{
		`{ "name": "A, B (mandatory)", "account": "5", "type": "OTHER_BANK" (optional) }`: {"name": "", "account": "", "type": "optional"},
		`{"a": 1 (mandatory), "b": 2 (optional)}`:                                         {"a": "mandatory", "b": "optional"},
		`{"o": {"a": 1 (mandatory), "b": 2}, "c": [3] (optional)}`:                        {"a": "mandatory", "b": "", "c": "optional"},
		`{"a": "x", "b": "y" (max 10, optional), "c": 3 (M)}`:                             {"a": "", "b": "optional", "c": "mandatory"},
		`{"o": {"a": 1, "b": 2} (optional), "c": 3}`:                                      {"a": "", "b": "", "c": ""},
		`{"a": 1, "b": 2} // optional`:                                                    {"a": "", "b": ""},
	} {
		s := assembled("Pay", "https://uat.pay.example/pay", body)
		got := map[string]string{}
		for _, f := range s.Request.Fields {
			if _, asked := want[f.Name]; !asked {
				continue
			}
			got[f.Name] = ""
			if f.Mandatory != nil {
				got[f.Name] = map[bool]string{true: "mandatory", false: "optional"}[*f.Mandatory]
			}
		}
		assert.Equal(t, want, got, body)
	}
}

// The names of codes are also written short.
func TestShortNamesOfCodes(t *testing.T) {
	for _, key := range []string{"errCd", "rspCode", "returnCd", "respCd", "stsCd", "rtn_cd", "err-cde", "ResCd", "rslt_code", "RSN_CD", "sts_code", "retCd", "errNo"} {
		parsed, err := nearjson.Parse(source.Unplaced(`{"` + key + `": "OT02", "errDesc": "no such account"}`))
		require.NoError(t, err)
		code, _ := sheet.BusinessCode(parsed.Value, nil)
		assert.Equal(t, "OT02", code, key)
	}
	for _, key := range []string{"branchCd", "prdCd", "currCd", "areaCode", "result", "statusMsg", "pinCd", "resNo", "stateCd"} {
		parsed, err := nearjson.Parse(source.Unplaced(`{"` + key + `": "Pune"}`))
		require.NoError(t, err)
		code, _ := sheet.BusinessCode(parsed.Value, nil)
		assert.Empty(t, code, key)
	}
}
