package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"restante/cache"
	"restante/pop3client"
)

// maxListed is the largest size of a message that is believed: what a server says beyond is a mistake, and the sum of a
// listing stays a number (pop3.md E9).
const maxListed = 1 << 32

// listed is what a server lists.
type listed struct {
	all      []cache.Listing
	complete bool // it names at least as many messages as STAT counts
	strange  bool // nothing is to be deleted on its word (pop3.md E8)
	named    bool // the unique ids are ours: the server has none
	older    int  // messages that are listed, and left out of all
}

// keepNewest leaves out all but so many of the newest messages: those with the highest numbers.
func (l *listed) keepNewest(n int) {
	slices.SortFunc(l.all, func(a, b cache.Listing) int { return cmp.Compare(a.Number, b.Number) })
	l.older = max(len(l.all)-n, 0)
	l.all = l.all[l.older:]
}

// own is a unique id if it is the server's own, which it can be asked for; else "".
func (l listed) own(uidl string) string {
	if l.named {
		return ""
	}
	return uidl
}

// list asks for the whole listing: unique ids, and sizes as far as the server tells them. Lines that name no message, or
// one that another line has named, are left out (pop3.md E8). Where a server has no unique ids, the headers of its
// messages stand for them (pop3.md E5).
func list(ctx context.Context, client *pop3client.Client) (l listed, err error) {
	got, err := client.Listings(ctx)
	if err != nil {
		return l, err
	}
	if got.NoUIDL != nil && !errors.Is(got.NoUIDL, pop3client.ErrPermanent) {
		return l, got.NoUIDL
	}
	l.all = make([]cache.Listing, 0, got.Len())
	seen := make(map[int]bool, got.Len())
	for e := range got.All() {
		if e.Number > 0 && !seen[e.Number] {
			seen[e.Number] = true
			l.all = append(l.all, cache.Listing{Number: e.Number, UIDL: e.UIDL, Size: min(max(e.Size, 0), maxListed)})
		}
	}
	l.complete = got.Count < 0 || len(l.all) >= got.Count
	l.strange = got.Anomalous() || !l.complete
	if l.named = got.NoUIDL != nil; l.named {
		if err := nameByHeaders(ctx, client, l.all); err != nil {
			return l, errors.Join(ErrNoUIDL, got.NoUIDL, err)
		}
	}
	return l, nil
}

// nameByHeaders gives messages of a server without unique ids names of our own: their headers, and their sizes.
func nameByHeaders(ctx context.Context, client *pop3client.Client, all []cache.Listing) error {
	keys, err := headerKeys(ctx, client, slices.Values(all))
	if err != nil {
		return err
	}
	for i, l := range all {
		key, ok := keys[l.Number]
		if !ok {
			return fmt.Errorf("%w: it shows no header of message %d", pop3client.ErrPermanent, l.Number)
		}
		all[i].UIDL = fmt.Sprintf("header %x %d", key, l.Size)
	}
	return nil
}
