package text

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// proves says that a text is beyond doubt a value of a field.
func proves(f probe.Field, value source.Text) bool {
	s := strings.TrimSpace(value.String())
	if s == "" {
		return false
	}
	switch f {
	case probe.FieldMethod:
		_, ok := sheet.Method(strings.Trim(s, "`\"'*()[] "))
		return ok
	case probe.FieldURL:
		verb, rest, _ := strings.Cut(s, " ")
		_, called := sheet.Method(strings.Trim(verb, "`\"'*()[]: "))
		return isAddress(s) || isBareHost(s) || called && isAddress(rest)
	case probe.FieldHeaders:
		return sheet.IsHeaderLine(value) || sheet.IsHeaderName(value)
	case probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse:
		return startsExample(value) || sheet.IsDitto(s) || sheet.IsRecord(s)
	case probe.FieldStatusCodes:
		return sheet.IsCodeRow(value) || strings.HasPrefix(s, "{")
	}
	return false
}

func startsExample(value source.Text) bool {
	_, ok := sheet.StartsBody(value.String())
	return ok || sheet.IsExampleCall(value)
}

// isBareHost recognises "staging.example.test/v1/otp".
func isBareHost(s string) bool {
	host, path, ok := strings.Cut(s, "/")
	return ok && path != "" && !strings.ContainsAny(s, " \t") && strings.Contains(strings.Trim(host, "."), ".")
}
