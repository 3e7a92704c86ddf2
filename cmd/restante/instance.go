package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/cmd/restante/memory"
	"restante/pop3client"
	"restante/pop3client/discover"
	"restante/web"
	"restante/web/front"
	"restante/web/images"
	"restante/web/session"
)

// sweepEvery is how often sessions whose time is over are deleted.
const sweepEvery = 10 * time.Minute

// inMemory is how much of a person's mail a site without a data folder holds, in bytes.
const inMemory = 64 << 20

// instance is a site and all that it needs, on one data folder or in memory.
type instance struct {
	data        string              // "": all that it keeps lies in memory, and is gone when it ends
	mail        *pop3client.Address // nil: people name their own
	userDomain  string              // added to user names without one
	finder      *discover.Finder    // nil: nobody's mail server is looked for
	client      pop3client.Options
	allow       web.Allowed
	believed    []string // authserv-ids
	openPDF     bool
	key         vault.Key // of the instance; zero: it has none
	authHeader  string    // in which a trusted proxy names people; "": it does not
	oidc        *web.OIDC // nil: nobody vouches for people
	operators   web.Allowed
	admin       net.Listener // for the pages of who runs the site; nil: they are served to operators alone
	front       front.Front
	tls         *tls.Config // nil: the site speaks HTTP
	interval    time.Duration
	maxUserSize int64 // bytes; 0: any number
	demo        *web.Demo
	kiosk       *web.Kiosk                      // nil: it is none
	limits      map[session.Kind]session.Limits // nil: the default ones
	ready       func()                          // called once the data is open and the site is about to answer
	log         *slog.Logger
	journal     *web.Journal // that log; nil: it is not remembered
}

// run serves on l until ctx is done, and returns when all is still: requests answered, POP3 sessions ended, files closed.
func (i instance) run(ctx context.Context, l net.Listener) (err error) {
	defer l.Close()
	people, boxes, err := i.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, people.Close()) }()
	defer func() { err = errors.Join(err, boxes.Close()) }()
	hasher, err := vault.NewHasher(vault.DefaultCost())
	if err != nil {
		return err
	}
	fleet := &fetch.Fleet{Boxes: boxes, Registry: people, Client: i.client, Interval: i.interval, MaxSize: i.maxUserSize, Absent: !i.key.IsZero(), Guests: i.kiosk != nil, Now: time.Now, Log: i.log}
	site := &web.Server{
		Boxes: boxes, People: people, Fleet: fleet, Hasher: hasher,
		Sessions: &session.Keeper{Registry: people, Limits: i.limits, Secure: func(r *http.Request) bool { return front.From(r.Context()).Secure }, Now: time.Now},
		Front:    i.front, TLS: i.tls,
		Mail: i.mail, UserDomain: i.userDomain, Finder: i.finder, InstanceKey: i.key, AuthHeader: i.authHeader, OIDC: i.oidc, Allow: i.allow, Believed: i.believed, OpenPDF: i.openPDF, Demo: i.demo, Kiosk: i.kiosk, Operators: i.operators, About: i.about(), Ready: i.usable,
		Images: images.New(images.Options{}), Tickets: images.NewSigner(), Lists: lists(),
		Location: time.Local, Now: time.Now, Log: i.log,
	}
	if err := site.FinishErasing(ctx); err != nil {
		return err
	}
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { return fleet.Run(ctx) })
	all.Go(func() error { return boxes.Run(ctx) })
	all.Go(func() error { return site.HoldAbsent(ctx) })
	all.Go(func() error { return sweep(ctx, people, i.log) })
	if i.kiosk != nil {
		all.Go(func() error { return sweepGuests(ctx, site, people, i.log) })
	}
	all.Go(func() error { memory.Keep(ctx); return nil })
	if i.admin != nil {
		all.Go(func() error { return site.ServeAdmin(ctx, i.admin) })
	}
	all.Go(func() error { return site.Serve(ctx, l) })
	i.ready()
	return all.Wait()
}

// open opens what the site keeps: who its people are, and their mail.
func (i instance) open(ctx context.Context) (*registry.Registry, *cache.Pool, error) {
	if i.data == "" {
		people, err := registry.OpenInMemory(ctx)
		return people, cache.NewMemoryPool(inMemory, time.Now), err
	}
	people, err := registry.Open(ctx, i.data)
	if err != nil {
		return nil, nil, explainData(i.data, err)
	}
	return people, cache.NewPool(filepath.Join(i.data, "users"), time.Now), nil
}

// about is what is told to who runs the site.
func (i instance) about() web.About {
	a := web.About{Version: version(), Started: time.Now(), Journal: i.journal}
	if i.data != "" {
		a.Free = func() (int64, bool) {
			var fs syscall.Statfs_t
			err := syscall.Statfs(i.data, &fs)
			return int64(fs.Bavail) * int64(fs.Bsize), err == nil
		}
	}
	return a
}

// usable reports whether more can be kept.
func (i instance) usable() error {
	if i.data == "" {
		return nil
	}
	return writable(i.data)
}

// sweep deletes sessions whose time is over and tries that are no longer counted, until ctx is done.
func sweep(ctx context.Context, people *registry.Registry, log *slog.Logger) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		_, err := people.ExpireSessions(ctx, time.Now())
		if err := errors.Join(err, people.ForgetTries(ctx, time.Now())); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "deleting sessions whose time is over", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// explainData says what to do about a data folder that cannot be used.
func explainData(dir string, err error) error {
	if errors.Is(err, registry.ErrInUse) {
		return err // it says all
	}
	return fmt.Errorf("the data folder %s cannot be used: %w", dir, err)
}
