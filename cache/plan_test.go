package cache

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"maps"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"restante/cache/query"
)

// recorder opens connections that note every statement, with values that it once had.
type recorder struct {
	driver driver.Driver
	dsn    string

	mu   sync.Mutex
	seen map[string][]driver.NamedValue
}

// record makes the box note what it asks SQLite from now on.
func record(b *Box) *recorder {
	b.renewer.Wait()
	r := &recorder{driver: b.file.Read.Driver(), seen: map[string][]driver.NamedValue{}}
	r.dsn = "file:" + (&url.URL{Path: filepath.Join(b.dir, "mail.db")}).EscapedPath() + "?_foreign_keys=1&_txlock=immediate&_pragma=temp_store(memory)"
	b.file.Read.Close()
	b.file.Write.Close()
	b.file.Read, b.file.Write = sql.OpenDB(r), sql.OpenDB(r)
	return r
}

func (r *recorder) Driver() driver.Driver { return r.driver }

func (r *recorder) Connect(context.Context) (driver.Conn, error) {
	c, err := r.driver.Open(r.dsn)
	if err != nil {
		return nil, err
	}
	return recorded{c.(sqliteConn), r}, nil
}

func (r *recorder) note(statement string, args []driver.NamedValue) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[statement] = args
}

type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
}

type recorded struct {
	sqliteConn
	r *recorder
}

func (c recorded) ExecContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Result, error) {
	c.r.note(statement, args)
	return c.sqliteConn.ExecContext(ctx, statement, args)
}

func (c recorded) QueryContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Rows, error) {
	c.r.note(statement, args)
	return c.sqliteConn.QueryContext(ctx, statement, args)
}

