package cache

import (
	"fmt"
	"testing"
	"time"
)

// Of a mailbox whose messages have no date all are received at one moment, and borrow from the seconds behind it.
func TestMessagesOfOneMomentBorrowFromTheSecondsBehindIt(t *testing.T) {
	f := newFixture(t)
	then := noon.Add(-time.Hour)
	var group []string
	for i := range 2*perSecond + 10 {
		group = append(group, letter("bo@example.org", fmt.Sprint("undated ", i), "x", then))
	}
	ids := f.add(group...)
	for i, id := range ids {
		if want := firstID(then) + ID(i); id != want {
			t.Fatalf("message %d has the place %d, want %d", i, id, want)
		}
	}
	for i, at := range []time.Time{then.Add(time.Second), then, then.Add(2 * time.Second)} {
		id := f.add(letter("bo@example.org", fmt.Sprint("later ", i), "x", at))[0]
		if want := firstID(then) + ID(len(ids)+i); id != want {
			t.Errorf("a message of %s has the place %d, want %d: the first that is free", at, id, want)
		}
	}
	if id := f.add(letter("bo@example.org", "before", "x", then.Add(-time.Second)))[0]; id != firstID(then.Add(-time.Second)) {
		t.Errorf("a message of the second before has the place %d", id)
	}
}

func TestFullSecondsAreRememberedAndNotForEver(t *testing.T) {
	c := crowded{}
	for second := range int64(3 * maxCrowded) {
		at := c.from(0)
		if at > second || len(c) > maxCrowded+1 {
			t.Fatalf("after %d full seconds it goes on at %d and remembers %d", second, at, len(c))
		}
		c.full(second)
		if second < maxCrowded/2 && c.from(second/2) != second+1 {
			t.Fatalf("after %d full seconds it goes on at %d", second+1, c.from(second/2))
		}
	}
	if at := c.from(-1); at != -1 {
		t.Errorf("a second with room leads to %d", at)
	}
}
