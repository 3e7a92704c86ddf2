package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/fetch"
	"restante/views"
)

const (
	progressRefresh = "3"              // seconds between two looks at the progress page
	estimateAfter   = 10 * time.Second // of downloading: before, a guess of the time left says nothing
)

// progress answers how the collection of an account goes; when there is nothing to show it leads to the inbox.
func (s site) progress(c echo.Context, v *visit, m mailbox) error {
	if m.state.Phase == fetch.Idle && m.state.Fault == fetch.NoFault && !m.paused() {
		return c.Redirect(303, "/inbox")
	}
	p := s.progressPage(v, m)
	s.follow(v, &p.Shell)
	s.reload(v, &p.Shell, progressRefresh)
	p.Kept = m.Policy.Rule == cache.Keep
	return s.render(c, 200, views.Sync(p))
}

// paused reports whether a collection was stopped and waits for its person.
func (m mailbox) paused() bool {
	return m.state.Phase == fetch.Idle && m.state.Resting && m.Every != cache.OnRequest
}

// pausedNotice says so.
func (s site) pausedNotice(v *visit, m mailbox) views.Notice {
	text := s.Words.Paused()
	if m.state.First {
		text += " " + s.Words.PausedEarly()
	}
	return views.Notice{Kind: "info", Text: text, Choices: []views.Choice{{Action: "/sync", Text: s.Words.GoOn(), Back: v.here("did")}}}
}

// pause stops collecting an account until its person wants it to go on.
func (s site) pause(c echo.Context, v *visit, m mailbox) error {
	s.Fleet.Pause(v.Person, m.ID)
	return c.Redirect(http.StatusSeeOther, m.path("/sync"))
}

func (s site) progressPage(v *visit, m mailbox) views.SyncPage {
	w, st := s.Words, m.state
	p := views.SyncPage{
		Shell: s.shell(v, w.GettingYourMail(), ""), Heading: w.GettingYourMail(), Text: w.NewestFirst(),
		Progress: s.bar(st), Steps: s.steps(m), Server: m.host(), Onward: views.Link{Href: "/inbox", Text: w.OpenInboxNow()},
	}
	p.Notices = nil // the page itself says it
	if n, ok := s.faultNotice(v, m); ok && st.Phase == fetch.Idle {
		p.Problem = &n
	}
	switch {
	case m.paused():
		n := s.pausedNotice(v, m)
		p.Problem = &n
	case st.Phase != fetch.Idle && s.Kiosk == nil:
		p.Pause = m.path("/sync/pause")
	}
	if st.TotalBytes > 0 {
		p.Title = w.SyncTitle(int(st.GotBytes * 100 / st.TotalBytes))
	}
	return p
}

// bar is the progress of a run: by bytes, which do not lie as counts do where a few messages are most of the mail; by
// messages where the server tells no sizes. A run that has stopped shows how far it came.
func (s site) bar(st fetch.State) views.Progress {
	w := s.Words
	switch {
	case st.Phase == fetch.Connecting:
		return views.Progress{Text: w.Checking()}
	case st.Total == 0:
		return views.Progress{Text: w.StepCounting()}
	case st.TotalBytes == 0:
		return views.Progress{Value: strconv.Itoa(st.Got), Max: strconv.Itoa(st.Total), Text: w.Downloading(st.Got, st.Total, w.Size(st.GotBytes))}
	}
	p := views.Progress{
		Value: strconv.FormatInt(st.GotBytes, 10), Max: strconv.FormatInt(st.TotalBytes, 10),
		Text: w.Progress(st.Got, st.Total, w.Size(st.GotBytes), w.Size(st.TotalBytes)),
	}
	if took := s.Now().Sub(st.Since); st.Phase == fetch.Downloading && took > estimateAfter && st.GotBytes > 0 {
		left := time.Duration(float64(took) * float64(st.TotalBytes-st.GotBytes) / float64(st.GotBytes))
		p.Text = w.ProgressLeft(st.Got, st.Total, w.Size(st.GotBytes), w.Size(st.TotalBytes), w.Left(left))
	}
	return p
}

// steps are what a collection does one after another, with where it is.
func (s site) steps(m mailbox) []views.Step {
	w, st := s.Words, m.state
	steps := []views.Step{
		{Text: w.StepSignedIn(m.host(), st.Secured)}, {Text: w.StepCounting()}, {Text: w.StepDownloading()},
	}
	if st.Phase == fetch.Connecting {
		steps[0].Text = w.StepConnecting(m.host())
	}
	if st.Phase == fetch.Downloading {
		steps[1].Text = w.StepCounted(st.Total)
	}
	at := int(st.Phase - fetch.Connecting)
	for i := range steps {
		switch {
		case i < at:
			steps[i].State = "done"
		case i == at:
			steps[i].State = "current"
		default:
			steps[i].State = "todo"
		}
	}
	return steps
}
