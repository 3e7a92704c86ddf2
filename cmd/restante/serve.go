package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"restante/cache/query"
	"restante/pop3client"
	"restante/pop3client/dial"
	"restante/pop3client/discover"
	"restante/web"
	"restante/web/front"
)

// serveCommand serves the site for real mailboxes.
type serveCommand struct {
	Data                string        `placeholder:"DIR" help:"Folder that the mail is kept in. Required, but for a kiosk."`
	Server              string        `placeholder:"URL" help:"The mail server that people sign in to: pop3s://host[:995], pop3://host[:110] (STLS required) or pop3+insecure://host[:110] (no encryption). Without it the sign-in page asks for one."`
	UserDomain          string        `placeholder:"DOMAIN" help:"Added to a user name without a domain, with an @ before it. Needs --server."`
	Listen              string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address of the site; port 0 picks a free one; unix:PATH is a Unix socket. Default: ${default}."`
	TLSCert             string        `name:"tls-cert" placeholder:"FILE" help:"Certificate (PEM, with the chain) to serve HTTPS with. Read again when it changes."`
	TLSKey              string        `name:"tls-key" placeholder:"FILE" help:"The private key (PEM) of that certificate."`
	PublicURL           string        `name:"public-url" placeholder:"URL" help:"Where browsers reach the site, such as https://mail.example.org: other names are refused. https means that whoever comes has come by HTTPS."`
	BasePath            string        `placeholder:"PATH" help:"The path beneath which the site lies, such as /mail. Without it, that of --public-url."`
	TrustedProxy        []string      `placeholder:"ADDRESS" help:"A proxy, or a network of them, whose X-Forwarded-For, -Proto and -Host count. Repeatable. One on a Unix socket is always trusted."`
	TLSCA               string        `name:"tls-ca" placeholder:"FILE" help:"Certificates (PEM) of a private authority to trust for mail servers, besides the usual ones."`
	AllowUser           []string      `placeholder:"PATTERN" help:"Who may sign in: a user name, or *@domain. Repeatable. Without it, anyone whom the mail server accepts."`
	AuthservID          []string      `name:"authserv-id" placeholder:"NAME" help:"Believe what this mail server wrote into a message about who sent it (its name in Authentication-Results). Repeatable. Without it, nobody is believed."`
	AllowPrivateServers bool          `help:"Let people who name their own server reach private addresses, too. A server given with --server may be anywhere."`
	OpenPDF             bool          `name:"open-pdf" help:"Let PDF attachments open in the browser's own viewer, instead of only being saved."`
	MaxUserSize         string        `placeholder:"SIZE" help:"How much room a person's mail may take: bytes, or a number with K, M or G. Then no more is collected. Without it, any."`
	KeyFile             string        `placeholder:"FILE" help:"The site's own key, outside the data folder; made if it is not there. With it people may choose that their mail is collected while they are signed out."`
	Operator            []string      `placeholder:"USER" help:"Who runs the site: this user name, signed in, sees /admin/status, /admin/kiosk and /admin/log. Repeatable."`
	AdminListen         string        `placeholder:"HOST:PORT" help:"Serve /admin/status, /admin/kiosk and /admin/log there, to whoever reaches it: a port alone is on this machine only."`
	Interval            time.Duration `default:"5m" placeholder:"SPAN" help:"How often to look for new mail while somebody is signed in. Default: ${default}."`

	vouchFlags
	kioskFlags
}

const minInterval = time.Minute // OVH hangs up on clients that come more often

