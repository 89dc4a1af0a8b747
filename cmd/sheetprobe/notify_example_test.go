package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
	"github.com/sheetprobe/sheetprobe/probe/notify"
	"github.com/sheetprobe/sheetprobe/probe/notify/channel"
)

// TestTheReceiversOfTheExampleTakeWhatWeSend runs them as they are shown: each takes what is signed, once, and refuses what is altered, replayed or
// somebody else's.
func TestTheReceiversOfTheExampleTakeWhatWeSend(t *testing.T) {
	folder := filepath.Join("..", "..", "examples", "alerts")
	for name, argv := range map[string][]string{"Go": {"go", "run", filepath.Join(folder, "receive.go")}, "Python": {"python3", filepath.Join(folder, "receive.py")}} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(argv[0]); err != nil {
				parts.Missing(t, argv[0]+" is not installed: whether the receiver of the example is right is not tested")
			}
			url, printed := startReceiver(t, argv)
			sender, err := channel.New(channel.Spec{Kind: channel.Webhook, URL: url, Key: canaryKey}, time.Now)
			require.NoError(t, err)
			for range 2 {
				require.NoError(t, sender.Send(t.Context(), notify.TestMessage("first")))
			}
			stranger, err := channel.New(channel.Spec{Kind: channel.Webhook, URL: url, Key: "the key of somebody else"}, time.Now)
			require.NoError(t, err)
			require.ErrorContains(t, stranger.Send(t.Context(), notify.TestMessage("second")), "401")

			now, early := strconv.FormatInt(time.Now().Unix(), 10), strconv.FormatInt(time.Now().Add(-time.Hour).Unix(), 10)
			body := []byte(`{"title": "altered"}`)
			assert.Equal(t, http.StatusUnauthorized, postSigned(t, url, now, channel.Sign([]byte(canaryKey), "x", now, []byte(`{"title": "as it was"}`)), body))
			assert.Equal(t, http.StatusUnauthorized, postSigned(t, url, early, channel.Sign([]byte(canaryKey), "x", early, body), body))
			assert.Equal(t, http.StatusUnauthorized, postSigned(t, url, "", "", body))
			body = []byte(`{"title": "the last"}`)
			assert.Equal(t, http.StatusNoContent, postSigned(t, url, now, "v1,old "+channel.Sign([]byte(canaryKey), "x", now, body), body))
			assert.Equal(t, "sheetprobe: a test message\n", readLine(t, printed), "once, although it came twice")
			assert.Equal(t, "the last\n", readLine(t, printed))
		})
	}
}

func startReceiver(t *testing.T, argv []string) (url string, printed *bufio.Reader) {
	t.Helper()
	if argv[0] == "go" { // which would leave the program behind when it is killed
		program := filepath.Join(t.TempDir(), "receive")
		out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, argv[2]).CombinedOutput()
		require.NoError(t, err, string(out))
		argv = []string{program}
	}
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), "ALERTS_HOOK_KEY="+canaryKey)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	printed = bufio.NewReader(out)
	line, err := printed.ReadString('\n')
	require.NoError(t, err, &complaints)
	return strings.TrimSpace(strings.TrimPrefix(line, "listening on ")), printed
}

func readLine(t *testing.T, from *bufio.Reader) string {
	t.Helper()
	line, err := from.ReadString('\n')
	require.NoError(t, err)
	return line
}

func postSigned(t *testing.T, url, timestamp, signature string, body []byte) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	require.NoError(t, err)
	for name, value := range map[string]string{channel.HeaderID: "x", channel.HeaderTimestamp: timestamp, channel.HeaderSignature: signature} {
		req.Header.Set(name, value)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}
