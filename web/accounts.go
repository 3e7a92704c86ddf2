package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/pop3client"
	"restante/views"
)

// What is to become of the mail of an account that is removed.
const (
	mailKeep   = "keep"
	mailDelete = "delete"
)

// passwordPath is where a person gives the password of an account anew. That of the account which signs in is given at
// the sign-in, which has to know it.
func (m mailbox) passwordPath(v *visit) string {
	if m.ID == v.Account {
		return "/login"
	}
	return m.path("/password")
}

// listAccounts answers the person's accounts.
func (s site) listAccounts(c echo.Context, v *visit) error {
	p := views.AccountsPage{Shell: s.shell(v, s.Words.AccountsHeading(), "/more")}
	for _, m := range v.accounts {
		line := views.AccountLine{Name: m.name(), Href: m.path(""), Server: m.host()}
		line.State = s.accountState(m)
		p.Accounts = append(p.Accounts, line)
	}
	return s.render(c, http.StatusOK, views.Accounts(p))
}

// newAccount answers the form for another account.
func (s site) newAccount(c echo.Context, v *visit) error {
	return s.render(c, http.StatusOK, views.NewAccount(s.accountForm(v, nil, nil)))
}

// accountForm is the form for another account, with what was written into it and what was wrong.
func (s site) accountForm(v *visit, form url.Values, wrong *views.ErrorSummary) views.LoginPage {
	p := views.LoginPage{
		Shell: s.shell(v, s.Words.AddAccount(), "/more"), Error: wrong, User: form.Get("user"), ServerValue: form.Get("server"), Action: "/accounts/new",
	}
	p.UserDomain = s.UserDomain
	p.Findable = s.Mail == nil && s.Finder != nil
	if s.Mail != nil {
		p.Server, p.Insecure = s.Mail.Host, s.Mail.Security == pop3client.Insecure && s.Demo == nil
	}
	return p
}

// addAccount collects one mailbox more into the person's file, once its server accepts the password.
func (s site) addAccount(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	if s.looksFor(form) {
		return s.offerAccount(c, v, form)
	}
	refuse := func(status int, wrong *views.ErrorSummary) error {
		return s.render(c, status, views.NewAccount(s.accountForm(v, form, wrong)))
	}
	creds, problem := s.credentials(form)
	if problem != nil {
		return refuse(http.StatusUnprocessableEntity, problem)
	}
	for _, m := range v.accounts {
		if m.Server == creds.server.String() && m.User == creds.user {
			return refuse(http.StatusUnprocessableEntity, &views.ErrorSummary{Heading: s.Words.CheckWhatYouWrote(), Text: s.Words.AccountThere(), Field: "user"})
		}
	}
	var session *fetch.Session
	err = s.counted(v.ctx(), creds, func() (err error) {
		session, err = s.ask(v.ctx(), creds)
		return err
	})
	if err != nil {
		status := refusal(c, err)
		if status == http.StatusInternalServerError {
			return err
		}
		return refuse(status, s.explainSignIn(err, creds))
	}
	account, err := s.join(v, creds)
	if err != nil {
		session.Close()
		return err
	}
	s.Fleet.Collect(v.Person, account.ID, creds.mailbox(), session)
	return c.Redirect(http.StatusSeeOther, mailbox{Account: account}.path("/sync"))
}

// join makes the account of accepted credentials, with its password sealed.
func (s site) join(v *visit, creds credentials) (cache.Account, error) {
	s.admitting.Lock()
	defer s.admitting.Unlock()
	ctx := context.WithoutCancel(v.ctx())
	account, err := v.box.AddAccount(ctx, creds.server.String(), creds.user)
	if err != nil {
		return account, err
	}
	_, err = s.People.Enrol(ctx, registry.Enrolment{Mailbox: creds.mailbox(), Person: v.Person, Account: account.ID, Made: s.Now()})
	if err != nil && !errors.Is(err, registry.ErrTaken) { // another browser was faster
		return account, err
	}
	return account, s.keepPassword(v, account.ID, creds)
}