// Run serves until the context is done.
func (c *serveCommand) Run(ctx context.Context, std streams) error {
	i, err := c.instance(std.err)
	if err != nil {
		return err
	}
	if i.kiosk != nil {
		err = wipes()
	} else {
		err = usableData(c.Data)
	}
	if err != nil {
		return err
	}
	l, err := listen(c.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	if c.AdminListen != "" {
		if i.admin, err = listenAdmin(c.AdminListen); err != nil {
			return err
		}
		defer i.admin.Close()
	}
	c.warn(i, l, std.err)
	if err := i.probe(ctx); err != nil {
		return err
	}
	i.ready = func() {
		if i.admin != nil {
			i.log.Info("for the operator", "address", address(i.admin, false)+"/admin/status")
		}
		i.log.Info("ready", "address", address(l, i.tls != nil)+i.front.Base)
	}
	return i.run(ctx, l)
}

// instance makes of the flags what they mean, or says which of them cannot be meant.
func (c *serveCommand) instance(stderr io.Writer) (instance, error) {
	i := instance{data: c.Data, believed: c.AuthservID, openPDF: c.OpenPDF, interval: c.Interval, journal: &web.Journal{Out: stderr}}
	i.log = slog.New(slog.NewTextHandler(i.journal, nil))
	if c.Data == "" && !c.Kiosk {
		return i, usageError{errors.New("--data DIR is missing: it names the folder that the mail is kept in")}
	}
	if c.Interval < minInterval {
		return i, usageError{fmt.Errorf("--interval %s: mail servers hang up on who comes more often than every minute", c.Interval)}
	}
	if c.MaxUserSize != "" {
		var ok bool
		if _, i.maxUserSize, ok = query.ParseSize(c.MaxUserSize); !ok || i.maxUserSize == 0 {
			return i, usageError{fmt.Errorf("--max-user-size %s: a size is a number of bytes, or one with K, M or G behind it", c.MaxUserSize)}
		}
	}
	policy := dial.Policy{Private: c.AllowPrivateServers, Ports: mailPorts()}
	if c.AllowPrivateServers {
		policy.Ports = nil
	}
	if c.Server == "" {
		i.finder = finder()
	} else {
		server, err := pop3client.ParseAddress(c.Server)
		if err != nil {
			return i, usageError{fmt.Errorf("--server: %w", err)}
		}
		i.mail, policy.Named = &server, []string{server.Host}
	}
	var err error
	if i.allow, err = web.ParseAllowed(c.AllowUser); err != nil {
		return i, usageError{fmt.Errorf("--allow-user: %w", err)}
	}
	if c.KeyFile != "" {
		if c.Kiosk {
			return i, usageError{errors.New("--key-file is not for a kiosk: nobody is known there once they are signed out")}
		}
		if i.key, err = readKey(c.KeyFile, c.Data); err != nil {
			return i, err
		}
	}
	if c.UserDomain != "" && (c.Server == "" || strings.ContainsAny(c.UserDomain, "@ ")) {
		return i, usageError{fmt.Errorf("--user-domain %s: write a domain alone, such as example.org, and --server with it", c.UserDomain)}
	}
	i.userDomain = c.UserDomain
	if i.operators, err = web.ParseAllowed(c.Operator); err != nil {
		return i, usageError{fmt.Errorf("--operator: %w", err)}
	}
	if i.front, err = c.frontOf(); err != nil {
		return i, usageError{err}
	}
	if i.tls, err = serving(c.TLSCert, c.TLSKey, i.log); err != nil {
		return i, err
	}
	i.client.Dial = policy.DialContext
	if i.client.TLS, err = trust(c.TLSCA); err != nil {
		return i, err
	}
	if err := c.vouchers(&i); err != nil {
		return i, err
	}
	return i, c.kiosk(&i)
}

// frontOf is how the site is reached.
func (c *serveCommand) frontOf() (f front.Front, err error) {
	if c.PublicURL != "" {
		if f.Public, f.Base, err = front.ParsePublic(c.PublicURL); err != nil {
			return f, fmt.Errorf("--public-url %s: %w", c.PublicURL, err)
		}
	}
	if c.BasePath != "" {
		if f.Base, err = front.ParseBase(c.BasePath); err != nil {
			return f, fmt.Errorf("--base-path: %w", err)
		}
	}
	if f.Trusted, err = front.ParseProxies(c.TrustedProxy); err != nil {
		return f, fmt.Errorf("--trusted-proxy: %w", err)
	}
	return f, nil
}

const (
	listTime   = 15 * time.Second // that a mailing list has to answer
	pageHeader = 64 << 10         // bytes of an answer's header
)

// pages asks for pages of HTTPS on the internet, and nowhere else. Nothing is kept from one to the next.
func pages() *http.Transport {
	policy := dial.Policy{Ports: []int{443}}
	return &http.Transport{DialContext: policy.DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: pageHeader}
}

// lists asks mailing lists, whose answer alone counts.
func lists() *http.Client {
	return &http.Client{Transport: pages(), Timeout: listTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// finder finds mail servers on the internet, and nowhere else.
func finder() *discover.Finder {
	return &discover.Finder{
		HTTP:     &http.Client{Transport: pages(), CheckRedirect: discover.OnlyHTTPS},
		Resolver: net.DefaultResolver, List: discover.MozillaList, Client: pop3client.Options{Dial: dial.Policy{Ports: mailPorts()}.DialContext},
	}
}

// reachable reports whether other machines reach a listener.
func reachable(l net.Listener) bool {
	a, ok := l.Addr().(*net.TCPAddr)
	return ok && !a.IP.IsLoopback()
}

// mailPorts are the ports that people who name their own server may reach: those of POP3, so that the sign-in form is
// no way to knock at other doors.
func mailPorts() []int { return []int{110, 995} }

// trust makes the configuration that trusts the authorities of file besides the system's.
func trust(file string) (*tls.Config, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, usageError{fmt.Errorf("--tls-ca: %w", err)}
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("--tls-ca: reading the system's certificates: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, usageError{fmt.Errorf("--tls-ca %s: there is no certificate in it: it must be a PEM file", file)}
	}
	return &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, nil
}

// warn says out loud what an operator may not have meant.
func (c *serveCommand) warn(i instance, l net.Listener, stderr io.Writer) {
	if i.tls == nil && i.front.Public == nil && len(i.front.Trusted) == 0 && reachable(l) {
		fmt.Fprintln(stderr, "restante: warning: this site speaks HTTP to other machines: passwords cross the network in clear; --tls-cert serves HTTPS, --trusted-proxy names a proxy that does")
	}
	if i.kiosk != nil && i.kiosk.Insecure {
		fmt.Fprintln(stderr, "restante: warning: this kiosk does without HTTPS: passwords and mail can be read on the network between (--kiosk-insecure)")
	}
	if i.mail != nil && i.mail.Security == pop3client.Insecure {
		fmt.Fprintf(stderr, "restante: warning: passwords and mail go to %s without encryption (pop3+insecure)\n", i.mail.Host)
	}
	if len(i.allow) == 0 {
		fmt.Fprintln(stderr, "restante: anyone whom the mail server accepts may sign in; --allow-user says otherwise")
	}
	if i.mail == nil && c.AllowPrivateServers {
		fmt.Fprintln(stderr, "restante: warning: whoever reaches the sign-in page can make this machine connect to private addresses (--allow-private-servers)")
	}
}
