package images

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"restante/pop3client/dial"
)

const (
	// maxURL is the length of an address, of a mail or of a redirect.
	maxURL = 8 << 10

	// maxRedirects is how many redirects are followed. Counters of mailings take
	// one or two.
	maxRedirects = 3

	// maxHeader is the length of an answer's header.
	maxHeader = 64 << 10

	// connectTime is for connecting, and again for TLS.
	connectTime = 5 * time.Second
)

// header is all that a server learns beside the address of the picture: the same
// for every person, instance and version. Formats that this package does not
// take, or takes with a loss, are not named.
func header() http.Header {
	return http.Header{
		"User-Agent": {"Mozilla/5.0 (compatible; image proxy)"},
		"Accept":     {"image/jpeg, image/png, image/gif, image/*;q=0.5"},
	}
}

// transport makes each connection for one request: a connection that is kept
// would tell a server that two pictures were for the same reader. It has no
// cookies, takes no proxy from the environment, and does not unpack what is
// compressed.
func transport(policy dial.Policy, timeout time.Duration) *http.Transport {
	if policy.Ports == nil {
		policy.Ports = []int{80, 443}
	}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, min(connectTime, timeout))
			defer cancel()
			return policy.DialContext(ctx, network, addr)
		},
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    min(connectTime, timeout),
		ResponseHeaderTimeout:  timeout,
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true,
		DisableKeepAlives:      true,
	}
}

// parse reads an address and refuses what the proxy does not ask, whatever the
// policy says. The fragment is not part of it.
func parse(address string) (*url.URL, error) {
	if len(address) > maxURL {
		return nil, fail(ErrForbidden, fmt.Errorf("address of %d bytes", len(address)))
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fail(ErrForbidden, err)
	}
	return u, checkURL(u)
}

func checkURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fail(ErrForbidden, fmt.Errorf("scheme %q", u.Scheme))
	case u.User != nil:
		return fail(ErrForbidden, errors.New("address with a user"))
	case u.Hostname() == "" || u.Opaque != "":
		return fail(ErrForbidden, errors.New("address without a host"))
	}
	u.Fragment, u.RawFragment = "", ""
	return nil
}

// fetch returns the bytes at an address.
func (s *shared) fetch(ctx context.Context, target *url.URL) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.limits.Time)
	defer cancel()
	resp, err := s.follow(ctx, target)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil, fail(ErrUnreachable, fmt.Errorf("status %d", resp.StatusCode))
	case resp.ContentLength > s.limits.Bytes:
		return nil, fail(ErrTooLarge, fmt.Errorf("%d bytes", resp.ContentLength))
	}
	return readAll(resp.Body, s.limits.Bytes)
}

// follow asks at an address and wherever it redirects to, each checked like the
// first. [http.Client] would add a Referer.
func (s *shared) follow(ctx context.Context, u *url.URL) (*http.Response, error) {
	for range 1 + maxRedirects {
		resp, err := s.ask(ctx, u)
		if err != nil || !redirects(resp.StatusCode) {
			return resp, err
		}
		resp.Body.Close()
		next, err := locate(u, resp.Header.Get("Location"))
		if err != nil {
			return nil, err
		}
		u = next
	}
	return nil, fail(ErrUnreachable, errors.New("too many redirects"))
}

func (s *shared) ask(ctx context.Context, u *url.URL) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fail(ErrForbidden, err)
	}
	req.Header = header()
	resp, err := s.transport.RoundTrip(req)
	switch {
	case errors.Is(err, dial.ErrForbidden):
		return nil, fail(ErrForbidden, err)
	case err != nil:
		return nil, fail(ErrUnreachable, err)
	}
	return resp, nil
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// locate is where an answer from u redirects to: never from https to http, where
// anybody on the way could read and change the rest.
func locate(u *url.URL, location string) (*url.URL, error) {
	if location == "" || len(location) > maxURL {
		return nil, fail(ErrUnreachable, fmt.Errorf("redirect to an address of %d bytes", len(location)))
	}
	next, err := u.Parse(location)
	if err != nil {
		return nil, fail(ErrForbidden, err)
	}
	if err := checkURL(next); err != nil {
		return nil, err
	}
	if u.Scheme == "https" && next.Scheme == "http" {
		return nil, fail(ErrForbidden, errors.New("redirect from https to http"))
	}
	return next, nil
}
