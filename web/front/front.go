// Package front knows what stands between a browser and the site: proxies, the name that the site is reached by, and the
// path beneath which it lies.
package front

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Front is how the site is reached. The zero value is a site at the root of whatever host a browser asks for, with no
// proxy before it.
type Front struct {
	// Public is where browsers reach the site, without a path; nil: at any name. Requests for another host are refused, so
	// that no foreign name can be made to lead here (DNS rebinding). An https one also means that every request came so.
	Public *url.URL
	// Base is the path beneath which the site lies: "", or such as "/mail". A proxy may take it off or leave it on.
	Base string
	// Trusted are the proxies whose X-Forwarded-For, -Proto and -Host count. A connection by a Unix socket always does:
	// nobody reaches it but by leave of who owns it.
	Trusted []netip.Prefix
}

// Visitor is who sent a request, as far as that can be known.
type Visitor struct {
	Addr   netip.Addr // of the browser; the zero Addr where a proxy on a Unix socket named none
	Secure bool       // it came by HTTPS
	Host   string     // that it asked for, with its port if it named one
	Proxy  bool       // a trusted proxy has sent it
}

// maxHops is how many addresses of an X-Forwarded-For are looked at.
const maxHops = 32

// Visitor reads who sent a request.
func (f Front) Visitor(r *http.Request) Visitor {
	v := Visitor{Secure: r.TLS != nil, Host: r.Host}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	v.Addr = peer.Addr().Unmap()
	socket := err != nil // only an address of a network can be parsed
	if v.Proxy = socket || f.trusts(v.Addr); v.Proxy {
		f.forwarded(r.Header, &v)
	}
	if f.Public != nil && f.Public.Scheme == "https" {
		v.Secure = true
	}
	return v
}

func (f Front) trusts(a netip.Addr) bool {
	for _, p := range f.Trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// forwarded takes the word of a trusted proxy. Of a list of addresses the last one counts that is no trusted proxy itself:
// what stands before that, anybody may have written.
func (f Front) forwarded(h http.Header, v *Visitor) {
	hops := strings.Split(strings.Join(h.Values("X-Forwarded-For"), ","), ",")
	for n := 0; len(hops) > 0 && n < maxHops; n++ {
		last := len(hops) - 1
		a, err := parseHop(strings.TrimSpace(hops[last]))
		if err != nil {
			break
		}
		v.Addr, hops = a, hops[:last]
		if !f.trusts(a) {
			break
		}
	}
	if proto := lastOf(h, "X-Forwarded-Proto"); proto != "" {
		v.Secure = strings.EqualFold(proto, "https")
	}
	if host := lastOf(h, "X-Forwarded-Host"); host != "" {
		v.Host = host
	}
}

// parseHop reads an address of X-Forwarded-For, which some proxies write with a port.
func parseHop(s string) (netip.Addr, error) {
	if host, _, err := net.SplitHostPort(s); err == nil {
		s = host
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return a.Unmap().WithZone(""), err
}

// lastOf is the last value of a header field that may be a list: the one of the nearest proxy.
func lastOf(h http.Header, name string) string {
	values := h.Values(name)
	if len(values) == 0 {
		return ""
	}
	list := values[len(values)-1]
	return strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:])
}

// oneYear is for how long a browser that has been here by HTTPS comes in no other way.
const oneYear = "max-age=31536000"

// Handler gives next its requests as if nothing stood before the site: without the base path, with the host that the
// browser asked for, and with what From finds. A request for another host than the public one is refused with 421.
func (f Front) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := f.Visitor(r)
		r = r.WithContext(context.WithValue(r.Context(), visitorKey{}, v))
		r.Host, r.URL = v.Host, f.beneath(r.URL)
		if r.URL.Path != HealthPath && !f.serves(v.Host) {
			http.Error(w, "Restante does not answer at this address.", http.StatusMisdirectedRequest)
			return
		}
		if f.Public != nil && f.Public.Scheme == "https" {
			w.Header().Set("Strict-Transport-Security", oneYear)
		}
		next.ServeHTTP(w, r)
	})
}

// HealthPath is asked at any name: by a container's own health check.
const HealthPath = "/healthz"

func (f Front) serves(host string) bool {
	return f.Public == nil || strings.EqualFold(bare(host, f.Public.Scheme), bare(f.Public.Host, f.Public.Scheme))
}

// bare is a host without the port that its scheme has anyway.
func bare(host, scheme string) string {
	return strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[scheme])
}

// beneath is an address less the base path.
func (f Front) beneath(u *url.URL) *url.URL {
	path, ok := strings.CutPrefix(u.Path, f.Base)
	if f.Base == "" || !ok || path != "" && path[0] != '/' {
		return u
	}
	less := *u
	less.Path = "/" + strings.TrimPrefix(path, "/")
	if raw, ok := strings.CutPrefix(u.RawPath, f.Base); ok {
		less.RawPath = "/" + strings.TrimPrefix(raw, "/")
	}
	return &less
}

type visitorKey struct{}

// From is who sent the request of a context; the zero Visitor where Handler did not see it.
func From(ctx context.Context) Visitor {
	v, _ := ctx.Value(visitorKey{}).(Visitor)
	return v
}
