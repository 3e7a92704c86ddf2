package pop3test

import (
	"bytes"
	"fmt"
	"time"
)

// authorize answers the commands of the AUTHORIZATION state (RFC 1939, section 4; RFC 2595 for STLS).
func (c *session) authorize(verb, arg string) []byte {
	switch verb {
	case "USER":
		if arg == "" {
			return refuse("USER needs a name")
		}
		c.user = arg
		return accept("now the password")
	case "PASS":
		return c.pass(arg)
	case "STLS":
		return c.stls()
	case "STAT", "LIST", "UIDL", "TOP", "RETR", "DELE", "RSET", "NOOP":
		return refuse("%s comes after login", verb)
	}
	return refuse("unknown command")
}

// pass takes the rest of the line, blanks included, as the password (RFC 1939, section 7). Whatever comes of it, the
// next attempt starts with USER.
func (c *session) pass(password string) []byte {
	name := c.user
	c.user = ""
	if name == "" {
		return refuse("USER comes first")
	}
	box := c.server.mailbox(name)
	if box == nil {
		return refuse(wrongCredentials)
	}
	drop, refusal := box.login(c.server, password)
	if drop == nil {
		return refuse("%s", refusal)
	}
	c.drop, c.state = drop, transaction
	return accept("%d messages", len(drop.messages))
}

func (c *session) stls() []byte {
	switch {
	case c.server.TLS == nil:
		return refuse("there is no TLS here")
	case c.secure():
		return refuse("TLS is on already")
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
	lines := []string{"RESP-CODES", "AUTH-RESP-CODE", "EXPIRE NEVER"}
	if !s.NoTOP {
		lines = append(lines, "TOP")
	}
	if !s.NoUIDL {
		lines = append(lines, "UIDL")
	}
	if !s.NoPipelining {
		lines = append(lines, "PIPELINING")
	}
	if s.LoginDelay > 0 {
		seconds := (s.LoginDelay + time.Second - 1) / time.Second // rounded up: a client that waits so long may log in
		lines = append(lines, fmt.Sprintf("LOGIN-DELAY %d", seconds))
	}
	if c.state == transaction {
		return append(lines, "IMPLEMENTATION pop3test")
	}
	lines = append(lines, "USER")
	if s.TLS != nil && !c.secure() {
		lines = append(lines, "STLS")
	}
	return lines
}
