package pop3test

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// transact answers the commands of the TRANSACTION state (RFC 1939, sections 5 and 7).
func (c *session) transact(verb, arg string) []byte {
	s, d := c.server, c.drop
	switch {
	case verb == "NOOP":
		return accept("nothing done")
	case verb == "STAT":
		return d.stat()
	case verb == "RSET":
		clear(d.deleted)
		return accept("nothing is marked any more")
	case verb == "LIST":
		return d.scan(arg, func(m *Message) string { return strconv.FormatInt(m.size(), 10) })
	case verb == "UIDL" && !s.NoUIDL:
		return d.scan(arg, func(m *Message) string { return m.UIDL })
	case verb == "RETR":
		return c.retr(arg)
	case verb == "TOP" && !s.NoTOP:
		return c.top(arg)
	case verb == "DELE":
		return d.dele(arg)
	case verb == "UTF8" && s.UTF8:
		return refuse("UTF8 comes before login")
	}
	return refuse("unknown command")
}

// find gives the message with a number, or the reply that says why there is none.
func (d *maildrop) find(number string) (i int, refusal []byte) {
	n, err := strconv.ParseUint(number, 10, 31)
	switch {
	case err != nil:
		return 0, refuse("a message number is needed")
	case n == 0 || n > uint64(len(d.messages)):
		return 0, refuse("there are %d messages", len(d.messages))
	case d.deleted[n-1]:
		return 0, refuse("message %d is deleted", n)
	}
	return int(n) - 1, nil
}

func (d *maildrop) stat() []byte {
	count, octets := 0, int64(0)
	for i, m := range d.messages {
		if !d.deleted[i] {
			count++
			octets += m.size()
		}
	}
	return accept("%d %d", count, octets)
}

// scan answers LIST and UIDL: one message with a number, all without.
func (d *maildrop) scan(arg string, column func(*Message) string) []byte {
	if arg != "" {
		i, refusal := d.find(arg)
		if refusal != nil {
			return refusal
		}
		return accept("%d %s", i+1, column(&d.messages[i]))
	}
	var reply bytes.Buffer
	reply.WriteString("+OK the list follows\r\n")
	for i, m := range d.messages {
		if !d.deleted[i] {
			fmt.Fprintf(&reply, "%d %s\r\n", i+1, column(&m))
		}
	}
	reply.WriteString(".\r\n")
	return reply.Bytes()
}

func (c *session) retr(arg string) []byte {
	i, refusal := c.drop.find(arg)
	if refusal != nil {
		return refusal
	}
	m := &c.drop.messages[i]
	if refusal := c.needsUTF8(m.Raw); refusal != nil {
		return refusal
	}
	c.drop.retrieved[i] = true
	var reply bytes.Buffer
	reply.Grow(len(m.Raw) + 64)
	fmt.Fprintf(&reply, "+OK %d octets\r\n", m.size())
	multiline(&reply, m.Raw)
	return reply.Bytes()
}

func (c *session) top(arg string) []byte {
	number, count, _ := strings.Cut(arg, " ")
	i, refusal := c.drop.find(number)
	if refusal != nil {
		return refusal
	}
	lines, err := strconv.ParseUint(count, 10, 31)
	if err != nil {
		return refuse("a number of lines is needed")
	}
	raw := c.drop.messages[i].Raw
	if refusal := c.needsUTF8(raw); refusal != nil {
		return refusal
	}
	reply := bytes.NewBufferString("+OK the top follows\r\n")
	multiline(reply, top(raw, int(lines)))
	return reply.Bytes()
}

func (d *maildrop) dele(arg string) []byte {
	i, refusal := d.find(arg)
	if refusal != nil {
		return refusal
	}
	d.deleted[i] = true
	return accept("message %d will be deleted by QUIT", i+1)
}
