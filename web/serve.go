package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	maxHeader = 32 << 10 // bytes of a request's header
	maxForm   = "256K"   // of its body: a thousand selected messages fit well
)

// limits are how long the parts of a request may take.
type limits struct {
	header   time.Duration // until the header of a request is here
	request  time.Duration // … and all of the request
	idle     time.Duration // between two requests of a connection
	page     time.Duration // until a page is sent, from its first byte on
	part     time.Duration // the same of one part of a download: slow lines are fine, dead ones are not
	signIn   time.Duration // until the mail server has judged a password: those with big mailboxes are slow
	look     time.Duration // between two looks at whether a page that is open is still true
	shutdown time.Duration // until the requests under way at the end are answered
}

// times are the limits of the site, those of a test where it set some.
func (s site) times() limits {
	if s.limits != (limits{}) {
		return s.limits
	}
	l := limits{
		header: 5 * time.Second, request: 30 * time.Second, idle: 120 * time.Second,
		page: 30 * time.Second, part: 60 * time.Second, signIn: 75 * time.Second, look: 2 * time.Second, shutdown: 5 * time.Second,
	}
	if s.Kiosk != nil {
		l.idle = 5 * time.Second // a connection holds what it has sent last
	}
	return l
}

// Serve answers on l until ctx is done, and returns when the requests that were under way have been answered, for
// which they have five seconds; then their connections are closed. It closes l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	return s.plain().serve(ctx, l, s.plain().server(ctx))
}

// ServeAdmin is Serve for the pages for who runs the site, without HTTPS.
func (s *Server) ServeAdmin(ctx context.Context, l net.Listener) error {
	srv := s.plain().server(ctx)
	srv.Handler, srv.TLSConfig = s.AdminHandler(), nil
	return s.plain().serve(ctx, l, srv)
}

func (s site) serve(ctx context.Context, l net.Listener, srv *http.Server) error {
	ended := make(chan error, 1)
	go func() {
		if srv.TLSConfig == nil {
			ended <- srv.Serve(l)
		} else {
			ended <- srv.ServeTLS(l, "", "")
		}
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.times().shutdown)
	defer cancel()
	err := srv.Shutdown(last)
	if errors.Is(err, context.DeadlineExceeded) {
		err = srv.Close()
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// server is the site on connections, with every limit that net/http leaves open.
func (s site) server(ctx context.Context) *http.Server {
	t := s.times()
	srv := &http.Server{
		Handler: s.Handler(), TLSConfig: s.TLS, ReadHeaderTimeout: t.header, ReadTimeout: t.request, IdleTimeout: t.idle, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ErrorLog:    slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	srv.RegisterOnShutdown(s.streams.end)
	return srv
}
