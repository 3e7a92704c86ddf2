package cache

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// Account is a mailbox on a server from which mail is collected into this file.
type Account struct {
	ID        int64
	Server    string // canonical address, as pop3client.Address.String gives it
	User      string
	Password  []byte // sealed with the person's key; nil: not kept
	Made      time.Time
	FirstDone bool // a whole listing has been collected once
	Scope     Scope
	MaxSize   int64 // bytes; of larger messages only the header is collected; 0: no limit
	Policy    Policy
	Every     time.Duration // between two looks, in minutes; 0: as often as the site does; OnRequest
	Recent    bool          // Gmail is asked for the last 30 days, whichever program has taken them; nothing is deleted there meanwhile

	Total  int   // messages of it that are here
	Octets int64 // bytes of them that are, as its server sent them

	WasSettled bool // the last comparison found nothing to do, and no copy has changed since; see Box.Settled
}

// OnRequest is Account.Every where the person asks for each look.
const OnRequest = -time.Minute

// IsAddress reports whether addr is that of the account's user. Many servers want a user name without a domain; the
// address is then that name at the server's domain or one above it.
func (a Account) IsAddress(addr string) bool {
	if strings.Contains(a.User, "@") {
		return strings.EqualFold(addr, a.User)
	}
	name, domain, ok := strings.Cut(addr, "@")
	_, host, _ := strings.Cut(a.Server, "://")
	host, _, _ = strings.Cut(host, ":")
	return ok && domain != "" && strings.EqualFold(name, a.User) && strings.HasSuffix("."+host, "."+strings.ToLower(domain))
}

const accountColumns = `id, server, user, password, made, first_done, scope, max_size, policy, policy_days, policy_size, policy_once, policy_from, recent, every, total, octets,
	coalesce(length(settled) > 0, 0)`

func scanAccount(row row) (a Account, err error) {
	var made, from, every int64
	err = row.Scan(&a.ID, &a.Server, &a.User, &a.Password, &made, &a.FirstDone, &a.Scope, &a.MaxSize,
		&a.Policy.Rule, &a.Policy.Days, &a.Policy.Size, &a.Policy.SameSession, &from, &a.Recent, &every, &a.Total, &a.Octets, &a.WasSettled)
	a.Made, a.Policy.From, a.Every = moment(made), moment(from), time.Duration(every)*time.Minute
	return a, err
}

// AddAccount returns the account of (server, user), which it makes if there is none. One that was closed is open again, with
// all that is known of its mail.
func (b *Box) AddAccount(ctx context.Context, server, user string) (a Account, err error) {
	err = b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO accounts (server, user, made) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET closed = NULL`,
			server, user, seconds(b.now()))
		if err != nil {
			return err
		}
		a, err = scanAccount(tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts WHERE server = ? AND user = ?`, server, user))
		if err != nil {
			return err
		}
		return own(ctx, tx, a)
	})
	if err != nil {
		return Account{}, fmt.Errorf("adding an account: %w", err)
	}
	return a, nil
}

// Account returns one account; ErrNotFound where there is none.
func (b *Box) Account(ctx context.Context, id int64) (a Account, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		a, err = accountOf(ctx, tx, id)
		return err
	})
	return a, err
}

func accountOf(ctx context.Context, tx *sql.Tx, id int64) (Account, error) {
	a, err := scanAccount(tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts WHERE id = ?`, id))
	if err != nil {
		return Account{}, fmt.Errorf("account %d: %w", id, found(err))
	}
	return a, nil
}

// Accounts returns all accounts but those that are closed, oldest first.
func (b *Box) Accounts(ctx context.Context) (list []Account, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		list, err = openAccounts(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	return list, nil
}

// SetPassword keeps the sealed password of an account; nil forgets it.
func (b *Box) SetPassword(ctx context.Context, account int64, sealed []byte) error {
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE accounts SET password = ? WHERE id = ?`, sealed, account)
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping the password of account %d: %w", account, err)
	}
	return nil
}

// SetRecent changes whether Gmail is asked for the last 30 days only, see Account.Recent.
func (b *Box) SetRecent(ctx context.Context, account int64, recent bool) error {
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE accounts SET recent = ? WHERE id = ?`, recent, account)
		return err
	})
	if err != nil {
		return fmt.Errorf("changing how account %d is asked: %w", account, err)
	}
	return nil
}

// SetEvery changes how often an account is looked at, see Account.Every.
func (b *Box) SetEvery(ctx context.Context, account int64, every time.Duration) error {
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE accounts SET every = ? WHERE id = ?`, every/time.Minute, account)
		return err
	})
	if err != nil {
		return fmt.Errorf("changing how often account %d is looked at: %w", account, err)
	}
	return nil
}

// allAccounts are those that are closed, too.
func allAccounts(ctx context.Context, tx *sql.Tx) ([]Account, error) {
	return scanAll(ctx, tx, scanAccount, `SELECT `+accountColumns+` FROM accounts`)
}

func openAccounts(ctx context.Context, tx *sql.Tx) ([]Account, error) {
	return scanAll(ctx, tx, scanAccount, `SELECT `+accountColumns+` FROM accounts WHERE closed IS NULL ORDER BY id`)
}

// own marks what the person has written from the address of an account among the mail that is here.
func own(ctx context.Context, tx *sql.Tx, a Account) error {
	addrs, err := scanAll(ctx, tx, scanName, `SELECT addr FROM contacts`)
	if err != nil {
		return err
	}
	for _, addr := range addrs {
		if !a.IsAddress(addr) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE messages SET kinds = kinds | ? WHERE lower(from_addr) = ?`, isOwn, addr); err != nil {
			return err
		}
	}
	return nil
}

// CloseAccount forgets the password of an account, whose mail stays: nothing is collected from it any more. ErrNotFound
// where there is none.
func (b *Box) CloseAccount(ctx context.Context, account int64) error {
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE accounts SET password = NULL, closed = ? WHERE id = ? AND closed IS NULL`, seconds(b.now()), account)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("closing account %d: %w", account, err)
	}
	return nil
}

// EraseAccount removes all mail of an account from here, wherever it lies, and forgets what its server lists; on the server
// nothing is touched. Receipts stay. It cannot be undone. When it fails some of the mail may be gone.
func (b *Box) EraseAccount(ctx context.Context, account int64) error {
	for _, statement := range []string{`DELETE FROM copies WHERE account = ?`, `DELETE FROM purged WHERE account = ?`, `DELETE FROM runs WHERE account = ?`,
		`UPDATE accounts SET first_done = 0 WHERE id = ?`} {
		err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, statement, account)
			return err
		})
		if err != nil {
			return fmt.Errorf("erasing account %d: %w", account, err)
		}
	}
	for more := true; more; {
		err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
			ids, err := scanAll(ctx, tx, scanID, `SELECT id FROM messages WHERE account = ? ORDER BY id LIMIT ?`, account, purgeGroup)
			more = len(ids) > 0
			for i := 0; err == nil && i < len(ids); i++ {
				err = drop(ctx, tx, ids[i])
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("erasing the mail of account %d: %w", account, err)
		}
	}
	return nil
}
