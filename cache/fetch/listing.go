package fetch

import (
	"context"
	"errors"

	"restante/cache"
	"restante/pop3client"
)

// maxListed is the largest size of a message that is believed: what a server says beyond is a mistake, and the sum of a
// listing stays a number (pop3.md E9).
const maxListed = 1 << 32

// list asks for the whole listing: unique ids, and sizes as far as the server tells them. Lines that name no message, or
// one that another line has named, are left out (pop3.md E8).
func list(ctx context.Context, client *pop3client.Client) ([]cache.Listing, error) {
	all, err := client.Listings(ctx)
	if err != nil {
		return nil, err
	}
	if errors.Is(all.NoUIDL, pop3client.ErrPermanent) {
		return nil, errors.Join(ErrNoUIDL, all.NoUIDL)
	}
	if all.NoUIDL != nil {
		return nil, all.NoUIDL
	}
	listing := make([]cache.Listing, 0, all.Len())
	seen := make(map[int]bool, all.Len())
	for l := range all.All() {
		if l.Number > 0 && !seen[l.Number] {
			seen[l.Number] = true
			listing = append(listing, cache.Listing{Number: l.Number, UIDL: l.UIDL, Size: min(max(l.Size, 0), maxListed)})
		}
	}
	return listing, nil
}
