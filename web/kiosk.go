package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/registry"
	"restante/views"
	"restante/views/safehtml"
	"restante/web/front"
	"restante/web/session"
)

// Kiosk makes of a site one for computers that everybody uses: each session is of the kind [session.Kiosk], nothing is
// changed on mail servers, and nothing of a person is left when their session is over. The Boxes and People of such a site
// lie in memory, its Fleet has Guests, and EraseGuests runs. What is not permitted here is refused with a sentence.
type Kiosk struct {
	Downloads bool   // files may be saved
	Print     bool   // messages may be printed
	Links     bool   // links of messages may be followed
	Insecure  bool   // sessions without HTTPS
	Wiped     bool   // memory is overwritten once it is no longer used
	Operator  string // who runs the computer, in their own words; "": nobody says
}

var (
	errNoDownloads = errors.New("files are not saved in a kiosk")
	errNoPrint     = errors.New("nothing is printed in a kiosk")
)

const (
	loginAgain = "180" // seconds after which a sign-in page forgets what was half written
	byeOver    = "15"  // seconds after which a page of farewell makes room for the next guest
	kioskPage  = 25    // rows of a list
)

// guestRoutes are the addresses of a kiosk. What is not among them would change what nobody keeps.
func guestRoutes() []string {
	return []string{
		"/", "/login", "/logout", "/bye", expiredPath, checkPath, "/session/stay", sealedPath + ":token",
		"/inbox", "/search", "/t/:id", "/m/:id", "/m/:id/original", "/m/:id/headers", "/m/:id/source", "/m/:id/print", "/m/:id/raw",
		"/m/:id/part/:n", "/m/:id/part/:n/download", "/m/:id/part/:n/open", "/m/:id/parts.zip", "/i/:token", "/l/:token",
		"/m/:id/whole", "/m/:id/images", "/sync", "/accounts/:id/sync", "/help/search", "/help/kiosk", statusPath, kioskTestPath, logPath, "/assets/:file", front.HealthPath, "/robots.txt",
	}
}

// offered are the routes that the site has.
func (s site) offered() []route {
	all := routes()
	if s.Kiosk == nil {
		return slices.DeleteFunc(all, func(r route) bool {
			return r.path == "/help/kiosk" || s.OIDC == nil && (r.path == oidcStart || r.path == oidcCallback)
		})
	}
	guests := guestRoutes()
	return slices.DeleteFunc(all, func(r route) bool { return !slices.Contains(guests, r.path) })
}

// secureEnough reports whether a session of a kind may begin by a request.
func (s site) secureEnough(r *http.Request, kind session.Kind) bool {
	return kind == session.Private || secure(r) || s.Kiosk != nil && s.Kiosk.Insecure
}

// saves reports whether files may be saved.
func (s site) saves() bool { return s.Kiosk == nil || s.Kiosk.Downloads }

// printable makes a page one that a kiosk has only where it may be printed.
func printable(handle personal) personal {
	return func(s site, c echo.Context, v *visit) error {
		if s.Kiosk != nil && !s.Kiosk.Print {
			return errNoPrint
		}
		return handle(s, c, v)
	}
}

// kioskTimes are for how long nothing may happen in a kiosk and how long a session lasts, in words.
func (s site) kioskTimes() (idle, whole string) {
	limits, _ := s.Sessions.LimitsOf(session.Kiosk)
	return s.Words.Took(limits.Idle), s.Words.Took(limits.Absolute)
}

// helpKiosk says what a kiosk leaves behind and what it does not, also to who is not signed in.
func (s site) helpKiosk(c echo.Context) error {
	title := s.Words.KioskHelp()
	if _, err := s.Sessions.Open(c.Request().Context(), c.Request()); err != nil {
		return s.kioskHelp(c, s.bare(title))
	}
	return person(func(s site, c echo.Context, v *visit) error { return s.kioskHelp(c, s.shell(v, title, "")) })(s, c)
}

func (s site) kioskHelp(c echo.Context, shell views.Shell) error {
	w := s.Words
	idle, whole := s.kioskTimes()
	return s.render(c, http.StatusOK, views.HelpKiosk(views.HelpKioskPage{
		Shell: shell, Text: []string{w.KioskHelpErased(), w.KioskHelpServer(), w.KioskHelpNot(), w.KioskHelpTime(idle, whole)},
		Operator: s.Kiosk.Operator,
	}))
}

// bring asks for the whole of a message that a guest opens, and waits for it for a moment. A page that reloads by itself
// asks for nothing: what the server does not give is asked for once.
func (s site) bring(v *visit, m cache.Message) (cache.Message, error) {
	if s.Kiosk == nil || !m.Partial || m.Size > MaxGuestMessage || v.c.QueryParams().Has(byItself) || !session.Active(v.c.Request(), true) {
		return m, nil
	}
	if err := v.box.Want(v.ctx(), m.ID); err != nil {
		if errors.Is(err, cache.ErrNotFound) {
			err = nil // the page says that it cannot be had
		}
		return m, err
	}
	s.Fleet.Want(v.Person, m.Account, m.ID)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for enough := time.After(firstMail); ; {
		// In this order: one that comes between the two is wanted no more, and here.
		where, err := v.box.Whereabouts(v.ctx(), m.ID)
		if err != nil {
			return m, err
		}
		now, err := v.box.Message(v.ctx(), m.ID)
		if err != nil || !now.Partial || !where.Wanted {
			return now, err
		}
		select {
		case <-tick.C:
		case <-enough:
			return m, nil
		case <-v.ctx().Done():
			return m, v.ctx().Err()
		}
	}
}

