package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// isCallback says that a label stands over the call that the API makes to us.
func (l Label) isCallback() bool { return l.Role == CallbackBody || l.Role == CallbackAnswer }

// callbackSentence says that a sentence introduces what the API sends to our callback URL: "We will POST the following to your callback URL:".
func callbackSentence(words []string) bool {
	says := func(list ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	return says("callback", "callbackurl", "webhook", "webhookurl") &&
		says("post", "posts", "posted", "send", "sends", "sent", "call", "calls", "notify", "notifies", "notification", "push", "pushes", "receive", "invoke", "hit", "payload") &&
		!says("respond", "responds", "reply", "acknowledge", "return", "returns", "must", "should", "register", "registration", "provide", "pass", "error", "failure")
}

// callbackTitle is the label over a callback that a title among answers is.
func callbackTitle(title string) (Label, bool) {
	l, ok := LookupLabel(title)
	if !ok {
		l, ok = LookupSentence(title)
	}
	return l, ok && l.isCallback()
}

// takeCallback takes in the value under a label for the callback: an example of it, with the request line and the headers of a whole message.
func (a *assembler) takeCallback(label Label, at, value source.Text) {
	if value.IsBlank() || IsNone(value.String()) {
		return
	}
	b := splitBody(withoutParameters(value))
	c := &probe.Callback{At: at.At()}
	for _, t := range b.requests {
		said := readCall(t)
		c.Method = said.method
		c.Headers = append(c.Headers, said.headers...)
		if said.body.Len() > 0 {
			b.parts = append(b.parts, splitBody(said.body).parts...)
		}
	}
	if word, method, ok := findMethod(source.Unplaced(label.Remark)); ok && c.Method == "" && word.String() == method {
		c.Method = method
	}
	c.Headers = append(c.Headers, b.headers...)
	for _, p := range b.parts {
		a.callbackPart(c, p)
	}
	a.keepCallback(c, label.Role)
}

// callbackPart takes in the first example of a callback.
func (a *assembler) callbackPart(c *probe.Callback, p part) {
	if p.kind == partNone || !c.Body.IsZero() {
		return
	}
	c.Headers = append(c.Headers, p.headers...)
	c.Body, c.Raw = a.bodyOf(probe.FieldCredentials, p), p.text.String()
}

// keepCallback keeps what is said of the callback first. What is called its response may be what we answer to it: it counts where nothing else is there.
func (a *assembler) keepCallback(c *probe.Callback, role Role) {
	if c.Body.IsZero() && c.Method == "" && len(c.Headers) == 0 {
		return
	}
	if role == CallbackAnswer {
		if a.callbackAnswer == nil {
			a.callbackAnswer = c
		}
		return
	}
	if a.sheet.Callback == nil || a.sheet.Callback.Body.IsZero() {
		a.sheet.Callback = c
	}
}

// settleCallback finds, once the request is known, where it tells the API our URL.
func (a *assembler) settleCallback() {
	s := a.sheet
	if s.Callback == nil {
		s.Callback = a.callbackAnswer
	}
	if s.Callback != nil && s.Callback.Field == "" {
		s.Callback.Field = CallbackField(s)
	}
}

// CallbackField is the one place of a request whose name is that of a callback URL: a JSON Pointer into its body, query:NAME or header:NAME; "" where there
// is none, or more than one.
func CallbackField(s *probe.Sheet) string {
	var found []string
	for _, f := range s.Request.Fields {
		switch {
		case !namesCallback(f.Name):
		case f.In == probe.InBody:
			found = append(found, f.Pointer)
		case f.In == probe.InQuery:
			found = append(found, "query:"+f.Name)
		}
	}
	for _, h := range s.Headers {
		if namesCallback(h.Name) {
			found = append(found, "header:"+h.Name)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// namesCallback says that a name is that of a callback URL.
func namesCallback(name string) bool {
	key := Fold(name)
	for _, word := range []string{
		"callbackurl", "callbackuri", "callback", "webhookurl", "webhook", "notifyurl", "notificationurl", "xcallbackurl",
		"callbackaddress", "statuscallback", "callbackendpoint",
	} {
		if key == word {
			return true
		}
	}
	return strings.HasSuffix(key, "callbackurl") || strings.HasSuffix(key, "webhookurl")
}
