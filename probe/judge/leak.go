package judge

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// leak is something of the inside of a server that no caller should see.
type leak struct {
	what     string
	severity source.Severity
	// inErrors says that it tells nothing in a success: what was asked for may well be a path or a statement.
	inErrors bool
	find     func(text string) string // the piece that shows it; "" for none
	// hint is a quick look at one text of an answer: find may find it in those of its place.
	hint func(text string) bool
}

// leaks, the worst first. Of an answer, the worst is told.
var leaks = []leak{
	{what: "a debug page", severity: source.Error, find: debugPage, hint: mayDebug},
	{what: "a stack trace", severity: source.Error, find: stackTrace, hint: mayTrace},
	{what: "the words of a database", severity: source.Error, inErrors: true, find: databaseWords, hint: mayQuoteDatabase},
	{what: "a statement in SQL", severity: source.Error, inErrors: true, find: statement, hint: mayState},
	{what: "a path in the server's file system", severity: source.Warning, inErrors: true, find: filePath, hint: mayNameFile},
}

// checkLeak looks for what tells a stranger how the server is made. What the sheet itself shows at a place is meant to be there, and so is,
// in a success, whatever stands at a documented place: it is data.
func checkLeak(a *answer) []probe.Finding {
	for i := range leaks {
		l := &leaks[i]
		if l.inErrors && a.outcome != probe.OutcomeError && a.status < 400 || !a.anyText(l.hint) {
			continue
		}
		for _, s := range a.textsOf() {
			if piece := l.find(s.text); piece != "" && !a.isMeant(l, s, piece) {
				return []probe.Finding{a.leaked(l, s, piece)}
			}
		}
	}
	return nil
}

func (a *answer) isMeant(l *leak, s said, piece string) bool {
	shown := a.judge.shown(s.path)
	if a.outcome == probe.OutcomeSuccess && a.status < 400 && len(shown) > 0 {
		return true
	}
	ours := strings.Contains(a.x.Request.URL, piece) || strings.Contains(a.x.Request.Body, piece)
	return ours || slices.ContainsFunc(shown, func(text string) bool { return l.find(text) != "" })
}

func (a *answer) leaked(l *leak, s said, piece string) probe.Finding {
	f := a.finding("security.leak", probe.AtBody, l.what)
	f.Severity, f.Pointer, f.At = l.severity, s.pointer, a.promise.at(a.judge.sheet)
	f.Documented, f.Observed = "nothing of the kind", short(strings.TrimSpace(piece))
	f.Message = "the answer shows " + l.what
	return f
}

// debugMarks stand on pages that frameworks make for their developers, in lower case.
var debugMarks = []string{
	"you're seeing this error because you have <code>debug = true", "you&#x27;re seeing this error because you have <code>debug = true", "using the urlconf defined in <code>",
	"werkzeug debugger", "<title>action controller: exception caught", "<b>stack trace:</b>", "whoops\\handler", "facade\\ignition", "spatie\\laravelignition",
	"<span class=\"trace-", "symfony exception",
}

