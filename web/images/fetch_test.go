package images

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"restante/cmd/check/corpus"
	"restante/pop3client/dial"
)

func TestAServerLearnsNothingOfTheReader(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://192.0.2.1:1")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	said := make(chan string, 1)
	go func() {
		defer close(said)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var request strings.Builder
		for lines := bufio.NewReader(conn); ; {
			line, err := lines.ReadString('\n')
			if request.WriteString(line); err != nil || line == "\r\n" {
				break
			}
		}
		said <- request.String()
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\n\r\n%s", pngOf(t, drawn(3, 2)))
	}()
	at := l.Addr().String()
	p := New(Options{Policy: dial.Policy{Named: []string{at}}})
	if _, err := p.For("ana").Get(t.Context(), "http://"+at+"/a%20b.png?id=1#part"); err != nil {
		t.Error(errors.Unwrap(err))
	}
	want := "GET /a%20b.png?id=1 HTTP/1.1\r\nHost: " + at + "\r\nUser-Agent: Mozilla/5.0 (compatible; image proxy)\r\n" +
		"Accept: image/jpeg, image/png, image/gif, image/*;q=0.5\r\nConnection: close\r\n\r\n"
	if got := <-said; got != want {
		t.Errorf("the request was\n%s\nwant\n%s", got, want)
	}
	if transport(dial.Policy{}, time.Second).Proxy != nil {
		t.Error("a proxy of the environment would be asked, which no policy has seen")
	}
}

func TestRedirectsAreFollowedAsFarAsTheyMay(t *testing.T) {
	c := newCanary(t)
	var s *site
	icon := pngOf(t, drawn(3, 2))
	s = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Referer") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("%s: Referer %q, Cookie %q", r.URL, r.Header.Get("Referer"), r.Header.Get("Cookie"))
		}
		http.SetCookie(w, &http.Cookie{Name: "reader", Value: "1", Path: "/"})
		if to := r.URL.Query().Get("to"); to != "" {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
			return
		}
		var n int
		fmt.Sscanf(r.URL.Path, "/hop/%d", &n)
		switch {
		case r.URL.Path == "/loop":
			http.Redirect(w, r, "/loop", http.StatusTemporaryRedirect)
		case r.URL.Path == "/nowhere":
			w.WriteHeader(http.StatusMovedPermanently)
		case r.URL.Path == "/far":
			http.Redirect(w, r, "/"+strings.Repeat("x", maxURL), http.StatusFound)
		case n > 0:
			http.Redirect(w, r, fmt.Sprintf("%d", n-1), http.StatusSeeOther)
		default:
			w.Write(icon)
		}
	})
	// The site is named; nothing else here is allowed.
	p := New(Options{Policy: dial.Policy{Named: []string{s.Listener.Addr().String()}, Ports: []int{c.port, s.port()}, Resolver: loopback(t)}, CacheBytes: -1})
	for path, want := range map[string]error{
		"/a": nil, "/hop/1": nil, "/hop/3": nil, "/hop/4": ErrUnreachable, "/loop": ErrUnreachable, "/nowhere": ErrUnreachable,
		"/?to=/a": nil, "/?to=http://" + c.at("127.0.0.1"): ErrForbidden, "/?to=//" + c.at("localhost") + "/": ErrForbidden,
		"/?to=http://" + c.at("mail.test"): ErrForbidden, "/?to=http://" + c.at("[::ffff:127.0.0.1]"): ErrForbidden,
		"/?to=http://" + c.at("169.254.169.254") + "/latest/meta-data": ErrForbidden,
		"/?to=file:///etc/passwd":                                      ErrForbidden, "/?to=gopher://127.0.0.1:6379/": ErrForbidden, "/?to=data:image/png,x": ErrForbidden,
		"/?to=http://user@" + s.Listener.Addr().String() + "/a": ErrForbidden, "/?to=http:///": ErrForbidden, "/?to=http://[": ErrForbidden,
		"/far": ErrUnreachable,
	} {
		if _, err := p.Get(t.Context(), s.URL+path); !errors.Is(err, want) {
			t.Errorf("%.60s: %v, want %v", path, err, want)
		}
	}
	if n := c.visits(t); n != 0 {
		t.Errorf("%d connections to where none may go", n)
	}
}

// overTLS starts a site with a certificate, and returns a proxy that trusts it.
func overTLS(t *testing.T, answer http.HandlerFunc, others ...*site) (*site, *Proxy) {
	s := &site{}
	s.Server = httptest.NewUnstartedServer(s.noting(answer))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	s.StartTLS()
	t.Cleanup(s.Close)
	p := New(Options{Policy: near(append(others, s)...), CacheBytes: -1})
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	p.transport.(*http.Transport).TLSClientConfig.RootCAs = roots
	return s, p
}

