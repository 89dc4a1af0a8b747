package queue_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe/queue"
	"github.com/sheetprobe/sheetprobe/probe/queue/queuetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLocalConforms(t *testing.T) {
	queuetest.Conform(t, func(t *testing.T, self queue.Worker) queue.Queue {
		t.Helper()
		return queue.NewLocal(self, time.Now, t.Logf)
	})
}
