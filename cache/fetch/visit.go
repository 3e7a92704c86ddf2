package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"slices"
	"strings"
	"sync"

	"restante/cache"
	"restante/cache/registry"
	"restante/pop3client"
)

// visit is one session with a server: show, list, retrieve, delete, quit (pop3.md section 3).
type visit struct {
	fleet     *Fleet
	box       *cache.Box
	client    *pop3client.Client
	order     order
	out       *outcome
	account   cache.Account
	condemned []cache.Condemned // may be deleted, were read back before
}

// run goes through a session whose sign-in is done. An error that leaves the session open has retrieved nothing, or has
// not stored all of it: only then is QUIT due or not.
func (v *visit) run(ctx context.Context) error {
	secured := ""
	if state, ok := v.client.ConnectionState(); ok {
		secured = tls.VersionName(state.Version)
	}
	v.order.report(func(s *State) { s.Phase, s.Secured = Listing, secured })
	if err := v.firstPage(ctx); err != nil {
		return v.goOnWithout(ctx, err)
	}
	l, work, err := v.list(ctx)
	if err != nil {
		return v.bow(ctx, err)
	}
	if err := v.headers(ctx, work.Headers); err != nil {
		return v.bow(ctx, err)
	}
	if err := v.retrieve(ctx, work); err != nil {
		return err
	}
	// All that was retrieved is durable: only now may the server delete it, or consider it read (pop3.md F7).
	if err := v.deleteAndQuit(ctx, l); err != nil {
		return err
	}
	v.out.complete = v.out.left == 0 && v.out.refused == nil && l.complete
	v.out.more = v.out.Collected > 0 && Windowed(v.order.mailbox.Server)
	return v.out.refused
}

// goOnWithout begins again, without a first page from now on, where that has broken the session off.
func (v *visit) goOnWithout(ctx context.Context, err error) error {
	if ctx.Err() != nil || Classify(err) != Protocol && Classify(err) != Unreachable {
		return err
	}
	v.fleet.Log.InfoContext(ctx, "a server does not show headers first", "server", v.order.mailbox.Server, "error", discreet(err))
	v.out.again = true
	return v.fleet.Registry.PutTrait(ctx, v.order.mailbox.Server, registry.Trait{Name: traitBlunt, Value: "yes", Seen: v.fleet.Now()})
}

// hasRoom is ErrUserFull where the person's mail may not grow.
func (v *visit) hasRoom(ctx context.Context) error {
	if v.fleet.MaxSize <= 0 {
		return nil
	}
	size, err := v.box.Size(ctx)
	if err == nil && size >= v.fleet.MaxSize {
		err = ErrUserFull
	}
	return err
}

// bow ends a session in which nothing was retrieved: without QUIT a server may hold the lock for minutes (pop3.md G7).
func (v *visit) bow(ctx context.Context, err error) error {
	v.quit(ctx)
	return err
}

// quit ends a session of which nothing depends on the server's confirmation.
func (v *visit) quit(ctx context.Context) {
	if err := v.client.Quit(ctx); err != nil {
		v.fleet.Log.InfoContext(ctx, "the server did not confirm the end of a session", "server", v.order.mailbox.Server, "error", discreet(err))
	}
}

// list lists the mailbox and says what is to be done. What the file knows is read meanwhile, unless the listing is likely
// to be one that needs no comparing.
func (v *visit) list(ctx context.Context) (l listed, work cache.Work, err error) {
	var ledger *cache.Ledger
	var reading error
	read := func() { ledger, reading = v.box.Ledger(ctx, v.account.ID) }
	var reader sync.WaitGroup
	if !v.account.WasSettled {
		reader.Go(read)
	}
	l, err = list(ctx, v.client)
	reader.Wait()
	if !v.fleet.Guests { // who want to read now: a server that means it will say so
		v.out.pause = v.client.Capabilities().LoginDelay() // known by now, see pop3client.Options.LateCAPA
	}
	if err = errors.Join(err, reading); err != nil {
		return l, work, err
	}
	v.out.Listed, v.out.strange = len(l.all), l.strange
	v.order.report(func(s *State) { s.NamedByHeaders = l.named })
	if v.fleet.Guests {
		l.keepNewest(maxGuest)
	}
	if ledger == nil {
		settled, err := v.box.Settled(ctx, v.account.ID, l.all)
		if err != nil || settled && l.complete {
			v.found(work)
			return l, work, err
		}
		if read(); reading != nil {
			return l, work, reading
		}
	}
	if work, err = v.compare(ctx, ledger, l); err == nil {
		v.found(work)
	}
	return l, work, err
}