func TestHTTPSIsNotLeft(t *testing.T) {
	plain := serve(t, giving(pngOf(t, drawn(3, 2))))
	s, p := overTLS(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/down" {
			http.Redirect(w, r, plain.URL, http.StatusFound)
			return
		}
		w.Write(pngOf(t, drawn(3, 2)))
	}, plain)
	if _, err := p.Get(t.Context(), s.URL+"/a"); err != nil {
		t.Errorf("https: %v", errors.Unwrap(err))
	}
	if _, err := p.Get(t.Context(), s.URL+"/down"); !errors.Is(err, ErrForbidden) {
		t.Errorf("https to http: %v, want ErrForbidden", err)
	}
	if asked := plain.requests(); len(asked) != 0 {
		t.Errorf("the plain server was asked for %q", asked)
	}
	up := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, s.URL+"/a", http.StatusFound) })
	p.transport.(*http.Transport).DialContext = near(s, up).DialContext
	if _, err := p.Get(t.Context(), up.URL); err != nil {
		t.Errorf("http to https: %v", errors.Unwrap(err))
	}
	strict := New(Options{Policy: near(s)})
	s.requests()
	if _, err := strict.Get(t.Context(), s.URL+"/a"); !errors.Is(err, ErrUnreachable) || len(s.requests()) != 0 {
		t.Errorf("a certificate that nobody signed: %v, want ErrUnreachable and no request", err)
	}
}

func TestAnswersThatAreNoPictures(t *testing.T) {
	icon := pngOf(t, drawn(30, 20))
	packed := written(t, func(b *bytes.Buffer) error {
		z := gzip.NewWriter(b)
		z.Write(icon)
		return z.Close()
	})
	answers := map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"/picture": {giving(icon), nil},
		"/called-html": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Write(icon)
		}, nil},
		"/called-png": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			fmt.Fprint(w, "<script>alert(1)</script>")
		}, ErrNotPicture},
		"/empty":        {giving(nil), ErrNotPicture},
		"/not-found":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); w.Write(icon) }, ErrUnreachable},
		"/not-modified": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, ErrUnreachable},
		"/partial":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(206); w.Write(icon) }, ErrUnreachable},
		"/gzip": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(packed)
		}, ErrNotPicture},
		"/announced": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000000")
			w.Write(icon)
		}, ErrTooLarge},
		"/endless": {func(w http.ResponseWriter, _ *http.Request) {
			for block := make([]byte, 1<<12); ; {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		}, ErrTooLarge},
		"/cut-short": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.Write(icon)
		}, ErrUnreachable},
		"/headers": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 2*maxHeader))
			w.Write(icon)
		}, ErrUnreachable},
		"/breaks-off": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, ErrUnreachable},
		"/bomb":       {giving(pngHeader(60000, 60000)), ErrTooLarge},
	}
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { answers[r.URL.Path].answer(w, r) })
	p := New(Options{Policy: near(s), MaxBytes: 1 << 16})
	for path, test := range answers {
		if _, err := p.Get(t.Context(), s.URL+path); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", path, err, test.want)
		}
	}
}

func TestASlowDripEndsWithTheTime(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for ticker := time.NewTicker(time.Millisecond); ; {
			select {
			case <-ticker.C:
				fmt.Fprint(w, "x")
				http.NewResponseController(w).Flush()
			case <-r.Context().Done():
				return
			}
		}
	})
	p := New(Options{Policy: near(s), Timeout: 100 * time.Millisecond})
	if _, err := p.Get(t.Context(), s.URL); !errors.Is(err, ErrUnreachable) {
		t.Errorf("Get: %v, want ErrUnreachable", err)
	}
}

func TestAddressesThatAreNotAsked(t *testing.T) {
	s := serve(t, giving(pngOf(t, drawn(3, 2))))
	at := s.Listener.Addr().String()
	p := New(Options{Policy: near(s)})
	for _, address := range []string{
		"", "/a.png", "a.png", "//" + at + "/a.png", "ftp://" + at + "/a.png", "file:///etc/passwd", "data:image/png;base64,AA==", "javascript:alert(1)",
		"http:" + at, "http://", "http:///a.png", "http://:80/", "http://user@" + at + "/a.png", "http://user:secret@" + at + "/a.png",
		"http://" + at + "\r\nX: y/", "http://[::1", "http://127.0.0.1%00.example.com/", "http://" + at + "/" + strings.Repeat("x", maxURL), "unix:/run/x.sock",
	} {
		if _, err := p.Get(t.Context(), address); !errors.Is(err, ErrForbidden) {
			t.Errorf("%.60q: %v, want ErrForbidden", address, err)
		}
	}
	if asked := s.requests(); len(asked) != 0 {
		t.Errorf("the server was asked for %q", asked)
	}
	if _, err := p.Get(t.Context(), "HTTP://"+at+"/a.png"); err != nil {
		t.Errorf("a scheme in capitals: %v", err)
	}
}

