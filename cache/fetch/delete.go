package fetch

import (
	"context"

	"restante/cache"
	"restante/pop3client"
)

// deleteAndQuit is the last phase of a session, and the only place where anything is deleted on a server: what the policy
// of the account condemns or the person asked for, is in this session's complete listing, and has been read back here. It is
// noted before QUIT; only when that is confirmed is it deleted (pop3.md section 3). An error drops the connection without
// QUIT, after which the server deletes nothing.
func (v *visit) deleteAndQuit(ctx context.Context, l listed) error {
	sent, err := v.delete(ctx, l)
	if err != nil {
		return err
	}
	if len(sent) == 0 {
		v.quit(ctx)
		return nil
	}
	if err := v.client.Quit(ctx); err != nil {
		v.fleet.Log.WarnContext(ctx, "the server did not confirm that it has deleted messages: the next listing shows", "server", v.order.mailbox.Server, "error", discreet(err))
		return nil
	}
	v.out.Deleted = len(sent)
	return v.box.Deleted(ctx, sent)
}

// delete marks what is condemned and returns what the server has marked.
func (v *visit) delete(ctx context.Context, l listed) (sent []cache.Copy, err error) {
	if v.account.Recent || v.out.strange {
		return nil, nil
	}
	if v.account.Policy.Rule != cache.Keep && v.account.Policy.SameSession {
		if v.condemned, err = v.box.Condemned(ctx, v.account.ID, v.fleet.Now()); err != nil {
			return nil, err
		}
	}
	doomed := cache.Locate(l.all, v.condemned)
	if len(doomed) == 0 {
		return nil, nil
	}
	byNumber := make(map[int]cache.Copy, len(doomed))
	at := 0
	next := func() (pop3client.Listing, bool) {
		if at == len(doomed) {
			return pop3client.Listing{}, false
		}
		d := doomed[at]
		at++
		byNumber[d.Number] = d.Copy
		return pop3client.Listing{Number: d.Number, UIDL: l.own(d.UIDL), Size: d.Size}, true
	}
	err = v.client.DeleteEach(ctx, next, func(l pop3client.Listing, err error) error {
		if err == nil {
			sent = append(sent, byNumber[l.Number])
		}
		return nil // a refusal means that it stays
	})
	if err != nil {
		return nil, err
	}
	return sent, v.box.Sent(ctx, sent)
}