// everything does with a box all that a person and the collector do.
func everything(f *fixture) {
	f.t.Helper()
	ctx, account := f.t.Context(), f.account.ID
	must := func(_ any, err error) {
		f.t.Helper()
		if err != nil {
			f.t.Fatal(err)
		}
	}
	ids := f.add(exchange()...)
	ids = append(ids, f.add(
		letter("ana@example.org", "Re: Hello", "an orphan", noon.Add(-4*time.Hour)),
		letter("bo@example.org", "both", "joins", noon.Add(-3*time.Hour), "References: <o@x> <h@x>"),
	)...)
	a, err := f.Act(ctx, DoDelete, ids)
	must(a, err)
	must(f.Undo(ctx, a.ID))
	must(f.compare(ctx, account, []Listing{{Number: 1, UIDL: "uid-1"}, {Number: 2, UIDL: "new"}}))
	must(f.Fail(ctx, Copy{account, "new", 1}))
	must(f.Aside(ctx, account))
	must(nil, f.Finish(ctx, Run{Account: account}, true))
	must(f.Runs(ctx, account, 10))
	must(f.Account(ctx, account))
	must(nil, f.StoreHeaders(ctx, []Header{{Copy: Copy{account, "head", 1}, Number: 9, Size: 99, Raw: f.spool("Subject: head\r\n\r\n")}}))
	must(nil, f.Want(ctx, ids[0]))
	must(nil, f.SetPolicy(ctx, account, Policy{Rule: DeleteAfter, Days: 1}))
	must(nil, f.SetIntake(ctx, account, Everything, 1000))
	must(nil, f.Skip(ctx, []Missing{{Copy: Copy{account, "new", 1}}}))
	for rule := range numberOfRules {
		_, _, err := f.DryRun(ctx, account, Policy{Rule: rule, Days: 1})
		must(nil, err)
	}
	must(nil, f.SetPolicy(ctx, account, Policy{Rule: DeleteAtOnce, SameSession: true}))
	must(f.Condemned(ctx, account, noon))
	must(nil, f.Sent(ctx, []Copy{{account, "uid-2", 1}}))
	must(nil, f.Deleted(ctx, []Copy{{account, "uid-2", 1}}))
	must(f.Whereabouts(ctx, ids[1]))
	must(f.Receipts(ctx, account, 0, 10))
	must(nil, f.SetPassword(ctx, account, []byte("sealed")))
	for _, verb := range []Verb{DoArchive, DoStar, DoRead} {
		a, err := f.ActOnConversations(ctx, verb, ids[:1])
		must(a, err)
		must(f.Action(ctx, a.ID))
		must(f.Undo(ctx, a.ID))
	}
	must(f.Act(ctx, DoStar, ids[:2]))
	must(f.ActOnConversations(ctx, DoMute, ids[:1]))
	must(f.ActOnConversations(ctx, DoUnmute, ids[:1]))
	for _, verb := range []Verb{Labelling("x"), Unlabelling("x"), Labelling("X")} {
		a, err := f.Act(ctx, verb, ids[:2])
		must(a, err)
		must(f.Undo(ctx, a.ID))
	}
	must(f.Act(ctx, Labelling("x"), ids[:2]))
	labels, err := f.Labels(ctx)
	must(labels, err)
	must(nil, f.ChangeLabel(ctx, labels[0].ID, "Y", 1))
	must(nil, f.ChangeLabel(ctx, labels[0].ID, "x", 0))
	must(f.LabelsOf(ctx, ids[0]))
	must(nil, f.ChangeSettings(ctx, map[string]string{"theme": "dark", "density": ""}))
	settings, err := f.Settings(ctx)
	must(settings, err)
	must(nil, f.SaveSearch(ctx, "friends", "from:bo"))
	searches, err := f.SavedSearches(ctx)
	must(searches, err)
	must(nil, f.AddRule(ctx, ArrivalRule{Query: "ruled", Deeds: allDeeds, Label: "z"}))
	must(nil, f.AddRule(ctx, ArrivalRule{Query: "subject:ruled", Deeds: RuleArchive}))
	f.add(letter("bo@example.org", "ruled", "ruled", noon.Add(-2*time.Hour)))
	rules, err := f.ArrivalRules(ctx)
	must(rules, err)
	for _, drop := range []func() (Action, error){
		func() (Action, error) { return f.DropRule(ctx, rules[0].ID) },
		func() (Action, error) { return f.DropSearch(ctx, searches[0].ID) },
		func() (Action, error) { return f.DropLabel(ctx, labels[0].ID) },
	} {
		a, err := drop()
		must(a, err)
		must(f.Undo(ctx, a.ID))
	}
	must(f.Namesakes(ctx, Person{"Bo", "other@example.org"}))
	must(nil, f.MarkRead(ctx, ids))
	must(f.Counters(ctx))
	must(f.Message(ctx, ids[0]))
	must(f.Conversation(ctx, ids[0]))
	must(f.Text(ctx, ids[0]))
	raw, err := f.Raw(ctx, ids[0])
	must(io.ReadAll(io.NewSectionReader(raw, 0, raw.Size())))
	must(raw, err)
	must(f.Act(ctx, DoTrash, ids[5:6]))
	must(f.EmptyTrash(ctx))
	must(nil, f.ChangeSettings(ctx, map[string]string{KeepTrash: "30", KeepSpam: "30", KeepMail: "30"}))
	must(f.Expire(ctx))
	must(f.Outdated(ctx, 1))
	for _, page := range []Page{{}, {Before: ids[4]}, {After: ids[0]}} {
		for sort := range numberOfSorts {
			must(f.Files(ctx, sort, page))
		}
		must(f.Conversations(ctx, Inbox, page))
		must(f.Starred(ctx, page))
		_, _, err := f.Labelled(ctx, labels[0].ID, page)
		must(nil, err)
		for _, line := range []string{
			"garden", "gard", "garden -answer", "from:bo subject:garden", "garden is:unread", "garden after:2020 before:2030", "garden in:trash",
			"garden is:starred", "garden label:x is:unread", "rfc822msgid:1@x garden", "garden OR news", "is:starred OR garden", "-is:unread garden", "cc:ana",
			"has:pdf", "has:image", "has:invite", "is:encrypted", "is:large", "is:here", "is:replied", "is:muted", "is:known", "label:x", "rfc822msgid:1@x", "account:ana", "newer_than:7d",
			"is:unread", "is:starred", "has:attachment", "in:archive", "after:2020 before:2030",
		} {
			must(f.Search(ctx, query.Parse(line, time.UTC), page))
			must(f.ActOnFound(ctx, DoRead, query.Parse(line, time.UTC)))
			must(f.SearchBest(ctx, query.Parse(line, time.UTC), page))
		}
	}
}

