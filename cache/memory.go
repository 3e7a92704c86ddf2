package cache

import (
	"context"
	"errors"
	"time"

	"restante/cache/sqlitefile"
)

// OpenInMemory makes an empty box that lies in memory alone, of at most so many bytes, and is gone once it is closed.
// What finds no room fails as on a full disk, see sqlitefile.IsFull.
func OpenInMemory(ctx context.Context, size int64, now func() time.Time) (*Box, error) {
	mailbox, err := schema()
	if err != nil {
		return nil, err
	}
	file, err := sqlitefile.OpenMemory(ctx, mailbox, size)
	if err != nil {
		return nil, err
	}
	b := &Box{file: file, memory: size, now: now}
	if b.codec, err = newCodec(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	b.begin(ctx)
	close(b.renewal) // there is nothing old in it
	return b, nil
}
