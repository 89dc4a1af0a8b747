package sheettest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Facts are the fields of a sheet that are scored. Places are left out, and the raw text of examples: they are the document's and not the
// API's.
func Facts() []string {
	return []string{
		"name", "method", "url", "headers", "body", "media_type", "fields", "success_responses", "error_responses", "partner_code", "credentials",
		"status_codes", "placeholders", "test_data",
	}
}

// Beyond are the facts beside those: what a sheet says of the values of the fields of the request ("rules"), of what causes an answer ("when", "recipes"), of
// callbacks, polling and limits. A truth that does not speak of one says that the sheet does not either.
func Beyond() []string { return []string{"rules", "when", "recipes", "callback", "poll", "limits"} }

// Document is a document of a corpus and what it says: the format it has to be recognised as, and the facts of its sheets.
type Document struct {
	Path   string
	Data   []byte
	Format string
	Sheets []map[string]any
}

const truthSuffix = ".truth.json"

// Corpus are the documents of a format in the corpus of the fixtures; of all formats where it is "".
func Corpus(t testing.TB, format string) []Document {
	t.Helper()
	root := "."
	for range 8 {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		root = filepath.Join(root, "..")
	}
	return Folder(t, filepath.Join(root, "fixtures", "sheets", "corpus"), format)
}

// Folder are the documents of a format under a folder, each with its truth beside it.
func Folder(t testing.TB, folder, format string) []Document {
	t.Helper()
	var all []Document
	require.NoError(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, truthSuffix) {
			return err
		}
		if doc := read(t, path); format == "" || doc.Format == format {
			all = append(all, doc)
		}
		return nil
	}))
	require.NotEmpty(t, all, "the test must find its documents")
	return all
}

func read(t testing.TB, path string) Document {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	truth, err := os.ReadFile(path + truthSuffix)
	require.NoError(t, err)
	var want struct {
		Format string           `json:"format"`
		Sheets []map[string]any `json:"sheets"`
	}
	decoder := json.NewDecoder(bytes.NewReader(truth))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&want))
	for i, s := range want.Sheets {
		want.Sheets[i] = flat(t, s)
	}
	return Document{Path: filepath.ToSlash(path), Data: data, Format: want.Format, Sheets: want.Sheets}
}

// OneAPI reads the one API that is written in every format: it is one identical sheet.
func (s Suite) OneAPI(t *testing.T) {
	found := 0
	for _, d := range Corpus(t, s.Format.Name) {
		if strings.Contains(d.Path, "/one-api/") {
			found++
			r := s.Format.Read(sheet.Input{Name: "document", Data: d.Data})
			assert.Equal(t, Pretty(t, d.Sheets), Pretty(t, FactsOf(t, r.Sheets)), d.Path)
		}
	}
	require.NotZero(t, found, "no document of the format %q", s.Format.Name)
}

// FactsOf are the facts of sheets as `read -o json` prints them.
func FactsOf(t testing.TB, sheets []*probe.Sheet) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, report.SheetsJSON(&out, []report.Document{{Document: source.NewDocument("d", nil, ""), Sheets: sheets}}))
	var printed struct {
		Documents []struct {
			Sheets []map[string]any `json:"sheets"`
		} `json:"documents"`
	}
	decoder := json.NewDecoder(&out)
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&printed))
	all := []map[string]any{}
	for _, s := range printed.Documents[0].Sheets {
		all = append(all, flat(t, s))
	}
	return all
}

// flat lifts the parts of the request to the level of the other facts and drops what is not scored.
func flat(t testing.TB, s map[string]any) map[string]any {
	t.Helper()
	request, _ := s["request"].(map[string]any)
	all := map[string]any{}
	for _, f := range Facts() {
		value, ok := s[f]
		if !ok {
			value, ok = request[f]
		}
		require.True(t, ok, "the sheet has no %q", f)
		all[f] = value
	}
	for _, f := range Beyond() {
		all[f] = s[f]
	}
	all["rules"], all["when"], all["recipes"] = map[string]any{}, map[string]any{}, map[string]any{}
	for _, f := range all["fields"].([]any) {
		field := f.(map[string]any)
		lift(field, "rules", all["rules"], fmt.Sprint(field["in"], ":", field["name"], field["pointer"]))
	}
	for _, key := range []string{"success_responses", "error_responses"} {
		for i, r := range all[key].([]any) {
			response := r.(map[string]any)
			lift(response, "when", all["when"], fmt.Sprint(key, i))
			lift(response, "request", all["recipes"], fmt.Sprint(key, i))
			delete(response, "raw")
		}
	}
	return all
}

// lift moves a fact of a part of the sheet to the facts of all parts, by the name of the part. The words that a rule was read from are the document's.
func lift(part map[string]any, key string, all any, name string) {
	value, ok := part[key]
	if !ok {
		return
	}
	if rules, ok := value.(map[string]any); ok {
		delete(rules, "said")
	}
	all.(map[string]any)[name] = value
	delete(part, key)
}

// Pretty is a value as JSON that people can compare.
func Pretty(t testing.TB, v any) string {
	t.Helper()
	data, err := json.MarshalIndent(v, "", " ")
	require.NoError(t, err)
	return string(data)
}
