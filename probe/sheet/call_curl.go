package sheet

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// The options of curl that take an argument: those that have a letter, and the names of those that do not describe a request. The manual of
// curl 8 has them all.
const (
	lettersWithArgument = "AbcCdDeEFHhKmoPQrtTuUwxXyYz"
	namesWithArgument   = ` request header data data-raw data-binary data-ascii data-urlencode json url url-query user form form-string output cookie cookie-jar user-agent
		referer connect-timeout max-time retry retry-delay retry-max-time cacert capath cert cert-type key key-type pass proxy proxy-user resolve write-out upload-file
		oauth2-bearer limit-rate interface range config dump-header max-redirs ciphers tls-max noproxy connect-to aws-sigv4 max-filesize trace trace-ascii stderr `
)

// nameOfLetter are the options that describe a request, by their letter.
var nameOfLetter = map[byte]string{
	'X': "request", 'H': "header", 'd': "data", 'F': "form", 'u': "user", 'G': "get", 'I': "head", 'b': "cookie", 'A': "user-agent", 'e': "referer", 'T': "upload-file",
}

// curlCommand gathers what the options of one command say.
type curlCommand struct {
	call
	data   []source.Run // the pieces of the body, or of the query with -G
	get    bool
	query  []source.Run
	upload bool
}

// readCurl reads the options of curl that describe a request; the others change only how it is sent.
func readCurl(words []source.Text) call {
	var c curlCommand
	for i := 0; i < len(words); i++ {
		argument := func() source.Text {
			if i+1 < len(words) {
				i++
				return words[i]
			}
			return source.Text{}
		}
		switch s := words[i].String(); {
		case strings.HasPrefix(s, "--") && len(s) > 2:
			name, _, inline := strings.Cut(s[2:], "=")
			switch {
			case inline:
				c.option(name, words[i].Slice(2+len(name)+1, len(s)))
			case strings.Contains(namesWithArgument, " "+name+" ") || strings.Contains(namesWithArgument, "\t"+name+" ") || strings.Contains(namesWithArgument, " "+name+"\n"):
				c.option(name, argument())
			default:
				c.option(name, source.Text{})
			}
		case len(s) > 1 && s[0] == '-':
			c.letters(words[i], argument)
		case i > 0 || !isCurlWord(s):
			c.address(words[i])
		}
	}
	return c.finish(words)
}

// letters reads options that stand together behind one dash: "-sSX POST", "-XPOST", "-kH 'a: b'".
func (c *curlCommand) letters(word source.Text, argument func() source.Text) {
	s := word.String()
	for j := 1; j < len(s); j++ {
		if strings.IndexByte(lettersWithArgument, s[j]) < 0 {
			c.option(nameOfLetter[s[j]], source.Text{})
			continue
		}
		value := word.Slice(j+1, len(s))
		if value.Len() == 0 {
			value = argument()
		}
		c.option(nameOfLetter[s[j]], value)
		return
	}
}

func (c *curlCommand) option(name string, value source.Text) {
	switch name {
	case "request":
		c.method, _ = Method(value.String())
		c.methodAt = value.At()
	case "header":
		if h, ok := headerLine(value); ok {
			c.headers = append(c.headers, h)
		}
	case "data", "data-ascii", "data-raw", "data-binary", "json":
		c.json = c.json || name == "json"
		c.send(name, value)
	case "data-urlencode":
		c.encoded(value)
	case "url-query":
		c.query = withData(c.query, value)
	case "form", "form-string":
		c.part(value)
	case "user":
		c.basic(value)
	case "oauth2-bearer":
		c.header("Authorization", "Bearer "+value.String(), value)
	case "cookie":
		if strings.Contains(value.String(), "=") {
			c.header("Cookie", value.String(), value)
		}
	case "user-agent":
		c.header("User-Agent", value.String(), value)
	case "referer":
		c.header("Referer", value.String(), value)
	case "get":
		c.get = true
	case "head":
		c.method = "HEAD"
	case "upload-file":
		c.upload = true
		c.files = append(c.files, value)
	case "url":
		c.address(value)
	}
}

func (c *curlCommand) header(name, value string, at source.Text) {
	c.headers = append(c.headers, probe.Header{Name: name, Value: value, At: at.At()})
}

