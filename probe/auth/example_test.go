package auth_test

import (
	"context"
	"fmt"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/auth"
)

func ExampleNew() {
	world := auth.World{
		Now:    func() time.Time { return time.Unix(1_700_000_000, 0) },
		Nonce:  func() string { return "n1" },
		Secret: func(name, value string) { fmt.Printf("keep %s of %d characters to yourself\n", name, len(value)) },
	}
	partner, err := auth.New(auth.Spec{
		Type: "hmac", Secret: "a shared secret", Header: "X-Signature", TimestampHeader: "X-Timestamp", Template: `{method}\n{path}\n{timestamp}`,
	}, world)
	if err != nil {
		fmt.Println(err)
		return
	}
	q, err := partner.Authorize(context.Background(), probe.Request{Method: "GET", URL: "https://api.example.test/orders"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, h := range q.Headers {
		fmt.Printf("%s: %.16s\n", h.Name, h.Value)
	}
	// Output:
	// keep secret of 15 characters to yourself
	// X-Timestamp: 1700000000
	// X-Signature: a59c8789ca986acd
}
