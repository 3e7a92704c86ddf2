package images

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// resolver answers the n-th question for a name's IPv4 address, from 1, with
// what answer says, and has no other.
func resolver(t *testing.T, answer func(n int) netip.Addr) *net.Resolver {
	s := &nameserver{answer: answer}
	t.Cleanup(s.running.Wait)
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		s.running.Go(func() {
			defer server.Close()
			s.serve(server)
		})
		return client, nil
	}}
}

// loopback answers that every name is this machine.
func loopback(t *testing.T) *net.Resolver {
	return resolver(t, func(int) netip.Addr { return netip.MustParseAddr("127.0.0.1") })
}

type nameserver struct {
	answer  func(n int) netip.Addr
	mu      sync.Mutex
	asked   int
	running sync.WaitGroup
}

// serve reads questions in the framing of DNS over TCP (RFC 1035, section 4.2.2).
func (s *nameserver) serve(conn net.Conn) {
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, question); err != nil {
			return
		}
		reply := s.reply(question)
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)); err != nil {
			return
		}
	}
}

func (s *nameserver) reply(question []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil || len(m.Questions) != 1 {
		return nil
	}
	m.Response, m.Additionals = true, nil
	if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
		s.mu.Lock()
		s.asked++
		ip := s.answer(s.asked)
		s.mu.Unlock()
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}, Body: &dnsmessage.AResource{A: ip.As4()},
		}}
	}
	reply, err := m.Pack()
	if err != nil {
		return nil
	}
	return reply
}
