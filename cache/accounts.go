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
}

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

const accountColumns = `id, server, user, password, made, first_done, scope, max_size, policy, policy_days, policy_size, policy_once, policy_from`

func scanAccount(row row) (a Account, err error) {
	var made, from int64
	err = row.Scan(&a.ID, &a.Server, &a.User, &a.Password, &made, &a.FirstDone, &a.Scope, &a.MaxSize,
		&a.Policy.Rule, &a.Policy.Days, &a.Policy.Size, &a.Policy.SameSession, &from)
	a.Made, a.Policy.From = moment(made), moment(from)
	return a, err
}

// AddAccount returns the account of (server, user), which it makes if there is none.
func (b *Box) AddAccount(ctx context.Context, server, user string) (a Account, err error) {
	err = b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO accounts (server, user, made) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			server, user, seconds(b.now()))
		if err != nil {
			return err
		}
		a, err = scanAccount(tx.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts WHERE server = ? AND user = ?`, server, user))
		return err
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

// Accounts returns all accounts, oldest first.
func (b *Box) Accounts(ctx context.Context) (list []Account, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		list, err = scanAll(ctx, tx, scanAccount, `SELECT `+accountColumns+` FROM accounts ORDER BY id`)
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
