package fetch

import (
	"context"
	"fmt"
	"strings"
	"time"

	"restante/cache/vault"
	"restante/pop3client"
)

// Session is an open, signed-in POP3 connection that has done nothing yet. It holds the maildrop's lock on the server.
type Session struct {
	client *pop3client.Client
	server pop3client.Address
}

// Close drops the connection. Nothing has been retrieved or marked, so no QUIT is owed.
func (s *Session) Close() {
	s.client.Close()
}

// signInConnect is how long somebody at a sign-in page waits for a server that does not answer.
const signInConnect = 12 * time.Second

// SignIn asks the server whether it accepts a user name and password, and waits for its answer. The session is to be
// handed to [Fleet.Collect], so that signing in and the first collection are one session: servers with a
// login delay would refuse the second. Errors are those of pop3client and dial, see [Classify].
func (f *Fleet) SignIn(ctx context.Context, server pop3client.Address, user string, password vault.Password) (*Session, error) {
	if f.Guests && Windowed(server.String()) && !strings.HasPrefix(user, recentPrefix) {
		user = recentPrefix + user // newest mail, and what other programs have taken, too
	}
	options, err := f.options(ctx, server)
	if err != nil {
		return nil, err
	}
	if options.ConnectTimeout == 0 || options.ConnectTimeout > signInConnect {
		options.ConnectTimeout = signInConnect
	}
	client, err := pop3client.Connect(ctx, server, &options)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", server, err)
	}
	if err := client.Login(ctx, user, password.Reveal()); err != nil {
		client.Close()
		return nil, fmt.Errorf("signing in to %s: %w", server, err)
	}
	return &Session{client, server}, nil
}
