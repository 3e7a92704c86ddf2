package cache

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// maxConversation is how many messages of a conversation are shown on one page.
const maxConversation = 100

// Message is what the file says of one message; what it says itself is in its bytes, see [Box.Raw].
type Message struct {
	ID          ID
	Account     int64
	Also        int64 // another account that it came to, in a conversation; 0: none
	Twin        ID    // the message that it is there
	Place       Place
	From        Person
	Subject     string
	Snippet     string
	Unread      bool
	Starred     bool
	Attachments bool
	Size        int64
	Partial     bool // only the header is here
	Remote      bool // a server lists it
	Muted       bool // what comes into its conversation goes to the archive
	Received    time.Time
}

const messageColumns = `id, account, place, from_name, from_addr, subject, snippet, unread, starred, attachments > 0, size, partial > 0, remote, muted`

func scanMessage(row row) (m Message, err error) {
	err = row.Scan(&m.ID, &m.Account, &m.Place, &m.From.Name, &m.From.Addr, &m.Subject, &m.Snippet, &m.Unread, &m.Starred, &m.Attachments, &m.Size, &m.Partial, &m.Remote, &m.Muted)
	m.Received = m.ID.Time()
	return m, err
}

// Message returns one message; ErrNotFound where there is none, as PurgedError where it was deleted for good.
func (b *Box) Message(ctx context.Context, id ID) (Message, error) {
	var m Message
	err := b.read(ctx, func(tx *sql.Tx) (err error) {
		m, err = scanMessage(tx.QueryRowContext(ctx, `SELECT `+messageColumns+` FROM messages WHERE id = ?`, id))
		if errors.Is(err, sql.ErrNoRows) {
			return missing(ctx, tx, id)
		}
		return err
	})
	if err != nil {
		return Message{}, fmt.Errorf("message %d: %w", id, err)
	}
	return m, nil
}

// Conversation returns the conversation that message id is in, newest first: the message itself wherever it is, and the
// newest others that are not in trash, at most 100 in all. One that came to two accounts is there once. ErrNotFound where
// there is no such message, as PurgedError where it was deleted for good.
func (b *Box) Conversation(ctx context.Context, id ID) (list []Message, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		list, err = scanAll(ctx, tx, scanMessage, `SELECT `+messageColumns+` FROM messages
			WHERE thread = (SELECT thread FROM messages WHERE id = ?1) AND (place <> ?2 OR id = ?1)
			ORDER BY id = ?1 DESC, id DESC LIMIT ?3`, id, Trash, maxConversation)
		if err == nil && len(list) == 0 {
			return missing(ctx, tx, id)
		}
		if err != nil {
			return err
		}
		list, err = withoutTwins(ctx, tx, list)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("conversation of message %d: %w", id, err)
	}
	slices.SortFunc(list, func(a, b Message) int { return cmp.Compare(b.ID, a.ID) })
	return list, nil
}

// withoutTwins drops from a conversation what came to another account too: a message with the same Message-ID that says the
// same. The first of them stays, and names the other's account. Nothing is dropped for a Message-ID alone, which anybody
// can write.
func withoutTwins(ctx context.Context, tx *sql.Tx, list []Message) (kept []Message, err error) {
	for _, m := range list {
		twin := -1
		for i := range kept {
			if kept[i].Account == m.Account || kept[i].From != m.From || kept[i].Subject != m.Subject {
				continue
			}
			var same bool
			err := tx.QueryRowContext(ctx, `SELECT a.mid = b.mid AND a.mid <> 0 AND a.attachments = b.attachments AND s.data = t.data
				FROM messages a CROSS JOIN messages b ON b.id = ?2 CROSS JOIN texts s ON s.message = a.id CROSS JOIN texts t ON t.message = b.id
				WHERE a.id = ?1`, kept[i].ID, m.ID).Scan(&same)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return nil, err
			}
			if same {
				twin = i
			}
		}
		if twin < 0 {
			kept = append(kept, m)
			continue
		}
		kept[twin].Also, kept[twin].Twin = m.Account, m.ID
		kept[twin].Unread = kept[twin].Unread || m.Unread
	}
	return kept, nil
}

// Text is the normal text of a message that was kept at its arrival: its first 256 KiB. ErrNotFound where there is no
// such message.
func (b *Box) Text(ctx context.Context, id ID) (string, error) {
	var text string
	err := b.read(ctx, func(tx *sql.Tx) (err error) {
		text, err = b.text(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("text of message %d: %w", id, err)
	}
	return text, nil
}

func (b *Box) text(ctx context.Context, tx *sql.Tx, id ID) (string, error) {
	var data []byte
	if err := tx.QueryRowContext(ctx, `SELECT data FROM texts WHERE message = ?`, id).Scan(&data); err != nil {
		return "", found(err)
	}
	text, err := b.codec.text(nil, data)
	return string(text), err
}

// excerpts looks up the excerpts of messages that are there, in any order: one by one takes twice as long.
func (b *Box) excerpts(ctx context.Context, tx *sql.Tx, ids []ID, looks []look, fn func(ID, []Span)) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	texts, err := scanAll(ctx, tx, scanText, `SELECT message, data FROM json_each(?) CROSS JOIN texts ON message = value`, string(list))
	if err != nil {
		return err
	}
	spans := make([][]Span, len(texts))
	var work errgroup.Group
	for half := range 2 { // a reader waits for this: two cores do it in less time than one
		work.Go(func() error {
			buf := make([]byte, leadSize)
			for i := half; i < len(texts); i += 2 {
				var err error
				if spans[i], buf, err = b.codec.excerpt(buf, texts[i].data, looks); err != nil {
					return fmt.Errorf("text of message %d: %w", texts[i].id, err)
				}
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	for i, text := range texts {
		fn(text.id, spans[i])
	}
	return nil
}

// packedText is the compressed text of a message.
type packedText struct {
	id   ID
	data []byte
}

func scanText(row row) (t packedText, err error) {
	err = row.Scan(&t.id, &t.data)
	return t, err
}

// eachPage is how many messages Each reads at a time.
const eachPage = 500

// Each calls fn for every message, oldest first, wherever it is, until one call fails. Messages that come or go meanwhile
// may be among them or not.
func (b *Box) Each(ctx context.Context, fn func(Message) error) error {
	for after := ID(0); ; {
		var list []Message
		err := b.read(ctx, func(tx *sql.Tx) (err error) {
			list, err = scanAll(ctx, tx, scanMessage, `SELECT `+messageColumns+` FROM messages WHERE id > ? ORDER BY id LIMIT ?`, after, eachPage)
			return err
		})
		if err != nil {
			return fmt.Errorf("reading all messages: %w", err)
		}
		for _, m := range list {
			if err := fn(m); err != nil {
				return err
			}
			after = m.ID
		}
		if len(list) < eachPage {
			return nil
		}
	}
}
