package pop3test

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"time"
)

// authorize answers the commands of the AUTHORIZATION state (RFC 1939, section 4; RFC 2595 for STLS; RFC 5034 for AUTH).
func (c *session) authorize(verb, arg string) []byte {
	switch {
	case verb == "USER" && c.offers("USER"):
		return c.name(arg)
	case verb == "PASS" && c.offers("USER"):
		return c.pass(arg)
	case verb == "APOP" && c.offers("APOP"):
		return c.apop(arg)
	case verb == "AUTH" && len(c.mechanisms()) > 0:
		return c.auth(arg)
	case verb == "UTF8" && c.server.UTF8:
		return c.utf8Mode()
	case verb == "STLS":
		return c.stls()
	}
	switch verb {
	case "STAT", "LIST", "UIDL", "TOP", "RETR", "DELE", "RSET", "NOOP":
		return refuse("%s comes after login", verb)
	}
	return refuse("unknown command")
}

func (c *session) name(user string) []byte {
	if user == "" {
		return refuse("USER needs a name")
	}
	c.user = user
	return accept("now the password")
}

// pass takes the rest of the line, blanks included, as the password (RFC 1939, section 7). Whatever comes of it, the
// next attempt starts with USER.
func (c *session) pass(password string) []byte {
	user := c.user
	c.user = ""
	switch {
	case user == "":
		return refuse("USER comes first")
	case !c.check(user, password):
		return refuse(wrongCredentials)
	}
	return c.admit(granted(user, ""), "USER")
}

func (c *session) stls() []byte {
	switch {
	case c.server.TLS == nil:
		return refuse("there is no TLS here")
	case c.secure():
		return refuse("TLS is on already")
	case c.utf8: // RFC 6856, section 2.1
		return refuse("STLS comes before UTF8")
	}
	c.state = handshake
	return accept("begin TLS")
}

// capa answers CAPA in either state (RFC 2449, section 5).
func (c *session) capa() []byte {
	lines := c.server.CapabilitiesBeforeLogin
	if c.state == transaction {
		lines = c.server.Capabilities
	}
	if lines == nil {
		lines = c.abilities()
	}
	var reply bytes.Buffer
	reply.WriteString("+OK capabilities follow\r\n")
	for _, line := range lines {
		reply.WriteString(line + "\r\n")
	}
	reply.WriteString(".\r\n")
	return reply.Bytes()
}

func (c *session) abilities() []string {
	s := c.server
	lines := []string{"RESP-CODES", "AUTH-RESP-CODE", "EXPIRE " + cmp.Or(s.Expire, "NEVER")}
	add := func(when bool, line string) {
		if when {
			lines = append(lines, line)
		}
	}
	add(!s.NoTOP, "TOP")
	add(!s.NoUIDL, "UIDL")
	add(!s.NoPipelining, "PIPELINING")
	add(s.UTF8, "UTF8")
	add(len(s.Languages) > 0, "LANG")
	seconds := (s.LoginDelay + time.Second - 1) / time.Second // rounded up: a client that waits so long may log in
	add(s.LoginDelay > 0, fmt.Sprintf("LOGIN-DELAY %d", seconds))
	if c.state == transaction {
		return append(lines, "IMPLEMENTATION "+cmp.Or(s.Implementation, "pop3test"))
	}
	add(c.offers("USER"), "USER")
	mechanisms := c.mechanisms()
	add(len(mechanisms) > 0, "SASL "+strings.Join(mechanisms, " "))
	add(s.TLS != nil && !c.secure(), "STLS")
	return lines
}
