package registry

import (
	"context"
	"fmt"
	"time"
)

// endingsKept is for how long it is told that a session ran out.
const endingsKept = 7 * 24 * time.Hour

// Ending is a session on a shared computer whose time ran out: nobody signed out there.
type Ending struct {
	Agent string // what the browser calls itself; text of a stranger
	Made  time.Time
	Ended time.Time
}

// Endings are those of a person in the last seven days, the latest first.
func (r *Registry) Endings(ctx context.Context, person PersonID, now time.Time) ([]Ending, error) {
	rows, err := r.file.Read.QueryContext(ctx, `SELECT agent, made, ended FROM endings WHERE person = ? AND ended > ? ORDER BY ended DESC`,
		person, seconds(now.Add(-endingsKept)))
	if err != nil {
		return nil, fmt.Errorf("endings: %w", err)
	}
	defer rows.Close()
	var list []Ending
	for rows.Next() {
		var e Ending
		var made, ended int64
		if err := rows.Scan(&e.Agent, &made, &ended); err != nil {
			return nil, fmt.Errorf("endings: %w", err)
		}
		e.Made, e.Ended = moment(made), moment(ended)
		list = append(list, e)
	}
	return list, rows.Err()
}

// ExpireSession ends one session whose time is over, and notes it where that is to be told.
func (r *Registry) ExpireSession(ctx context.Context, id SessionID) error {
	_, err := r.expire(ctx, `hash = ?`, id[:])
	return err
}

// ExpireSessions ends every session whose time is over, notes those that are to be told of, and returns them all.
func (r *Registry) ExpireSessions(ctx context.Context, now time.Time) ([]SessionID, error) {
	if _, err := r.exec(ctx, `DELETE FROM endings WHERE ended <= ?`, seconds(now.Add(-endingsKept))); err != nil {
		return nil, fmt.Errorf("forget endings: %w", err)
	}
	return r.expire(ctx, `min(idle, absolute) <= ?`, seconds(now))
}

// expire notes and ends sessions. Being stopped in between notes one twice at worst.
func (r *Registry) expire(ctx context.Context, where string, args ...any) ([]SessionID, error) {
	_, err := r.exec(ctx, `INSERT INTO endings (person, agent, made, ended) SELECT person, agent, made, min(idle, absolute) FROM sessions WHERE kind = 'shared' AND `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("note endings: %w", err)
	}
	return r.endSessions(ctx, where, args...)
}
