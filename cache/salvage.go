package cache

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"restante/cache/sqlitefile"
)

// damagedMark is the file in a person's folder which says that SQLite has found the mail file damaged.
const damagedMark = "damaged"

// Incident is what became of a file that was found damaged.
type Incident struct {
	At    time.Time
	Aside string // name of the damaged file, in the person's folder
	Kept  int    // messages that were brought over
	Again int    // messages that are collected again, because a server lists them
	Lost  int    // messages that nobody has any more; what is left of them is in the damaged file
}

// Incidents are the times that the file was found damaged, the last one first.
func (b *Box) Incidents(ctx context.Context) (list []Incident, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		list, err = scanAll(ctx, tx, func(row row) (i Incident, err error) {
			var at int64
			err = row.Scan(&at, &i.Aside, &i.Kept, &i.Again, &i.Lost)
			i.At = moment(at)
			return i, err
		}, `SELECT at, aside, kept, again, lost FROM incidents ORDER BY at DESC`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("incidents: %w", err)
	}
	return list, nil
}

// noteDamage remembers that SQLite has found the file damaged, for the next opening.
func (b *Box) noteDamage(err error) {
	if !sqlitefile.IsDamaged(err) || b.lock == nil || b.damaged.Swap(true) {
		return
	}
	if f, err := os.Create(filepath.Join(b.dir, damagedMark)); err == nil {
		f.Close()
	}
}

// isDamaged reports whether the mail file in dir is known to be damaged, or cannot be opened for that reason.
func isDamaged(dir string, opening error) bool {
	file, err := os.Stat(filepath.Join(dir, "mail.db"))
	if err != nil || !file.Mode().IsRegular() {
		return false
	}
	_, err = os.Stat(filepath.Join(dir, damagedMark))
	return err == nil || sqlitefile.IsDamaged(opening)
}

const (
	rebuildingDir = "rebuilding"      // folder in which a new mail file is filled
	rebuiltFile   = "mail.db.rebuilt" // that file once it is complete; the one in its place is then to be set aside
)

// rebuild makes a new mail file of what can be read of the damaged one in dir, sets that aside unchanged and puts the new
// one in its place. Stopped at any point, the next opening goes on or begins again.
func rebuild(ctx context.Context, dir string, now func() time.Time) error {
	fresh := filepath.Join(dir, rebuildingDir)
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	b, err := Open(ctx, fresh, now)
	if err != nil {
		return err
	}
	aside := "mail.db.damaged-" + now().UTC().Format("20060102T150405.000")
	s := &salvage{columns: map[string]map[string]bool{}, b: b, incident: Incident{At: now(), Aside: aside}}
	if s.old, err = sqlitefile.OpenDamaged(filepath.Join(dir, "mail.db")); err == nil {
		err = errors.Join(s.run(ctx), s.old.Close())
	}
	if err = errors.Join(err, b.Close()); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(fresh, "mail.db"), filepath.Join(dir, rebuiltFile)); err != nil {
		return err
	}
	return install(dir, aside)
}

