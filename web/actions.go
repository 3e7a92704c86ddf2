package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/query"
)

// What the parameter did says besides the id of an action.
const (
	didUndo      = "undone"
	didNothing   = "nothing"
	didNotSelect = "unselected"
	didNotChange = "unchanged"
	didPurge     = "purged"
	didSaved     = "saved"
	didLeave     = "left"
	didNotLeave  = "unleft"
)

// scopeMessage is the scope of a form that is about messages; other forms are about conversations.
const scopeMessage = "message"

// maxSelected is how many messages or conversations one form may name.
const maxSelected = 1000

// act does one verb to what a form names: conversations in a list, one message on its page.
func (s site) act(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	back := local(form.Get("back"), "/inbox")
	if form.Get("do") == doLabel {
		return s.askLabel(c, v, form, nil)
	}
	verb, err := verbOf(form)
	if err != nil {
		return s.askLabel(c, v, form, err)
	}
	if form.Get("all") == "1" {
		q := query.Parse(form.Get("q"), s.Location)
		if len(q.Terms) == 0 { // which would be everything that there is
			return c.Redirect(http.StatusSeeOther, with(back, "did", didNotSelect))
		}
		action, err := v.box.ActOnFound(v.ctx(), verb, q)
		if err != nil {
			return s.actFailed(c, v, form, err)
		}
		return c.Redirect(http.StatusSeeOther, done(back, action))
	}
	ids, err := parseIDs(form["id"])
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return c.Redirect(http.StatusSeeOther, with(back, "did", didNotSelect))
	}
	do := v.box.ActOnConversations
	if form.Get("scope") == scopeMessage && verb != cache.DoMute && verb != cache.DoUnmute {
		do = v.box.Act
	}
	action, err := do(v.ctx(), verb, ids)
	if err != nil {
		return s.actFailed(c, v, form, err)
	}
	return c.Redirect(http.StatusSeeOther, done(back, action))
}

// star stars one message, or takes its star away where the form says so. In a list of conversations, which show a star
// where any of their messages has one, it takes all of these away.
func (s site) star(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	form, err := form(c)
	if err != nil {
		return err
	}
	verb, do := cache.DoStar, v.box.Act
	if form.Get("star") == "0" {
		verb = cache.DoUnstar
		if form.Get("scope") != scopeMessage {
			do = v.box.ActOnConversations
		}
	}
	action, err := do(v.ctx(), verb, []cache.ID{id})
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, done(local(form.Get("back"), "/inbox"), action))
}

// undo puts back what an action changed.
func (s site) undo(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	back := local(form.Get("back"), "/inbox")
	id, err := strconv.ParseInt(c.Param("token"), 10, 64)
	if err != nil {
		return echo.ErrNotFound
	}
	_, err = v.box.Undo(v.ctx(), id)
	if errors.Is(err, cache.ErrNotFound) || errors.Is(err, cache.ErrNameTaken) {
		return c.Redirect(http.StatusSeeOther, with(back, "did", didNothing))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with(back, "did", didUndo))
}

// check looks for new mail, and does not wait for it.
func (s site) check(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	s.Fleet.Kick(v.Person)
	return c.Redirect(http.StatusSeeOther, local(form.Get("back"), "/inbox"))
}

// done is the page to come back to, with what was done.
func done(back string, a cache.Action) string {
	if a.ID == 0 {
		return with(back, "did", didNotChange)
	}
	return with(back, "did", strconv.FormatInt(a.ID, 10))
}

// parseIDs reads the ids of a form; one that is none makes the whole form one that we did not send.
func parseIDs(values []string) ([]cache.ID, error) {
	if len(values) > maxSelected {
		return nil, errBadForm
	}
	var ids []cache.ID
	for _, value := range values {
		id, err := cache.ParseID(value)
		if err != nil {
			return nil, errBadForm
		}
		ids = append(ids, id)
	}
	return ids, nil
}
