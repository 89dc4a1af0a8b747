package channel

import (
	"context"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/notify"
)

type slack struct{ *poster }

func newSlack(s Spec) (*slack, error) {
	p, err := newPoster(s)
	return &slack{p}, err
}

type slackMessage struct {
	Text        string `json:"text"`
	Markdown    bool   `json:"mrkdwn"`
	LinkNames   bool   `json:"link_names"`
	UnfurlLinks bool   `json:"unfurl_links"`
	UnfurlMedia bool   `json:"unfurl_media"`
}

// Send implements notify.Sender. Formatting is off for all of the text, and nothing that looks like a name calls anybody.
func (s *slack) Send(ctx context.Context, m notify.Message) error {
	return s.postJSON(ctx, slackMessage{Text: m.Text})
}

// Limits implements notify.Sender.
func (s *slack) Limits() notify.Limits { return notify.Limits{Lines: 30, Runes: 200, Bytes: 6000} }

// Escape implements notify.Sender: the three signs that Slack gives a meaning, see "Escaping text" in its reference; and the calls and links of those
// that take the same webhooks.
func (s *slack) Escape(text string) string {
	text = strings.NewReplacer("@", "@\u200b", "](", "]\u200b(", "`", "\u2019").Replace(text)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// Template implements notify.Sender.
func (s *slack) Template() string { return notify.DefaultTemplate }

type teams struct{ *poster }

func newTeams(s Spec) (*teams, error) {
	p, err := newPoster(s)
	return &teams{p}, err
}

// The parts of an Adaptive Card, version 1.4, that are used. A TextRun shows its text as it is: no Markdown, no mention.
type (
	teamsMessage struct {
		Type        string            `json:"type"`
		Attachments []teamsAttachment `json:"attachments"`
	}
	teamsAttachment struct {
		ContentType string    `json:"contentType"`
		Content     teamsCard `json:"content"`
	}
	teamsCard struct {
		Schema  string            `json:"$schema"`
		Type    string            `json:"type"`
		Version string            `json:"version"`
		MSTeams map[string]string `json:"msteams"`
		Body    []teamsBlock      `json:"body"`
		Actions []teamsAction     `json:"actions,omitempty"`
	}
	teamsBlock struct {
		Type    string     `json:"type"`
		Inlines []teamsRun `json:"inlines"`
	}
	teamsRun struct {
		Type   string `json:"type"`
		Text   string `json:"text"`
		Weight string `json:"weight,omitempty"`
	}
	teamsAction struct {
		Type  string `json:"type"`
		Title string `json:"title"`
		URL   string `json:"url"`
	}
)

// Send implements notify.Sender.
func (t *teams) Send(ctx context.Context, m notify.Message) error {
	card := teamsCard{
		Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4", MSTeams: map[string]string{"width": "Full"},
	}
	for i, line := range strings.Split(m.Text, "\n") {
		run := teamsRun{Type: "TextRun", Text: line}
		if i == 0 {
			run.Weight = "Bolder"
		}
		if line != "" {
			card.Body = append(card.Body, teamsBlock{"RichTextBlock", []teamsRun{run}})
		}
	}
	if m.URL != "" {
		card.Actions = []teamsAction{{"Action.OpenUrl", "Open the run", m.URL}}
	}
	return t.postJSON(ctx, teamsMessage{"message", []teamsAttachment{{"application/vnd.microsoft.card.adaptive", card}}})
}

// Limits implements notify.Sender: a card has at most 28 KB, of which each line takes some for itself.
func (t *teams) Limits() notify.Limits { return notify.Limits{Lines: 40, Runes: 200, Bytes: 8000} }

// Escape implements notify.Sender.
func (t *teams) Escape(text string) string { return text }

// Template implements notify.Sender: the link is a button.
func (t *teams) Template() string {
	return strings.Replace(notify.DefaultTemplate, "{{with .URL}}\n{{.}}\n{{end}}", "", 1)
}
