package web

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// HTTPServer is the server that Serve runs.
func (s *Server) HTTPServer(ctx context.Context) *http.Server { return s.plain().server(ctx) }

// Hurry sets the limits of time of what clients ask, and of what they take.
func (s *Server) Hurry(ask, take time.Duration) {
	s.limits = limits{header: ask, request: ask, idle: ask, signIn: 2 * ask, look: ask, page: take, part: take, shutdown: take}
}

// HurryEnd sets how long the end waits for requests.
func (s *Server) HurryEnd(d time.Duration) { s.limits.shutdown = d }

// EndStreams ends the streams that are open, as the end of Serve does.
func (s *Server) EndStreams() { s.streams.end() }

// DocumentPolicy is the content security policy of the document of a message.
const DocumentPolicy = documentPolicy

// Lost are the addresses that a kiosk is said to have and the site has not.
func (s *Server) Lost() (paths []string) {
	for _, path := range guestRoutes() {
		if !slices.ContainsFunc(routes(), func(r route) bool { return r.path == path }) {
			paths = append(paths, path)
		}
	}
	return paths
}

// Forms are the addresses of the site that take forms.
func (s *Server) Forms() (paths []string) {
	for _, r := range s.plain().offered() {
		if r.method == http.MethodPost {
			paths = append(paths, r.path)
		}
	}
	return paths
}
