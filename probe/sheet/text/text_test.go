package text_test

import (
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// suite holds the reader against its golden files.
func suite(t testing.TB) sheettest.Suite {
	return sheettest.Suite{Format: text.Format, Documents: sheettest.Documents(t, "*.txt"), Sure: 1}
}

func TestReadGolden(t *testing.T) { suite(t).Golden(t) }

func TestOneAPI(t *testing.T) { suite(t).OneAPI(t) }

// TestPastedHelpPage says in words what the golden file of the help page says in JSON: the page that all this is for.
func TestPastedHelpPage(t *testing.T) {
	data, err := os.ReadFile("testdata/help-page.txt")
	require.NoError(t, err)
	r := text.Format.Read(sheet.Input{Name: "help-page.txt", Data: data})
	require.Len(t, r.Sheets, 1)
	require.Empty(t, r.Diagnostics)
	s := r.Sheets[0]
	assert.Equal(t, "Parcel pickup booking", s.Name)
	assert.Equal(t, "POST", s.Method)
	assert.Equal(t, "https://uat.parcels.example/pickup/v2/book", s.URL)
	require.Len(t, s.Headers, 2)
	assert.Equal(t, "Bearer <<pickup_token>>", s.Headers[0].Value)
	assert.Equal(t, "7", s.Request.Body.Value.Get("Slot id").Text)
	require.Len(t, s.Success, 1)
	assert.Equal(t, "PK000", s.Success[0].Code)
	require.Len(t, s.Errors, 1)
	assert.Equal(t, "PK104", s.Errors[0].Code)
	assert.Equal(t, "{couriercode}", s.PartnerCode)
	var names []string
	for _, c := range s.Credentials {
		names = append(names, c.Name+"="+c.Value)
	}
	assert.Equal(t, []string{"consumer_key=", "consumer_secret=", "user_id=", "callback_url="}, names)
	require.Len(t, s.StatusCodes, 2)
	assert.Equal(t, "No slot left", s.StatusCodes[1].Message)
	assert.Equal(t, probe.KindBusiness, s.StatusCodes[1].Kind)
	require.Len(t, s.Placeholder, 2)
	assert.Equal(t, source.Pos{Line: 48, Column: 28}, place(s.Placeholder[0].At))
	assert.Equal(t, source.Pos{Line: 82, Column: 17}, place(s.At.Of(probe.FieldPartnerCode)))
	assert.Equal(t, source.Pos{Line: 60, Column: 20}, place(s.At.Of(probe.FieldSuccessResponse)))
	assert.Len(t, maps.Collect(s.At.All()), len(probe.Fields))
}

func place(s source.Span) source.Pos { return source.Pos{Line: s.Line, Column: s.Column} }

func TestReadWhatIsNoSheet(t *testing.T) {
	cases := []struct{ name, data, want string }{
		{"empty", "", "empty"},
		{"white space", " \r\n\t\u00a0\n", "empty"},
		{"binary", "PK\x03\x04\x00\x00\x01\x02", "not a text"},
		{"NUL bytes", strings.Repeat("\x00\x01\x02", 50), "not a text"},
		{"prose", "The method is simple.\nCall the URL.\n", "no sheet"},
		{"labels without values", "API Name\nMethod\nEndpoint URL\nRequest Body\n", "no sheet"},
		{"one field", "Method: POST\n", "no sheet"},
		{"too large", strings.Repeat("Method: POST\n", sheet.MaxBytes/13+1), "at most"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := text.Format.Read(sheet.Input{Name: "x.txt", Data: []byte(c.data)})
			require.Empty(t, r.Sheets)
			require.Len(t, r.Diagnostics, 1)
			d := r.Diagnostics[0]
			assert.Equal(t, "sheet.unreadable", d.Rule)
			assert.Equal(t, source.Error, d.Severity)
			assert.Contains(t, d.Message, c.want)
			assert.NotEmpty(t, d.Hint)
			require.NotNil(t, r.Document)
			assert.NotEmpty(t, r.Document.SHA256)
		})
	}
}

func TestDetect(t *testing.T) {
	assert.Greater(t, text.Format.Detect(sheet.Input{Data: []byte("Name: A\nMethod: POST\nURL: https://h.example/a\nHeaders: A: b")}), 10)
	assert.Positive(t, text.Format.Detect(sheet.Input{}))
	assert.Positive(t, text.Format.Detect(sheet.Input{Data: []byte{0, 1, 2}}))
	assert.Less(t, text.Format.Detect(sheet.Input{Data: []byte("just words")}), 10)
}

func FuzzRead(f *testing.F) { suite(f).Fuzz(f, nil) }
