// Package pop3client speaks POP3 over one connection: RFC 1939 with the
// extensions of RFC 2449 (CAPA, response codes), RFC 2595 and RFC 8314 (TLS),
// and with what real servers make of them. It hands out the bytes of a message
// exactly as the server stores them.
//
// A session is a [Client] from [Connect] (or from [New], on a connection that
// is already there), then [Client.Login], then any of the other commands, then
// [Client.Quit], which alone makes deletions final. [Client.Close] drops the
// connection without QUIT, so that the server deletes nothing.
//
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
// # Trust
//
// Nothing that a server sends is trusted. Every line, list and message has a
// limit and every wait has an end, each a field of [Options] with a documented
// default; nothing is allocated because a server names a number; text that
// comes with a refusal is cleaned and cut before it reaches an error.
// A password never reaches an error, not even when the server repeats it.
//
// # Errors
//
// Errors that callers tell apart are sentinels for [errors.Is]: [ErrAuth] and
// the others. A refusal by the server is also a [*ServerError]; after one, and
// after [ErrArgument] and an unreadable STAT or single listing, the session
// goes on. After any other error the connection has ended, and every further
// call returns [ErrClosed].
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
package pop3client
