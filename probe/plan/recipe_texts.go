package plan

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// saying is a text of the sheet about an error.
type saying struct {
	from string // "its message"
	text string
}

const fromMessage = "its message"

// sayings are what a sheet says of an error, the plainest first: what causes it, its heading, the row of its code, the messages of its example, its code.
func sayings(s *probe.Sheet, e documentedError) (all []saying) {
	add := func(from, text string) {
		if strings.TrimSpace(text) != "" {
			all = append(all, saying{from, strings.TrimSpace(text)})
		}
	}
	if e.response >= 0 {
		r := s.Errors[e.response]
		add("what the sheet says of its cause,", r.When)
		add("its heading", r.Title)
	}
	for _, row := range s.StatusCodes {
		if e.code != "" && row.Code == e.code || e.response < 0 && row.At == e.at && row.Message == e.title {
			add("its row of the status codes,", row.Message)
			break
		}
	}
	if e.response >= 0 {
		for _, m := range messagesIn(s.Errors[e.response].Body) {
			add(fromMessage, m)
		}
	}
	if strings.ContainsAny(e.code, "_- ") || strings.ToUpper(e.code) != e.code {
		add("its code", e.code)
	}
	return all
}

// maxMessages bounds what is read of an example.
const maxMessages = 10

// messagesIn are the texts of an error's example that are meant for people. What stands beside the name of a field is said of that field.
func messagesIn(body probe.Body) (all []string) {
	if body.Value == nil {
		return nil
	}
	body.Value.Walk(func(_ string, v *nearjson.Value) bool {
		about := ""
		for _, m := range v.Members {
			if slices.Contains(strings.Fields("field fieldname parameter param property path loc pointer attribute source"), fold(m.Key)) {
				about = lastText(m.Value)
			}
		}
		for _, m := range v.Members {
			key := fold(m.Key)
			told := holdsAny(key, "message", "msg", "description", "detail", "reason", "cause", "error", "mensagem", "mensaje", "meldung", "fehler") || key == "title" || key == "desc"
			for _, text := range textsOf(m.Value) {
				if told && len(all) < maxMessages {
					all = append(all, strings.TrimSpace(about+" "+text))
				}
			}
		}
		return len(all) < maxMessages
	})
	return all
}

// textsOf is a text, or the texts of a list; that which a template leaves open says nothing.
func textsOf(v *nearjson.Value) (all []string) {
	switch {
	case v.Kind == nearjson.String && !v.Template && len(v.Text) < 300:
		return []string{v.Text}
	case v.Kind == nearjson.Array:
		for _, item := range v.Items {
			if item.Kind == nearjson.String && len(item.Text) < 300 {
				all = append(all, item.Text)
			}
		}
	}
	return all
}

func lastText(v *nearjson.Value) string {
	texts := textsOf(v)
	if len(texts) == 0 {
		return ""
	}
	last := texts[len(texts)-1]
	return last[strings.LastIndexByte(last, '/')+1:]
}
