package pop3client_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"restante/pop3client"
	"restante/pop3client/live"
)

// Dovecot and mailutils announce PIPELINING, popa3d does not.
func TestManyMessagesInFlightFromRealServersArriveByteForByte(t *testing.T) {
	forEachReal(t, func(t *testing.T, r realServer, s *live.Server) {
		mail := slices.Clone(awkwardMail)
		if r.name == "mailutils" {
			// It lists sizes that it does not keep to (pop3.md E11), so that a
			// message with lines like a status cannot be told from two (H2).
			mail = slices.DeleteFunc(mail, func(raw string) bool { return strings.Contains(raw, "\n+OK") })
		}
		deliverReal(t, s, mail...)
		for i := range 100 {
			deliverReal(t, s, fmt.Sprintf("Subject: %d\n\n%s.\n", i, strings.Repeat("..line\n", i)))
		}
		stored := storedReal(t, s)
		c := signInReal(t, s, "pop3+insecure", pop3client.Options{})
		all, err := c.Listings(t.Context())
		if err != nil || all.Len() != len(stored) || all.Count != len(stored) {
			t.Fatalf("%+v, %v; want %d messages", all, err, len(stored))
		}
		list := slices.Collect(all.All())
		var order []int
		got := make(map[int]*bytes.Buffer)
		err = c.RetrieveEach(t.Context(), func() (pop3client.Listing, bool) {
			if len(list) == 0 {
				return pop3client.Listing{}, false
			}
			entry := list[len(list)-1] // the newest first
			list = list[:len(list)-1]
			return entry, true
		}, func(entry pop3client.Listing) io.Writer {
			got[entry.Number] = new(bytes.Buffer)
			return got[entry.Number]
		}, func(entry pop3client.Listing, n int64, err error) error {
			if err != nil || n != int64(got[entry.Number].Len()) {
				t.Errorf("message %d: %d octets, %v", entry.Number, n, err)
			}
			order = append(order, entry.Number)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(order) != len(stored) || !slices.IsSortedFunc(order, func(a, b int) int { return b - a }) {
			t.Errorf("%d messages arrived of %d, in the order %v", len(order), len(stored), order)
		}
		for i, message := range stored {
			checkBytes(t, fmt.Sprintf("message %d", i+1), got[i+1].Bytes(), []byte(r.onTheWire(message.Raw)))
		}
		if traits := c.Traits(); traits.PipeliningProven != c.Has("PIPELINING") || traits.PipeliningBroken {
			t.Errorf("PIPELINING is announced: %t; traits %+v", c.Has("PIPELINING"), traits)
		}
		checkDeleted(t, c, s, len(stored))
	})
}

// checkDeleted deletes every other message in flight, and looks whether those are gone and no others.
func checkDeleted(t *testing.T, c *pop3client.Client, s *live.Server, n int) {
	t.Helper()
	ids, err := c.UIDL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := n%2 - 2 // so that the last one stays
	err = c.DeleteEach(t.Context(), func() (pop3client.Listing, bool) {
		if i += 2; i >= n {
			return pop3client.Listing{}, false
		}
		return ids[i], true
	}, func(entry pop3client.Listing, err error) error {
		if err != nil {
			t.Errorf("deleting message %d: %v", entry.Number, err)
		}
		return nil
	})
	if err := errors.Join(err, c.Quit(t.Context())); err != nil {
		t.Fatal(err)
	}
	left := storedReal(t, s)
	if len(left) != (n+1)/2 {
		t.Fatalf("%d messages are left of %d, want %d", len(left), n, (n+1)/2)
	}
	if last := string(left[len(left)-1].Raw); !strings.Contains(last, "Subject: 99\n") || strings.Contains(last, "Subject: 98\n") {
		t.Errorf("the last that is left is %.200q", last)
	}
}
