package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// maxConversation is how many messages of a conversation are shown on one page.
const maxConversation = 100

// Message is what the file says of one message; what it says itself is in its bytes, see [Box.Raw].
type Message struct {
	ID          ID
	Account     int64
	Place       Place
	From        Person
	Subject     string
	Snippet     string
	Unread      bool
	Starred     bool
	Attachments bool
	Size        int64
	Received    time.Time
}

const messageColumns = `id, account, place, from_name, from_addr, subject, snippet, unread, starred, attachments > 0, size`

func scanMessage(row interface{ Scan(...any) error }) (m Message, err error) {
	err = row.Scan(&m.ID, &m.Account, &m.Place, &m.From.Name, &m.From.Addr, &m.Subject, &m.Snippet, &m.Unread, &m.Starred, &m.Attachments, &m.Size)
	m.Received = m.ID.Time()
	return m, err
}

// Message returns one message; ErrNotFound where there is none.
func (b *Box) Message(ctx context.Context, id ID) (Message, error) {
	m, err := scanMessage(b.file.Read.QueryRowContext(ctx, `SELECT `+messageColumns+` FROM messages WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Message{}, ErrNotFound
	}
	if err != nil {
		return Message{}, fmt.Errorf("message %d: %w", id, err)
	}
	return m, nil
}

// Conversation returns the conversation that message id is in, newest first, at most 100: all that is not in trash, and
// the message itself wherever it is. ErrNotFound where there is no such message.
func (b *Box) Conversation(ctx context.Context, id ID) ([]Message, error) {
	rows, err := b.file.Read.QueryContext(ctx, `SELECT `+messageColumns+` FROM messages
		WHERE thread = (SELECT thread FROM messages WHERE id = ?1) AND (place <> ?2 OR id = ?1) ORDER BY id DESC LIMIT ?3`, id, Trash, maxConversation)
	if err != nil {
		return nil, fmt.Errorf("conversation of message %d: %w", id, err)
	}
	defer rows.Close()
	var list []Message
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, fmt.Errorf("conversation of message %d: %w", id, err)
		}
		list = append(list, m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("conversation of message %d: %w", id, err)
	}
	if len(list) == 0 {
		return nil, ErrNotFound
	}
	return list, nil
}

// Text is the normal text of a message that was kept at its arrival: its first 256 KiB.
func (b *Box) Text(ctx context.Context, id ID) (string, error) {
	var data []byte
	err := b.file.Read.QueryRowContext(ctx, `SELECT data FROM texts WHERE message = ?`, id).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("text of message %d: %w", id, err)
	}
	text, err := b.codec.dec.DecodeAll(data, nil)
	if err != nil {
		return "", fmt.Errorf("text of message %d: %w", id, err)
	}
	return string(text), nil
}
