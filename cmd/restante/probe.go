package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"restante/cache/fetch"
	"restante/pop3client"
)

// probeTime is how long the start waits for the mail server's greeting. A server that is down is no reason not to
// start: what has been collected can be read.
const probeTime = 5 * time.Second

// probe greets the mail server that people will sign in to. It fails where nobody ever could, because the
// connection cannot be made safe; anything else may pass, and is only warned about.
func (i instance) probe(ctx context.Context) error {
	if i.mail == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	options := i.client
	client, err := pop3client.Connect(ctx, *i.mail, &options)
	if err == nil {
		if err := client.Quit(ctx); err != nil {
			i.log.InfoContext(ctx, "the mail server did not say goodbye", "server", i.mail.String(), "error", err)
		}
		return nil
	}
	switch {
	case errors.Is(err, pop3client.ErrNoSTLS):
		return fmt.Errorf("%s offers no encryption (STLS), and without it no password is sent: try pop3s://%s, or, where that is really meant, pop3+insecure://%s",
			i.mail, i.mail.Host, i.mail.Host)
	case fetch.Classify(err) == fetch.BadTLS:
		return fmt.Errorf("the certificate of %s does not verify, so no password would ever be sent there: if its authority is a private one, name that with --tls-ca; if the name is wrong, write the one in the certificate: %w",
			i.mail, err)
	}
	i.log.WarnContext(ctx, "the mail server does not answer as it should; mail that is here can be read", "server", i.mail.String(), "error", err)
	return nil
}
