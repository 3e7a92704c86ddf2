package fetch_test

import (
	"database/sql"
	"path/filepath"
)

// consistent fails unless all that the person's file says of itself agrees. The box must be closed.
func (h *house) consistent() {
	h.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(h.dir, "users", string(h.box.Person), "mail.db"))
	if err != nil {
		h.t.Fatal(err)
	}
	defer db.Close()
	for what, query := range map[string]string{
		"pages that SQLite finds damaged":            `SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'`,
		"rows that refer to nothing":                 `SELECT count(*) FROM pragma_foreign_key_check`,
		"messages with a wrong top mark":             `SELECT count(*) FROM messages m WHERE top <> (id = (SELECT max(id) FROM messages n WHERE n.thread = m.thread AND n.place = m.place))`,
		"places with wrong counters":                 `SELECT count(*) FROM counters c WHERE (total, unread) <> (SELECT count(*), coalesce(sum(unread), 0) FROM messages m WHERE m.place = c.place)`,
		"messages that the index lacks":              `SELECT count(*) FROM messages WHERE id NOT IN (SELECT id FROM fts_docsize)`,
		"index entries of no message":                `SELECT count(*) FROM fts_docsize WHERE id NOT IN (SELECT id FROM messages)`,
		"messages without text":                      `SELECT count(*) FROM messages WHERE id NOT IN (SELECT message FROM texts)`,
		"messages without bytes":                     `SELECT count(*) FROM messages WHERE size > 0 AND id NOT IN (SELECT message FROM raw)`,
		"messages that came from no server copy":     `SELECT count(*) FROM messages WHERE id NOT IN (SELECT message FROM copies WHERE message IS NOT NULL AND state IN (2, 4, 5))`,
		"copies that are stored and have no message": `SELECT count(*) FROM copies WHERE state = 2 AND message IS NULL`,
		"references to no conversation":              `SELECT count(*) FROM refs WHERE thread NOT IN (SELECT thread FROM messages)`,
	} {
		var n int
		if err := db.QueryRowContext(h.t.Context(), query).Scan(&n); err != nil {
			h.t.Errorf("%s: %v", what, err)
		} else if n > 0 {
			h.t.Errorf("%d %s", n, what)
		}
	}
	if _, err := db.ExecContext(h.t.Context(), `INSERT INTO fts (fts) VALUES ('integrity-check')`); err != nil {
		h.t.Errorf("the full-text index is damaged: %v", err)
	}
}
