package discover

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"restante/pop3client"
	"restante/pop3client/pop3test"
)

// internet is what the Finder of a test can reach: names, pages and one POP3 server.
type internet struct {
	names map[string]dnsmessage.ResourceBody // by "TYPE name."
	pages map[string]string                  // by host and path
	pop3  string                             // host that greets; "": none does

	mu    sync.Mutex
	asked []string // requests, as they came
}

// finder is a Finder on it.
func (n *internet) finder(t *testing.T) *Finder {
	t.Helper()
	hosts := []string{"list.example", "example.com", "autoconfig.example.com", "other.example", "autoconfig.other.example"}
	if n.pop3 != "" {
		hosts = append(hosts, n.pop3)
	}
	cert, roots, err := pop3test.Certificate(hosts...)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(http.HandlerFunc(n.page))
	web.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	web.StartTLS()
	t.Cleanup(web.Close)
	mail, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- (&pop3test.Server{}).Serve(ctx, tls.NewListener(mail, &tls.Config{Certificates: []tls.Certificate{cert}}))
	}()
	t.Cleanup(func() { stop(); <-ended })
	to := func(addr string) func(context.Context, string, string) (net.Conn, error) {
		return func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, addr)
		}
	}
	trusting := &tls.Config{RootCAs: roots}
	return &Finder{
		HTTP:     &http.Client{Transport: &http.Transport{DialContext: to(web.Listener.Addr().String()), TLSClientConfig: trusting}, CheckRedirect: OnlyHTTPS},
		Resolver: n.resolver(t), List: "https://list.example/v1.1/",
		Client: pop3client.Options{TLS: trusting, Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if host, _, _ := net.SplitHostPort(addr); host != n.pop3 {
				return nil, errors.New("no route")
			}
			return to(mail.Addr().String())(ctx, network, addr)
		}},
	}
}

func (n *internet) page(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	n.asked = append(n.asked, r.Host+r.URL.String())
	n.mu.Unlock()
	text, ok := n.pages[r.Host+r.URL.Path]
	switch to, redirect := strings.CutPrefix(text, "-> "); {
	case !ok:
		http.NotFound(w, r)
	case redirect:
		http.Redirect(w, r, to, http.StatusFound)
	case text == "hang":
		<-r.Context().Done()
	default:
		io.WriteString(w, text)
	}
}

// resolver answers from names, in the framing of DNS over TCP.
func (n *internet) resolver(t *testing.T) *net.Resolver {
	var running sync.WaitGroup
	t.Cleanup(running.Wait)
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		running.Go(func() {
			defer server.Close()
			var length [2]byte
			for {
				if _, err := io.ReadFull(server, length[:]); err != nil {
					return
				}
				query := make([]byte, binary.BigEndian.Uint16(length[:]))
				if _, err := io.ReadFull(server, query); err != nil {
					return
				}
				reply := n.reply(query)
				if _, err := server.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)); err != nil {
					return
				}
			}
		})
		return client, nil
	}}
}

func (n *internet) reply(query []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil || len(m.Questions) != 1 {
		return nil
	}
	m.Response, m.Additionals = true, nil
	q := m.Questions[0]
	if body, ok := n.names[q.Type.String()+" "+q.Name.String()]; ok {
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}, Body: body})
	} else {
		m.RCode = dnsmessage.RCodeNameError
	}
	reply, err := m.Pack()
	if err != nil {
		return nil
	}
	return reply
}

func srv(target string, port uint16) dnsmessage.ResourceBody {
	return &dnsmessage.SRVResource{Target: dnsmessage.MustNewName(target), Port: port}
}

func mx(host string) dnsmessage.ResourceBody {
	return &dnsmessage.MXResource{MX: dnsmessage.MustNewName(host)}
}

