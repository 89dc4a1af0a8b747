package main

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// certificate is read anew when one of its files changes. One that is wrong is said, and the one before stays.
type certificate struct {
	cert, key string
	say       func(format string, args ...any)

	mu      sync.Mutex
	current *tls.Certificate
	files   string // as they were when they were read
	looked  time.Time
}

// lookEvery is how often the files are looked at, at most.
const lookEvery = time.Second

// tlsOf is how to answer with a certificate.
func tlsOf(cert, key string, say func(string, ...any)) (*tls.Config, error) {
	c := &certificate{cert: cert, key: key, say: say}
	if err := c.read(); err != nil {
		return nil, usageError("check --tls-cert and --tls-key, both PEM files", "the certificate cannot be used: %w", cause(err))
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}, nil
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= lookEvery {
		c.looked = now
		if c.state() != c.files {
			if err := c.read(); err != nil {
				c.say("the changed certificate is not taken, and the one before stays: %v", err)
			} else {
				c.say("the certificate was read anew; it is valid until %s", c.current.Leaf.NotAfter.UTC().Format(time.RFC3339))
			}
		}
	}
	return c.current, nil
}

// read reads both files. While one is new and the other is not yet, they do not fit together, and are read again when the other is.
func (c *certificate) read() error {
	c.files = c.state()
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return err
	}
	c.current = &pair
	return nil
}

// state tells one state of the files from another.
func (c *certificate) state() string {
	var all string
	for _, path := range []string{c.cert, c.key} {
		info, err := os.Stat(path)
		if err != nil {
			all += err.Error()
			continue
		}
		all += fmt.Sprint(info.Size(), info.ModTime().UnixNano(), ";")
	}
	return all
}
