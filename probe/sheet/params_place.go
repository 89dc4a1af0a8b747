package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// placeNamed is where a cell says that a parameter travels.
func placeNamed(s string) string {
	switch Fold(s) {
	case "path", "url", "uri", "pathparam", "pathparameter", "pathvariable", "inpath", "urlpath", "路径":
		return probe.InPath
	case "query", "querystring", "queryparam", "queryparameter", "inquery", "urlparam", "urlquery", "param":
		return probe.InQuery
	case "header", "headers", "inheader", "httpheader", "requestheader", "请求头":
		return inHeader
	case "body", "requestbody", "json", "payload", "inbody", "jsonbody", "bodyjson":
		return probe.InBody
	case "form", "formdata", "formparam", "formfield", "urlencoded", "formparameter":
		return probe.InForm
	}
	return ""
}

// placeOf is where a label says that the parameters below it travel.
func placeOf(l Label, text source.Text) string {
	s := strings.ToLower(text.String())
	switch {
	case l.Field == probe.FieldHeaders:
		return inHeader
	case l.Role == PathParam:
		return probe.InPath
	case l.Role == Query:
		return probe.InQuery
	case strings.Contains(s, "form"):
		return probe.InForm
	case strings.Contains(s, "body"), strings.Contains(s, "payload"), strings.Contains(s, "json"):
		return probe.InBody
	}
	return ""
}
