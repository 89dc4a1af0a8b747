package export

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// writeCurl writes a script: the variables that it needs, which end it where they are not set, and one command for each call.
func writeCurl(out *bytes.Buffer, calls []call, notes *Notes) {
	out.WriteString("#!/bin/sh\nset -eu\n")
	known := map[string]bool{}
	for i := range calls {
		for _, name := range calls[i].names {
			if !known[name] {
				known[name] = true
				fmt.Fprintf(out, ": \"${%s:?set it to the value that the sheet leaves open}\"\n", shellName(name))
			}
		}
	}
	for i := range calls {
		c := &calls[i]
		fmt.Fprintf(out, "\n# %s\n", oneLine(c.title()))
		out.WriteString(strings.Join(c.curlWords(notes), " \\\n  ") + "\n")
	}
}

// taken are variables that have a meaning of their own.
const taken = "ALL_PROXY CDPATH CURL_HOME EDITOR ENV HOME HOST HOSTNAME HTTP_PROXY HTTPS_PROXY IFS LANG LINES LOGNAME MAIL NO_PROXY OLDPWD OPTIND PAGER PATH " +
	"PPID PS1 PS2 PS4 PWD RANDOM SECONDS SHELL SHLVL TERM TMP TMPDIR TZ UID USER USERNAME"

// shellName keeps clear of what every shell has already: a sheet's {path} must not send the user's.
func shellName(variable string) string {
	name := strings.ToUpper(variable)
	if slices.Contains(strings.Fields(taken), name) {
		return name + "_VALUE"
	}
	return name
}

// shell writes texts as one word: what stands in it as it is between single quotes, which nothing breaks out of, variables between double quotes.
func shell(parts ...text) string {
	word := join(parts...).in(func(s string) string {
		return `'` + strings.ReplaceAll(strings.ReplaceAll(s, "\x00", ""), `'`, `'\''`) + `'`
	},
		func(name string) string { return `"$` + shellName(name) + `"` })
	if word == "" {
		return "''"
	}
	return word
}

func (c *call) curlWords(notes *Notes) []string {
	words := []string{"curl --globoff --include -X " + shell(literal(c.Method)), shell(c.address())}
	if c.Method == http.MethodHead {
		words[0] = "curl --globoff --head"
	}
	hasType := false
	for _, h := range c.headers {
		hasType = hasType || strings.EqualFold(h.name, "Content-Type")
		words = append(words, "-H "+shell(literal(h.name+": "), h.value))
	}
	if kind := c.mediaType(); !hasType && kind != "" && !strings.HasPrefix(kind, "multipart/") {
		words = append(words, "-H "+shell(literal("Content-Type: "+kind)))
	}
	return append(append(words, c.curlIdentity(notes)...), c.curlBody()...)
}

// address is the whole URL, its query escaped but for the variables.
func (c *call) address() text {
	parts := []text{c.origin, c.path}
	for i, p := range c.query {
		mark := "&"
		if i == 0 {
			mark = "?"
		}
		parts = append(parts, literal(mark+escaped(p.name)+"="))
		for _, part := range p.value {
			part.literal = escaped(part.literal)
			parts = append(parts, text{part})
		}
	}
	return join(parts...)
}

func (c *call) curlIdentity(notes *Notes) []string {
	user := func(name, password string) string {
		return "--user " + shell(c.credential(name), literal(":"), c.credential(password))
	}
	switch kind := c.identity(); kind {
	case "":
		return nil
	case "basic":
		return []string{user("username", "password")}
	case "digest":
		return []string{"--digest", user("username", "password")}
	case "bearer":
		return []string{"-H " + shell(literal("Authorization: Bearer "), c.token(notes))}
	case "aws_sigv4":
		return []string{"--aws-sigv4 " + shell(literal("aws:amz:"), c.credential("region"), literal(":"), c.credential("service")), user("access_key", "secret_key")}
	default:
		notes.lacks(c.Sheet, "curl has no option for its identity ("+kind+")")
		return nil
	}
}

func (c *call) curlBody() []string {
	switch {
	case c.body != nil:
		return []string{"--data-binary " + shell(c.jsonText())}
	case len(c.form) > 0:
		option := "--data-urlencode"
		if strings.HasPrefix(c.Request.MediaType, "multipart/") {
			option = "--form-string"
		}
		var words []string
		for _, p := range c.form {
			words = append(words, option+" "+shell(literal(p.name+"="), p.value))
		}
		return words
	case len(c.raw) > 0:
		return []string{"--data-binary " + shell(c.raw)}
	}
	return nil
}

// jsonText is the body with its variables.
func (c *call) jsonText() text {
	const mark = "\x00"
	var t text
	for i, part := range strings.Split(c.json(c.body, "", "", func(name string) string { return mark + name + mark }), mark) {
		if i%2 == 1 {
			t = append(t, piece{variable: part})
		} else if part != "" {
			t = append(t, piece{literal: part})
		}
	}
	return t
}
