package doctor

import (
	"errors"
	"time"

	"restante/cache/fetch"
	"restante/pop3client"
)

const (
	usualInterval = 5 * 60 // seconds between two looks of Restante, unless --interval says otherwise
	longWait      = 10 * time.Second
)

// adviseConnecting says what to do about a connection that could not be made.
func (f *Findings) adviseConnecting(server pop3client.Address, err error) {
	var refusal *pop3client.ServerError
	switch {
	case distrust(server, err) != "":
		f.advise("%s No password was sent.", distrust(server, err))
	case errors.Is(err, pop3client.ErrNoSTLS):
		f.advise("The server offers no encryption on this port, so no password was sent. Try pop3s://%s. Only where the way to the server is safe, such as a cable of your own: pop3+insecure://%s.", server.Host, server.Host)
	case errors.Is(err, pop3client.ErrTLS) && server.Security == pop3client.TLS:
		f.advise("No encrypted connection came about. Perhaps this port wants to be asked for encryption first: try pop3://%s. Restante needs TLS 1.2 or newer.", server.Host)
	case errors.Is(err, pop3client.ErrTLS):
		f.advise("No encrypted connection came about. Perhaps this port is encrypted from the first byte: try pop3s://%s. Restante needs TLS 1.2 or newer.", server.Host)
	case errors.As(err, &refusal):
		f.advise("The server turns everybody away just now, in the words above. Try again later.")
	case errors.Is(err, pop3client.ErrProtocol):
		f.advise("Something answers there that is not a POP3 server. Is the port right?")
	default:
		f.advise("Nothing answers there. Are the name and the port right, and does this machine reach the server?")
	}
}

// adviseSigningIn says what to do where the server was reached and does not let
// the user in.
func (f *Findings) adviseSigningIn(server pop3client.Address, err error) {
	switch fetch.Classify(err) {
	case fetch.Refused:
		f.advise("The server does not accept this user name and password. Look for typing errors, and whether the user name is the whole address.")
		f.advise("With many providers POP3 is switched off until one switches it on in the settings of the mailbox, and then this is the answer, too.") // pop3.md C4
	case fetch.InUse:
		f.advise("Another program has this mailbox open. Try again when it is done; after a broken connection that can take ten minutes.") // pop3.md C1, G7
	case fetch.LoginDelay:
		f.advise("The server wants some time between two visits. Try again later; Restante keeps to that by itself.")
	case fetch.Temporary:
		f.advise("The server has a fault that it calls temporary. Try again later.")
	case fetch.Unreachable:
		f.advise("The server hung up or fell silent when asked to sign in. Some do that instead of refusing a password.") // pop3.md C5
	default:
		f.advise("The server offers no way to sign in that Restante knows: %s.", list(f.Mechanisms))
	}
	f.adviseProvider(server)
}

// adviseMailbox says what it means that the messages could not be listed.
func (f *Findings) adviseMailbox(err error) {
	switch {
	case errors.Is(err, pop3client.ErrPermanent):
		f.advise("The server gives messages no unique ids (UIDL). Restante needs them to know what it has already, and cannot use this server.")
	case errors.Is(err, pop3client.ErrTemporary):
		f.advise("The server cannot list the mailbox just now. Try again later.")
	default:
		f.advise("The server does not list the mailbox in a way that can be understood, so that Restante cannot collect from it.")
	}
}

// adviseUse says what follows from what was found, for a server that works.
func (f *Findings) adviseUse(server pop3client.Address) {
	private := ""
	if f.private {
		private = " --tls-ca FILE"
	}
	f.advise("Restante can use this server: restante serve --data DIR --server %s%s", server, private)
	if !f.secure {
		f.advise("Nothing is encrypted: whoever is on the way reads the password and all mail. Try pop3s://%s or pop3://%s.", server.Host, server.Host)
	}
	f.adviseRenewal()
	if f.ExpireDays != nil {
		f.adviseExpiry(*f.ExpireDays)
	}
	if f.LoginDelay != nil && *f.LoginDelay > usualInterval {
		f.advise("The server wants %s between two visits. Restante keeps to that, so new mail can come that late.", seconds(*f.LoginDelay))
	}
	if f.top == "no" {
		f.advise("The server cannot show the beginning of a message (TOP): subjects appear when messages are there as a whole.")
	}
	f.advisePace()
	f.adviseProvider(server)
}

func (f *Findings) adviseExpiry(days int) {
	if days == 0 { // pop3.md B8
		f.advise("The server reserves the right to delete a message once it was retrieved. Restante keeps its own copy of everything that it collects; another mail program may miss what Restante has fetched.")
		return
	}
	f.advise("This server deletes mail after %s. Restante keeps what it has collected for ever; see that it collects more often than that.", plural(days, "day"))
}

// advisePace says how long the first collection takes at least, where each
// message costs a round trip.
func (f *Findings) advisePace() {
	if f.Pipelining == nil || *f.Pipelining || f.RoundTripMs == nil || f.Messages == nil {
		return
	}
	least := time.Duration(float64(*f.Messages) * *f.RoundTripMs * float64(time.Millisecond))
	if least >= longWait {
		f.advise("The server answers one question at a time, each after %.0f ms: collecting all %s takes at least %s. Nothing can be done about that here; Restante begins with the newest.",
			*f.RoundTripMs, plural(*f.Messages, "message"), seconds(int(least.Seconds())))
	}
}
