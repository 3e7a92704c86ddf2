package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache/export"
	"restante/cache/registry"
	"restante/views"
	"restante/web/session"
)

const (
	sessionsPath = "/settings/sessions"
	idlePath     = sessionsPath + "/idle"
	storedPath   = "/settings/stored"
	erasePath    = "/settings/erase"
	erasedPath   = "/erased"
)

// eraseWait is for how long erasing waits for those who still use a mailbox.
const eraseWait = 10 * time.Second

// sessions answers where a person is signed in.
func (s site) sessions(c echo.Context, v *visit) error {
	list, err := s.People.Sessions(v.ctx(), v.Person, s.Now())
	if err != nil {
		return err
	}
	w := s.Words
	p := views.SessionsPage{Shell: s.shell(v, w.Sessions(), "/more"), Others: len(list) > 1}
	for _, row := range list {
		line := views.SessionLine{
			ID: row.ID.String(), Name: w.BrowserOn(agentOf(row.Agent)), This: row.ID == v.ID,
			Text: []string{w.SessionSince(w.Moment(row.Made, s.Now(), s.Location)), w.SessionSeen(w.Ago(s.Now().Sub(row.Seen))), w.SessionUntil(w.Moment(row.End(), s.Now(), s.Location))},
		}
		if row.Kind != string(session.Private) {
			line.Text = append(line.Text, w.SessionShared())
		}
		line.EndLabel = w.EndSessionOf(line.Name)
		p.Sessions = append(p.Sessions, line)
	}
	if p.Idle, err = s.idles(v); err != nil {
		return err
	}
	endings, err := s.People.Endings(v.ctx(), v.Person, s.Now())
	if err != nil {
		return err
	}
	for _, e := range endings {
		p.Endings = append(p.Endings, w.SessionRanOut(w.BrowserOn(agentOf(e.Agent)), w.Moment(e.Made, s.Now(), s.Location), w.Moment(e.Ended, s.Now(), s.Location)))
	}
	return s.render(c, http.StatusOK, views.Sessions(p))
}

// idleLimits are after how long without activity a person may want to be signed out; 0: as late as the site does it.
var idleLimits = []time.Duration{0, 7 * 24 * time.Hour, 24 * time.Hour, time.Hour}

// idles are those, to choose from.
func (s site) idles(v *visit) (list []views.RadioOption, err error) {
	now, err := s.People.IdleLimit(v.ctx(), v.Person)
	if err != nil {
		return nil, err
	}
	usual, _ := s.Sessions.LimitsOf(session.Private)
	for _, limit := range idleLimits {
		text := s.Words.IdleAfter(limit)
		if limit == 0 {
			text = s.Words.IdleDefault(s.Words.IdleAfter(usual.Idle))
		}
		list = append(list, views.RadioOption{Value: strconv.Itoa(int(limit / time.Minute)), Text: text, Chosen: limit == now})
	}
	return list, nil
}

// chooseIdle changes after how long without activity a person is signed out.
func (s site) chooseIdle(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	minutes, err := strconv.Atoi(form.Get("idle"))
	limit := time.Duration(minutes) * time.Minute
	if err != nil || !slices.Contains(idleLimits, limit) {
		return errBadForm
	}
	if err := s.People.SetIdleLimit(v.ctx(), v.Person, limit); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with(sessionsPath, "did", didSaved))
}

// endSession ends one session of the person, or all but this one where the form names none.
func (s site) endSession(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	if !form.Has("id") {
		if _, err := s.People.EndOtherSessions(v.ctx(), v.Person, v.ID); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, with(sessionsPath, "did", didSaved))
	}
	id, err := registry.ParseSessionID(form.Get("id"))
	if err != nil {
		return errBadForm
	}
	if err := s.People.EndSession(v.ctx(), v.Person, id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with(sessionsPath, "did", didSaved))
}

// stored answers what Restante keeps of a person, and why.
func (s site) stored(c echo.Context, v *visit) error {
	size, err := v.box.Size(v.ctx())
	if err != nil {
		return err
	}
	list, err := s.People.Sessions(v.ctx(), v.Person, s.Now())
	if err != nil {
		return err
	}
	held, err := s.collectsAbsent(v.ctx(), v.Person)
	if err != nil {
		return err
	}
	w, messages := s.Words, 0
	passwords := w.StoredPasswordsText
	if held {
		passwords = w.StoredPasswordsHeld
	}
	for _, n := range v.counters {
		messages += n.Total
	}
	p := views.StoredPage{
		Shell: s.shell(v, w.Stored(), "/more"), Export: exportPath, Erase: erasePath, Absent: s.absent(v, held),
		Facts: []views.Fact{
			{Name: w.StoredMail(), Text: w.StoredMailText(messages, w.Size(size))},
			{Name: w.StoredPasswords(), Text: passwords(len(v.accounts))},
			{Name: w.StoredSessions(), Text: w.StoredSessionsText(len(list)) + " " + w.StoredEndedText()},
			{Name: w.StoredLog(), Text: w.StoredLogText()},
		},
	}
	return s.render(c, http.StatusOK, views.Stored(p))
}

