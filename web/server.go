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
	// OpenPDF lets a PDF open in the browser's own viewer instead of only being saved.
	OpenPDF bool
	// Believed are the authserv-ids whose Authentication-Results count (RFC 8601), in any case; nil: nobody's do.
	Believed []string
	// Ready reports whether the data can be used. /healthz answers its error with 503 and writes it to the log.
	Ready func() error

	Words    *words.Words
	Location *time.Location // in which times are shown, and in which a search's dates are meant
	Now      func() time.Time
	Log      *slog.Logger // a line a request, and what went wrong; never a person, an address or a text

	admitting sync.Mutex                // held while an accepted sign-in is recorded
	arriving  map[registry.PersonID]int // who is accepted and has no session yet, by how many sign-ins; protected by admitting
	gone      atomic.Int64              // guests that were erased since the last EraseGuests
	limits    limits                    // the zero value: those of times
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
	e.HTTPErrorHandler = s.failed
	e.Pre(s.reveal)
	e.Use(s.logged, s.recovered, s.headers, s.sameOrigin(), middleware.BodyLimit(maxForm), middleware.GzipWithConfig(middleware.GzipConfig{
		Level: gzipEffort, MinLength: minGzip, Skipper: unzipped,
	}))
	for _, r := range s.offered() {
		e.Add(r.method, r.path, r.handler)
		if r.method == http.MethodGet {
			e.Add(http.MethodHead, r.path, r.handler)
		}
	}
	return s.Front.Handler(e)
}

// route is a line of the table below.
type route struct {
	method, path string
	handler      echo.HandlerFunc
}

// routes are all addresses of the site, with what answers them.
func (s *Server) routes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/", s.root},
		{get, "/login", s.login},
		{post, "/login", s.signIn},
		{get, oidcStart, s.startOIDC},
		{get, oidcCallback, s.finishOIDC},
		{post, "/logout", s.signOut},
		{get, "/bye", s.bye},
		{get, erasedPath, s.erased},
		{get, expiredPath, s.expired},
		{get, checkPath, s.unattended(s.stillThere)},
		{post, "/session/stay", s.person(s.stay)},
		{get, sealedPath + ":token", s.person(nowhereToGo)}, // one that did not open, see reveal
		{post, sealedPath + ":token", s.person(nowhereToGo)},

		{get, "/inbox", s.person(s.place(cache.Inbox))},
		{get, "/archive", s.person(s.place(cache.Archive))},
		{get, "/trash", s.person(s.place(cache.Trash))},
		{get, "/starred", s.person(s.starred)},
		{get, "/label/:id", s.person(s.label)},
		{get, "/search", s.person(s.search)},
		{post, "/search", s.person(s.searchFor)},
		{get, "/more", s.person(s.more)},

		{get, "/t/:id", s.person(s.conversation)},
		{get, "/m/:id", s.person(s.message)},
		{get, "/m/:id/original", s.document},
		{get, "/m/:id/headers", s.person(s.headerPage)},
		{get, "/m/:id/source", s.person(s.sourcePage)},
		{get, "/m/:id/print", s.person(s.printable(s.printPage))},
		{get, "/m/:id/raw", s.person(s.kept(s.raw))},
		{get, "/m/:id/part/:n", s.person(s.partPage)},
		{get, "/m/:id/part/:n/download", s.person(s.kept(s.part))},
		{get, "/m/:id/part/:n/open", s.person(s.kept(s.openPart))},
		{get, "/m/:id/parts.zip", s.person(s.kept(s.zip))},
		{get, "/i/:token", s.picture},
		{get, "/l/:token", s.outbound},

		{post, "/m/:id/star", s.person(s.star)},
		{post, "/m/:id/whole", s.person(s.want)},
		{post, "/m/:id/images", s.person(s.images)},
		{post, "/messages", s.person(s.act)},
		{post, "/undo/:token", s.person(s.undo)},
		{post, "/sync", s.person(s.check)},
		{get, "/accounts", s.person(s.listAccounts)},
		{get, "/accounts/new", s.person(s.newAccount)},
		{post, "/accounts/new", s.person(s.addAccount)},
		{get, "/accounts/:id/sync", s.ours(s.progress)},
		{get, "/accounts/:id", s.ours(s.account)},
		{get, "/accounts/:id/password", s.ours(s.askPassword)},
		{post, "/accounts/:id/password", s.ours(s.password)},
		{get, "/accounts/:id/remove", s.ours(s.askRemove)},
		{post, "/accounts/:id/remove", s.ours(s.removeAccount)},
		{get, "/accounts/:id/receipts.csv", s.ours(s.receipts)},
		{post, "/accounts/:id/policy", s.ours(s.policy)},
		{post, "/accounts/:id/intake", s.ours(s.intake)},
		{get, "/trash/empty", s.person(s.askEmptyTrash)},
		{post, "/trash/empty", s.person(s.emptyTrash)},

		{get, appearancePath, s.person(s.appearancePage)},
		{post, appearancePath, s.person(s.choose(appearancePath, appearance()))},
		{get, readingPath, s.person(s.readingPage)},
		{post, readingPath, s.person(s.choose(readingPath, reading()))},
		{get, keyboardPath, s.person(s.keyboardPage)},
		{post, keyboardPath, s.person(s.choose(keyboardPath, keyboard()))},
		{get, sessionsPath, s.person(s.sessions)},
		{post, sessionsPath, s.person(s.endSession)},
		{get, storedPath, s.person(s.stored)},
		{post, absentPath, s.person(s.chooseAbsent)},
		{get, "/settings/export.mbox", s.person(s.kept(s.exportAll))},
		{get, erasePath, s.person(s.askErase)},
		{post, erasePath, s.confirmErase},

		{get, "/organise", s.person(s.organise)},
		{post, "/labels/:id/rename", s.person(s.renameLabel)},
		{post, "/labels/:id/delete", s.person(s.dropped((*cache.Box).DropLabel))},
		{post, "/searches", s.person(s.saveSearch)},
		{post, "/searches/:id/delete", s.person(s.dropped((*cache.Box).DropSearch))},
		{post, "/rules", s.person(s.addRule)},
		{post, "/rules/:id/delete", s.person(s.dropped((*cache.Box).DropRule))},

		{get, "/help/keys", s.person(s.helpKeys)},
		{get, "/help/search", s.person(s.helpSearch)},
		{get, "/help/shared", s.helpShared},
		{get, "/help/kiosk", s.helpKiosk},
		{get, statusPath, s.operated(s.siteStatus)},
		{get, kioskTestPath, s.operated(s.kioskTest)},
		{get, "/assets/:file", s.asset},
		{get, front.HealthPath, s.health},
		{get, "/robots.txt", robots},
	}
}

// render sends a page whole or not at all: a view that fails must not have sent half of it.
func (s *Server) render(c echo.Context, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(c.Request().Context(), &b); err != nil {
		return err
	}
	return c.HTMLBlob(status, b.Bytes())
}

// nowhere takes what is written to it.
type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
