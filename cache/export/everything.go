package export

import (
	"context"
	"fmt"

	"restante/cache"
)

// Everything writes all that is in a box, oldest first. It returns how many messages it wrote, and how many it left out
// because only their header has been collected. It does not close into.
func Everything(ctx context.Context, box *cache.Box, into Target) (written, left int, err error) {
	err = box.Each(ctx, func(m cache.Message) error {
		if m.Partial {
			left++
			return nil
		}
		raw, err := box.Raw(ctx, m.ID)
		if err == nil {
			err = into.Add(Message{ID: m.ID.String(), Received: m.Received, Place: m.Place, Unread: m.Unread, Starred: m.Starred, Raw: raw.Reader()})
		}
		if err != nil {
			return fmt.Errorf("message %s: %w", m.ID, err)
		}
		written++
		return nil
	})
	return written, left, err
}