const exportPath = "/settings/export"

// exportMbox answers all mail as one file of messages one after another, exportZip as one of files.
func (s site) exportMbox(c echo.Context, v *visit) error {
	return s.exportAs(c, v, "mail.mbox", export.Mbox)
}
func (s site) exportZip(c echo.Context, v *visit) error {
	return s.exportAs(c, v, "mail.zip", export.Zip)
}

func (s site) exportAs(c echo.Context, v *visit, name string, as func(io.Writer) export.Target) error {
	ctx, cancel := context.WithCancel(v.ctx())
	defer cancel()
	from, into := io.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		target := as(struct{ io.Writer }{into}) // which is not the target's to close
		_, _, err := export.Everything(ctx, v.box, target)
		if err == nil {
			err = target.Close()
		}
		into.CloseWithError(err) // nil is the end
	}()
	defer func() {
		cancel()
		from.Close()
		<-written
	}()
	return s.download(c, name, unknownSize, from)
}

// askErase asks whether all that is kept of a person is to go.
func (s site) askErase(c echo.Context, v *visit) error { return s.asking(c, v, nil) }

func (s site) asking(c echo.Context, v *visit, wrong *views.ErrorSummary) error {
	w, status := s.Words, http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	return s.render(c, status, views.Ask(views.AskPage{
		Shell: s.shell(v, w.EraseAll(), "/more"), Back: storedPath, BackText: w.Back(), Heading: w.EraseAllAsk(), Error: wrong,
		Text: []string{w.EraseAllText(), w.EraseAllExport()}, Action: erasePath, Label: w.EraseAllConfirm(v.Name), Button: w.EraseAll(),
	}))
}

// confirmErase checks that the person has written who they are, and erases.
func (s site) confirmErase(c echo.Context) error {
	confirmed := false
	var who session.Session
	err := person(func(s site, c echo.Context, v *visit) error {
		form, err := form(c)
		if err != nil {
			return err
		}
		if form.Get("confirm") != v.Name {
			w := s.Words
			return s.asking(c, v, &views.ErrorSummary{Heading: w.CheckWhatYouWrote(), Text: w.EraseAllConfirm(v.Name), Field: "confirm"})
		}
		confirmed, who = true, v.Session
		return nil
	})(s, c)
	if err != nil || !confirmed {
		return err
	}
	if err := s.erase(c.Request().Context(), who.Person); err != nil {
		return err
	}
	s.forget(c)
	return c.Redirect(http.StatusSeeOther, erasedPath)
}

// erase forgets a person: sessions first, so that nobody opens what goes, then the mail, then who they were. Whoever is
// stopped in between, FinishErasing goes on.
func (s site) erase(ctx context.Context, person registry.PersonID) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), eraseWait) // going away is no reason to stop half-way
	defer cancel()
	if _, err := s.People.EndOtherSessions(ctx, person, registry.SessionID{}); err != nil {
		return err
	}
	enrolments, err := s.People.Enrolments(ctx, person)
	if err != nil {
		return err
	}
	for _, e := range enrolments {
		if err := s.Fleet.Drop(ctx, person, e.Account); err != nil {
			return err
		}
	}
	s.Fleet.Release(person)
	s.admitting.Lock()
	defer s.admitting.Unlock()
	if err := s.Boxes.Erase(ctx, string(person)); err != nil {
		return err
	}
	return s.forgetPerson(ctx, person)
}

// forgetPerson is the end of erasing: what is deleted is nobody's by then.
func (s site) forgetPerson(ctx context.Context, person registry.PersonID) error {
	if err := s.People.RemovePerson(ctx, person); err != nil {
		return err
	}
	return s.Boxes.Forget(string(person))
}

// FinishErasing does what is left to do of erasing people when the process was stopped meanwhile.
func (s *Server) FinishErasing(ctx context.Context) error {
	people, err := s.Boxes.Erased()
	for _, person := range people {
		err = errors.Join(err, s.plain().forgetPerson(ctx, registry.PersonID(person)))
	}
	return err
}
