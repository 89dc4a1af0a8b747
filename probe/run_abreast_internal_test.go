package probe

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// However large they are, and in whatever order they get ready, sheets stand in that of the run.
func TestSheetsAreIndentedInTheirOrder(t *testing.T) {
	item := func(i int) string {
		size := []int{1, 3 * itemAtOnce, 10, itemAtOnce / 2}[i%4]
		return fmt.Sprintf(`{"n":%d,"text":"%s","cases":[{},[%s1]]}`, i, strings.Repeat("x", size), strings.Repeat("1,", size/50))
	}
	for _, sheets := range []int{0, 1, 2, 3 * maxAbreast} {
		run := &Run{RunID: "many"}
		head, err := EncodeHead(run)
		require.NoError(t, err)
		all := make([]string, sheets)
		for i := range all {
			all[i] = item(i)
		}
		want := indented(t, []byte(strings.TrimSuffix(string(head), "]}")+strings.Join(all, ",")+"]}"))
		var out bytes.Buffer
		require.NoError(t, run.EncodeWith(&out, sheets, func(w io.Writer, i int) error {
			_, err := io.Copy(w, strings.NewReader(all[i]))
			return err
		}))
		require.True(t, want == out.String(), "%d sheets", sheets) // not require.Equal, which would show MBs
	}
}

// What is told is what kept the first sheet from being written, whichever failed first.
func TestTheFirstSheetThatCannotBeWrittenIsTold(t *testing.T) {
	failed := make(chan struct{})
	var out bytes.Buffer
	err := (&Run{}).EncodeWith(&out, 100, func(w io.Writer, i int) error {
		switch i {
		case 1:
			<-failed
			return errors.New("the first")
		case 2:
			close(failed)
			return errors.New("a later one")
		}
		_, err := fmt.Fprintf(w, `"sheet %d"`, i)
		return err
	})
	require.EqualError(t, err, "the first")
	assert.Contains(t, out.String(), `"sheet 0"`)
	assert.NotContains(t, out.String(), `"sheet 3"`)
	long := strings.Repeat("1,", itemAtOnce) + "1"
	require.ErrorIs(t, (&Run{}).EncodeWith(&fullAfter{1}, 100, func(w io.Writer, _ int) error {
		_, err := io.WriteString(w, long)
		return err
	}), errFullDisk)
}

// fullAfter is full after some writes.
type fullAfter struct{ left int }

func (f *fullAfter) Write(p []byte) (int, error) {
	if f.left--; f.left < 0 {
		return 0, errFullDisk
	}
	return len(p), nil
}
