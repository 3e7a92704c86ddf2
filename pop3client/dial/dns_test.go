package dial

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

// nameserver answers every question with the addresses that answer returns for
// its how manieth lookup of an A record it is, from 1.
type nameserver struct {
	answer func(lookup int) []netip.Addr

	mu      sync.Mutex
	lookups int
	running sync.WaitGroup
}

// resolver returns a resolver that asks the nameserver only.
func (s *nameserver) resolver(t *testing.T) *net.Resolver {
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

// serve answers questions in the framing of DNS over TCP (RFC 1035, section 4.2.2).
func (s *nameserver) serve(conn net.Conn) {
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		reply := s.reply(query)
		framed := append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)
		if _, err := conn.Write(framed); err != nil {
			return
		}
	}
}

func (s *nameserver) reply(query []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil || len(m.Questions) != 1 {
		return nil
	}
	m.Response, m.Additionals = true, nil
	q := m.Questions[0]
	for _, ip := range s.addresses(q.Type) {
		resource := dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}}
		switch {
		case ip.Is4() && q.Type == dnsmessage.TypeA:
			resource.Body = &dnsmessage.AResource{A: ip.As4()}
		case ip.Is6() && q.Type == dnsmessage.TypeAAAA:
			resource.Body = &dnsmessage.AAAAResource{AAAA: ip.As16()}
		default:
			continue
		}
		m.Answers = append(m.Answers, resource)
	}
	reply, err := m.Pack()
	if err != nil {
		return nil
	}
	return reply
}

func (s *nameserver) addresses(of dnsmessage.Type) []netip.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	if of == dnsmessage.TypeA {
		s.lookups++
	}
	return s.answer(max(s.lookups, 1))
}

// always answers every lookup with the same addresses.
func always(t *testing.T, addresses ...string) *net.Resolver {
	s := &nameserver{answer: func(int) []netip.Addr { return parsed(addresses...) }}
	return s.resolver(t)
}

func parsed(addresses ...string) []netip.Addr {
	var list []netip.Addr
	for _, address := range addresses {
		list = append(list, netip.MustParseAddr(address))
	}
	return list
}