func TestOnlyPublicAddressesAtThePortsOfTheWeb(t *testing.T) {
	c := newCanary(t)
	for name, policy := range map[string]dial.Policy{
		"nobody said so":                   {Ports: []int{c.port}},
		"a name that leads here":           {Ports: []int{c.port}, Resolver: loopback(t)},
		"private addresses, no other port": {Private: true, Resolver: loopback(t)},
	} {
		p := New(Options{Policy: policy})
		for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "pictures.test"} {
			if policy.Resolver == nil && host == "pictures.test" {
				continue // would ask the resolver of this machine
			}
			if _, err := p.Get(t.Context(), "http://"+c.at(host)+"/a.png"); !errors.Is(err, ErrForbidden) {
				t.Errorf("%s: %s: %v, want ErrForbidden", name, host, err)
			}
		}
	}
	// Who looks first sees a public address, and the connection would come here.
	lookups := resolver(t, func(n int) netip.Addr {
		if n == 1 {
			return netip.MustParseAddr("8.8.8.8")
		}
		return netip.MustParseAddr("127.0.0.1")
	})
	if first, err := lookups.LookupNetIP(t.Context(), "ip4", "rebind.test"); err != nil || (dial.Policy{}).Allow(first[0]) != nil {
		t.Fatalf("the first lookup: %v, %v; want a public address", first, err)
	}
	p := New(Options{Policy: dial.Policy{Ports: []int{c.port}, Resolver: lookups}})
	if _, err := p.Get(t.Context(), "http://"+c.at("rebind.test")+"/a.png"); !errors.Is(err, ErrForbidden) {
		t.Errorf("a name that leads elsewhere at its second lookup: %v, want ErrForbidden", err)
	}
	if n := c.visits(t); n != 0 {
		t.Errorf("%d connections to where none may go", n)
	}
}

// Every target of the corpus, at the port of a canary and as it is written:
// nobody comes, and what is told is what a closed port tells.
func TestTargetsOfTheCorpusAreNotAsked(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(corpus.Dir(t), "security", "ssrf-targets.json"))
	if err != nil {
		t.Fatal(err)
	}
	var targets []struct{ ID, Host string }
	if err := json.Unmarshal(content, &targets); err != nil {
		t.Fatal(err)
	}
	c := newCanary(t)
	p := New(Options{Policy: dial.Policy{Ports: []int{c.port, 80, 443}, Resolver: loopback(t)}})
	told := closed(t).Error()
	for _, target := range targets {
		for _, address := range []string{"http://" + c.at(target.Host) + "/a.png", "https://" + c.at(target.Host), "http://" + target.Host, target.Host} {
			_, err := p.Get(t.Context(), address)
			if !errors.Is(err, ErrForbidden) && !errors.Is(err, ErrUnreachable) {
				t.Errorf("%s: %q: %v, want ErrForbidden or ErrUnreachable", target.ID, address, err)
			} else if err.Error() != told {
				t.Errorf("%s: %q: told %q, and of a closed port %q", target.ID, address, err, told)
			}
		}
	}
	if n := c.visits(t); n != 0 || len(targets) == 0 {
		t.Errorf("%d targets, %d connections", len(targets), n)
	}
}

// closed is the error of a port at which nobody listens.
func closed(t *testing.T) error {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().(*net.TCPAddr)
	l.Close()
	p := New(Options{Policy: dial.Policy{Private: true, Ports: []int{at.Port}}})
	_, err = p.Get(t.Context(), "http://"+at.String())
	if !errors.Is(err, ErrUnreachable) {
		t.Fatalf("a closed port: %v, want ErrUnreachable", err)
	}
	return err
}

func TestAllErrorsReadTheSame(t *testing.T) {
	s := serve(t, giving([]byte("no picture")))
	want := closed(t).Error()
	for address, p := range map[string]*Proxy{
		s.URL:                      New(Options{Policy: near(s)}),              // ErrNotPicture
		s.URL + "/":                New(Options{Policy: near(s), MaxBytes: 1}), // ErrTooLarge
		"http://127.0.0.1/?secret": New(Options{}),                             // ErrForbidden
	} {
		_, err := p.Get(t.Context(), address)
		if err == nil || err.Error() != want || fmt.Sprintf("%v %+v", err, err) != want+" "+want {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Error("m", slog.Any("error", err))
		if strings.Contains(log.String(), "127.0.0.1") || strings.Contains(log.String(), "secret") || !strings.Contains(log.String(), "picture") && !strings.Contains(log.String(), "allowed") {
			t.Errorf("the log says %s", log.String())
		}
	}
}
