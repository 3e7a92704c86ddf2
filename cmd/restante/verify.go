package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"restante/cache"
)

// verifyCommand reads all collected mail and repairs what can be repaired.
type verifyCommand struct {
	mailboxFlags
	JSON bool `name:"json" help:"Print one JSON object instead of a sentence."`
}

// verified is what was found; its fields are a promise to scripts.
type verified struct {
	Messages int `json:"messages"`
	Bad      int `json:"bad"`
	Repaired int `json:"repaired"`
}

// Run verifies. It fails where something stays as it should not be.
func (c *verifyCommand) Run(ctx context.Context, std streams) (err error) {
	dir, _, err := c.folder(ctx)
	if err != nil {
		return err
	}
	var box *cache.Box
	err = patiently(ctx, func() (err error) {
		box, err = cache.Open(ctx, dir, time.Now)
		return err
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	if err := box.Renewed(ctx); err != nil {
		return err
	}
	v, err := box.Verify(ctx, nil)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(std.out).Encode(verified(v))
	} else {
		_, err = fmt.Fprintf(std.out, "%d messages read, %d faults found, %d repaired\n", v.Messages, v.Bad, v.Repaired)
	}
	if err == nil && v.Repaired < v.Bad {
		err = fmt.Errorf("%d faults could not be repaired: what is damaged is in no mailbox any more", v.Bad-v.Repaired)
	}
	return err
}
