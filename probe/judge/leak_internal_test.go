package judge

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The quick looks must let pass whatever the thorough ones would find.
func TestQuickLooksMissNoMark(t *testing.T) {
	for _, mark := range debugMarks {
		assert.True(t, mayDebug("x "+mark+" y"), mark)
		assert.True(t, mayDebug(mark), "%s, and nothing else", mark)
	}
	for _, frame := range []string{
		"at a.b.C.d(C.java:1)", "at a.b(Native Method)", "at node:internal/x", "at a in b.cs:line 3", "at a.b.c(", `File "a.py", line 3`, "File &quot;a.py&quot;, line 3",
		"#0 /a.php(3)", "#1 {main}", "a.rb:3:in b",
	} {
		assert.True(t, isFrame(frame), frame)
		assert.True(t, mayTrace("x\n"+frame), frame)
	}
	assert.False(t, mayDebug("a plain text"))
	assert.False(t, mayTrace("a plain text: of one line"))
}