// No page and no step of a collection may cost more because more mail is stored: SQLite must find what each statement
// asks for by an index, in the order in which it is asked for.
func TestEveryStatementFindsWhatItNeedsByAnIndex(t *testing.T) {
	f := newFixture(t)
	r := record(f.Box)
	everything(f)
	if len(r.seen) < 60 {
		t.Errorf("only %d statements were noted", len(r.seen))
	}
	for statement, args := range maps.Clone(r.seen) {
		values := make([]any, len(args))
		for i, a := range args {
			values[i] = a.Value
		}
		plan, err := explain(t.Context(), f.file.Read, statement, values)
		if err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
		for _, step := range plan {
			if !cheap(statement, step) {
				t.Errorf("%s\nis answered by %s", statement, strings.Join(plan, "; "))
				break
			}
		}
	}
}

func explain(ctx context.Context, db *sql.DB, statement string, values []any) (plan []string, err error) {
	rows, err := db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+statement, values...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return nil, err
		}
		plan = append(plan, detail)
	}
	return plan, rows.Err()
}

// cheap reports whether the cost of a step of a plan is bounded by what is asked for, not by what is stored.
func cheap(statement, step string) bool {
	switch {
	case strings.HasPrefix(step, "SCAN fts VIRTUAL TABLE INDEX") && strings.Contains(step, "M"): // by words
	case step == "SCAN fts VIRTUAL TABLE INDEX 0:=": // by rowid
	case step == "SCAN CONSTANT ROW", isHandful(step):
	case strings.HasPrefix(step, "SCAN json_each"): // the messages of a group
	case strings.HasPrefix(step, "SCAN (subquery"), step == "SCAN newest": // what the count has found
	case strings.HasPrefix(step, "SCAN m") && passesOver(statement):
	case strings.HasPrefix(step, "SCAN a USING COVERING INDEX"): // the accounts
	case strings.HasPrefix(step, "SCAN"):
		return strings.Contains(step, " USING ") && strings.Contains(step, "INDEX") && isPartial(step)
	case strings.Contains(step, "TEMP B-TREE"):
		// Of one conversation, of the messages of one action, of the labels of one message, or of what the count has found.
		return strings.Contains(statement, "AS newest") || strings.Contains(statement, "WHERE thread = ") || strings.Contains(statement, "WHERE m.thread = ") || strings.Contains(statement, "FROM copies WHERE message = ") || strings.Contains(statement, "i.action = ?") || strings.Contains(statement, "ORDER BY l.folded") || strings.Contains(statement, "INDEXED BY messages_account")
	}
	return true
}

// isHandful reports whether a step reads a table of a bounded number of rows, or of what was done in the last ten minutes.
func isHandful(step string) bool {
	for _, table := range []string{"counters", "accounts", "labels", "searches", "rules", "r", "actions", "settings"} {
		if step == "SCAN "+table || strings.HasPrefix(step, "SCAN "+table+" USING") {
			return true
		}
	}
	return false
}

// passesOver reports whether a statement asks for what no index has alone: alternatives of several kinds, what a person
// has answered, and mail of people who are known. They look at message after message, newest first, until the page is full.
func passesOver(statement string) bool {
	return strings.Contains(statement, ") OR (") || strings.Contains(statement, "messages_own") || strings.Contains(statement, "contacts p") || strings.Contains(statement, "+m.account IN")
}

// isPartial reports whether a step reads an index that holds nothing but what is asked for, in its order.
func isPartial(step string) bool {
	for _, index := range []string{"messages_unread", "messages_starred", "messages_attached", "messages_image", "messages_pdf", "messages_invite",
		"messages_encrypted", "messages_large", "messages_here", "messages_muted", "messages_partial"} {
		if strings.Contains(step, index) {
			return true
		}
	}
	return false
}

func TestThePlanOfASlowStatementIsNotCheap(t *testing.T) {
	f := newFixture(t)
	for _, statement := range []string{
		`SELECT id FROM messages WHERE size = 7`,
		`SELECT id FROM messages WHERE place = 1 AND top = 1 ORDER BY subject LIMIT 50`,
		`SELECT rowid FROM fts`,
		`DELETE FROM copies WHERE uidl = x'00'`,
	} {
		plan, err := explain(t.Context(), f.file.Read, statement, nil)
		if err != nil {
			t.Fatal(err)
		}
		isCheap := true
		for _, step := range plan {
			isCheap = isCheap && cheap(statement, step)
		}
		if isCheap {
			t.Errorf("%s passes for cheap: %s", statement, fmt.Sprint(plan))
		}
	}
}
