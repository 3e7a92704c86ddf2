package registry

import (
	"context"
	"fmt"
	"time"
)

// IdleLimit is after how long without activity a person wants their private sessions to end; 0: as late as the site lets
// them. It fails with ErrNotFound when there is no such person.
func (r *Registry) IdleLimit(ctx context.Context, person PersonID) (time.Duration, error) {
	var idle int64
	if err := r.file.Read.QueryRowContext(ctx, `SELECT idle FROM people WHERE id = ?`, person).Scan(&idle); err != nil {
		return 0, fmt.Errorf("idle limit: %w", vocabulary(err))
	}
	return time.Duration(idle) * time.Second, nil
}

// SetIdleLimit changes that, also for the sessions that there are; a longer limit holds for them from their next activity
// on.
func (r *Registry) SetIdleLimit(ctx context.Context, person PersonID, limit time.Duration) error {
	_, err := r.exec(ctx, `UPDATE people SET idle = ? WHERE id = ?`, int64(limit/time.Second), person)
	if err == nil && limit > 0 {
		_, err = r.exec(ctx, `UPDATE sessions SET idle = min(idle, seen + ?) WHERE person = ? AND kind = 'private'`, int64(limit/time.Second), person)
	}
	if err != nil {
		return fmt.Errorf("idle limit: %w", err)
	}
	return nil
}
