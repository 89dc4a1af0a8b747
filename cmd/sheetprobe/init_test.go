package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// optionBlocks are the options of the template, taken out of their comments: a key at the beginning of a line, with what is indented below it.
func optionBlocks(template string) []string {
	var blocks []string
	for line := range strings.Lines(template) {
		option, ok := strings.CutPrefix(line, "#")
		switch {
		case !ok || strings.HasPrefix(option, " ") && !continues(blocks, option) || strings.TrimSpace(option) == "" || option[0] == '#':
		case option[0] == ' ':
			blocks[len(blocks)-1] += option
		default:
			blocks = append(blocks, option)
		}
	}
	return blocks
}

// continues says that an indented line belongs to the option above it; lines that explain have one blank.
func continues(blocks []string, line string) bool {
	return len(blocks) > 0 && strings.HasPrefix(line, "  ")
}

func TestEveryOptionOfTheTemplateIsTrue(t *testing.T) {
	schema := compiledConfigSchema(t)
	blocks := optionBlocks(string(configTemplate))
	require.Greater(t, len(blocks), 45)
	for _, block := range blocks {
		c, err := parseConfig("t.yaml", []byte(block))
		if strings.HasPrefix(block, "notify:") { // the block right above it names the secret
			c, err = parseConfig("t.yaml", []byte("secrets: {chat_url: {env: A}}\n"+block))
		}
		require.NoError(t, err, block)
		assert.NoError(t, validConfig(t, schema, []byte(block)), block)
		require.NoError(t, c.settle(newRun(World{}), World{}), block)
		key, _, _ := strings.Cut(block, ":")
		assert.True(t, len(c.values) > 0 || slices.Contains([]string{"severities", "secrets", "apis", "overrides", "serve", "signoff", "tracing", "notify"}, key), block)
	}
}

func TestTheTemplateHasEveryOption(t *testing.T) {
	schema, err := configSchema()
	require.NoError(t, err)
	for key := range asMap(schema["properties"]) {
		if key = strings.ReplaceAll(key, "_", "-"); key != "signoff" {
			assert.Regexp(t, `(?m)^#`+regexp.QuoteMeta(key)+`:`, string(configTemplate))
		}
	}
}

func TestTheTemplateAsItIsSaysNothing(t *testing.T) {
	c, err := parseConfig("t.yaml", configTemplate)
	require.NoError(t, err)
	assert.Empty(t, c.values)
	for n, line := range bytes.Split(configTemplate, []byte("\n")) {
		assert.LessOrEqual(t, len([]rune(string(line))), 160, "line %d", n+1)
	}
}
