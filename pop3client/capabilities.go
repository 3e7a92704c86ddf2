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
// (pop3.md B4): some servers write SASL=PLAIN. A line without a name is none.
func parseCapability(line string) (capability, bool) {
	line = cleaned(line)
	end := strings.IndexAny(line+" ", " =")
	if end == 0 {
		return capability{}, false
	}
	args := strings.Fields(strings.TrimPrefix(line[end:], "="))
	return capability{name: strings.ToUpper(line[:end]), args: args}, true
}
