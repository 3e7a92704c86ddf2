package pop3client_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"restante/pop3client"
	"restante/pop3client/live"
)

// Each session is dropped without QUIT, which deletes nothing; but Dovecot and
// mailutils still mark what was retrieved, the latter in its headers.
func TestARealMailboxArrivesByteForByteAndNothingIsLost(t *testing.T) {
	forEachReal(t, func(t *testing.T, r realServer, s *live.Server) {
		deliverReal(t, s, awkwardMail...)
		deliverReal(t, s, realCorpus(t, 60)...)
		for _, scheme := range r.schemes {
			stored := storedReal(t, s)
			c := signInReal(t, s, scheme, pop3client.Options{})
			sizes, err := c.List(t.Context())
			if err != nil || len(sizes) != len(stored) {
				t.Fatalf("%s: %d messages listed, %v; want %d", scheme, len(sizes), err, len(stored))
			}
			for i, entry := range sizes {
				var got bytes.Buffer
				n, err := c.RetrieveSized(t.Context(), entry.Number, entry.Size, &got)
				if err != nil || n != int64(got.Len()) {
					t.Fatalf("%s: message %d: %d octets, %v", scheme, entry.Number, n, err)
				}
				checkBytes(t, fmt.Sprintf("%s: message %d", scheme, entry.Number), got.Bytes(), []byte(r.onTheWire(stored[i].Raw)))
			}
			c.Close()
			checkKept(t, r, stored, storedReal(t, s))
		}
	})
}

// Two of the messages differ in the body alone (pop3.md E1).
func TestUIDLsOfRealServersNameMessages(t *testing.T) {
	forEachReal(t, func(t *testing.T, r realServer, s *live.Server) {
		const header = "Received: from a by b; Thu, 1 Jan 2026 00:00:00 +0000\nDate: Thu, 1 Jan 2026 00:00:00 +0000\nMessage-ID: <same@example.org>\nSubject: "
		deliverReal(t, s, header+"twin\n\none\n", header+"twin\n\ntwo\n", plainMail)
		first := uidlsReal(t, s)
		if twins := first[0] == first[1]; twins != r.twins {
			t.Errorf("twins have the same UIDL: %t, want %t: %q", twins, r.twins, first)
		}
		if first[1] == first[2] {
			t.Errorf("different messages have the same UIDL: %q", first)
		}
		deliverReal(t, s, "Subject: later\n\nx\n")
		if second := uidlsReal(t, s); len(second) != 4 || !slices.Equal(second[:3], first) {
			t.Errorf("in the next session %q have become %q", first, second)
		}
	})
}

