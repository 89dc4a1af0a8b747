// Receive takes webhooks of sheetprobe on loopback, and refuses what is not from whoever has the key, or not from now.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// tolerance is how old a message may be: what is older is a replay.
const tolerance = 5 * time.Minute

// verified says whether a message is signed by the key: HMAC-SHA256 over ID.TIMESTAMP.BODY, as Standard Webhooks has it.
func verified(key []byte, header http.Header, body []byte, now time.Time) bool {
	id, timestamp := header.Get("Webhook-Id"), header.Get("Webhook-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id + "." + timestamp + "."))
	h.Write(body)
	want := "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
	for _, got := range strings.Fields(header.Get("Webhook-Signature")) {
		if hmac.Equal([]byte(want), []byte(got)) {
			return true
		}
	}
	return false
}

func receive(key []byte, out io.Writer) http.HandlerFunc {
	var seen sync.Map // keep the ids for as long as tolerance at least, where all that receive can see them
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil || !verified(key, r.Header, body, time.Now()) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusNoContent)
		if _, again := seen.LoadOrStore(r.Header.Get("Webhook-Id"), true); again {
			return // an attempt whose answer was lost comes again, under the same id
		}
		var message struct{ Title string }
		if json.Unmarshal(body, &message) == nil {
			fmt.Fprintln(out, message.Title)
		}
	}
}

func main() {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprintf(os.Stdout, "listening on http://%s\n", listener.Addr())
	key := os.Getenv("ALERTS_HOOK_KEY") //nolint:forbidigo // a program of one file has no World
	server := &http.Server{Handler: receive([]byte(key), os.Stdout), ReadTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}