// MaxGuestMessage is the longest message, in bytes, that a kiosk shows: half of the room that it has for a guest.
const MaxGuestMessage = 32 << 20

// maxAddresses is how many addresses of links are written out beneath a message.
const maxAddresses = 20

// addresses are where the links of a message would lead, in a kiosk in which none may be followed.
func (s site) addresses(links []safehtml.Link) []views.Card {
	if s.Kiosk == nil || s.Kiosk.Links {
		return nil
	}
	card := views.Card{Icon: views.IconInfo, Heading: s.Words.Addresses()}
	seen := map[string]bool{}
	for _, l := range links {
		if seen[l.Href] || strings.Contains(l.Text, bare(l.Href)) || len(card.List) == maxAddresses {
			continue
		}
		seen[l.Href] = true
		card.List = append(card.List, views.Point{Text: l.Text, Evidence: l.Href})
	}
	if len(card.List) == 0 {
		return nil
	}
	return []views.Card{card}
}

// bare is the address of a link as people write it in a text, which then says itself where it leads.
func bare(href string) string {
	for _, scheme := range []string{"mailto:", "http://", "https://"} {
		href = strings.TrimPrefix(href, scheme)
	}
	return strings.TrimSuffix(href, "/")
}

// guestNotice says why a message is not shown that a guest has opened.
func (s site) guestNotice(v *visit, l *letter, where cache.Whereabouts) views.Notice {
	w := s.Words
	switch {
	case where.Wanted:
		v.reload(wholeRefresh)
		return views.Notice{Kind: "info", Text: w.HeaderComing()}
	case l.row.Size > MaxGuestMessage:
		return views.Notice{Kind: "info", Text: w.TooLargeHere(w.Size(l.row.Size))}
	case !l.row.Remote:
		return views.Notice{Kind: "warn", Text: w.HeaderGone()}
	}
	return views.Notice{Kind: "warn", Text: w.NotGiven(), Choices: []views.Choice{
		{Action: "/m/" + l.row.ID.String() + "/whole", Text: w.TryAgain(), Back: v.here("did")},
	}}
}

// arrived is the end of a sign-in that accepted began.
func (s site) arrived(person registry.PersonID) {
	s.admitting.Lock()
	defer s.admitting.Unlock()
	if s.arriving[person]--; s.arriving[person] == 0 {
		delete(s.arriving, person)
	}
}

// EraseGuests erases everybody of a kiosk who has no session any more, and returns how many guests are gone since the call
// before. It is to be run every few seconds.
func (s *Server) EraseGuests(ctx context.Context) (gone int64, err error) {
	_, err = s.People.ExpireSessions(ctx, s.Now())
	people, listing := s.People.People(ctx)
	err = errors.Join(err, listing)
	for _, person := range s.Boxes.People() { // also what a request has opened that was late
		people = append(people, registry.PersonID(person))
	}
	for _, person := range people {
		err = errors.Join(err, s.plain().eraseGuest(ctx, person))
	}
	return s.gone.Swap(0), err
}

// eraseGuest erases a person of a kiosk unless they have a session, or are about to.
func (s site) eraseGuest(ctx context.Context, person registry.PersonID) error {
	accounts, gone, err := s.dismiss(ctx, person)
	if err != nil || !gone {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), eraseWait)
	defer cancel()
	for _, account := range accounts {
		err = errors.Join(err, s.Fleet.Drop(ctx, person, account))
	}
	s.Fleet.Release(person)
	err = errors.Join(err, s.Boxes.Erase(ctx, string(person)), s.People.RemovePerson(ctx, person)) // with what a last run has noted
	if err == nil {
		s.gone.Add(1)
	}
	return err
}

// dismiss forgets who a guest was, so that they are somebody else when they come again. It is done for everybody at once
// who signs in: between two looks nobody gets a session.
func (s site) dismiss(ctx context.Context, person registry.PersonID) (accounts []int64, gone bool, err error) {
	s.admitting.Lock()
	defer s.admitting.Unlock()
	sessions, err := s.People.Sessions(ctx, person, s.Now())
	if err != nil || len(sessions) > 0 || s.arriving[person] > 0 {
		return nil, false, err
	}
	enrolments, err := s.People.Enrolments(ctx, person)
	if err != nil {
		return nil, false, err
	}
	for _, e := range enrolments {
		accounts = append(accounts, e.Account)
	}
	return accounts, true, s.People.RemovePerson(ctx, person)
}
