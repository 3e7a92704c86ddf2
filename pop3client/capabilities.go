package pop3client

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxLoginDelay is the longest LOGIN-DELAY that is believed.
const maxLoginDelay = 24 * time.Hour

// Capabilities is what a server announced in reply to CAPA (RFC 2449), in the
// order in which it did. The zero value is a server that did not answer.
type Capabilities struct {
	list []capability
}

type capability struct {
	name string // upper case
	args []string
}

// Capabilities returns the last list that the server gave in the present
// state: another before STLS, after it, and after login (pop3.md B1, B3, B7).
// A refusal of CAPA leaves the state's earlier list in place.
func (c *Client) Capabilities() Capabilities { return c.caps }

// Has reports whether the server announced a capability in the present state.
// It is a shorthand for Capabilities().Has.
func (c *Client) Has(name string) bool { return c.caps.Has(name) }

// Known reports whether the server answered CAPA at all in this state.
func (c Capabilities) Known() bool { return len(c.list) > 0 }

// Has reports whether name was announced; its case does not matter.
// Some servers have capabilities that they do not announce (pop3.md B2).
func (c Capabilities) Has(name string) bool {
	return slices.ContainsFunc(c.list, func(each capability) bool { return strings.EqualFold(each.name, name) })
}

// Args returns the words after name, of all its lines together: for SASL the
// mechanisms, for IMPLEMENTATION the words of the server's name. They are
// free of control characters, and otherwise the server's.
func (c Capabilities) Args(name string) []string {
	var args []string
	for _, each := range c.list {
		if strings.EqualFold(each.name, name) {
			args = append(args, each.args...)
		}
	}
	return args
}

// Lines are the capabilities as they were announced, with the names in upper
// case and one blank between the words. They are free of control characters,
// and otherwise the server's.
func (c Capabilities) Lines() []string {
	lines := make([]string, len(c.list))
	for i, each := range c.list {
		lines[i] = strings.Join(append([]string{each.name}, each.args...), " ")
	}
	return lines
}

// LoginDelay is the least time between two logins (RFC 2449, section 6.5), 0
// without one. Values that are no number of seconds up to a day are ignored.
func (c Capabilities) LoginDelay() time.Duration {
	args := c.Args("LOGIN-DELAY")
	if len(args) == 0 {
		return 0
	}
	seconds, err := strconv.ParseUint(args[0], 10, 32)
	delay := time.Duration(seconds) * time.Second
	if err != nil || delay > maxLoginDelay {
		return 0
	}
	return delay
}

// SASL is the mechanisms that the server announces, in upper case and in its
// order (RFC 5034, section 3).
func (c Capabilities) SASL() []string {
	names := c.Args("SASL")
	for i, name := range names {
		names[i] = strings.ToUpper(name)
	}
	return names
}

// Implementation is what the server calls itself (RFC 2449, section 6.9), ""
// without it. Some tell only after login.
func (c Capabilities) Implementation() string {
	return clip(strings.Join(c.Args("IMPLEMENTATION"), " "), maxText)
}

// Expire is after how many days the server may delete messages (RFC 2449,
// section 6.7), or never; perUser means that it may be otherwise for this
// user, as long as he has not signed in. It is not ok when the server does not
// say or says what cannot be read. With 0 days, messages may be gone once they
// were retrieved; Gmail says so and keeps them (pop3.md B8): tell nobody that
// his mail is deleted, and do not rely on its being there.
func (c Capabilities) Expire() (days int, never, perUser, ok bool) {
	args := c.Args("EXPIRE")
	if len(args) == 0 {
		return 0, false, false, false
	}
	perUser = len(args) > 1 && strings.EqualFold(args[1], "USER")
	if strings.EqualFold(args[0], "NEVER") {
		return 0, true, perUser, true
	}
	n, err := strconv.ParseUint(args[0], 10, 31)
	if err != nil {
		return 0, false, false, false
	}
	return int(n), false, perUser, true
}

// leavesCAPA reports whether the capabilities after login are left to Listings,
// and remembers it.
func (c *Client) leavesCAPA() bool {
	c.owesCAPA = c.opts.LateCAPA && c.opts.PipeliningProven && !c.opts.SkipCAPA && c.mayPipeline()
	return c.owesCAPA
}

// askCapabilities sends CAPA. A refusal is not an error: CAPA is an extension.
// Silence and hanging up are errDeaf.
func (c *Client) askCapabilities() error {
	if c.opts.SkipCAPA {
		return nil
	}
	until := time.Now().Add(c.opts.CAPATimeout)
	s, err := c.ask(request{verb: "CAPA", until: until})
	var refusal *ServerError
	if errors.As(err, &refusal) {
		return nil
	}
	var found Capabilities
	if err == nil {
		found, err = c.readCapabilities(s, until)
	}
	if errors.Is(err, ErrTimeout) || errors.Is(err, ErrClosed) {
		return fmt.Errorf("%w: %w", errDeaf, err)
	}
	if err != nil {
		return err
	}
	c.caps = found
	return nil
}

// readCapabilities reads the lines of a reply to CAPA, all within one deadline
// (pop3.md A7) and bounded (pop3.md B6).
func (c *Client) readCapabilities(s status, until time.Time) (Capabilities, error) {
	var found Capabilities
	lines := lineWriter{max: int(c.opts.MaxCAPAOctets), each: func(line []byte, _ bool) error {
		if len(found.list) >= c.opts.MaxCAPALines {
			return fmt.Errorf("%w: more than %d capabilities", ErrProtocol, c.opts.MaxCAPALines)
		}
		if each, ok := parseCapability(string(line)); ok {
			found.list = append(found.list, each)
		}
		return nil
	}}
	_, err := c.multiline(body{status: s, max: c.opts.MaxCAPAOctets, until: until}, &lines)
	if errors.Is(err, ErrTooLarge) {
		err = fmt.Errorf("%w: CAPA: %v", ErrProtocol, err)
	}
	return found, err
}

// parseCapability splits a line at blanks. The name ends at "=" as well
// (pop3.md B4): some servers write SASL=PLAIN. A line without a name is none,
// and anything may follow one (pop3.md B5).
func parseCapability(line string) (capability, bool) {
	line = cleaned(line)
	end := strings.IndexAny(line+" ", " =")
	if end == 0 {
		return capability{}, false
	}
	args := strings.Fields(strings.TrimPrefix(line[end:], "="))
	return capability{name: strings.ToUpper(line[:end]), args: args}, true
}
