package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"

	"restante/cache"
	"restante/pop3client"
)

const (
	firstPage  = 50        // messages whose headers are asked for before anything else
	headerKept = 256 << 10 // bytes of a header, and of what a server sends behind it
)

// limited takes so many bytes and forgets the rest: some servers send the whole message (pop3.md F6).
type limited struct {
	w    io.Writer
	room int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.room)
	l.room -= n
	if _, err := l.w.Write(p[:n]); err != nil {
		return 0, err
	}
	return len(p), nil
}

// firstPage shows the newest messages of a mailbox that is new here by their headers, in a number of round trips that
// does not depend on how many there are. What the server shows is kept only if the whole flight went well.
func (v *visit) firstPage(ctx context.Context) error {
	isNew, err := v.box.IsNew(ctx, v.account.ID)
	if err != nil || !isNew || v.account.Scope == cache.FromNow {
		return err
	}
	traits, err := v.fleet.Registry.Traits(ctx, v.order.mailbox.Server)
	if _, blunt := traits[traitBlunt]; err != nil || blunt {
		return err
	}
	count, _, err := v.client.Stat(ctx)
	if err != nil {
		return passOver(err)
	}
	var headers []cache.Header
	number := count
	next := func() (pop3client.Listing, bool) {
		if number <= max(count-firstPage, 0) {
			return pop3client.Listing{}, false
		}
		number--
		return pop3client.Listing{Number: number + 1, Size: -1}, true
	}
	headers, err = v.glance(ctx, next)
	if err != nil {
		return joinClosed(passOver(err), headers)
	}
	if err := v.box.StoreHeaders(ctx, v.distinct(headers)); err != nil {
		return err
	}
	v.out.seen(v.fleet.Now)
	return nil
}

// passOver is nil for a refusal: a mailbox can be collected without a first page.
func passOver(err error) error {
	if _, refused := errors.AsType[*pop3client.ServerError](err); refused && !errors.Is(err, pop3client.ErrClosed) {
		return nil
	}
	return err
}

// glance asks for the unique ids, sizes and headers of messages. Those that the server does not show are left out.
func (v *visit) glance(ctx context.Context, next func() (pop3client.Listing, bool)) (headers []cache.Header, err error) {
	var raw *cache.Spool
	to := func(pop3client.Listing) io.Writer {
		raw = v.box.NewSpool(0)
		return &limited{raw, headerKept}
	}
	err = v.client.TopEach(ctx, 0, next, to, func(l pop3client.Listing, _ int64, err error) error {
		got := raw
		raw = nil
		switch {
		case got == nil:
			return nil
		case err != nil:
			return got.Close()
		}
		headers = append(headers, cache.Header{Copy: cache.Copy{Account: v.account.ID, UIDL: l.UIDL, Nth: 1}, Number: l.Number, Size: min(max(l.Size, 0), maxListed), Raw: got})
		return nil
	})
	if raw != nil {
		err = errors.Join(err, raw.Close())
	}
	return headers, err
}

// distinct are the headers whose copies can be told apart before the whole listing is there. It closes the others.
func (v *visit) distinct(headers []cache.Header) (list []cache.Header) {
	count := map[string]int{}
	for _, h := range headers {
		count[h.UIDL]++
	}
	for _, h := range headers {
		if h.UIDL == "" || count[h.UIDL] > 1 || len(h.UIDL) > cache.MaxUIDL {
			h.Raw.Close()
			continue
		}
		list = append(list, h)
	}
	return list
}

// joinClosed closes headers that are not stored.
func joinClosed(err error, headers []cache.Header) error {
	for _, h := range headers {
		err = errors.Join(err, h.Raw.Close())
	}
	return err
}

// headerKeys are the keys of the headers of messages, by their numbers.
func headerKeys(ctx context.Context, client *pop3client.Client, all iter.Seq[cache.Listing]) (map[int]int64, error) {
	keys := map[int]int64{}
	next, stop := iter.Pull(all)
	defer stop()
	var head bytes.Buffer
	err := client.TopEach(ctx, 0, func() (pop3client.Listing, bool) {
		l, ok := next()
		return pop3client.Listing{Number: l.Number, Size: -1}, ok
	}, func(pop3client.Listing) io.Writer {
		head.Reset()
		return &limited{&head, headerKept}
	}, func(l pop3client.Listing, n int64, err error) error {
		if err != nil || n == 0 {
			return nil
		}
		keys[l.Number], err = cache.HeaderKey(&head)
		return err
	})
	return keys, err
}