// mayDebug asks for what stands in each of the marks before it looks for them: an angle bracket, a backslash, or words with a letter that is seldom.
func mayDebug(text string) bool {
	words := strings.Contains(text, " ") && strings.ContainsAny(text, "zZxX")
	return (words || strings.ContainsAny(text, `<\`)) && debugPage(text) != ""
}

func debugPage(text string) string {
	lower := strings.ToLower(text)
	for _, mark := range debugMarks {
		if strings.Contains(lower, mark) {
			return mark
		}
	}
	return ""
}

// stackTrace wants two frames, since one line may be about anything; Go and Python announce theirs.
func stackTrace(text string) string {
	frames, first := 0, ""
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "<br", "\n"), "\n") {
		line = strings.TrimSpace(line)
		if !isFrame(line) {
			continue
		}
		if frames++; first == "" {
			first = line
		}
	}
	if frames > 1 || frames == 1 && strings.Contains(text, "Traceback (most recent call last)") {
		return first
	}
	if strings.Contains(text, "goroutine ") && strings.Contains(text, " [running]:") {
		return "goroutine ... [running]:"
	}
	return ""
}

// mayTrace asks for what stands in each frame before it looks at the lines: a blank or a number sign, and a colon, a bracket or a quotation mark.
func mayTrace(text string) bool {
	marked := strings.ContainsAny(text, " #") && strings.ContainsAny(text, `:({)"&`)
	return marked && hasFrame(text) || strings.Contains(text, "goroutine ")
}

func hasFrame(text string) bool {
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "<br", "\n"), "\n") {
		if isFrame(strings.TrimSpace(line)) {
			return true
		}
	}
	return false
}

// isFrame knows a line of the traces of Java, .NET, Node.js, Python, PHP and Ruby.
func isFrame(line string) bool {
	if at, ok := strings.CutPrefix(line, "at "); ok {
		call, _, called := strings.Cut(at, "(")
		inCode := hasAnyOf(at, []string{".java:", ".kt:", ".scala:", "Native Method)", "Unknown Source)", ".js:", ".ts:", ".mjs:", "node:internal", ".cs:line "})
		return inCode || called && strings.Count(call, ".") > 1 && !strings.Contains(call, " ")
	}
	switch {
	case strings.HasPrefix(line, `File "`), strings.HasPrefix(line, "File &quot;"):
		return strings.Contains(line, ", line ")
	case strings.HasPrefix(line, "#"):
		return strings.Contains(line, ".php(") || strings.Contains(line, "{main}")
	}
	_, behind, ruby := strings.Cut(line, ".rb:")
	return ruby && strings.Contains(behind, ":in ")
}

// databaseMarks are how databases and their drivers speak, in lower case.
var databaseMarks = []string{
	"you have an error in your sql syntax", "sqlstate[", "unclosed quotation mark after the character string", "syntax error at or near", "sqlite3.operationalerror",
	"sqlite_error", "psycopg2.", "pg::", "org.postgresql.", "com.mysql.", "java.sql.sql", "system.data.sqlclient", "could not execute statement",
	"could not extract resultset", "violates unique constraint", "violates foreign key constraint", "violates not-null constraint", "sequelizedatabaseerror",
	"prismaclient", "incorrect syntax near", "mongoservererror", "e11000 duplicate key", "quoted string not properly terminated",
}

func databaseWords(text string) string {
	lower := strings.ToLower(text)
	for _, mark := range databaseMarks {
		if i := strings.Index(lower, mark); i >= 0 && len(lower) == len(text) {
			return text[i:]
		}
	}
	if _, number, ok := strings.Cut(text, "ORA-"); ok && len(number) >= 5 && strings.Trim(number[:5], "0123456789") == "" {
		return "ORA-" + number
	}
	return ""
}

func mayQuoteDatabase(text string) bool {
	return hasAnyOf(strings.ToLower(text), databaseMarks) || strings.Contains(text, "ORA-")
}

// statements are how statements in SQL begin and go on.
var statements = [][2]string{{"SELECT ", " FROM "}, {"INSERT INTO ", " VALUES"}, {"UPDATE ", " SET "}, {"DELETE FROM ", " WHERE "}, {"select ", " from "}}

func mayState(text string) bool {
	return slices.ContainsFunc(statements, func(pair [2]string) bool { return strings.Contains(text, pair[0]) })
}

// statement goes by the capitals that people do not write.
func statement(text string) string {
	for _, pair := range statements {
		start := strings.Index(text, pair[0])
		if start < 0 || !strings.Contains(text[start:], pair[1]) {
			continue
		}
		if piece := text[start:]; pair[0] != "select " || strings.Contains(piece, " where ") && strings.ContainsAny(piece, "=?") {
			return piece
		}
	}
	return ""
}

func mayNameFile(text string) bool { return strings.ContainsAny(text, `/\`) && filePath(text) != "" }

// filePath wants a folder that only a machine has, and the ending of a file of code or settings.
func filePath(text string) string {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" \t\n\"'`()<>[]{},;|", r) }) {
		if isMachinePath(part) && hasCodeEnding(part) {
			return part
		}
	}
	return ""
}

func isMachinePath(s string) bool {
	s = strings.TrimPrefix(s, "file://")
	drive := len(s) > 3 && s[1] == ':' && s[2] == '\\' && strings.Count(s, `\`) > 1
	return drive || strings.HasPrefix(s, "/") && slices.ContainsFunc(machineFolders, func(folder string) bool {
		return strings.HasPrefix(s, folder) && len(s) > len(folder)
	})
}

var machineFolders = strings.Fields("/var/ /usr/ /home/ /opt/ /srv/ /app/ /root/ /etc/ /tmp/ /private/ /Users/ /data/ /workspace/ /code/ /deploy/")

func hasCodeEnding(s string) bool {
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	for ending := range strings.FieldsSeq(".java .jar .war .class .py .php .rb .js .mjs .ts .go .cs .cshtml .dll .so .conf .yml .yaml .env .sql .ini .log .pem .sqlite .db") {
		if i := strings.Index(s, ending); i > 0 && (len(s) == i+len(ending) || s[i+len(ending)] == ':') {
			return true
		}
	}
	return false
}