// compare says what of the listing is to be done.
func (v *visit) compare(ctx context.Context, ledger *cache.Ledger, l listed) (work cache.Work, err error) {
	// What is absent from a part of a mailbox has been taken by nobody.
	if work, err = ledger.Compare(ctx, l.all, l.complete && l.older == 0 && !Windowed(v.order.mailbox.Server)); err != nil {
		return work, err
	}
	if work.Renumbered() {
		v.out.strange = true
		if err := v.heal(ctx, &work); err != nil {
			return work, err
		}
	}
	return work, nil
}

// found tells what is to be done.
func (v *visit) found(work cache.Work) {
	v.out.Taken, v.out.Missed = work.Taken, work.Missed
	v.order.report(func(s *State) {
		s.Phase, s.Total, s.Taken, s.Missed = Downloading, len(work.Missing), work.Taken, work.Missed
		for _, m := range work.Missing {
			s.TotalBytes += m.Size
		}
	})
}

// heal finds messages that are here already among those with unique ids that are new, by their headers.
func (v *visit) heal(ctx context.Context, work *cache.Work) error {
	byNumber := make(map[int]cache.Copy, len(work.Missing))
	listing := make([]cache.Listing, 0, len(work.Missing))
	for _, m := range work.Missing {
		byNumber[m.Number] = m.Copy
		listing = append(listing, cache.Listing{Number: m.Number})
	}
	heads, err := headerKeys(ctx, v.client, slices.Values(listing))
	if err != nil {
		return passOver(err) // then they come once more, and are known by their bytes
	}
	keys := make(map[cache.Copy]int64, len(heads))
	for number, key := range heads {
		keys[byNumber[number]] = key
	}
	n, err := v.box.Relabel(ctx, v.account.ID, work, keys)
	if err != nil {
		return err
	}
	work.Taken = max(work.Taken-n, 0)
	v.fleet.Log.InfoContext(ctx, "a server has renumbered its messages", "server", v.order.mailbox.Server, "known again", n)
	return nil
}

// headers brings the headers of messages that are too large to be collected unasked.
func (v *visit) headers(ctx context.Context, large []cache.Missing) error {
	for group := range slices.Chunk(large, firstPage) {
		n, err := v.headersOf(ctx, group)
		if err != nil || n == 0 {
			return passOver(err)
		}
	}
	return nil
}

// headersOf brings the headers of some messages and returns how many the server has shown.
func (v *visit) headersOf(ctx context.Context, group []cache.Missing) (n int, err error) {
	byNumber := make(map[int]cache.Missing, len(group))
	for _, m := range group {
		byNumber[m.Number] = m
	}
	next := func() (pop3client.Listing, bool) {
		if len(group) == 0 {
			return pop3client.Listing{}, false
		}
		m := group[0]
		group = group[1:]
		return pop3client.Listing{Number: m.Number, Size: m.Size}, true
	}
	headers, err := v.glance(ctx, next)
	if err != nil {
		return 0, joinClosed(err, headers)
	}
	for i, h := range headers {
		m := byNumber[h.Number]
		headers[i].Copy, headers[i].Size = m.Copy, m.Size
	}
	return len(headers), v.box.StoreHeaders(ctx, headers)
}

// recentPrefix before a user name asks Gmail for the last 30 days, whichever program has taken them.
const recentPrefix = "recent:"

// Windowed reports whether a server shows a mailbox only in parts, of which the next comes once the last has been
// retrieved and the session has ended (pop3.md F7). It is Gmail, which can be asked for all recent mail instead, see
// cache.Account.Recent.
func Windowed(server string) bool {
	host := strings.ToLower(server)
	return strings.Contains(host, "//pop.gmail.com") || strings.Contains(host, "//pop.googlemail.com")
}