// servers is a configuration with incoming servers.
func servers(list ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><clientConfig version="1.1"><emailProvider id="x">` + strings.Join(list, "") + `</emailProvider></clientConfig>`
}

func incoming(kind, host, port, socket, user string) string {
	return `<incomingServer type="` + kind + `"><hostname>` + host + `</hostname><port>` + port + `</port><socketType>` + socket + `</socketType><username>` + user + `</username></incomingServer>`
}

const (
	record   = "TypeSRV _pop3s._tcp.example.com."
	exchange = "TypeMX example.com."
	wellKnow = "example.com/.well-known/autoconfig/mail/config-v1.1.xml"
	auto     = "autoconfig.example.com/mail/config-v1.1.xml"
)

func TestWhereAServerIsFound(t *testing.T) {
	pop := func(host string) string { return servers(incoming("pop3", host, "995", "SSL", "%EMAILADDRESS%")) }
	for name, c := range map[string]struct {
		net  *internet
		want string // server, user and source
	}{
		"nowhere":                    {&internet{}, ""},
		"at the domain":              {&internet{pages: map[string]string{auto: pop("a.example.com")}}, "pop3s://a.example.com ana@example.com published"},
		"at its well-known place":    {&internet{pages: map[string]string{wellKnow: pop("b.example.com")}}, "pop3s://b.example.com ana@example.com published"},
		"behind a redirect":          {&internet{pages: map[string]string{auto: "-> https://other.example/x", "other.example/x": pop("c.example")}}, "pop3s://c.example ana@example.com published"},
		"behind one without TLS":     {&internet{pages: map[string]string{auto: "-> http://other.example/x", "other.example/x": pop("c.example")}}, ""},
		"in its DNS":                 {&internet{names: map[string]dnsmessage.ResourceBody{record: srv("d.example.com.", 1995)}}, "pop3s://d.example.com:1995 ana@example.com record"},
		"its DNS says there is none": {&internet{names: map[string]dnsmessage.ResourceBody{record: srv(".", 0)}}, ""},
		"in the list":                {&internet{pages: map[string]string{"list.example/v1.1/example.com": pop("e.example.com")}}, "pop3s://e.example.com ana@example.com listed"},
		"by who receives":            {&internet{names: map[string]dnsmessage.ResourceBody{exchange: mx("aspmx.l.google.com.")}}, "pop3s://pop.gmail.com ana@example.com received"},
		"by who receives, listed": {&internet{names: map[string]dnsmessage.ResourceBody{exchange: mx("in7.mail.provider.co.uk.")},
			pages: map[string]string{"list.example/v1.1/provider.co.uk": pop("f.provider.co.uk")}}, "pop3s://f.provider.co.uk ana@example.com received"},
		"at a common name": {&internet{pop3: "pop3.example.com"}, "pop3s://pop3.example.com ana@example.com guessed"},
		"the best of all": {&internet{pop3: "mail.example.com", names: map[string]dnsmessage.ResourceBody{record: srv("d.example.com.", 995)},
			pages: map[string]string{auto: "hang", "list.example/v1.1/example.com": pop("e.example.com")}}, "pop3s://d.example.com ana@example.com record"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			found, err := c.net.finder(t).Find(t.Context(), "ana@example.com")
			got := strings.TrimSpace(found.Server.String() + " " + found.User + " " + string(found.Source))
			if c.want == "" {
				if !errors.Is(err, ErrNotFound) {
					t.Errorf("%s, %v", got, err)
				}
			} else if err != nil || got != c.want {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
			if took := time.Since(began); took > 4*within { // it hangs
				t.Errorf("it took %v", took)
			}
			c.net.mu.Lock()
			defer c.net.mu.Unlock()
			for _, asked := range c.net.asked {
				if strings.Contains(asked, "ana") {
					t.Errorf("somebody was told who asks: %s", asked)
				}
			}
		})
	}
}

func TestWhatIsReadOfAConfiguration(t *testing.T) {
	who := person{"ana@example.com", "ana", "example.com"}
	for text, want := range map[string]string{
		servers(incoming("imap", "i.example", "993", "SSL", "x"), incoming("pop3", "p.example", "995", "SSL", "%EMAILLOCALPART%")): "pop3s://p.example ana",
		servers(incoming("pop3", "p.example", "110", "plain", ""), incoming("POP3", " p.%EMAILDOMAIN% ", " 110 ", "STARTTLS", "")): "pop3://p.example.com ana@example.com",
		servers(incoming("pop3", "p.example/x", "995", "SSL", ""), incoming("pop3", "q.example", "99999", "SSL", "")):              "",
		servers(incoming("pop3", "p.example", "995", "SSL", "a&#10;b")):                                                            "pop3s://p.example ana@example.com",
		servers(): "", "": "", "<html>no</html>": "", "<clientConfig><emailProvider><incomingServer type='pop3'>": "",
		`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + servers(incoming("pop3", "&e;", "995", "SSL", "")): "",
	} {
		found, ok := read(strings.NewReader(text), who)
		got := ""
		if ok {
			got = found.Server.String() + " " + found.User
		}
		if got != want {
			t.Errorf("%s\nis read as %q, want %q", text, got, want)
		}
	}
}

func TestWhatIsNoAddress(t *testing.T) {
	f := (&internet{}).finder(t)
	for _, address := range []string{"", "ana", "@example.com", "ana@", "ana@localhost", "ana@127.0.0.1", "ana@[::1]", "ana@exa mple.com", "ana@-.com", "ana@" + strings.Repeat("x", 400) + ".com"} {
		if _, err := f.Find(t.Context(), address); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", address, err)
		}
	}
	if who, err := parse("ana@BÜCHER.example."); err != nil || who.domain != "xn--bcher-kva.example" {
		t.Errorf("an international domain is %q, %v", who.domain, err)
	}
}

// Whatever is published, what is read of it is a server that can be spoken to with TLS, and a name that fits on a line.
func FuzzRead(f *testing.F) {
	f.Add(servers(incoming("pop3", "p.example", "995", "SSL", "%EMAILADDRESS%")))
	f.Add(servers(incoming("pop3", "[::1]", "110", "STARTTLS", "\x00")))
	f.Add("<clientConfig>")
	f.Fuzz(func(t *testing.T, text string) {
		found, ok := read(strings.NewReader(text), person{"ana@example.com", "ana", "example.com"})
		if !ok {
			return
		}
		again, err := pop3client.ParseAddress(found.Server.String())
		if err != nil || again != found.Server || found.Server.Security == pop3client.Insecure {
			t.Errorf("%q is read as %v", text, found.Server)
		}
		if found.User == "" || len(found.User) > maxAddress || strings.ContainsAny(found.User, "\r\n\x00") {
			t.Errorf("%q is read as user %q", text, found.User)
		}
	})
}
