package correct

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// withoutSecrets is the sheet as the recorded run shows it: what is masked there is a placeholder here, so that no proposal passes a secret on.
func withoutSecrets(s *probe.Sheet, d *probe.Documented) *probe.Sheet {
	c := copied(s)
	c.Headers, c.Credentials = slices.Clone(s.Headers), slices.Clone(s.Credentials)
	for i := range c.Credentials {
		hide(&c.Credentials[i].Value, c.Credentials[i].Name)
	}
	if s.Auth != nil {
		auth := *s.Auth
		auth.Text = slices.Clone(auth.Text)
		for i := range auth.Text {
			if probe.LooksSecret(auth.Text[i].Name) {
				hide(&auth.Text[i].Value, auth.Text[i].Name)
			}
		}
		auth.TokenRequest = nil
		c.Auth = &auth
	}
	if d == nil { // recorded by a version that did not keep what was documented
		return c
	}
	for i := range c.Headers {
		if i < len(d.Request.Headers) && isMasked(d.Request.Headers[i].Value) {
			hide(&c.Headers[i].Value, c.Headers[i].Name)
		}
	}
	if isMasked(d.Request.URL) {
		c.URL = d.Request.URL
	}
	takeMasked(&c.Request.Body, &c.Request.Raw, d.Request.Body)
	for _, answers := range [][]probe.Response{c.Success, c.Errors} {
		for i := range answers {
			if k := slices.IndexFunc(d.Responses, func(r probe.DocumentedResponse) bool { return r.At.Pos == answers[i].At.Pos }); k >= 0 {
				takeMasked(&answers[i].Body, &answers[i].Raw, d.Responses[k].Body)
			}
		}
	}
	return c
}

// hide puts a placeholder in the place of a value that is none; a scheme such as Bearer stays.
func hide(value *string, name string) {
	if *value == "" || len(probe.FindPlaceholders(*value, false)) > 0 {
		return
	}
	scheme, _, found := strings.Cut(*value, " ")
	*value = "<<" + strings.ReplaceAll(probe.Slug(name), "-", "_") + ">>"
	if found && slices.Contains([]string{"bearer", "basic", "token", "apikey", "jwt"}, strings.ToLower(scheme)) {
		*value = scheme + " " + *value
	}
}

// unmasked puts placeholders in the place of masks, see probe.Redactor: "[masked:token~x4a7l]" becomes "<<token>>".
func unmasked(text string) string {
	before, rest, found := strings.Cut(text, "[masked:")
	if !found {
		return text
	}
	name, after, closed := strings.Cut(rest, "]")
	if !closed {
		return text
	}
	name, _, _ = strings.Cut(name, "~")
	return before + "<<" + orElse(strings.ReplaceAll(probe.Slug(name), "-", "_"), "secret") + ">>" + unmasked(after)
}

func isMasked(text string) bool { return strings.Contains(text, "[masked:") }

// takeMasked takes a recorded body where something in it is masked.
func takeMasked(body *probe.Body, raw *string, recorded string) {
	if !isMasked(recorded) {
		return
	}
	body.Text, *raw = recorded, recorded
	if body.Value == nil {
		return
	}
	body.Text = ""
	if v, _, err := nearjson.ParseStrict(source.NewDocument("", nil, recorded).Text()); err == nil {
		body.Value = v
	}
}
