package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"restante/cache/registry"
	"restante/cache/sqlitefile"
	"restante/cmd/restante/memory"
	"restante/web"
	"restante/web/session"
)

// kioskFlags are what a kiosk is and permits.
type kioskFlags struct {
	Kiosk          bool          `help:"For computers that everybody uses: mail stays in memory and is erased when a person signs out, and nothing is changed on the mail server. Needs --server and HTTPS, and no --data."`
	KioskInsecure  bool          `help:"Serve a kiosk without HTTPS: whoever is on the network between can read passwords and mail."`
	KioskDownloads bool          `help:"Let files be saved on a kiosk's computers."`
	KioskPrint     bool          `help:"Let messages be printed from them."`
	KioskLinks     bool          `help:"Let links in messages be followed on them, after a page that says where they lead."`
	KioskIdle      time.Duration `default:"5m" placeholder:"SPAN" help:"After how long without activity a person is signed out of a kiosk, between 1m and 30m. Default: ${default}."`
	KioskOperator  string        `placeholder:"TEXT" help:"Who runs the computers and whom to ask, for the page that says what a kiosk keeps."`
}

const (
	minKioskIdle = time.Minute // less leaves slow readers no time for the warning (WCAG 2.2.1)
	maxKioskIdle = 30 * time.Minute
	guestsEvery  = 5 * time.Second // how often guests are looked for whose time is over
	wipesEach    = 20              // times that memory is wiped behind guests: their last connections hold some of it for a while
)

// kiosk makes of the flags what the site needs to know; nil: it is no kiosk.
func (c *serveCommand) kiosk(i *instance) error {
	k := c.kioskFlags
	switch {
	case !k.Kiosk && (k.KioskInsecure || k.KioskDownloads || k.KioskPrint || k.KioskLinks || k.KioskOperator != ""):
		return usageError{errors.New("the flags that begin with --kiosk- need --kiosk")}
	case !k.Kiosk:
		return nil
	case c.Data != "":
		return usageError{errors.New("--kiosk keeps nothing: leave out --data")}
	case i.mail == nil:
		return usageError{errors.New("--kiosk needs --server URL: whoever sits at a computer for everybody cannot be asked for a mail server")}
	case k.KioskIdle < minKioskIdle || k.KioskIdle > maxKioskIdle:
		return usageError{fmt.Errorf("--kiosk-idle %s: it may be between %s and %s", k.KioskIdle, minKioskIdle, maxKioskIdle)}
	case !k.KioskInsecure && !c.mayBeSecure(*i):
		return usageError{errors.New("--kiosk needs HTTPS, or passwords and mail can be read on the way: --tls-cert serves it, --public-url https://… or --trusted-proxy say that a proxy does; --kiosk-insecure goes without")}
	}
	i.kiosk = &web.Kiosk{Downloads: k.KioskDownloads, Print: k.KioskPrint, Links: k.KioskLinks, Insecure: k.KioskInsecure, Wiped: true, Operator: k.KioskOperator}
	i.limits = session.DefaultLimits()
	i.limits[session.Kiosk] = session.Limits{
		Idle: k.KioskIdle, Absolute: max(time.Hour, 2*k.KioskIdle), SameSite: http.SameSiteStrictMode, PlainHTTP: k.KioskInsecure,
	}
	i.client.MaxMessage = web.MaxGuestMessage
	return nil
}

// mayBeSecure reports whether browsers may come by HTTPS: each sign-in is asked anew.
func (c *serveCommand) mayBeSecure(i instance) bool {
	return i.tls != nil || i.front.Public != nil && i.front.Public.Scheme == "https" || len(i.front.Trusted) > 0 || strings.HasPrefix(c.Listen, "unix:")
}

// sweepGuests erases guests whose time is over until ctx is done, and has the memory wiped that they leave.
func sweepGuests(ctx context.Context, site *web.Server, people *registry.Registry, log *slog.Logger) error {
	tick := time.NewTicker(guestsEvery)
	defer tick.Stop()
	for left := 0; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		erased, err := site.EraseGuests(ctx)
		if err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "erasing guests", "error", err)
		}
		if erased > 0 {
			left = wipesEach
		}
		if left > 0 {
			left--
			err := people.Forget(ctx)
			memory.Wipe()
			if err := errors.Join(err, sqlitefile.WipeFreed()); err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "wiping what guests have left", "error", err)
			}
		}
	}
}

// wiping are the settings of the Go runtime that overwrite what is no longer used, and keep goroutines on stacks that
// memory.Wipe can overwrite.
const wiping = "clobberfree=1,adaptivestackstart=0"

// errBeginAgain asks for the program to be begun again, with an environment that it needs from its first moment.
type errBeginAgain struct{}

func (errBeginAgain) Error() string { return "a kiosk needs GODEBUG=" + wiping }

// wipes makes memory be overwritten once it is no longer used; errBeginAgain where that is too late.
func wipes() error {
	if !strings.Contains(os.Getenv("GODEBUG"), wiping) {
		return errBeginAgain{}
	}
	return sqlitefile.UseCleanMemory()
}

// beginAgain puts the program in its own place, so that what a kiosk has shown is overwritten in its memory. It returns only
// where that fails.
func beginAgain() error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("beginning again: %w", err)
	}
	setting := strings.TrimPrefix(os.Getenv("GODEBUG")+","+wiping, ",")
	if err := os.Setenv("GODEBUG", setting); err != nil {
		return fmt.Errorf("beginning again: %w", err)
	}
	return fmt.Errorf("beginning again: %w", syscall.Exec(self, os.Args, os.Environ()))
}
