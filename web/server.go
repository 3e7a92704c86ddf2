// Package web is the site: routes, handlers, and what fills the view models.
//
// A page is answered from the person's cache and never waits for the mail server; signing in is the one exception.
// Every handler that needs a person is given a visit: who it is, and their open mailbox. Errors go to one place,
// explain, which makes advice for the person; the detail goes to the log, once.
package web

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/pop3client"
	"restante/pop3client/discover"
	"restante/views/words"
	"restante/web/front"
	"restante/web/images"
	"restante/web/session"
)

// Server is the site. Fill the fields, all of them but those that say what nil means, then call Handler or Serve. It
// neither opens nor closes what it is given, and does not run Fleet or Boxes: who fills the fields does.
type Server struct {
	Boxes    *cache.Pool
	People   *registry.Registry
	Fleet    *fetch.Fleet // on the same Boxes and People
	Sessions *session.Keeper
	Hasher   *vault.Hasher // the only one of the process: it bounds how many passwords are hashed at once

	// Mail is the one server that people sign in to; nil: the sign-in form asks for one.
	Mail *pop3client.Address
	// UserDomain is added to a user name without a domain, with an @ before it, where Mail is given; "": nothing is.
	UserDomain string
	// Finder finds the mail server of who names none, where Mail is nil; nil: it is not looked for.
	Finder *discover.Finder
	// InstanceKey wraps the keys of people who want their mail collected while they are signed out; zero: nobody can. Fleet
	// has Absent then, and HoldAbsent is called.
	InstanceKey vault.Key
	// AuthHeader is the field in which a trusted proxy names who is signed in there; "": it does not. It needs InstanceKey.
	AuthHeader string
	// OIDC is a provider that vouches for people; nil: none does. It needs InstanceKey, and HTTPS.
	OIDC *OIDC
	// Front is how the site is reached.
	Front front.Front
	// TLS is with what Serve speaks HTTPS; nil: it speaks HTTP.
	TLS *tls.Config
	// Allow says who may sign in, and who may go on: nobody keeps a session who is not on it. nil: anyone whom the
	// server accepts.
	Allow Allowed
	// Demo is how to sign in to a demonstration, which each page then says that it is; nil: it is none.
	Demo *Demo
	// Operators are the people who may see how the site is, in pages of their own; nil: nobody is.
	Operators Allowed
	// About is what those pages say of the process.
	About About
	// Kiosk makes the site one for computers that everybody uses; nil: it is not.
	Kiosk *Kiosk
	// Images makes the pictures of messages safe, and fetches those that are elsewhere for who asks for them.
	Images *images.Proxy
	// Tickets makes the addresses that permit one thing by themselves; of another process they permit nothing.
	Tickets *images.Signer
	// Lists asks mailing lists to take a person off them, for who presses the button; nil: the person is led to their pages.
	Lists *http.Client
	// OpenPDF lets a PDF open in the browser's own viewer instead of only being saved.
	OpenPDF bool
	// Believed are the authserv-ids whose Authentication-Results count (RFC 8601), in any case; nil: nobody's do.
	Believed []string
	// Ready reports whether the data can be used. /healthz answers its error with 503 and writes it to the log.
	Ready func() error

	// Words is the language of all pages; nil: the one that each browser asks for, and that a person has chosen.
	Words    *words.Words
	Location *time.Location // in which times are shown, and in which a search's dates are meant
	Now      func() time.Time
	Log      *slog.Logger // a line a request, and what went wrong; never a person, an address or a text

	admitting sync.Mutex                // held while an accepted sign-in is recorded
	arriving  map[registry.PersonID]int // who is accepted and has no session yet, by how many sign-ins; protected by admitting
	streams   streams
	gone      atomic.Int64 // guests that were erased since the last EraseGuests
	limits    limits       // the zero value: those of times
}

// Demo is how to sign in to a demonstration.
type Demo struct{ User, Password string }

const (
	minGzip    = 1 << 10 // bytes of a page that is worth compressing
	gzipEffort = 5
)

// Handler is the site as one handler.
func (s *Server) Handler() http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(nowhere{}) // Echo's own logger; ours is s.Log
	e.IPExtractor = echo.ExtractIPDirect()
	e.HTTPErrorHandler = s.answering(site.failed)
	e.Pre(s.plain().reveal)
	e.Use(s.plain().logged, s.plain().recovered, s.plain().headers, s.plain().sameOrigin(), middleware.BodyLimit(maxForm), middleware.GzipWithConfig(middleware.GzipConfig{
		Level: gzipEffort, MinLength: minGzip, Skipper: unzipped,
	}))
	for _, r := range s.plain().offered() {
		e.Add(r.method, r.path, s.handling(r.handler))
		if r.method == http.MethodGet {
			e.Add(http.MethodHead, r.path, s.handling(r.handler))
		}
	}
	return s.Front.Handler(e)
}

// route is a line of the table below.
type route struct {
	method, path string
	handler      handler
}

