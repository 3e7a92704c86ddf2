package cache

import (
	"context"
	"database/sql"
	"fmt"
)

// Settings are what a person has chosen for how their mail is shown, by name. What names and values mean, who shows it
// knows. What is not among them is as it comes.
func (b *Box) Settings(ctx context.Context) (settings map[string]string, err error) {
	settings = map[string]string{}
	err = b.read(ctx, func(tx *sql.Tx) error {
		_, err := scanAll(ctx, tx, func(row row) (none struct{}, err error) {
			var name, value string
			err = row.Scan(&name, &value)
			settings[name] = value
			return none, err
		}, `SELECT name, value FROM settings`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	return settings, nil
}

// ChangeSettings keeps the settings given, beside those that there are; one whose value is "" is as it comes again.
func (b *Box) ChangeSettings(ctx context.Context, changes map[string]string) error {
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for name, value := range changes {
			statement, args := `INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`, []any{name, value}
			if value == "" {
				statement, args = `DELETE FROM settings WHERE name = ?`, []any{name}
			}
			if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("changing settings: %w", err)
	}
	return nil
}
