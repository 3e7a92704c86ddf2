package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthcheckCommand asks a site on this machine whether it is well. It is what a container runs.
type healthcheckCommand struct {
	Listen string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address that the site listens on. Default: ${default}."`
}

const healthTime = 5 * time.Second

// Run fails where the site does not answer that it is well.
func (c *healthcheckCommand) Run(ctx context.Context, std streams) error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return usageError{fmt.Errorf("--listen %s: write host:port", c.Listen)}
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return usageError{fmt.Errorf("--listen %s: %w", c.Listen, err)}
	}
	// Straight there and nowhere else: a proxy of the environment, or another program on this port that leads on, would
	// answer for themselves.
	straight := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := straight.Do(req)
	if err != nil {
		return fmt.Errorf("the site does not answer: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the site is not well: it answers %s; its log says why", res.Status)
	}
	_, err = fmt.Fprintln(std.out, "ok")
	return err
}