// keepPassword seals the password of an account with the person's key.
func (s site) keepPassword(v *visit, account int64, creds credentials) error {
	sealed, err := fetch.SealPassword(v.Key, v.Person, account, creds.password)
	if err != nil {
		return err
	}
	return v.box.SetPassword(v.ctx(), account, sealed)
}

// passwordForm is the form for the new password of an account.
func (s site) passwordForm(v *visit, m mailbox, wrong *views.ErrorSummary) views.LoginPage {
	return views.LoginPage{
		Shell: s.shell(v, s.Words.EnterNewPassword(), "/more"), Error: wrong, Server: m.host(), User: m.User, Fixed: true, Action: m.path("/password"),
	}
}

// askPassword answers the form for a new password; that of the account that signs in is given at the sign-in.
func (s site) askPassword(c echo.Context, v *visit, m mailbox) error {
	if m.ID == v.Account {
		return c.Redirect(http.StatusSeeOther, m.passwordPath(v))
	}
	return s.render(c, http.StatusOK, views.NewAccount(s.passwordForm(v, m, nil)))
}

// password keeps a new password of an account, once its server accepts it.
func (s site) password(c echo.Context, v *visit, m mailbox) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	if m.ID == v.Account {
		return errBadForm
	}
	server, err := pop3client.ParseAddress(m.Server)
	if err != nil {
		return err
	}
	password, problem := s.passwordOf(form)
	if problem != nil {
		return s.render(c, http.StatusUnprocessableEntity, views.NewAccount(s.passwordForm(v, m, problem)))
	}
	creds := credentials{server: server, user: m.User, password: password}
	var session *fetch.Session
	err = s.counted(v.ctx(), creds, func() (err error) {
		session, err = s.ask(v.ctx(), creds)
		return err
	})
	if err != nil {
		status := refusal(c, err)
		if status == http.StatusInternalServerError {
			return err
		}
		return s.render(c, status, views.NewAccount(s.passwordForm(v, m, s.explainSignIn(err, creds))))
	}
	if err := s.keepPassword(v, m.ID, creds); err != nil {
		session.Close()
		return err
	}
	s.Fleet.Collect(v.Person, m.ID, creds.mailbox(), session)
	return c.Redirect(http.StatusSeeOther, with(m.path(""), "did", didSaved))
}

// askRemove asks what is to become of the mail of an account that is removed. The one that signs in stays.
func (s site) askRemove(c echo.Context, v *visit, m mailbox) error {
	if m.ID == v.Account {
		return echo.ErrNotFound
	}
	w := s.Words
	return s.render(c, http.StatusOK, views.Ask(views.AskPage{
		Shell: s.shell(v, w.RemoveAccount(), "/more"), Back: m.path(""), BackText: w.Back(), Heading: w.RemoveAccountAsk(m.name()), Text: []string{w.RemoveAccountText(m.host())},
		Action: m.path("/remove"), Button: w.RemoveAccount(), OptionsName: "mail", OptionsLegend: w.RemoveAccountMail(),
		Options: []views.RadioOption{{Value: mailKeep, Text: w.RemoveAccountKeep(), Chosen: true}, {Value: mailDelete, Text: w.RemoveAccountErase()}},
	}))
}

// removeAccount collects an account no longer, and keeps or deletes its mail here.
func (s site) removeAccount(c echo.Context, v *visit, m mailbox) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	mail := form.Get("mail")
	if m.ID == v.Account || mail != mailKeep && mail != mailDelete {
		return errBadForm
	}
	enrolments, err := s.People.Enrolments(v.ctx(), v.Person)
	if err != nil {
		return err
	}
	if err := s.Fleet.Drop(v.ctx(), v.Person, m.ID); err != nil {
		return err
	}
	if mail == mailDelete { // before it is closed: who is interrupted finds the account again
		if err := v.box.EraseAccount(v.ctx(), m.ID); err != nil {
			return err
		}
	}
	for _, e := range enrolments {
		if e.Account == m.ID {
			if err := s.People.Unenrol(v.ctx(), e.ID); err != nil {
				return err
			}
		}
	}
	if err := v.box.CloseAccount(v.ctx(), m.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/accounts", "did", didSaved))
}
