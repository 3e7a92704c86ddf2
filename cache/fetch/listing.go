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
	ids, err := client.UIDL(ctx)
	if errors.Is(err, pop3client.ErrPermanent) {
		return nil, errors.Join(ErrNoUIDL, err)
	}
	if err != nil {
		return nil, err
	}
	sized, err := client.List(ctx)
	if err != nil && !errors.Is(err, pop3client.ErrPermanent) {
		return nil, err // a refusal costs only the sizes, which are a hint
	}
	sizes := make(map[int]int64, len(sized))
	for _, l := range sized {
		sizes[l.Number] = l.Size
	}
	listing := make([]cache.Listing, 0, len(ids))
	seen := make(map[int]bool, len(ids))
	for _, l := range ids {
		if l.Number > 0 && !seen[l.Number] {
			seen[l.Number] = true
			listing = append(listing, cache.Listing{Number: l.Number, UIDL: l.UIDL, Size: min(max(sizes[l.Number], 0), maxListed)})
		}
	}
	return listing, nil
}
