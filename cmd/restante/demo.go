package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"time"

	"golang.org/x/sync/errgroup"

	"restante/cmd/restante/sample"
	"restante/pop3client"
	"restante/pop3client/pop3test"
	"restante/web"
)

// demoCommand tries Restante out: a mail server in this process, and the site on it.
type demoCommand struct {
	Listen string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address of the site; port 0 picks a free one. Default: ${default}."`
}

const (
	demoHost     = "mail.restante.example" // the sample mailbox' server, as pages show it
	demoUser     = "demo"
	demoPassword = "demo"
)

// Run serves the demonstration until the context is done. All that it keeps lies in memory.
func (c *demoCommand) Run(ctx context.Context, std streams) error {
	l, err := listen(c.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	mail, err := newDemoMail(time.Now())
	if err != nil {
		return err
	}
	site := instance{
		mail: &pop3client.Address{Host: demoHost, Port: 995, Security: pop3client.TLS}, client: mail.client,
		demo: &web.Demo{User: demoUser, Password: demoPassword}, believed: []string{demoHost}, openPDF: true, log: slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	site.ready = func() {
		fmt.Fprintf(std.out, "Restante, a demonstration with a sample mailbox. Open\n\n  %s\n\nand sign in: user name %s, password %s. Ctrl+C ends it; nothing is kept.\n",
			address(l, false), demoUser, demoPassword)
	}
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { return mail.server.Serve(ctx, mail.listener) })
	all.Go(func() error { return site.run(ctx, l) })
	return all.Wait()
}

// demoMail is the mail server of the demonstration.
type demoMail struct {
	server   *pop3test.Server
	listener net.Listener
	client   pop3client.Options // reaches it, whatever host is asked for
}

func newDemoMail(now time.Time) (demoMail, error) {
	messages, err := sample.Messages(now)
	if err != nil {
		return demoMail{}, err
	}
	certificate, roots, err := pop3test.Certificate(demoHost)
	if err != nil {
		return demoMail{}, err
	}
	m := demoMail{server: &pop3test.Server{}}
	box := m.server.AddUser(demoUser, demoPassword)
	for _, message := range messages {
		box.Deliver(message)
	}
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return demoMail{}, fmt.Errorf("opening a port for the sample mailbox: %w", err)
	}
	m.listener = tls.NewListener(plain, &tls.Config{Certificates: []tls.Certificate{certificate}})
	m.client = pop3client.Options{
		TLS: &tls.Config{RootCAs: roots},
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, plain.Addr().String())
		},
	}
	return m, nil
}
