package pop3client

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// errDesync says that replies and commands in flight no longer match.
var errDesync = fmt.Errorf("%w: its replies do not match the commands in flight", ErrProtocol)

// maxLine is the longest command of a flight, in octets.
const maxLine = len("RETR 2147483647 2147483647\r\n")

// command is one that can be in flight.
type command struct {
	verb    string
	listing Listing // the message that it is about; its number is the argument unless it is 0
	lines   int     // second argument of TOP
	expect  int64   // octets of its reply, estimated
	octets  int     // of the command itself
	invalid error   // why it was not sent: its turn comes, and it has no reply
}

// append adds the line of the command to p.
func (m *command) append(p []byte) []byte {
	p = append(p, m.verb...)
	if m.listing.Number > 0 {
		p = strconv.AppendInt(append(p, ' '), int64(m.listing.Number), 10)
	}
	if m.verb == "TOP" {
		p = strconv.AppendInt(append(p, ' '), int64(m.lines), 10)
	}
	return append(p, '\r', '\n')
}

// answer is the status line of a reply in flight.
type answer struct {
	lf   bool   // it ended in a bare LF
	rest []byte // what follows +OK; valid until the next read
}

// flight is a series of commands, several of them under way at once if the
// server allows it, and one at a time otherwise. All but writing happens in the
// goroutine of the caller.
type flight struct {
	c *Client
	// next names the next command, as late as possible: when there is room for
	// it. After it has had none it is asked again until nothing is under way.
	next func() (command, bool)
	// land takes the reply to a command; refused is a *ServerError, or why the
	// command was never sent. It reads what follows the status line.
	// An error ends the flight and the session.
	land func(m command, a answer, refused error) error

	windows   windows
	pipelined bool
	out       *sender // nil unless pipelined
	lines     []byte  // for the next write

	waiting queue
	load    load
	turn    int64 // octets taken when the present reply began
}

// newFlight begins a flight. Whether it is pipelined is settled here.
func (c *Client) newFlight(next func() (command, bool), land func(command, answer, error) error) *flight {
	f := &flight{c: c, next: next, land: land, pipelined: c.mayPipeline()}
	first, most := firstInFlight, c.opts.MaxInFlight
	if c.opts.PipeliningProven {
		first = most // it has been earned in an earlier session
	}
	f.windows = newWindows(first, most, inTransit(c.rate.perSecond, time.Duration(c.roundTrip)))
	if !f.pipelined {
		f.alone()
	}
	return f
}

// alone makes the flight one of a single command at a time.
func (f *flight) alone() {
	f.pipelined = false
	f.windows = newWindows(1, 1, minReplyOctets)
}

// mayPipeline reports whether commands may be sent before the replies to those
// before them. Only the server's word, given in the present state, allows it
// (pop3.md H1), and nothing that showed since may speak against it.
func (c *Client) mayPipeline() bool {
	return c.caps.Has("PIPELINING") && c.opts.MaxInFlight > 1 && !c.traits.PipeliningBroken && !c.traits.NoStuffing
}

// fly runs the flight. After an error the session has ended, and what is left
// in waiting was not answered whole.
func (f *flight) fly() error {
	c := f.c
	if err := c.unasked("a flight"); err != nil {
		return err
	}
	if f.pipelined {
		f.out = startSender(c.wire)
	}
	c.rate.start(c.wire.arrived())
	c.wire.before = f.refill
	err := f.run()
	c.wire.before = nil
	if err != nil {
		f.fall(err)
	}
	if f.out == nil {
		return err
	}
	if failed := f.out.stop(time.Now().Add(c.opts.ReplyTimeout)); err == nil {
		err = failed
	}
	return err
}

// fall notes what an error says of the server and ends the session.
func (f *flight) fall(err error) {
	c := f.c
	switch {
	case errors.Is(err, errDesync):
		c.traits.PipeliningBroken = true
	case f.crowded() && errors.Is(err, ErrClosed) && !c.wire.isCut():
		c.traits.HungUpInFlight = f.waiting.len()
	}
	c.ended = err
	c.wire.close() // a write that waits ends with it
}

func (f *flight) run() error {
	for {
		if err := f.refillNow(); err != nil {
			return err
		}
		if f.waiting.len() == 0 {
			return nil
		}
		m := *f.waiting.front()
		f.turn = f.c.wire.taken
		a, refused, err := f.status(m)
		if err != nil {
			return err
		}
		if err := f.land(m, a, refused); err != nil {
			return err
		}
		f.windows.answer(refused != nil)
		f.load.commands--
		f.load.requests -= m.octets
		f.load.replies -= m.expect
		f.waiting.pop()
	}
}

