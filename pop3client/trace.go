package pop3client

import "fmt"

// TraceKind says what a [TraceEvent] is about.
type TraceKind int

const (
	TraceSent     TraceKind = iota // a line from the client
	TraceReceived                  // a line from the server
	TraceData                      // the lines of a list or a message, of which only the octets are told
)

// TraceEvent is one event for [Options.Trace].
type TraceEvent struct {
	Kind TraceKind
	// Line is the line without its end and without control characters, at most
	// 512 characters. Passwords, tokens, digests and everything else of a SASL
	// exchange are "***", on both sides.
	Line   string
	Octets int64 // of TraceData: how many have been handed on
}

// String is the event on one line.
func (e TraceEvent) String() string {
	switch e.Kind {
	case TraceSent:
		return "C: " + e.Line
	case TraceReceived:
		return "S: " + e.Line
	}
	return fmt.Sprintf("S: (%d octets)", e.Octets)
}

// traceSent takes a line without secrets.
func (c *Client) traceSent(line string) {
	if c.opts.Trace != nil {
		c.opts.Trace(TraceEvent{Kind: TraceSent, Line: clip(cleaned(line), maxText)})
	}
}

func (c *Client) traceReceived(line []byte) {
	if c.opts.Trace == nil {
		return
	}
	text := clip(c.concealing.conceal(cleaned(string(line))), maxText)
	c.opts.Trace(TraceEvent{Kind: TraceReceived, Line: text})
}

func (c *Client) traceData(octets int64) {
	if c.opts.Trace != nil {
		c.opts.Trace(TraceEvent{Kind: TraceData, Octets: octets})
	}
}
