package cache

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"
)

// Settings that say how long mail stays here: days, and years. One that is missing, or no number above zero, is for ever.
const (
	KeepTrash = "keep-trash" // days in the trash, then deleted for good
	KeepSpam  = "keep-spam"  // days in spam, likewise
	KeepMail  = "keep-mail"  // years since it was received, then moved to the trash unless it is starred or has a label
)

// maxExpired is how many messages one Expire moves or deletes: the others are next.
const maxExpired = 10_000

// Expire carries out the settings that say how long mail stays here, and returns how many messages it moved or deleted. What
// it deletes is deleted for good as by [Box.Purge].
func (b *Box) Expire(ctx context.Context) (n int, err error) {
	settings, err := b.Settings(ctx)
	if err != nil {
		return 0, err
	}
	for _, each := range []struct {
		setting string
		place   Place
	}{{KeepSpam, Spam}, {KeepTrash, Trash}} {
		days, ok := keepFor(settings, each.setting)
		if !ok {
			continue
		}
		gone, err := b.purgeOld(ctx, each.place, b.now().AddDate(0, 0, -days))
		if n += gone; err != nil {
			return n, fmt.Errorf("deleting what has been in %s for long: %w", each.place, err)
		}
	}
	if years, ok := keepFor(settings, KeepMail); ok {
		moved, err := b.trashOld(ctx, b.now().AddDate(-years, 0, 0))
		if n += moved; err != nil {
			return n, fmt.Errorf("moving old mail to the trash: %w", err)
		}
	}
	return n, nil
}

func keepFor(settings map[string]string, name string) (n int, ok bool) {
	n, err := strconv.Atoi(settings[name])
	return n, err == nil && n > 0
}

// purgeOld deletes what has been in a place since before a time. What is said to have come there before it was received stays:
// the clock was wrong then, as on machines that know no time until they have a network.
func (b *Box) purgeOld(ctx context.Context, place Place, before time.Time) (n int, err error) {
	for n < maxExpired {
		var ids []ID
		err := b.read(ctx, func(tx *sql.Tx) (err error) {
			ids, err = scanAll(ctx, tx, scanID, `SELECT message FROM leaving WHERE place = ? AND since < ? AND since >= message / ? ORDER BY since LIMIT ?`,
				place, before.Unix(), perSecond, purgeGroup)
			return err
		})
		if err != nil || len(ids) == 0 {
			return n, err
		}
		gone, err := b.purgeFrom(ctx, place, ids)
		if n += gone; err != nil || gone == 0 {
			return n, err
		}
	}
	return n, nil
}

// trashOld moves what was received before a time to the trash, unless it is starred or has a label.
func (b *Box) trashOld(ctx context.Context, before time.Time) (n int, err error) {
	for n < maxExpired {
		ids, err := b.outdated(ctx, before)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		if _, err := b.Act(ctx, DoTrash, ids); err != nil {
			return n, err
		}
		n += len(ids)
	}
	return n, nil
}

// outdated are the next messages that trashOld moves.
func (b *Box) outdated(ctx context.Context, before time.Time) (ids []ID, err error) {
	err = b.read(ctx, func(tx *sql.Tx) (err error) {
		ids, err = scanAll(ctx, tx, scanID, `SELECT id FROM messages m WHERE `+isOutdated+` ORDER BY id LIMIT ?`, firstID(before), Spam, Trash, purgeGroup)
		return err
	})
	return ids, err
}

const isOutdated = `m.id < ? AND m.place NOT IN (?, ?) AND m.starred = 0 AND NOT EXISTS (SELECT 1 FROM message_labels l WHERE l.message = m.id)`

// Outdated is how many messages Expire would move to the trash if mail were kept for so many years, at most 10,000.
func (b *Box) Outdated(ctx context.Context, years int) (n int, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM messages m WHERE `+isOutdated+` LIMIT ?)`,
			firstID(b.now().AddDate(-years, 0, 0)), Spam, Trash, maxExpired).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("counting old mail: %w", err)
	}
	return n, nil
}
