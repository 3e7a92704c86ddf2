package web

import (
	"cmp"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache/fetch"
	"restante/pop3client"
	"restante/views"
	"restante/web/front"
	"restante/web/session"
)

// paramContrast says that somebody in a kiosk wants high contrast.
const paramContrast = "contrast"

const (
	maxUser     = 320  // bytes of a user name: the longest address
	maxPassword = 1024 // bytes
	firstMail   = 1500 * time.Millisecond
)

// root leads to where a person is expected.
func (s site) root(c echo.Context) error {
	return c.Redirect(http.StatusSeeOther, "/inbox")
}

// login answers the sign-in page.
func (s site) login(c echo.Context) error {
	if done, err := s.enterByName(c); done {
		return err
	}
	p := s.loginPage(c)
	p.Next = local(c.QueryParam("next"), "")
	switch {
	case c.QueryParam("ended") != "":
		p.Info = s.Words.SessionEnded()
	case p.Next != "" && p.Next != "/inbox":
		p.Info = s.Words.SignInFirst()
	}
	return s.render(c, http.StatusOK, views.Login(p))
}

// loginPage is the sign-in page with nothing filled in.
func (s site) loginPage(c echo.Context) views.LoginPage {
	p := views.LoginPage{Shell: s.bare(s.Words.SignIn()), Plain: !secure(c.Request()) && s.Demo == nil, Shareable: secure(c.Request()) && s.Kiosk == nil}
	if s.Kiosk != nil {
		idle, _ := s.kioskTimes()
		p.Foot = s.Words.KioskBefore(idle)
		s.contrast(&p, c.QueryParam(paramContrast) != "")
		c.Response().Header().Set("Refresh", loginAgain+"; url=/login")
	}
	if s.OIDC != nil {
		p.Provider, p.ProviderHref = cmp.Or(s.OIDC.Name, hostOfURL(s.OIDC.Issuer)), oidcStart
		if next := local(c.QueryParam("next"), ""); next != "" {
			p.ProviderHref = with(oidcStart, "next", next)
		}
	}
	p.UserDomain = s.UserDomain
	p.Findable = s.Mail == nil && s.Finder != nil
	if s.Mail != nil {
		p.Server, p.Insecure = s.Mail.Host, s.Mail.Security == pop3client.Insecure && s.Demo == nil
	}
	if s.Demo != nil {
		p.Info = s.Words.DemoSignIn(s.Demo.User, s.Demo.Password)
	}
	return p
}

// contrast gives the sign-in page of a kiosk its switch to high contrast, and what was chosen.
func (s site) contrast(p *views.LoginPage, high bool) {
	if !high {
		p.Switch = &views.Link{Href: "/login?" + paramContrast + "=1", Text: s.Words.HighContrast()}
		return
	}
	p.Theme, p.Contrast = highContrast, true
	p.Switch = &views.Link{Href: "/login", Text: s.Words.UsualContrast()}
}

// signIn checks what the sign-in form says, and leads to the inbox. Where the mailbox is new here it waits a moment for
// the first mail, which is worth more than an empty page. The session that this browser had, if any, ends.
func (s site) signIn(c echo.Context) error {
	ctx := c.Request().Context()
	form, err := form(c)
	if err != nil {
		return err
	}
	if s.looksFor(form) {
		return s.offer(c, form)
	}
	creds, problem := s.credentials(form)
	if problem == nil && !s.secureEnough(c.Request(), creds.kind) {
		problem = &views.ErrorSummary{Heading: s.Words.SignInImpossible(), Text: s.Words.SharedNeedsHTTPS()}
	}
	if problem != nil {
		return s.refuse(c, http.StatusUnprocessableEntity, problem, form)
	}
	var in admission
	err = s.counted(ctx, creds, func() (err error) {
		in, err = s.admit(ctx, creds)
		return err
	})
	if err != nil {
		status := refusal(c, err)
		if status == http.StatusInternalServerError {
			return err
		}
		return s.refuse(c, status, s.explainSignIn(err, creds), form)
	}
	if in.session != nil {
		defer s.arrived(in.enrolment.Person)
	}
	cookie, err := s.begin(c, in, creds.kind)
	if err != nil {
		return err
	}
	if err := s.leave(c); err != nil { // after the new one has begun, so that a person who stays is not forgotten
		return err
	}
	c.SetCookie(cookie)
	if s.Kiosk != nil && form.Get(paramContrast) != "" {
		c.SetCookie(session.Contrast(secure(c.Request())))
	}
	if in.session != nil {
		s.awaitMail(c, in)
	}
	next := local(form.Get("next"), "/inbox")
	if creds.kind != session.Private {
		next = "/inbox" // an address that says nothing can only be made within the session
	}
	return c.Redirect(http.StatusSeeOther, next)
}

// begin begins the session of who was let in, and then the collecting of their mail: whom the fleet finds without a
// session it forgets.
func (s site) begin(c echo.Context, in admission, kind session.Kind) (*http.Cookie, error) {
	ctx, who := c.Request().Context(), in.enrolment
	cookie, _, err := s.Sessions.Begin(ctx, session.Start{
		Enrolment: who, Key: in.key, Kind: kind, Secure: secure(c.Request()), Agent: c.Request().UserAgent(),
	})
	if err == nil {
		err = s.Fleet.Hold(ctx, who.Person, in.key)
	}
	switch {
	case in.session == nil:
	case err != nil:
		in.session.Close()
	default:
		s.Fleet.Collect(who.Person, who.Account, who.Mailbox, in.session)
	}
	return cookie, err
}

// awaitMail waits until the first messages of a mailbox are here, or nothing more comes.
func (s site) awaitMail(c echo.Context, in admission) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	enough := time.After(firstMail)
	for {
		if st := s.Fleet.State(in.enrolment.Person, in.enrolment.Account); !st.First || st.Got > 0 || st.Phase == fetch.Idle {
			return
		}
		select {
		case <-tick.C:
		case <-enough:
			return
		case <-c.Request().Context().Done():
			return
		}
	}
}

// refuse shows the sign-in form again with what is wrong. The password is never sent back.
func (s site) refuse(c echo.Context, status int, problem *views.ErrorSummary, form url.Values) error {
	p := s.loginPage(c)
	p.Title, p.Info, p.Error = s.Words.ErrorTitle(p.Title), "", problem
	p.ChoseShared = form.Get("shared") != ""
	if s.Kiosk != nil { // nothing else is left for whoever comes next
		s.contrast(&p, form.Get(paramContrast) != "")
	} else {
		p.ServerValue, p.User, p.Next = form.Get("server"), form.Get("user"), local(form.Get("next"), "")
	}
	return s.render(c, status, views.Login(p))
}

// hostOfURL is the host of an address; the address itself where it has none.
func hostOfURL(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}

// secure reports whether a request came by HTTPS.
func secure(r *http.Request) bool { return front.From(r.Context()).Secure }
