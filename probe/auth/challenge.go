package auth

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// challenge is one of the ways in which a server offers to be convinced (RFC 9110, section 11.3).
type challenge struct {
	scheme string            // lower case
	token  string            // token68, where the scheme has that instead of parameters
	params map[string]string // by name, lower case; the first of a name counts
}

// challenges reads those of an answer.
func challenges(r *probe.RecordedResponse) []challenge {
	var all []challenge
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, "WWW-Authenticate") {
			all = append(all, parseChallenges(h.Value)...)
		}
	}
	return all
}

// parseChallenges reads a header WWW-Authenticate (RFC 9110, section 11.6.1). What is broken is left out: there is always another way to
// go on, which is to show the answer as it came.
func parseChallenges(value string) []challenge {
	p := challengeParser{rest: value}
	var all []challenge
	for {
		p.skip(" \t,")
		word := p.word()
		switch {
		case p.rest == "" && word == "":
			return all
		case word == "":
			p.rest = p.rest[1:] // what begins neither a scheme nor a parameter
		case p.isParameter():
			value := p.value()
			if len(all) > 0 {
				all[len(all)-1].add(word, value)
			}
		default:
			all = append(all, challenge{scheme: strings.ToLower(word), params: map[string]string{}, token: p.token68()})
		}
	}
}

func (c *challenge) add(name, value string) {
	name = strings.ToLower(name)
	if _, ok := c.params[name]; !ok {
		c.params[name] = value
	}
}

type challengeParser struct{ rest string }

func (p *challengeParser) skip(chars string) { p.rest = strings.TrimLeft(p.rest, chars) }

// word reads a token (RFC 9110, section 5.6.2).
func (p *challengeParser) word() string {
	end := 0
	for end < len(p.rest) && isTokenByte(p.rest[end]) {
		end++
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	return word
}

func isTokenByte(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte("()<>@,;:\\\"/[]?={}", c) < 0
}

// isParameter says that "=" follows the word that was read. Blanks round it are bad, and common.
func (p *challengeParser) isParameter() bool {
	return strings.HasPrefix(strings.TrimLeft(p.rest, " \t"), "=")
}

func (p *challengeParser) value() string {
	p.skip(" \t")
	p.rest = p.rest[1:] // "="
	p.skip(" \t")
	if strings.HasPrefix(p.rest, `"`) {
		return p.quoted()
	}
	end := strings.IndexAny(p.rest, ", \t")
	if end < 0 {
		end = len(p.rest)
	}
	value := p.rest[:end]
	p.rest = p.rest[end:]
	return value
}

// quoted reads a quoted string; one that is not closed ends with the header.
func (p *challengeParser) quoted() string {
	var b strings.Builder
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '"':
			p.rest = p.rest[i+1:]
			return b.String()
		case c == '\\' && i+1 < len(p.rest):
			i++
			b.WriteByte(p.rest[i])
		default:
			b.WriteByte(c)
		}
	}
	p.rest = ""
	return b.String()
}

// token68 reads what follows a scheme where that is one word, "=" only at its end, and nothing but a comma behind it; else "".
func (p *challengeParser) token68() string {
	if !strings.HasPrefix(p.rest, " ") {
		return ""
	}
	text := strings.TrimLeft(p.rest, " ")
	end := 0
	for end < len(text) && (isTokenByte(text[end]) || text[end] == '/') {
		end++
	}
	if end == 0 {
		return ""
	}
	for end < len(text) && text[end] == '=' {
		end++
	}
	behind := strings.TrimLeft(text[end:], " \t")
	if behind != "" && behind[0] != ',' {
		return ""
	}
	p.rest = behind
	return text[:end]
}
