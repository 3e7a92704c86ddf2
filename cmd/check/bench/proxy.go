package bench

import (
	"errors"
	"net"
	"sync"
	"time"
)

const (
	pieceSize = 256 << 10
	inFlight  = 256 // pieces on their way in each direction: more than anybody asks for in a trip

	// pause is how long what arrives may gather, a millisecond where that is the shortest sleep: each piece takes both
	// processors' time, and a real way takes none.
	pause = 300 * time.Microsecond
)

// proxy forwards TCP connections and delays every byte on its way, which the
// kernel can do, too, but not everywhere.
type proxy struct {
	addr     string
	to       string
	delay    time.Duration // each way
	listener net.Listener
	running  sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn
}

// startProxy listens on loopback until stop is called.
func startProxy(to string, delay time.Duration) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{addr: l.Addr().String(), to: to, delay: delay, listener: l}
	p.running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.running.Go(func() { p.forward(conn.(*net.TCPConn)) })
		}
	})
	return p, nil
}

// stop ends all connections and returns when nothing is left of them.
func (p *proxy) stop() {
	p.listener.Close()
	p.mu.Lock()
	for _, conn := range p.conns {
		conn.Close()
	}
	p.mu.Unlock()
	p.running.Wait()
}

// forward serves one connection. Opening it takes a round trip, as it would.
func (p *proxy) forward(client *net.TCPConn) {
	defer client.Close()
	time.Sleep(2 * p.delay)
	conn, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	server := conn.(*net.TCPConn)
	defer server.Close()
	p.mu.Lock()
	p.conns = append(p.conns, client, server)
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.carry(server, client) })
	both.Go(func() { p.carry(client, server) })
	both.Wait()
}

// piece is what was read at once.
type piece struct {
	due  time.Time
	data []byte
}

// carry copies src to dst, each piece when its time has come, and then the end.
func (p *proxy) carry(dst, src *net.TCPConn) {
	pieces := make(chan piece, inFlight)
	free := make(chan []byte, inFlight)
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(pieces)
		for {
			var buffer []byte
			select {
			case buffer = <-free:
			default:
				buffer = make([]byte, pieceSize)
			}
			n, err := src.Read(buffer)
			pieces <- piece{time.Now().Add(p.delay), buffer[:n]}
			if err != nil {
				return
			}
			time.Sleep(min(pause, p.delay))
		}
	})
	var failed error
	for each := range pieces {
		if failed != nil {
			continue
		}
		time.Sleep(time.Until(each.due))
		if _, failed = dst.Write(each.data); failed != nil {
			src.Close() // whoever sends on need not
		}
		select {
		case free <- each.data[:pieceSize]:
		default:
		}
	}
	reading.Wait()
	if err := dst.CloseWrite(); err != nil && !errors.Is(err, net.ErrClosed) {
		dst.Close()
	}
}
