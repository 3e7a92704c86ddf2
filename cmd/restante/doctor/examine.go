package doctor

import (
	"context"
	"fmt"
	"slices"
	"time"

	"restante/pop3client"
)

// Examine signs in, asks what can be asked without touching a message, and
// signs out. It sends neither RETR nor TOP nor DELE, so that QUIT neither marks
// nor deletes. What goes wrong is among the findings.
func Examine(ctx context.Context, server pop3client.Address, cred pop3client.Credentials, o pop3client.Options) Findings {
	f := Findings{Server: server.String(), secure: server.Security != pop3client.Insecure, private: o.TLS != nil && o.TLS.RootCAs != nil,
		Mechanisms: []string{}, Capabilities: []string{}, Quirks: []string{}, Advice: []string{}}
	c, err := pop3client.Connect(ctx, server, &o)
	if err != nil {
		f.fail(err)
		f.adviseConnecting(server, err)
		return f
	}
	defer c.Close()
	f.encryption(c)
	before := c.Capabilities()
	f.Capabilities, f.Mechanisms = before.Lines(), mechanisms(before)
	if err := c.Authenticate(ctx, cred); err != nil {
		f.fail(err)
		f.adviseSigningIn(server, err)
		return f
	}
	f.used = c.Mechanism()
	f.capabilities(before, c)
	if err := f.mailbox(ctx, c); err != nil {
		f.fail(err)
		f.adviseMailbox(err)
		return f
	}
	alive, err := f.measure(ctx, c)
	if err != nil {
		f.fail(err)
		return f
	}
	if alive {
		if err := c.Quit(ctx); err != nil {
			f.quirk("it does not say goodbye as it should (%v)", err)
		}
	}
	f.Usable = true
	f.adviseUse(server)
	return f
}

// mechanisms are the ways to sign in that a server announces. USER stands for
// user name and password by the commands of RFC 1939; a server without CAPA has
// nothing else.
func mechanisms(caps pop3client.Capabilities) []string {
	names := caps.SASL()
	if caps.Has("USER") || !caps.Known() {
		names = append(names, "USER")
	}
	if names == nil {
		names = []string{}
	}
	return names
}

// capabilities looks at what the server announced before and after signing in.
func (f *Findings) capabilities(before pop3client.Capabilities, c *pop3client.Client) {
	after := c.Capabilities()
	f.software = after.Implementation()
	if after.Known() {
		f.Capabilities = after.Lines()
	}
	switch days, never, _, ok := after.Expire(); {
	case !ok:
		f.keeps = "it does not say for how long"
	case never:
		f.keeps = "for ever"
	default:
		f.ExpireDays, f.keeps = &days, plural(days, "day")
	}
	if delay := after.LoginDelay(); delay > 0 {
		seconds := int(delay / time.Second)
		f.LoginDelay = &seconds
	}
	f.top = yesNo(after.Has("TOP"))
	if !after.Known() {
		f.top = "not known: the server does not say what it can"
	}
	f.capabilityQuirks(before, after, c.Traits())
}

// mailbox asks what there is. UIDL is what Restante cannot do without.
func (f *Findings) mailbox(ctx context.Context, c *pop3client.Client) error {
	announced := c.Has("UIDL")
	ids, err := c.UIDL(ctx)
	if err != nil {
		f.uidl = "no"
		return err
	}
	f.uidl = "yes"
	if !announced && c.Capabilities().Known() {
		f.quirk("it has unique ids (UIDL) and does not announce them")
	}
	messages := len(ids)
	f.Messages = &messages
	count, octets, err := c.Stat(ctx)
	switch {
	case err == nil:
		f.Bytes = &octets
	case !goesOn(err):
		return err
	default:
		count = messages
		f.quirk("its count of the mailbox (STAT) cannot be read")
	}
	if count != messages {
		f.quirk("it counts %s (STAT) and lists %d (UIDL)", plural(count, "message"), messages)
	}
	f.idQuirks(ids)
	sizes, err := c.List(ctx)
	if err != nil && !goesOn(err) {
		return err
	}
	if err != nil || len(sizes) != messages {
		f.quirk("it lists %s with ids and %d with sizes (LIST)", plural(messages, "message"), len(sizes))
	}
	f.sizeQuirks(sizes)
	return nil
}

const (
	probes = 5  // commands that the round-trip time is measured with
	atOnce = 20 // commands in the flight that PIPELINING is measured with
)

// measure finds the round-trip time, the median of several, and what the server
// makes of many commands at once. The session does not survive a server that
// says it can do that and cannot.
func (f *Findings) measure(ctx context.Context, c *pop3client.Client) (alive bool, err error) {
	var took []time.Duration
	for range probes {
		each, err := c.Ping(ctx, 1)
		if err != nil && goesOn(err) {
			f.quirk("it refuses to do nothing (NOOP)")
			return true, nil
		}
		if err != nil {
			return false, err
		}
		took = append(took, each)
	}
	slices.Sort(took)
	trip := took[probes/2]
	f.RoundTripMs = milliseconds(trip)
	able := c.Has("PIPELINING")
	f.Pipelining = &able
	if !able {
		return true, nil
	}
	flight, err := c.Ping(ctx, atOnce)
	if err != nil && ctx.Err() != nil {
		return false, err
	}
	if err != nil {
		able = false
		f.quirk("it announces PIPELINING, and %d commands at once are too much for it", atOnce)
		f.advise("The server says that it takes many questions at once, and does not; Restante asks one at a time then.")
		return false, nil
	}
	f.flight = fmt.Sprintf("%d questions at once took %.1f ms, one after the other they would take %.1f ms", atOnce, *milliseconds(flight), *milliseconds(atOnce * trip))
	return true, nil
}
