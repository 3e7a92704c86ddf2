package registry

import (
	"context"
	"fmt"
	"time"
)

// VerifiesFor is how long after the server's last acceptance the wrap of a
// password may stand for the server's judgement.
const VerifiesFor = 30 * 24 * time.Hour

// PasswordWrap is a person's key, wrapped with the password of a mailbox that
// signs in.
type PasswordWrap struct {
	Enrolment int64 // ID of the Enrolment whose password it is
	Blob      []byte

	// Verifies says that opening Blob may stand for the server's judgement
	// while the server gives none.
	Verifies bool

	Made     time.Time
	Accepted time.Time // when the server last accepted the password
}

// PutPasswordWrap stores w in place of the one that its enrolment had. It fails with
// ErrNotFound when there is no such enrolment.
func (r *Registry) PutPasswordWrap(ctx context.Context, w PasswordWrap) error {
	n, err := r.exec(ctx, `
		INSERT INTO wraps (person, kind, mailbox, blob, verifies, made, accepted)
		SELECT person, 'password', id, ?, ?, ?, ? FROM mailboxes WHERE id = ?
		ON CONFLICT (mailbox) WHERE kind = 'password' DO UPDATE
		SET blob = excluded.blob, verifies = excluded.verifies, made = excluded.made, accepted = excluded.accepted`,
		w.Blob, w.Verifies, seconds(w.Made), seconds(w.Accepted), w.Enrolment)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("keep wrap of password: %w", err)
	}
	return nil
}

// PasswordWrap returns the wrap of an enrolment, ErrNotFound when it has none. Once
// VerifiesFor has passed since the last acceptance, Verifies is false.
func (r *Registry) PasswordWrap(ctx context.Context, enrolment int64, now time.Time) (PasswordWrap, error) {
	w := PasswordWrap{Enrolment: enrolment}
	var made, accepted int64
	err := r.file.Read.QueryRowContext(ctx, `
		SELECT blob, verifies, made, accepted FROM wraps WHERE mailbox = ? AND kind = 'password'`, enrolment,
	).Scan(&w.Blob, &w.Verifies, &made, &accepted)
	if err != nil {
		return PasswordWrap{}, fmt.Errorf("wrap of password: %w", vocabulary(err))
	}
	w.Made, w.Accepted = moment(made), moment(accepted)
	w.Verifies = w.Verifies && now.Before(w.Accepted.Add(VerifiesFor))
	return w, nil
}

// PasswordAccepted records that the server has just accepted the password that
// opens the wrap of an enrolment. With verifies, the wrap may stand for the server
// from now on; without, it stays as it is. Without a wrap it does nothing.
func (r *Registry) PasswordAccepted(ctx context.Context, enrolment int64, verifies bool, now time.Time) error {
	_, err := r.exec(ctx, `
		UPDATE wraps SET accepted = ?, verifies = max(verifies, ?) WHERE mailbox = ? AND kind = 'password'`,
		seconds(now), verifies, enrolment)
	if err != nil {
		return fmt.Errorf("password accepted: %w", err)
	}
	return nil
}

// PasswordRefused records that the server has refused the password that opens
// the wrap of an enrolment. The wrap stays, since it may be the only way to the key,
// but stands for the server no longer. Without a wrap it does nothing.
func (r *Registry) PasswordRefused(ctx context.Context, enrolment int64) error {
	_, err := r.exec(ctx, `UPDATE wraps SET verifies = 0 WHERE mailbox = ? AND kind = 'password'`, enrolment)
	if err != nil {
		return fmt.Errorf("password refused: %w", err)
	}
	return nil
}

// PutInstanceWrap stores a person's key, wrapped with the instance's, in place
// of the one that was there: the person is collected for while signed out.
func (r *Registry) PutInstanceWrap(ctx context.Context, person PersonID, blob []byte, now time.Time) error {
	_, err := r.exec(ctx, `
		INSERT INTO wraps (person, kind, blob, verifies, made, accepted) VALUES (?, 'instance', ?, 0, ?, 0)
		ON CONFLICT (person) WHERE kind = 'instance' DO UPDATE SET blob = excluded.blob, made = excluded.made`,
		person, blob, seconds(now))
	if err != nil {
		return fmt.Errorf("keep wrap of instance: %w", err)
	}
	return nil
}

// InstanceWrap returns what PutInstanceWrap stored, ErrNotFound when there is
// none.
func (r *Registry) InstanceWrap(ctx context.Context, person PersonID) ([]byte, error) {
	var blob []byte
	err := r.file.Read.QueryRowContext(ctx, `SELECT blob FROM wraps WHERE person = ? AND kind = 'instance'`, person).Scan(&blob)
	if err != nil {
		return nil, fmt.Errorf("wrap of instance: %w", vocabulary(err))
	}
	return blob, nil
}

// InstanceWraps returns what PutInstanceWrap stored for everybody.
func (r *Registry) InstanceWraps(ctx context.Context) (map[PersonID][]byte, error) {
	rows, err := r.file.Read.QueryContext(ctx, `SELECT person, blob FROM wraps WHERE kind = 'instance'`)
	if err != nil {
		return nil, fmt.Errorf("wraps of instance: %w", err)
	}
	defer rows.Close()
	wraps := map[PersonID][]byte{}
	for rows.Next() {
		var person PersonID
		var blob []byte
		if err := rows.Scan(&person, &blob); err != nil {
			return nil, fmt.Errorf("wraps of instance: %w", err)
		}
		wraps[person] = blob
	}
	return wraps, rows.Err()
}

// RemoveInstanceWrap undoes PutInstanceWrap. Removing none does nothing.
func (r *Registry) RemoveInstanceWrap(ctx context.Context, person PersonID) error {
	if _, err := r.exec(ctx, `DELETE FROM wraps WHERE person = ? AND kind = 'instance'`, person); err != nil {
		return fmt.Errorf("remove wrap of instance: %w", err)
	}
	return nil
}
