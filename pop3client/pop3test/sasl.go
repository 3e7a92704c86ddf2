package pop3test

import (
	"encoding/base64"
	"slices"
	"strings"
)

// knownMechanisms are those of AUTH.
var knownMechanisms = []string{
	"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS",
	"OAUTHBEARER", "XOAUTH2", "EXTERNAL",
}

// dialogue is one SASL exchange from the server's side (RFC 5034).
type dialogue struct {
	mechanism string

	// step takes the client's response and gives the next challenge or the end. Where the server speaks first, it is
	// called with nil for the first challenge.
	step func(response []byte) (challenge []byte, end *verdict)
}

// verdict is how a dialogue ends.
type verdict struct {
	user    string // whose credentials were right
	as      string // the authorization identity, "" meaning user
	binding string // the channel binding's type, "" without
	refusal string // not empty: nobody gets in, and this is the text of -ERR
}

func denied() *verdict                 { return &verdict{refusal: wrongCredentials} }
func malformed(reason string) *verdict { return &verdict{refusal: reason} }
func granted(user, as string) *verdict { return &verdict{user: user, as: as} }

// offers reports whether a mechanism of Server.Mechanisms can be used on this connection as it is now.
func (c *session) offers(mechanism string) bool {
	if c.server.Mechanisms == nil {
		return mechanism == "USER"
	}
	if !slices.ContainsFunc(c.server.Mechanisms, func(m string) bool { return strings.EqualFold(m, mechanism) }) {
		return false
	}
	switch {
	case strings.HasSuffix(mechanism, "-PLUS"):
		return c.secure()
	case mechanism == "EXTERNAL":
		return c.certified() != ""
	}
	return true
}

// mechanisms lists what AUTH takes now, in the order of Server.Mechanisms.
func (c *session) mechanisms() []string {
	var list []string
	for _, m := range c.server.Mechanisms {
		m = strings.ToUpper(m)
		if slices.Contains(knownMechanisms, m) && c.offers(m) {
			list = append(list, m)
		}
	}
	return list
}

// auth answers AUTH: alone it lists, else it begins a dialogue, with or without an initial response.
func (c *session) auth(arg string) []byte {
	if arg == "" {
		return []byte("+OK\r\n" + strings.Join(append(c.mechanisms(), ".\r\n"), "\r\n"))
	}
	mechanism, initial, hasInitial := strings.Cut(arg, " ")
	mechanism = strings.ToUpper(mechanism)
	if !slices.Contains(c.mechanisms(), mechanism) {
		return refuse("there is no such mechanism")
	}
	d, serverFirst := c.begin(mechanism)
	switch {
	case hasInitial && c.server.NoInitialResponse:
		return refuse("no initial response is taken")
	case hasInitial && serverFirst && mechanism != "LOGIN":
		return refuse("the server speaks first")
	}
	c.sasl = d
	switch {
	case initial == "=":
		return c.proceed([]byte{})
	case hasInitial:
		return c.respond(initial)
	case serverFirst:
		return c.proceed(nil)
	}
	return challenge(nil)
}

// begin prepares the dialogue of a known mechanism.
func (c *session) begin(mechanism string) (d *dialogue, serverFirst bool) {
	d = &dialogue{mechanism: mechanism}
	switch mechanism {
	case "PLAIN":
		d.step = c.plain
	case "LOGIN":
		d.step, serverFirst = c.loginSteps(), true
	case "CRAM-MD5":
		d.step, serverFirst = c.cramSteps(newTimestamp()), true
	case "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS":
		d.step = c.newSCRAM(mechanism).step
	case "OAUTHBEARER":
		d.step = c.bearerSteps(parseOAuthBearer, "\x01")
	case "XOAUTH2":
		d.step = c.bearerSteps(parseXOAuth2, "")
	case "EXTERNAL":
		d.step = c.external
	}
	return d, serverFirst
}

// respond takes a line of the client within a dialogue.
func (c *session) respond(line string) []byte {
	if line == "*" {
		c.sasl = nil
		return refuse("cancelled")
	}
	response, err := base64.StdEncoding.DecodeString(line)
	if err != nil {
		c.sasl = nil
		return refuse("that is not base64")
	}
	return c.proceed(response)
}

func (c *session) proceed(response []byte) []byte {
	next, end := c.sasl.step(response)
	if end == nil {
		return challenge(next)
	}
	mechanism := c.sasl.mechanism
	c.sasl = nil
	if end.refusal != "" {
		return refuse("%s", end.refusal)
	}
	return c.admit(end, mechanism)
}

// follow keeps the dialogue in step with a reply that a fault gave in its place: a challenge asks for a response, which
// is then refused unless a fault replaces that step too; anything else ends the dialogue.
func (c *session) follow(reply []byte) {
	asks := len(reply) > 0 && reply[0] == '+' && !strings.HasPrefix(string(reply), "+OK")
	switch {
	case !asks:
		c.sasl = nil
	case c.sasl == nil:
		c.sasl = &dialogue{step: func([]byte) ([]byte, *verdict) { return nil, denied() }}
	}
}

// admit opens the maildrop for somebody whose credentials were right.
func (c *session) admit(v *verdict, mechanism string) []byte {
	as := v.as
	if as == "" {
		as = v.user
	}
	box := c.server.mailbox(as)
	if box == nil || as != v.user && !box.admits(v.user) {
		return refuse("[AUTH] this user may not open that maildrop")
	}
	drop, refusal := box.open(c.server, as)
	if drop == nil {
		return refuse("%s", refusal)
	}
	c.drop, c.state = drop, transaction
	c.server.loggedIn(Login{Conn: c.number, TLS: c.secure(), Mechanism: mechanism, Binding: v.binding, User: v.user, As: as})
	return accept("%d messages", len(drop.messages))
}

func challenge(data []byte) []byte {
	return []byte("+ " + base64.StdEncoding.EncodeToString(data) + "\r\n")
}