// crowded reports whether commands are under way behind the present one.
func (f *flight) crowded() bool { return f != nil && f.waiting.len() > 1 }

// under is the load with what has arrived of the present reply taken off.
func (f *flight) under() load {
	l := f.load
	if m := f.waiting.front(); m != nil {
		l.replies -= min(f.c.wire.taken-f.turn, m.expect)
	}
	return l
}

// refill is called before each wait for the server.
func (f *flight) refill() {
	if !f.pipelined {
		return
	}
	now := time.Now()
	f.c.rate.note(now, f.c.wire.arrived())
	f.windows.fit(now, f.c.rate.perSecond, time.Duration(f.c.roundTrip))
	f.refillNow()
}

// refillNow sends commands as far as there is room and something to send.
func (f *flight) refillNow() error {
	if f.c.traits.NoStuffing { // a message may end too early (pop3.md D3)
		f.windows.most, f.windows.commands = 1, 1
	}
	l := f.under()
	if !f.windows.worthwhile(l) {
		return nil
	}
	f.lines = f.lines[:0]
	for f.windows.admits(l) {
		m, ok := f.next()
		if !ok {
			break
		}
		if m.invalid == nil {
			before := len(f.lines)
			f.lines = m.append(f.lines)
			m.octets = len(f.lines) - before
			f.trace(f.lines[before:])
		}
		f.waiting.push(m)
		f.windows.sent++
		f.load.commands++
		f.load.requests += m.octets
		f.load.replies += m.expect
		l.commands++
		l.requests += m.octets
		l.replies += m.expect
	}
	switch {
	case len(f.lines) == 0:
	case f.pipelined:
		f.out.push(f.lines)
	default:
		return f.sendAlone()
	}
	return nil
}

// sendAlone sends a command behind which nothing follows.
func (f *flight) sendAlone() error {
	if err := f.c.unasked("a command"); err != nil {
		return err
	}
	return f.c.wire.send(f.lines, time.Now().Add(f.c.opts.ReplyTimeout))
}

// status reads the status line that answers m. Where several commands are
// under way nothing but a status may stand there, not even a blank line
// (pop3.md D12).
func (f *flight) status(m command) (a answer, refused, err error) {
	if m.invalid != nil {
		return answer{}, m.invalid, nil
	}
	c := f.c
	until := time.Now().Add(c.opts.ReplyTimeout)
	for blank := 0; ; blank++ {
		line, lf, err := c.wire.line(c.opts.MaxStatusLine, until)
		if err != nil {
			return answer{}, nil, fmt.Errorf("reply to %s: %w", m.verb, err)
		}
		c.traceReceived(line)
		if len(line) == 0 && !f.pipelined && blank < maxBlankLines {
			continue
		}
		if rest, found := cutIndicator(line, "+OK"); found {
			return answer{lf: lf, rest: rest}, nil, nil
		}
		if rest, found := cutIndicator(line, "-ERR"); found {
			return answer{}, c.refusal(request{verb: m.verb}, string(rest)), nil
		}
		if f.pipelined {
			return answer{}, nil, fmt.Errorf("reply to %s: %w", m.verb, errDesync)
		}
		return answer{}, nil, fmt.Errorf("%w: reply to %s has no status", ErrProtocol, m.verb)
	}
}

func (f *flight) trace(line []byte) {
	if f.c.opts.Trace != nil {
		f.c.traceSent(string(bytes.TrimRight(line, "\r\n")))
	}
}

// queue holds the commands that are under way, in order. It is as long as a
// window at most.
type queue struct {
	all  []command
	head int
}

func (q *queue) len() int { return len(q.all) - q.head }

func (q *queue) front() *command {
	if q.len() == 0 {
		return nil
	}
	return &q.all[q.head]
}

func (q *queue) rest() []command { return q.all[q.head:] }

func (q *queue) push(m command) {
	if q.head > len(q.all)/2 {
		q.all = q.all[:copy(q.all, q.all[q.head:])]
		q.head = 0
	}
	q.all = append(q.all, m)
}

func (q *queue) pop() {
	q.all[q.head] = command{}
	q.head++
}
