package web

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/views"
	"restante/web/session"
)

// A page of a list says in one word how the mail stands. The stream of /events says it again whenever it changes, and the
// script then fetches the page anew and puts the parts in place that nobody is using. So there is one way to make a page,
// and what comes by the stream says nothing of the mail.
const (
	eventsPath = "/events"
	maxStreams = 3                // of one session; the oldest gives way
	heartbeat  = 15 * time.Second // at least this often something is sent, so that who has gone is noticed
	maxNews    = 50               // new rows that are counted

	// since is in the address of a page that is fetched anew: the newest row that the person sees.
	since = "since"
)

// streams are the streams that are open. The zero value has none.
type streams struct {
	mu   sync.Mutex
	open map[registry.SessionID][]*stream // oldest first
	over bool                             // the site shuts down
}

type stream struct{ end context.CancelFunc }

// enter opens a stream of a session, which is over when the context is; leave must be called then.
func (s *streams) enter(ctx context.Context, id registry.SessionID) (_ context.Context, leave func()) {
	ctx, end := context.WithCancel(ctx)
	one := &stream{end}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		end()
	}
	if s.open == nil {
		s.open = map[registry.SessionID][]*stream{}
	}
	list := append(s.open[id], one)
	for len(list) > maxStreams {
		list[0].end()
		list = list[1:]
	}
	s.open[id] = list
	return ctx, func() { s.leave(id, one) }
}

func (s *streams) leave(id registry.SessionID, one *stream) {
	one.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[id] = slices.DeleteFunc(s.open[id], func(other *stream) bool { return other == one }); len(s.open[id]) == 0 {
		delete(s.open, id)
	}
}

// end ends all streams, and those that would begin.
func (s *streams) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for _, list := range s.open {
		for _, one := range list {
			one.end()
		}
	}
}

// events answers a stream (HTML, section 9.2) that says how the mail stands, at first and whenever it changes, until the
// session, the connection or the site ends. It is no sign that anybody is there.
func (s site) events(c echo.Context) error {
	opened, err := s.open(c, false)
	if isOver(err) {
		return c.NoContent(http.StatusNoContent) // which tells the browser not to ask again
	}
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	if c.Request().Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	ctx, leave := s.streams.enter(c.Request().Context(), opened.ID)
	defer leave()
	// The limit is for a request that is still being read; where it cannot be lifted, the browser asks again.
	_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Time{})
	return s.tell(ctx, c)
}

// isOver reports whether an error says that a session is.
func isOver(err error) bool {
	return errors.Is(err, session.ErrNone) || errors.Is(err, session.ErrExpired)
}

func (s site) tell(ctx context.Context, c echo.Context) error {
	look := time.NewTicker(s.times().look)
	defer look.Stop()
	said, last := "", time.Time{}
	for {
		now, err := s.mailState(c)
		if isOver(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if now != said || time.Since(last) >= heartbeat {
			writeWithin(c, s.times().page)
			if _, err := fmt.Fprintf(c.Response(), "data: %s\n\n", now); err != nil {
				return nil // nobody reads any more
			}
			c.Response().Flush()
			said, last = now, time.Now()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
	}
}

// mailState is how the mail of a request's session stands now. The mailbox is held no longer than it takes to see that.
func (s site) mailState(c echo.Context) (word string, err error) {
	opened, err := s.open(c, false)
	if err != nil {
		return "", err
	}
	err = s.visiting(c, opened, func(s site, _ echo.Context, v *visit) error {
		word = s.standing(v)
		return nil
	})
	return word, err
}

// standing is one word for all that a list says of how the mail stands: another word, another page.
func (s site) standing(v *visit) string {
	now := s.Now()
	minutes := func(t time.Time) int { return int(now.Sub(t) / time.Minute) } // as pages say it
	h := fnv.New64a()
	fmt.Fprint(h, v.counters, v.labels)
	for _, m := range v.accounts {
		st := m.state
		fmt.Fprint(h, st.Phase, st.First, st.Got, st.Total, st.GotBytes, st.TotalBytes, st.Taken, st.Missed, st.Older, st.Aside, st.Fault, st.Detail, minutes(st.Checked))
		if st.Fault != fetch.NoFault {
			fmt.Fprint(h, minutes(st.Next), st.Failing)
		}
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// follow lets a page be kept as the mail is.
func (s site) follow(v *visit, shell *views.Shell) {
	if shell.Script {
		shell.Events, shell.State = eventsPath, s.standing(v)
	}
}

// reload makes the browser load this page again after some seconds, without that keeping the session alive: by itself
// where it has no script, which would do better. A page on a computer that others use has a header that says when to
// leave it; of two such only the header counts.
func (s site) reload(v *visit, shell *views.Shell, seconds string) {
	if shell.Events == "" || v.opaque() {
		v.reload(seconds)
		return
	}
	shell.Reload = seconds + "; url=" + s.Front.Base + with(v.here(), byItself, "1")
}

// news is how many rows a list has above the newest that the person sees, as a link to them; nil where there are none, or
// nobody asks.
func (s site) news(v *visit) (*views.Filter, error) {
	newest, err := cache.ParseID(v.c.QueryParam(since))
	if err != nil {
		return nil, nil
	}
	here := v.here("did", "before", "after")
	list, ok := s.listing(v, here)
	if !ok {
		return nil, nil
	}
	rows, err := list.read(cache.Page{After: newest, Limit: maxNews + 1})
	n := len(rows.List)
	switch {
	case err != nil || n == 0:
		return nil, err
	case n > maxNews:
		return &views.Filter{Text: s.Words.MuchNewMail(maxNews), Href: here}, nil
	}
	return &views.Filter{Text: s.Words.NewMail(n), Href: here}, nil
}
