// Package pop3client speaks POP3 over one connection: RFC 1939 with the
// extensions of RFC 2449 (CAPA, response codes, pipelining), RFC 2595 and
// RFC 8314 (TLS), RFC 5034 (SASL) and RFC 6856 (UTF8, LANG), and with what real
// servers make of them. It hands out the bytes of a message exactly as the
// server stores them.
//
// # A session
//
// A session is a [Client] from [Connect] (or from [New], on a connection that
// is already there), then [Client.Authenticate] or [Client.Login], then any of
// the other commands, then [Client.Quit], which alone makes deletions final.
// [Client.Close] drops the connection without QUIT, so that the server deletes
// nothing.
//
//	address, err := pop3client.ParseAddress("pop3s://mail.example.org")
//	if err != nil {
//		return err
//	}
//	c, err := pop3client.Connect(ctx, address, nil)
//	if err != nil {
//		return err
//	}
//	defer c.Close()
//	if err := c.Login(ctx, user, password); err != nil {
//		return err
//	}
//	list, err := c.UIDL(ctx)
//
// A message has a number, which means something in this session only, and a
// unique id, which servers keep, mostly: two messages may have the same, a
// message may have none, and all may change at once. [Client.UIDL] is the truth
// about what there is, [Client.List] and [Client.Stat] are hints about sizes.
//
// [Client.Retrieve] and its like stream a message to a writer. Only an error of
// nil, or [ErrSalvaged], means that it is whole. What has been retrieved must be
// safely stored before QUIT: it may delete or hide what was read.
//
// # Many messages
//
// [Client.RetrieveEach], [Client.TopEach], [Client.DeleteEach] and
// [Client.Listings] keep many commands under way at once where the server has
// announced PIPELINING, and one at a time where it has not. They say how far
// that goes, and [Traits] what is worth remembering of a server.
//
// # Security
//
// An [Address] says how a connection is protected: by TLS from the first byte,
// by STLS before anything else, or not at all. There is no form that protects
// it when it can be. The certificate must verify for the host, or by what
// [Options.TLS] says instead.
//
// [Client.Authenticate] picks the best mechanism that the server announces, from
// SCRAM, which proves the password without sending it and has the server prove
// the same, down to USER and PASS. With [Credentials.Token] it signs in by
// OAuth. A service that must know what it got asks [Client.Mechanism], or names
// in [Options.Mechanisms] what may be used.
//
// # What is never automatic
//
//   - sending a credential without protection: that takes an address with
//     [Insecure], or a connection given to [New] that is not TLS;
//   - going on without TLS when STLS is not offered or refused;
//   - APOP, CRAM-MD5, EXTERNAL: they take [Options.Mechanisms];
//   - another mechanism, after the server has refused the credentials with one;
//   - another login, after a refusal of any kind: when to come again, and with
//     what, is the caller's decision; but a token that was refused is replaced
//     and tried once, if its source gives a newer one;
//   - another connection, but for the one after a server has hung up at CAPA;
//   - QUIT, DELE, RSET, UTF8, LANG, NOOP: each is sent by the method of its name
//     (DELE also by DeleteEach, NOOP by Ping), and by nothing else;
//   - commands ahead of replies, without PIPELINING in the present capabilities.
//
// # Trust
//
// Nothing that a server sends is trusted. Every line, list and message has a
// limit and every wait has an end, each a field of [Options] with a documented
// default; nothing is allocated because a server names a number; text that
// comes with a refusal is cleaned and cut before it reaches an error, and marked
// ([ServerError].Plain) when anybody on the way could have written it.
//
// Passwords, tokens, and what is made of them, reach no error and no trace, not
// even when the server repeats them, in plain, base64 or hex, whole or in parts
// of eight octets. [Credentials] print as "***".
//
// # Errors
//
// Errors that callers tell apart are sentinels for [errors.Is]: [ErrAuth] and
// the others. A refusal by the server is also a [*ServerError]; after one, and
// after [ErrArgument], [ErrNoMechanism] and an unreadable STAT or single
// listing, the session goes on. After any other error the connection has ended,
// and every further call returns [ErrClosed].
//
//	var refusal *pop3client.ServerError
//	switch {
//	case errors.Is(err, pop3client.ErrAuth) && !errors.Is(err, pop3client.ErrClosed):
//		// ask for the password, and do not forget the old one for a single refusal
//	case errors.Is(err, pop3client.ErrLoginDelay) && errors.As(err, &refusal):
//		// come again after refusal.Wait
//	case errors.Is(err, pop3client.ErrInUse), errors.Is(err, pop3client.ErrTemporary):
//		// come again later
//	}
//
// # Contexts
//
// Every method obeys its context at once: when it is done, the deadline of the
// connection moves into the past and the method returns the context's error.
// The connection has then ended, without QUIT. A context that is done before
// the call changes nothing: nothing is sent and the connection stays usable.
//
// A Client is for one goroutine at a time, except for Close, which may be
// called at any moment and ends a call that is in progress.
//
// # Seeing what happens
//
// [Options.Trace] is called with every line of the session, without secrets and
// with the octets of messages only counted.
package pop3client
