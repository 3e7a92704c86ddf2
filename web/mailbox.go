package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/fetch"
)

// mailbox is an account of a person, with how its collection stands.
type mailbox struct {
	cache.Account
	state fetch.State
}

// path is the page of an account, or what is beneath it.
func (m mailbox) path(rest string) string {
	return "/accounts/" + strconv.FormatInt(m.ID, 10) + rest
}

// host is the server that the mail comes from, as people know it.
func (m mailbox) host() string { return hostOf(m.Server) }

// name is the account as people call it: the address, where its user name is none the user name at the server.
func (m mailbox) name() string {
	if strings.Contains(m.User, "@") {
		return m.User
	}
	return m.User + "@" + m.host()
}

// collections finds how the collections of all accounts stand.
func (s site) collections(v *visit) error {
	list, err := v.box.Accounts(v.ctx())
	if err != nil {
		return err
	}
	for _, a := range list {
		m := mailbox{a, s.Fleet.State(v.Person, a.ID)}
		if len(v.accounts) == 0 {
			v.state = m.state
		} else {
			v.state = together(v.state, m.state)
		}
		v.accounts = append(v.accounts, m)
	}
	return nil
}

// together is how two collections stand as one: at work while one is, as old as the older, in trouble if one is.
func together(a, b fetch.State) fetch.State {
	out := a
	if b.Phase > a.Phase {
		out.Phase, out.Since = b.Phase, b.Since
	}
	out.First = a.First || b.First
	out.Got, out.Total, out.GotBytes, out.TotalBytes = a.Got+b.Got, a.Total+b.Total, a.GotBytes+b.GotBytes, a.TotalBytes+b.TotalBytes
	if b.Checked.Before(a.Checked) {
		out.Checked = b.Checked
	}
	if a.Fault == fetch.NoFault {
		out.Fault = b.Fault
	}
	return out
}

// account is one of the accounts of a person.
func (v *visit) account(id int64) (m mailbox, ok bool) {
	i := slices.IndexFunc(v.accounts, func(m mailbox) bool { return m.ID == id })
	if i < 0 {
		return mailbox{}, false
	}
	return v.accounts[i], true
}

// origin is the account that a message came from as lists show it: nothing where there is only one.
func (v *visit) origin(account int64) string {
	if len(v.accounts) < 2 {
		return ""
	}
	m, ok := v.account(account)
	if !ok {
		return ""
	}
	return m.name()
}

// isMe reports whether an address is that of one of the accounts.
func (v *visit) isMe(addr string) bool {
	return slices.ContainsFunc(v.accounts, func(m mailbox) bool { return m.IsAddress(addr) })
}

// ours answers with handle if the address names one of the person's accounts.
func ours(handle func(site, echo.Context, *visit, mailbox) error) handler {
	return person(func(s site, c echo.Context, v *visit) error {
		id, err := strconv.ParseInt(c.Param("id"), 10, 64)
		if err != nil {
			return echo.ErrNotFound
		}
		m, ok := v.account(id)
		if !ok {
			return echo.ErrNotFound
		}
		return handle(s, c, v, m)
	})
}
