package pop3client

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// stock is a mailbox for measurements: n times the same message.
type stock struct {
	n     int
	reply []byte // to each RETR
	size  int64
}

func newStock(n, size int) stock {
	line := strings.Repeat("x", 74) + "\r\n"
	body := strings.Repeat(line, size/len(line))
	return stock{n: n, reply: fmt.Appendf(nil, "+OK %d octets\r\n%s.\r\n", len(body), body), size: int64(len(body))}
}

func (s stock) listings() []Listing {
	list := make([]Listing, s.n)
	for i := range list {
		list[i] = Listing{Number: i + 1, Size: s.size}
	}
	return list
}

// serve answers every line with a message, and delays both directions. It
// returns a connection to a server that nothing was said to yet.
func (s stock) serve(b *testing.B, oneWay time.Duration) net.Conn {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, _ := listener.Accept()
		accepted <- conn
	}()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	server := <-accepted
	commands, replies := io.Reader(server), io.Writer(server)
	if oneWay > 0 {
		commands, replies = delayed(server, oneWay), delayedWriter(server, oneWay)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		lines := bufio.NewReader(commands)
		for {
			if _, err := lines.ReadSlice('\n'); err != nil {
				return
			}
			if _, err := replies.Write(s.reply); err != nil {
				return
			}
		}
	}()
	b.Cleanup(func() {
		client.Close()
		server.Close()
		<-done
	})
	return client
}

// parcel is what is on its way.
type parcel struct {
	due  time.Time
	data []byte
}

// inFlightParcels bounds what is on its way in one direction.
const inFlightParcels = 1 << 12

// linkRate is that of the delayed connection, in octets a second: a gigabit.
const linkRate = 125e6

// delayed reads from r what arrived there some time ago.
func delayed(r io.Reader, by time.Duration) io.Reader {
	out, in := io.Pipe()
	queue := make(chan parcel, inFlightParcels)
	go func() {
		defer close(queue)
		var free time.Time // when the link has sent everything so far
		for {
			data := make([]byte, 32<<10)
			n, err := r.Read(data)
			if err != nil {
				return
			}
			if now := time.Now(); free.Before(now) {
				free = now
			}
			free = free.Add(time.Duration(float64(n) / linkRate * float64(time.Second)))
			queue <- parcel{free.Add(by), data[:n]}
		}
	}()
	go func() {
		for p := range queue {
			time.Sleep(time.Until(p.due))
			in.Write(p.data)
		}
		in.Close()
	}()
	return out
}

// delayedWriter writes to w some time later.
func delayedWriter(w io.Writer, by time.Duration) io.Writer {
	out, in := io.Pipe()
	late := delayed(out, by)
	go io.CopyBuffer(struct{ io.Writer }{w}, late, make([]byte, 64<<10))
	return in
}

// limit is the fastest client that can be: window commands are under way, lines
// are looked for and nothing else.
func limit(conn net.Conn, n, window int) (int64, error) {
	free := make(chan struct{}, window)
	failed := make(chan error, 1)
	go func() {
		w := bufio.NewWriterSize(conn, 16<<10)
		for i := 1; i <= n; i++ {
			select {
			case free <- struct{}{}:
			default:
				w.Flush()
				free <- struct{}{}
			}
			fmt.Fprintf(w, "RETR %d\r\n", i)
		}
		failed <- w.Flush()
	}()
	r := bufio.NewReaderSize(conn, 256<<10)
	var octets int64
	for range n {
		line, err := r.ReadSlice('\n')
		if err != nil || !bytes.HasPrefix(line, []byte("+OK")) {
			return 0, fmt.Errorf("%q, %w", line, err)
		}
		for {
			if line, err = r.ReadSlice('\n'); err != nil {
				return 0, err
			}
			if len(line) == 3 && line[0] == '.' {
				break
			}
			octets += int64(len(line))
		}
		<-free
	}
	return octets, <-failed
}

