package probe

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEveryRuleHasAnExample(t *testing.T) {
	for _, r := range Rules {
		assert.NotEmpty(t, RuleExample(r.ID), r.ID)
	}
	assert.Len(t, ruleExamples, len(Rules), "an example is of no rule")
}
