package notifytest

import (
	"testing"

	"github.com/sheetprobe/sheetprobe/probe/notify"
)

func TestMemoryConforms(t *testing.T) {
	Conform(t, func(*testing.T) func() notify.Store {
		s := NewMemory()
		return func() notify.Store { return s }
	})
}
