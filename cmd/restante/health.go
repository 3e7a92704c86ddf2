package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"restante/web/front"
)

// healthcheckCommand asks a site on this machine whether it is well. It is what a container runs.
type healthcheckCommand struct {
	Listen  string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address that the site listens on, or unix:PATH. Default: ${default}."`
	TLSCert string `name:"tls-cert" placeholder:"FILE" help:"The certificate that the site serves HTTPS with, if it does."`
}

const healthTime = 5 * time.Second

// Run fails where the site does not answer that it is well.
func (c *healthcheckCommand) Run(ctx context.Context, std streams) error {
	// Straight there and nowhere else: a proxy of the environment, or another program on this port that leads on, would
	// answer for themselves.
	way := &http.Transport{DisableKeepAlives: true}
	site := url.URL{Scheme: "http", Path: front.HealthPath}
	if path, ok := strings.CutPrefix(c.Listen, "unix:"); ok {
		site.Host = "localhost"
		way.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		}
	} else {
		host, port, err := net.SplitHostPort(c.Listen)
		if err != nil {
			return usageError{fmt.Errorf("--listen %s: write host:port, or unix:PATH", c.Listen)}
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		site.Host = net.JoinHostPort(host, port)
	}
	if c.TLSCert != "" {
		site.Scheme = "https"
		// The certificate is for the name that browsers use, which is not this address; and nothing secret is said.
		way.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	}
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, site.String(), nil)
	if err != nil {
		return usageError{fmt.Errorf("--listen %s: %w", c.Listen, err)}
	}
	straight := &http.Client{Transport: way, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
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