// uidlsReal is what a session of its own finds, asked for in both ways.
func uidlsReal(t *testing.T, s *live.Server) []string {
	t.Helper()
	c := signInReal(t, s, "pop3+insecure", pop3client.Options{})
	list, err := c.UIDL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i, entry := range list {
		one, err := c.UIDLOne(t.Context(), entry.Number)
		if err != nil || one != entry || entry.Number != i+1 || entry.UIDL == "" || entry.Anomaly != pop3client.Regular {
			t.Errorf("UIDL: %+v, UIDL %d: %+v, %v", entry, entry.Number, one, err)
		}
		ids = append(ids, entry.UIDL)
	}
	if err := c.Quit(t.Context()); err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestOnlyQuitDeletesOnRealServers(t *testing.T) {
	forEachReal(t, func(t *testing.T, r realServer, s *live.Server) {
		deliverReal(t, s, plainMail, "Subject: second\n\nsecond\n", "Subject: third\n\nthird\n")
		before := storedReal(t, s)

		c := signInReal(t, s, "pop3+insecure", pop3client.Options{})
		if err := c.Delete(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		c.Close()
		checkKept(t, r, before, storedReal(t, s))

		c = signInReal(t, s, "pop3+insecure", pop3client.Options{})
		err := errors.Join(c.Delete(t.Context(), 2), c.Reset(t.Context()), c.Quit(t.Context()))
		if after := storedReal(t, s); err != nil || len(after) != 3 {
			t.Errorf("RSET kept %d messages of 3, %v", len(after), err)
		}

		c = signInReal(t, s, "pop3+insecure", pop3client.Options{})
		err = errors.Join(c.Delete(t.Context(), 2), c.Quit(t.Context()))
		after := storedReal(t, s)
		if err != nil || len(after) != 2 || !bytes.Contains(after[0].Raw, []byte("hello")) || !bytes.Contains(after[1].Raw, []byte("third")) {
			t.Errorf("after DELE 2 and QUIT: %d messages, %v", len(after), err)
		}
	})
}

func TestQuitMarksWhatWasRetrievedOnRealServers(t *testing.T) {
	forEachReal(t, func(t *testing.T, r realServer, s *live.Server) {
		deliverReal(t, s, plainMail, "Subject: unread\n\nx\n")
		before := storedReal(t, s)
		c := signInReal(t, s, "pop3+insecure", pop3client.Options{})
		var got bytes.Buffer
		if _, err := c.Retrieve(t.Context(), 1, &got); err != nil {
			t.Fatal(err)
		}
		if err := c.Quit(t.Context()); err != nil {
			t.Fatal(err)
		}
		after := storedReal(t, s)
		if len(after) != 2 || after[0].Seen != (r.marks != never) || after[1].Seen {
			t.Fatalf("after RETR 1 and QUIT: %+v, want the first marked: %t", after, r.marks != never)
		}
		for i := range before {
			checkBytes(t, fmt.Sprintf("message %d on the server", i+1), after[i].Raw, before[i].Raw)
		}
	})
}

func TestRealServersRefuseInTheirOwnWords(t *testing.T) {
	forEachReal(t, func(t *testing.T, r realServer, s *live.Server) {
		c := connectReal(t, s, "pop3+insecure", pop3client.Options{})
		if err := c.Login(t.Context(), s.User, "wrong"); !errors.Is(err, pop3client.ErrAuth) {
			t.Errorf("wrong password: %v, want ErrAuth", err)
		}
		c.Close()

		deliverReal(t, s, plainMail)
		c = signInReal(t, s, "pop3+insecure", pop3client.Options{})
		if _, err := c.Retrieve(t.Context(), 7, new(bytes.Buffer)); !errors.Is(err, pop3client.ErrPermanent) {
			t.Errorf("a message that is not there: %v, want ErrPermanent", err)
		}
		other := connectReal(t, s, "pop3+insecure", pop3client.Options{})
		err := other.Login(t.Context(), s.User, s.Password)
		if r.exclusive && !errors.Is(err, pop3client.ErrInUse) || !r.exclusive && err != nil {
			t.Errorf("a second session: %v, want ErrInUse: %t", err, r.exclusive)
		}
		if err := c.Noop(t.Context()); err != nil {
			t.Errorf("the first session afterwards: %v", err)
		}
	})
}

func TestRealServersAnnounceWhatTheyAre(t *testing.T) {
	for _, test := range []struct {
		name      string
		start     func() (*live.Server, error)
		known     bool
		has, lack []string // after login
	}{
		{"Dovecot", live.Dovecot, true, []string{"TOP", "UIDL", "RESP-CODES", "PIPELINING"}, []string{"STLS", "EXPIRE"}},
		{"mailutils", live.Mailutils, true, []string{"TOP", "UIDL", "PIPELINING", "EXPIRENEVER"}, []string{"EXPIRE"}}, // pop3.md B4
		{"popa3d", live.Popa3d, false, nil, []string{"PIPELINING"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := signInReal(t, live.Need(t, test.start), "pop3+insecure", pop3client.Options{})
			caps := c.Capabilities()
			if caps.Known() != test.known || c.Traits() != (pop3client.Traits{}) {
				t.Errorf("answers CAPA: %t, want %t; traits %+v", caps.Known(), test.known, c.Traits())
			}
			for _, name := range test.has {
				if !caps.Has(name) {
					t.Errorf("%s is missing: %v", name, caps)
				}
			}
			for _, name := range test.lack {
				if caps.Has(name) {
					t.Errorf("%s should not be there: %v", name, caps)
				}
			}
		})
	}
}