// install puts a rebuilt mail file in its place, if there is one.
func install(dir, aside string) error {
	if _, err := os.Stat(filepath.Join(dir, rebuiltFile)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, suffix := range []string{"-wal", "-shm", ""} {
		err := os.Rename(filepath.Join(dir, "mail.db"+suffix), filepath.Join(dir, aside+suffix))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := os.Remove(filepath.Join(dir, damagedMark)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(filepath.Join(dir, rebuiltFile), filepath.Join(dir, "mail.db")); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(dir, rebuildingDir))
}

// salvage fills a new mail file with what can be read of a damaged one.
type salvage struct {
	b        *Box
	old      *sql.DB
	columns  map[string]map[string]bool // of its tables, as far as they were asked for
	incident Incident
}

// plainTables are copied row by row before the messages, and linkedTables after them: their rows refer to messages.
var (
	plainTables  = []string{"accounts", "labels", "rules", "searches", "contacts", "senders", "views", "purged", "receipts", "runs", "incidents"}
	linkedTables = []string{"copies", "message_labels"}
)

func (s *salvage) run(ctx context.Context) error {
	for _, table := range plainTables {
		if err := s.copyTable(ctx, table); err != nil {
			return err
		}
	}
	// Counted anew as labels are given and messages come; and copies may be lacking.
	for _, statement := range []string{`UPDATE labels SET total = 0, unread = 0`, `UPDATE accounts SET settled = NULL, total = 0, octets = 0`} {
		if err := s.exec(ctx, statement); err != nil {
			return err
		}
	}
	for _, id := range s.ids(ctx) {
		if err := s.message(ctx, id); err != nil {
			return err
		}
	}
	for _, table := range linkedTables {
		if err := s.copyTable(ctx, table); err != nil {
			return err
		}
	}
	return s.finish(ctx)
}

// finish says where the messages are, and notes what happened.
func (s *salvage) finish(ctx context.Context) error {
	return s.b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, statement := range checks[len(checks)-1].repair { // where messages are
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		i := s.incident
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO incidents (at, aside, kept, again, lost) VALUES (?, ?, ?, ?, ?)`,
			seconds(i.At), i.Aside, i.Kept, i.Again, max(i.Lost-i.Again, 0))
		return err
	})
}

func (s *salvage) exec(ctx context.Context, statement string, args ...any) error {
	return s.b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
}

// copyTable copies the rows that can be read, from both ends of the table.
func (s *salvage) copyTable(ctx context.Context, table string) error {
	for _, order := range []string{"", " ORDER BY 1 DESC"} {
		columns, rows := s.rows(ctx, `SELECT * FROM `+table+order)
		if len(rows) == 0 {
			continue
		}
		holes := bytes.TrimSuffix(bytes.Repeat([]byte("?, "), len(columns)), []byte(", "))
		statement := `INSERT OR IGNORE INTO ` + table + ` (` + joined(columns) + `) VALUES (` + string(holes) + `)`
		for group := range slices.Chunk(rows, perWrite) {
			err := s.b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
				if _, err := tx.ExecContext(ctx, `PRAGMA defer_foreign_keys = 1`); err != nil {
					return err
				}
				for _, row := range group {
					if _, err := tx.ExecContext(ctx, statement, row...); err != nil && !sqlitefile.IsForeignKey(err) {
						return fmt.Errorf("bringing over %s: %w", table, err)
					}
				}
				return s.dropOrphans(ctx, tx, table)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// dropOrphans takes rows back that refer to messages which could not be brought over, but for the server copies, which
// bring them again.
func (s *salvage) dropOrphans(ctx context.Context, tx *sql.Tx, table string) error {
	switch table {
	case "copies":
		const orphan = ` message IS NOT NULL AND message NOT IN (SELECT id FROM messages)`
		done, err := tx.ExecContext(ctx, `UPDATE copies SET state = 1, message = NULL, stored = NULL, fails = 0, tried = NULL
			WHERE state IN (1, 2, 7, 8) AND absent IS NULL AND`+orphan)
		if err != nil {
			return err
		}
		again, err := done.RowsAffected()
		if err != nil {
			return err
		}
		s.incident.Again += int(again)
		_, err = tx.ExecContext(ctx, `UPDATE copies SET state = iif(state = 2, 6, state), message = NULL WHERE`+orphan)
		return err
	case "message_labels":
		_, err := tx.ExecContext(ctx, `DELETE FROM message_labels WHERE message NOT IN (SELECT id FROM messages)`)
		return err
	}
	return nil
}

func joined(names []string) string {
	var b bytes.Buffer
	for i, n := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(n)
	}
	return b.String()
}

// rows reads of a query what comes before the first damage.
func (s *salvage) rows(ctx context.Context, query string, args ...any) (columns []string, list [][]any) {
	rows, err := s.old.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, nil
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		return nil, nil
	}
	for rows.Next() {
		row := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if rows.Scan(into...) != nil {
			break
		}
		list = append(list, row)
	}
	return columns, list
}

// idSources are where ids of messages stand: each may be damaged in another place.
var idSources = []string{
	`SELECT id FROM messages NOT INDEXED ORDER BY id`, `SELECT id FROM messages NOT INDEXED ORDER BY id DESC`,
	`SELECT id FROM messages INDEXED BY messages_place`, `SELECT id FROM messages INDEXED BY messages_place ORDER BY place DESC, id DESC`,
	`SELECT id FROM messages INDEXED BY messages_account ORDER BY account, id`, `SELECT id FROM messages INDEXED BY messages_account ORDER BY account DESC, id DESC`,
	`SELECT message FROM raw ORDER BY message, n`, `SELECT message FROM raw ORDER BY message DESC, n DESC`,
	`SELECT message FROM copies WHERE message IS NOT NULL`, `SELECT message FROM texts`,
}

// ids are all messages of which something can be read.
func (s *salvage) ids(ctx context.Context) []ID {
	var ids []ID
	for _, source := range idSources {
		_, rows := s.rows(ctx, source)
		for _, row := range rows {
			if id, ok := row[0].(int64); ok && id > 0 {
				ids = append(ids, ID(id))
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// message brings one message over, if its bytes are those that came.
func (s *salvage) message(ctx context.Context, id ID) error {
	var account int64
	var was flagged
	var hash []byte
	var partial int64
	err := s.old.QueryRowContext(ctx, `SELECT account, place, unread, starred, `+s.column(ctx, "messages", "muted")+`, sha256, `+s.column(ctx, "messages", "partial")+`
		FROM messages WHERE id = ?`, id).
		Scan(&account, &was.place, &was.unread, &was.starred, &was.muted, &hash, &partial)
	if err != nil || partial > 0 {
		s.incident.Lost++
		return nil // its server copy has it collected, if there is one
	}
	_, frames := s.rows(ctx, `SELECT data, `+s.column(ctx, "raw", "form")+` FROM raw WHERE message = ? ORDER BY n`, id)
	raw := s.b.NewSpool(0)
	sum := sha256.New()
	for _, f := range frames {
		data, _ := f[0].([]byte)
		form, _ := f[1].(int64)
		text, err := s.b.codec.unpack(nil, data, int(form))
		if err != nil {
			break
		}
		sum.Write(text)
		if _, err := raw.Write(text); err != nil {
			return errors.Join(err, raw.Close())
		}
	}
	if !slices.Equal(sum.Sum(nil), hash) {
		s.incident.Lost++
		return raw.Close()
	}
	p, err := s.b.Prepare(Copy{Account: account}, 0, raw)
	if err != nil {
		return err
	}
	defer p.Close()
	s.incident.Kept++
	return s.b.store(ctx, func(ctx context.Context, tx *sql.Tx) error { return p.restore(ctx, tx, id, was) })
}

// flagged is what a person has made of a message.
type flagged struct {
	place                  Place
	unread, starred, muted bool
}

// column is a column of a table of the damaged file; 0 where the file is of before it was there.
func (s *salvage) column(ctx context.Context, table, name string) string {
	if _, ok := s.columns[table]; !ok {
		s.columns[table] = map[string]bool{}
		_, rows := s.rows(ctx, `SELECT name FROM pragma_table_info(?)`, table)
		for _, r := range rows {
			if column, ok := r[0].(string); ok {
				s.columns[table][column] = true
			}
		}
	}
	if s.columns[table][name] {
		return name
	}
	return `0`
}

// restore makes a message of what was prepared, with the id, place and flags that it had.
func (p *Prepared) restore(ctx context.Context, tx *sql.Tx, id ID, was flagged) error {
	accounts, err := allAccounts(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := p.owned(accounts, p.Copy.Account); err != nil {
		return err
	}
	thread, err := findThread(ctx, tx, id, p.row)
	if err != nil {
		return err
	}
	if err := p.insertRow(ctx, tx, id, thread, was.unread); err != nil {
		return err
	}
	if err := p.insertIndex(ctx, tx, id); err != nil {
		return err
	}
	if err := p.raw.insert(ctx, tx, id); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE messages SET place = ?, starred = ?, muted = ? WHERE id = ?`, was.place, was.starred, was.muted, id); err != nil {
		return err
	}
	return settle(ctx, tx, thread, was.place)
}
