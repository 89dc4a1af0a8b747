package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCaseIDsComeFromTheCacheUntilADocumentChanges(t *testing.T) {
	document := filepath.Join(t.TempDir(), "pickup.txt")
	text, err := os.ReadFile("../../examples/first-run/pickup.txt")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(document, text, 0o600))
	environ := []string{"XDG_CACHE_HOME=" + t.TempDir(), "LOCALAPPDATA=" + t.TempDir()}
	args := []string{document}

	keepIDs(completionCache(environ), keyOf(namedInputs(args)), []string{"kept/success"})
	assert.Equal(t, []string{"kept/success"}, caseIDs(environ, args))

	require.NoError(t, os.Chtimes(document, time.Time{}, time.Now().Add(time.Hour)))
	ids := caseIDs(environ, args)
	assert.Contains(t, ids, "book-a-pickup/success")
	kept, ok := cachedIDs(completionCache(environ), keyOf(namedInputs(args)))
	assert.True(t, ok)
	assert.Equal(t, ids, kept)
}

func TestADocumentThatIsTooLargeIsNotRead(t *testing.T) {
	huge := filepath.Join(t.TempDir(), "huge.txt")
	require.NoError(t, os.WriteFile(huge, nil, 0o600))
	require.NoError(t, os.Truncate(huge, maxCompletionBytes+1))
	assert.Empty(t, namedInputs([]string{huge}))
}