// BenchmarkRetrieve compares RetrieveEach from a known server with the limit:
// all commands at once, and the thousand that RetrieveEach allows itself.
//
//	go test -run '^$' -bench Retrieve -benchtime 5x ./pop3client
func BenchmarkRetrieve(b *testing.B) {
	for _, mailbox := range []struct {
		name string
		stock
	}{{"10000small", newStock(10_000, 5<<10)}, {"200large", newStock(200, 1<<20)}} {
		for _, trip := range []time.Duration{0, 20 * time.Millisecond, 50 * time.Millisecond} {
			octets := int64(mailbox.n) * mailbox.size
			run := func(name string, retrieve func(net.Conn) (int64, error)) {
				b.Run(mailbox.name+"/"+trip.String()+"/"+name, func(b *testing.B) {
					b.SetBytes(octets)
					b.ReportAllocs()
					for b.Loop() {
						b.StopTimer()
						conn := mailbox.serve(b, trip/2)
						b.StartTimer()
						if n, err := retrieve(conn); err != nil || n != octets {
							b.Fatalf("%d octets of %d, %v", n, octets, err)
						}
						b.StopTimer()
						conn.Close()
						b.StartTimer()
					}
				})
			}
			run("limit", func(conn net.Conn) (int64, error) { return limit(conn, mailbox.n, mailbox.n) })
			run("limit1000", func(conn net.Conn) (int64, error) { return limit(conn, mailbox.n, 1000) })
			run("RetrieveEach", func(conn net.Conn) (int64, error) {
				c := pipelining(clientOn(conn, known()))
				c.roundTrip.note(max(trip, 50*time.Microsecond)) // as signing in has shown it
				var octets int64
				err := c.RetrieveEach(b.Context(), each(mailbox.listings()),
					func(Listing) io.Writer { return io.Discard },
					func(_ Listing, n int64, err error) error { octets += n; return err })
				return octets, err
			})
		}
	}
}

// BenchmarkLockStep is the way without pipelining, beside the limit with one
// command at a time.
func BenchmarkLockStep(b *testing.B) {
	mailbox := newStock(10_000, 5<<10)
	b.Run("limit", func(b *testing.B) {
		b.SetBytes(int64(mailbox.n) * mailbox.size)
		for b.Loop() {
			if _, err := limit(mailbox.serve(b, 0), mailbox.n, 1); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Retrieve", func(b *testing.B) {
		b.SetBytes(int64(mailbox.n) * mailbox.size)
		b.ReportAllocs()
		for b.Loop() {
			c := clientOn(mailbox.serve(b, 0), nil)
			for i := range mailbox.n {
				if _, err := c.Retrieve(b.Context(), i+1, io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("RetrieveEach", func(b *testing.B) {
		b.SetBytes(int64(mailbox.n) * mailbox.size)
		b.ReportAllocs()
		for b.Loop() {
			c := clientOn(mailbox.serve(b, 0), nil)
			err := c.RetrieveEach(b.Context(), each(mailbox.listings()), func(Listing) io.Writer { return io.Discard },
				func(_ Listing, _ int64, err error) error { return err })
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkListings reads a mailbox of a million messages.
func BenchmarkListings(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		conn := &lineConn{rest: []func() []byte{
			manyLines(1_000_000, func(p []byte, i int) []byte { return append(strconv.AppendInt(p, int64(i), 10), " 5000\r\n"...) }),
			manyLines(1_000_000, func(p []byte, i int) []byte {
				return append(appendUID(append(strconv.AppendInt(p, int64(i), 10), ' '), i), "\r\n"...)
			}),
		}}
		stat := []byte("+OK 1000000 1\r\n")
		conn.rest = append([]func() []byte{func() []byte { s := stat; stat = nil; return s }}, conn.rest...)
		if l, err := pipelining(clientOn(conn, nil)).Listings(b.Context()); err != nil || l.Len() != 1_000_000 {
			b.Fatal(l.Len(), err)
		}
	}
}
