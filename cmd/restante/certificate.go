package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificateEvery is how often a certificate is looked at whether it has changed: at the next connection after that.
const certificateEvery = 10 * time.Second

// certificate is one that is served, read again when its files change.
type certificate struct {
	cert, key string // files
	log       *slog.Logger

	mu     sync.Mutex
	served *tls.Certificate
	stamp  string    // of the files as served
	looked time.Time // at the files
}

// serving is how the site speaks HTTPS; nil where no certificate is given. One that cannot be used is an error at the start;
// later the one of before stays, and the log says why.
func serving(cert, key string, log *slog.Logger) (*tls.Config, error) {
	if cert == "" && key == "" {
		return nil, nil
	}
	if cert == "" || key == "" {
		return nil, usageError{errors.New("--tls-cert and --tls-key go together")}
	}
	c := &certificate{cert: cert, key: key, log: log}
	if err := c.load(time.Now()); err != nil {
		return nil, usageError{fmt.Errorf("--tls-cert %s, --tls-key %s: %w", cert, key, err)}
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}, nil
}

// get is the certificate for a connection.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= certificateEvery {
		if err := c.load(now); err != nil {
			c.log.Error("the certificate of before is still served", "error", err)
		}
	}
	return c.served, nil
}

// load reads the files where they have changed. A pair of which only one half has been replaced does not fit together,
// and is looked at again.
func (c *certificate) load(now time.Time) error {
	c.looked = now
	stamp, err := stampOf(c.cert, c.key)
	if err != nil || stamp == c.stamp {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return err
	}
	c.served, c.stamp = &pair, stamp
	return nil
}

// stampOf changes when one of the files does.
func stampOf(files ...string) (stamp string, err error) {
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			return "", err
		}
		stamp += fmt.Sprint(info.ModTime().UnixNano(), " ", info.Size(), " ")
	}
	return stamp, nil
}
