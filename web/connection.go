package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/fetch"
	"restante/views"
)

// paramAfter is in the address of a test the last check before it.
const paramAfter = "after"

// test looks at an account at once, for somebody who wants to see whether its server can be used. It is a look as any other:
// one that only connected would cost a server with a login delay as much.
func (s site) test(c echo.Context, v *visit, m mailbox) error {
	last, err := v.lastRun(m)
	if err != nil {
		return err
	}
	s.Fleet.Kick(v.Person)
	return c.Redirect(http.StatusSeeOther, with(m.path("/test"), paramAfter, strconv.FormatInt(last.ID, 10)))
}

// lastRun is the last check of an account; the zero Run where there was none.
func (v *visit) lastRun(m mailbox) (cache.Run, error) {
	runs, err := v.box.Runs(v.ctx(), m.ID, 1)
	if err != nil || len(runs) == 0 {
		return cache.Run{}, err
	}
	return runs[0], nil
}

// tested answers how that look goes, step by step, and in the end what it found.
func (s site) tested(c echo.Context, v *visit, m mailbox) error {
	after, err := strconv.ParseInt(c.QueryParam(paramAfter), 10, 64)
	if err != nil {
		return c.Redirect(http.StatusSeeOther, m.path(""))
	}
	last, err := v.lastRun(m)
	if err != nil {
		return err
	}
	w := s.Words
	p := s.progressPage(v, m)
	p.Shell.Title, p.Heading, p.Text, p.Pause = w.TestConnection(), w.TestConnection(), "", ""
	p.Onward = views.Link{Href: m.path(""), Text: w.AccountHeading()}
	switch {
	case last.ID <= after: // it is under way, or waits
		p.Problem = nil
		if m.state.Phase == fetch.Idle {
			p.Steps = nil
			p.Text = s.nextCheck(m.state)
		}
		s.reload(v, &p.Shell, soon)
	case last.Fault == "":
		p.Done, p.Problem, p.Text = true, nil, w.TestGood(last.Collected)
		p.Steps = []views.Step{{Text: w.StepSignedIn(m.host(), m.state.Secured), State: "done"}, {Text: w.StepCounted(last.Listed), State: "done"}}
	}
	return s.render(c, http.StatusOK, views.Sync(p))
}