// address takes the first word that is no option for the URL.
func (c *curlCommand) address(word source.Text) {
	if c.url.Len() > 0 {
		return
	}
	if c.url = word; hasScheme(word.String()) {
		c.url, _ = findURL(word)
	}
}

// withData adds data to data, as curl does: with an ampersand between.
func withData(data []source.Run, value source.Text) []source.Run {
	if len(data) > 0 {
		data = append(data, source.Run{Text: "&"})
	}
	return append(data, source.Run{Text: value.String(), From: value})
}

// send adds data, which may stand in a file.
func (c *curlCommand) send(name string, value source.Text) {
	if s := value.String(); strings.HasPrefix(s, "@") && name != "data-raw" && len(s) > 1 {
		c.files = append(c.files, value.Slice(1, len(s)))
		return
	}
	c.data = withData(c.data, value)
}

// encoded adds data that curl encodes: "name=value", "=value" or "value". A placeholder is encoded when it is filled in.
func (c *curlCommand) encoded(value source.Text) {
	s := value.String()
	name, plain, named := strings.Cut(s, "=")
	if !named {
		name, plain = "", s
	}
	at := value.Slice(len(s)-len(plain), len(s))
	if len(probe.FindPlaceholders(plain, false)) == 0 {
		plain = url.QueryEscape(plain)
	}
	if len(c.data) > 0 {
		c.data = append(c.data, source.Run{Text: "&"})
	}
	if name != "" {
		c.data = append(c.data, source.Run{Text: name + "=", From: value.Slice(0, len(name)+1)})
	}
	c.data = append(c.data, source.Run{Text: plain, From: at})
}

// part reads a field of a multipart form: "name=value", "name=@file;type=image/png".
func (c *curlCommand) part(value source.Text) {
	name, content, ok := strings.Cut(value.String(), "=")
	if !ok {
		return
	}
	content, _, _ = strings.Cut(content, ";type=")
	if strings.HasPrefix(content, "@") || strings.HasPrefix(content, "<") && !strings.HasSuffix(content, ">") {
		c.files = append(c.files, value.Slice(len(name)+2, len(name)+1+len(content)))
		content = ""
	}
	c.form = append(c.form, probe.RequestField{Name: strings.Trim(name, `"`), In: probe.InForm, Value: strings.Trim(content, `"`), At: value.At()})
}

// basic writes the header that curl makes of a name and a password. Where either is a placeholder nobody can encode them yet: the whole is
// one then.
func (c *curlCommand) basic(value source.Text) {
	s := value.String()
	if len(probe.FindPlaceholders(s, false)) > 0 || strings.Contains(s, "$") || !strings.Contains(s, ":") {
		c.header("Authorization", "Basic {base64_of_user_and_password}", value)
		return
	}
	c.header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(s)), value)
}

// finish settles what the options decide only together.
func (c *curlCommand) finish(words []source.Text) call {
	if c.json {
		for _, name := range []string{"Content-Type", "Accept"} {
			if _, ok := HeaderNamed(c.headers, name); !ok {
				c.headers = append(c.headers, probe.Header{Name: name, Value: "application/json"})
			}
		}
	}
	if c.get && len(c.data) > 0 {
		if len(c.query) > 0 {
			c.query = append(c.query, source.Run{Text: "&"})
		}
		c.query, c.data = append(c.query, c.data...), nil
	}
	if len(c.query) > 0 && c.url.Len() > 0 {
		mark := "?"
		if strings.Contains(c.url.String(), "?") {
			mark = "&"
		}
		c.url = source.Compose(append([]source.Run{{Text: c.url.String(), From: c.url}, {Text: mark}}, c.query...))
	}
	switch len(c.data) {
	case 0:
	case 1:
		if c.body = c.data[0].From; c.body.String() != c.data[0].Text {
			c.body = source.Compose(c.data)
		}
	default:
		c.body = source.Compose(c.data)
	}
	if c.method == "" && c.url.Len() > 0 && len(words) > 0 {
		c.methodAt = words[0].At()
		switch c.method = "GET"; { // what curl does
		case c.upload:
			c.method = "PUT"
		case len(c.data) > 0 || len(c.form) > 0 || len(c.files) > 0 && !c.get:
			c.method = "POST"
		}
	}
	return c.call
}
