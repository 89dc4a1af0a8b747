package sheet_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// told writes test data as name=value pairs and what they promise.
func told(rows []probe.TestDatum) []string {
	var out []string
	for _, row := range rows {
		var pairs []string
		for _, v := range row.Values {
			pairs = append(pairs, v.Name+"="+v.Value)
		}
		out = append(out, strings.Join(pairs, " ")+" > "+row.Expect)
	}
	return out
}

func TestTestData(t *testing.T) {
	const two = `{"mobileNo": "9000000001", "otp": "1234"}`
	for name, c := range map[string]struct {
		label, request, value string
		want                  []string
		said                  string // in the one diagnostic; "" for none
	}{
		"a value with its meaning": {
			"Test IDs", two, "9000000001 - success\n9000000009: ERR001 invalid\n9000000008 (too old)\n9000000007 -> PIN expired",
			[]string{"mobileNo=9000000001 > success", "mobileNo=9000000009 > ERR001", "mobileNo=9000000008 > ", "mobileNo=9000000007 > ERR002"},
			"",
		},
		"the meaning first": {"Test Data", two, "Success: 9000000001\nUnknown number: 9000000009", []string{"mobileNo=9000000001 > success", "mobileNo=9000000009 > error"}, ""},
		"names in a line":   {"Test data", two, "mobileNo: 9000000001, otp=1234 - success\n1) mobileNo=9000000001; otp=0000 => 401", []string{"mobileNo=9000000001 otp=1234 > success", "mobileNo=9000000001 otp=0000 > 401"}, ""},
		"names in lines": {
			"Test data", two, "Mobile Number: 9000000001\nOTP: 1234\nExpected: success\nMobile Number: 9000000002\nOTP: 0000\nExpected result: failure",
			[]string{"mobileNo=9000000001 otp=1234 > success", "mobileNo=9000000002 otp=0000 > error"},
			"",
		},
		"an adjective before the name": {"Test data", two, "Valid OTP: 1234\nInvalid OTP: 0000", []string{"otp=1234 > ", "otp=0000 > error"}, ""},
		"a table": {
			"Test Data", two, "S.No\tMobile No\tOTP\tExpected Result\n1\t9000000001\t1234\tSuccess\n2\t9000000001\t\tFailure\n3\t9000000002\t0000\tERR002",
			[]string{"mobileNo=9000000001 otp=1234 > success", "mobileNo=9000000001 > error", "mobileNo=9000000002 otp=0000 > ERR002"},
			"",
		},
		"a table with bars":         {"Test Data", two, "| mobileNo | expect |\n|---|---|\n| 9000000001 | success |", []string{"mobileNo=9000000001 > success"}, ""},
		"a column of another name":  {"Test Data", two, "Subscriber,Result\n9000000001,ok\n9000000002,declined", []string{"mobileNo=9000000001 > success", "mobileNo=9000000002 > error"}, ""},
		"a column of no field":      {"Test Data", two, "mobileNo\tCustomer\n9000000001\tAnna", []string{"mobileNo=9000000001 > "}, "is not clear"},
		"status and code":           {"Test Data", two, "otp\tHTTP status\tResponse code\n1234\t200\tSUCC001\n0000\t400\tERR002", []string{"otp=1234 > SUCC001", "otp=0000 > ERR002"}, ""},
		"one field only":            {"Test accounts", `{"account": "<<account>>"}`, "11220001, 11220002", []string{"account=11220001 > ", "account=11220002 > "}, ""},
		"the label names the field": {"Test cards", `{"card": "<<card>>", "cvv": 1}`, "4111 1111 1111 1111 - approved", []string{"card=4111 1111 1111 1111 > success"}, ""},
		"a remark names the field":  {"Sample IDs (otp)", two, "7777\n8888", []string{"otp=7777 > ", "otp=8888 > "}, ""},
		"nothing names the field":   {"Test IDs", two, "5550001\n5550002 - error", []string{"=5550001 > ", "=5550002 > error"}, `"Test IDs" is not clear`},
		"an object":                 {"Test Data", two, `[{"mobileNo": "9000000001", "otp": 1234, "expected": "success"}, {"otp": "0000", "expect": "ERR002"}]`, []string{"mobileNo=9000000001 otp=1234 > success", "otp=0000 > ERR002"}, ""},
		"objects by outcome":        {"Test Data", two, `{"success": {"otp": "1234"}, "failure": {"otp": "0000"}}`, []string{"otp=1234 > success", "otp=0000 > error"}, ""},
		"a number of groups":        {"Test Data", `{"amount": 10, "otp": "1"}`, "amount: 1,000 - success", []string{"amount=1,000 > success"}, ""},
		"words":                     {"Test Data", two, "as agreed with the team", nil, "described in words"},
		"none":                      {"Test Data", two, "N/A", nil, ""},
		"a row that lost its cells": {"Test Data", two, "mobileNo\totp\tExpected\n9000000001\tsuccess", nil, "is not clear"},
	} {
		t.Run(name, func(t *testing.T) {
			text := func(s string) source.Text { return source.NewDocument("t.txt", []byte(s), s).Text() }
			s := sheet.Assemble(source.NewDocument("t.txt", nil, ""), []sheet.Fragment{
				{Field: sheet.FieldTestData, Label: text(c.label), Value: text(c.value)}, // above the request that names its fields
				{Field: probe.FieldMethod, Value: text("POST")},
				{Field: probe.FieldURL, Value: text("https://sit.parcels.example/pin")},
				{Field: probe.FieldRequestBody, Value: text(c.request)},
				{Field: probe.FieldStatusCodes, Value: text("SUCC001 done\nERR001 invalid number\nERR002 PIN expired")},
			})
			assert.Equal(t, c.want, told(s.TestData))
			assert.NotContains(t, maps.Collect(s.At.All()), sheet.FieldTestData)
			if c.said == "" {
				assert.Empty(t, s.Diagnostics)
				return
			}
			require.Len(t, s.Diagnostics, 1)
			assert.Contains(t, s.Diagnostics[0].Message, c.said)
			assert.Equal(t, source.Info, s.Diagnostics[0].Severity)
		})
	}
}

