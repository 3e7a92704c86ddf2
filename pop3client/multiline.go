package pop3client

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// body describes the part of a reply that follows the status line.
type body struct {
	status status
	max    int64     // octets of data
	size   int64     // what the server says it has; below 1 when it did not say
	until  time.Time // for the whole of it; zero: Options.IdleTimeout and MinRate apply
	flight *flight   // that it is part of; nil: nothing else is under way
	wary   bool      // an end that was missed must show: of a message that is kept
}

// multiline copies the data of a reply to w, whatever its size in the memory of
// one buffer. It returns how many octets w has taken, also with an error.
func (c *Client) multiline(b body, w io.Writer) (int64, error) {
	n, err := c.copyBody(b, w)
	c.traceData(n)
	return n, err
}

func (c *Client) copyBody(b body, w io.Writer) (int64, error) {
	f := framer{lf: b.status.lf, wary: b.wary}
	p := pace{opts: &c.opts, until: b.until}
	var n int64
	for {
		data, used, end := f.next(c.wire.unread())
		c.traits.NoStuffing = c.traits.NoStuffing || f.unstuffed
		if n+int64(len(data)) > b.max {
			return n, fmt.Errorf("%w of %d octets", ErrTooLarge, b.max)
		}
		if len(data) > 0 {
			wrote, err := w.Write(data)
			n += int64(wrote)
			if err == nil && wrote < len(data) {
				err = io.ErrShortWrite
			}
			if err != nil {
				return n, err
			}
		}
		c.wire.use(used)
		if end && f.statusLike && b.flight.crowded() && !f.complete(n, b.size) {
			// Either a line only looks like a status and the size is wrong, or
			// this is two messages and every later one would be taken for
			// another (pop3.md D1, D4, H2).
			return n, errDesync
		}
		if end {
			return n, nil
		}
		doubt := f.doubt(c.wire.unread())
		if b.flight.crowded() || !f.complete(n, b.size) {
			doubt = sure
		}
		if err := p.more(c.wire, doubt); err != nil {
			return n, err
		}
	}
}

// sizeTolerance is by how much a size may be off when it must stand in for a
// terminator: the line end that may or may not count.
const sizeTolerance = 2

// complete reports whether n octets are what a server means by size: as they
// are, with every line end counted as LF, or with every one as CRLF
// (pop3.md E11).
func (f *framer) complete(n, size int64) bool {
	if size < 1 {
		return false
	}
	for _, counted := range []int64{n, n - (f.lines - f.bareLF), n + f.bareLF} {
		if d := counted - size; -sizeTolerance <= d && d <= sizeTolerance {
			return true
		}
	}
	return false
}

// pace is the patience for one body: with silence, and with a trickle. Only
// time spent waiting for the server counts, not that of the writer.
type pace struct {
	opts  *Options
	until time.Time

	quiet  time.Duration // since the last octet
	waited time.Duration // in the present window
	got    int64         // octets in the present window
}

// more waits until more has arrived. When patience ends in a doubtful place the
// error is ErrSalvaged.
func (p *pace) more(w *wire, d doubt) error {
	for {
		quiet := p.opts.IdleTimeout
		if d == suspect {
			quiet = min(quiet, p.opts.SuspectTimeout)
		}
		start := time.Now()
		until := p.until
		if until.IsZero() {
			until = start.Add(min(quiet-p.quiet, p.opts.RateWindow-p.waited))
		}
		n, err := w.fill(until)
		waited := time.Since(start)
		p.quiet += waited
		switch slow := p.tooSlow(waited, n); {
		case err == nil && !slow:
			p.quiet = 0
			return nil
		case err == errExpired && p.quiet >= quiet && d != sure:
			return ErrSalvaged
		case err == errExpired && p.until.IsZero() && p.quiet < quiet && !slow:
			continue
		case err == nil:
			return fmt.Errorf("%w: %w: less than %d octets a second", ErrTruncated, ErrTimeout, p.opts.MinRate)
		default:
			return fmt.Errorf("%w: %w", ErrTruncated, err)
		}
	}
}

// tooSlow counts, and judges at the end of each window.
func (p *pace) tooSlow(waited time.Duration, n int) bool {
	p.waited += waited
	p.got += int64(n)
	if !p.until.IsZero() || p.waited < p.opts.RateWindow {
		return false
	}
	slow := float64(p.got) < float64(p.opts.MinRate)*p.waited.Seconds()
	p.waited, p.got = 0, 0
	return slow
}

// lineWriter hands the lines that are written to it to each, without their ends.
// Of a line longer than max only the first max octets are handed on, as cut.
type lineWriter struct {
	max     int
	each    func(line []byte, cut bool) error
	partial []byte
	cut     bool
}

func (l *lineWriter) Write(p []byte) (int, error) {
	for rest := p; ; {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		room := min(l.max-len(l.partial), len(line))
		l.cut = l.cut || room < len(line)
		l.partial = append(l.partial, line[:room]...)
		if !found {
			return len(p), nil
		}
		if err := l.each(bytes.TrimRight(l.partial, "\r"), l.cut); err != nil {
			return 0, err
		}
		l.partial, l.cut = l.partial[:0], false
		rest = after
	}
}