// routes are all addresses of the site, with what answers them.
func routes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/", site.root},
		{get, "/login", site.login},
		{post, "/login", site.signIn},
		{get, oidcStart, site.startOIDC},
		{get, oidcCallback, site.finishOIDC},
		{post, "/logout", site.signOut},
		{get, "/bye", site.bye},
		{get, erasedPath, site.erased},
		{get, expiredPath, site.expired},
		{get, checkPath, unattended(site.stillThere)},
		{post, "/session/stay", person(site.stay)},
		{get, sealedPath + ":token", person(nowhereToGo)}, // one that did not open, see reveal
		{post, sealedPath + ":token", person(nowhereToGo)},

		{get, "/inbox", person(placed(cache.Inbox))},
		{get, "/archive", person(placed(cache.Archive))},
		{get, "/trash", person(placed(cache.Trash))},
		{get, "/spam", person(placed(cache.Spam))},
		{get, "/sent", person(placed(cache.Sent))},
		{get, "/drafts", person(placed(cache.Drafts))},
		{get, "/all", person(site.allMail)},
		{get, "/starred", person(site.starred)},
		{get, "/label/:id", person(site.label)},
		{get, attachmentsPath, person(site.gallery)},
		{post, attachmentsPath, person(site.galleryFor)},
		{get, "/search", person(site.search)},
		{post, "/search", person(site.searchFor)},
		{get, "/more", person(site.more)},

		{get, "/t/:id", person(site.conversation)},
		{get, "/m/:id", person(site.message)},
		{get, "/m/:id/original", site.document},
		{get, "/m/:id/headers", person(site.headerPage)},
		{get, "/m/:id/source", person(site.sourcePage)},
		{get, "/m/:id/print", person(printable(site.printPage))},
		{get, "/m/:id/raw", person(kept(site.raw))},
		{get, "/m/:id/part/:n", person(site.partPage)},
		{get, "/m/:id/part/:n/download", person(kept(site.part))},
		{get, "/m/:id/part/:n/open", person(kept(site.openPart))},
		{get, "/m/:id/parts.zip", person(kept(site.zip))},
		{get, "/i/:token", site.picture},
		{get, "/l/:token", site.outbound},

		{post, "/m/:id/star", person(site.star)},
		{post, "/m/:id/whole", person(site.want)},
		{post, "/m/:id/images", person(site.images)},
		{post, "/m/:id/unsubscribe", person(site.unsubscribe)},
		{post, "/messages", person(site.act)},
		{post, "/undo/:token", person(site.undo)},
		{post, "/sync", person(site.check)},
		{get, "/accounts", person(site.listAccounts)},
		{get, "/accounts/new", person(site.newAccount)},
		{post, "/accounts/new", person(site.addAccount)},
		{get, "/accounts/:id/sync", ours(site.progress)},
		{post, "/accounts/:id/sync/pause", ours(site.pause)},
		{post, "/accounts/:id/test", ours(site.test)},
		{get, "/accounts/:id/test", ours(site.tested)},
		{get, "/accounts/:id", ours(site.account)},
		{get, "/accounts/:id/password", ours(site.askPassword)},
		{post, "/accounts/:id/password", ours(site.password)},
		{get, "/accounts/:id/remove", ours(site.askRemove)},
		{post, "/accounts/:id/remove", ours(site.removeAccount)},
		{get, "/accounts/:id/receipts.csv", ours(site.receipts)},
		{post, "/accounts/:id/policy", ours(site.policy)},
		{post, "/accounts/:id/intake", ours(site.intake)},
		{get, eventsPath, site.events},
		{get, "/trash/empty", person(site.askEmptyTrash)},
		{post, "/trash/empty", person(site.emptyTrash)},

		{get, appearancePath, person(site.appearancePage)},
		{post, appearancePath, person(choose(appearancePath, appearance()))},
		{get, readingPath, person(site.readingPage)},
		{post, readingPath, person(choose(readingPath, reading()))},
		{post, trustPath, person(site.trust)},
		{post, untrustPath, person(site.untrust)},
		{post, findTrustedPath, person(site.findTrusted)},
		{get, keyboardPath, person(site.keyboardPage)},
		{post, keyboardPath, person(choose(keyboardPath, keyboard()))},
		{post, keymapPath, person(site.chooseKeys)},
		{get, retentionPath, person(site.retentionPage)},
		{post, retentionPath, person(choose(retentionPath, retention()))},
		{get, sessionsPath, person(site.sessions)},
		{post, sessionsPath, person(site.endSession)},
		{post, idlePath, person(site.chooseIdle)},
		{get, storedPath, person(site.stored)},
		{post, absentPath, person(site.chooseAbsent)},
		{get, exportPath + ".mbox", person(kept(site.exportMbox))},
		{get, exportPath + ".zip", person(kept(site.exportZip))},
		{get, erasePath, person(site.askErase)},
		{post, erasePath, site.confirmErase},

		{get, "/organise", person(site.organise)},
		{post, "/labels/:id", person(site.changeLabel)},
		{post, "/labels/:id/delete", person(dropped((*cache.Box).DropLabel))},
		{post, "/searches", person(site.saveSearch)},
		{post, "/searches/:id/delete", person(dropped((*cache.Box).DropSearch))},
		{post, "/rules", person(site.addRule)},
		{post, "/rules/:id/delete", person(dropped((*cache.Box).DropRule))},

		{get, "/help", person(site.help)},
		{get, "/help/keys", person(site.helpKeys)},
		{get, "/help/search", person(site.helpSearch)},
		{get, "/help/shared", site.helpShared},
		{get, "/help/kiosk", site.helpKiosk},
		{get, statusPath, operated(site.siteStatus)},
		{get, kioskTestPath, operated(site.kioskTest)},
		{get, logPath, operated(site.siteLog)},
		{get, "/assets/:file", site.asset},
		{get, front.HealthPath, site.health},
		{get, manifestPath, site.manifest},
		{get, "/robots.txt", robots},
	}
}

// render sends a page whole or not at all: a view that fails must not have sent half of it.
func (s site) render(c echo.Context, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(c.Request().Context(), &b); err != nil {
		return err
	}
	return c.HTMLBlob(status, b.Bytes())
}

// nowhere takes what is written to it.
type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