// Tables hold test data below its label, beside it, in a column, and in a table of that name.
func TestTestDataInTables(t *testing.T) {
	grid := func(name, text string) sheet.Grid {
		g := sheet.Grid{Name: name}
		for row := range strings.SplitSeq(text, "\n") {
			var cells []sheet.GridCell
			for cell := range strings.SplitSeq(row, ";") {
				cells = append(cells, sheet.GridCell{Text: source.NewDocument("t", nil, cell).Text()})
			}
			g.Rows = append(g.Rows, cells)
		}
		return g
	}
	const labels = "API Name;Check PIN\nMethod;POST\nURL;https://sit.parcels.example/pin\nRequest Body;{\"mobileNo\": \"9000000001\", \"otp\": \"1234\"}\nResponse;{\"status\": \"ok\"}\n"
	for name, grids := range map[string][]sheet.Grid{
		"below":  {grid("", labels+"Test Data\nmobileNo;otp;Expected\n9000000001;;success\n9000000002;0000;error")},
		"beside": {grid("", labels+"Test Data;mobileNo: 9000000001 - success\n;mobileNo: 9000000002, otp: 0000 - error")},
		"column": {grid("", "API Name;Method;URL;Request;Response;Test Data\nCheck PIN;POST;https://sit.parcels.example/pin;{\"mobileNo\": \"9000000001\", \"otp\": \"1234\"};{\"status\": \"ok\"};"+
			"mobileNo: 9000000001 => success | mobileNo: 9000000002, otp: 0000 => error")},
		"table": {grid("PIN", labels), grid("Test Data", "mobileNo;otp;Expected\n9000000001;;success\n9000000002;0000;error")},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "column" { // a cell of two lines
				cell := &grids[0].Rows[1][5]
				cell.Text = source.NewDocument("t", nil, strings.ReplaceAll(cell.Text.String(), " | ", "\n")).Text()
			}
			sheets, _ := sheet.ReadGrids(source.NewDocument("t", nil, ""), grids)
			require.Len(t, sheets, 1)
			assert.Equal(t, []string{"mobileNo=9000000001 > success", "mobileNo=9000000002 otp=0000 > error"}, told(sheets[0].TestData))
		})
	}
}
