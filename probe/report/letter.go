package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// writeLetter writes to the API owner what only the API owner can settle: in Markdown, or in HTML or docx where the file is named so.
//
// The words are those of a template (see [LetterTemplate]), so that they can be replaced and translated; the facts, the grouping and the
// escaping are ours. What concerns our side alone, such as a value that we have not supplied, stands in no letter.
func writeLetter(w io.Writer, run *probe.Run, o Options) error {
	markdown, err := letterMarkdown(run, o)
	if err != nil {
		return err
	}
	return WriteMarkdown(w, markdown, o.Extension, run.StartedAt)
}

// maxLetter is how large the text of a letter may grow, in bytes.
const maxLetter = 8 << 20

func letterMarkdown(run *probe.Run, o Options) ([]byte, error) {
	words, err := newWording(o.LetterTemplate)
	if err != nil {
		return nil, err
	}
	l, err := letterOf(run, o)
	if err != nil {
		return nil, err
	}
	var text limitedBuffer
	if err := words.ExecuteTemplate(&text, "letter", l); err != nil {
		return nil, fmt.Errorf("the letter template cannot be carried out: %w", err)
	}
	return tidyMarkdown(text.Bytes()), nil
}

// CheckLetterTemplate says whether a template can be used, by writing a letter about nothing with it.
func CheckLetterTemplate(custom string) error {
	_, err := letterMarkdown(sampleRun(), Options{LetterTemplate: custom})
	return err
}

// limitedBuffer refuses to grow beyond maxLetter: templates can loop.
type limitedBuffer struct{ bytes.Buffer }

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxLetter {
		return 0, fmt.Errorf("the letter grows beyond %d MiB", maxLetter>>20)
	}
	return b.Buffer.Write(p)
}

// tidyMarkdown makes one blank line of several, but not within code, and ends with one line break.
func tidyMarkdown(text []byte) []byte {
	var out bytes.Buffer
	blank, fence := true, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		bare := strings.TrimSpace(line)
		switch {
		case fence != "" && strings.HasPrefix(bare, fence) && strings.Trim(bare, "`") == "":
			fence = ""
		case fence == "" && strings.HasPrefix(bare, "```"):
			fence = bare[:len(bare)-len(strings.TrimLeft(bare, "`"))]
		case fence == "" && bare == "":
			if blank {
				continue
			}
			line = ""
		}
		blank = fence == "" && bare == ""
		out.WriteString(line + "\n")
	}
	return append(bytes.TrimRight(out.Bytes(), "\n"), '\n')
}
