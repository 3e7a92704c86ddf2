package web

import (
	"strconv"
	"time"

	"restante/cache"
	"restante/views"
	"restante/web/session"
)

// highContrast is a theme in the colours, light or dark, that the system has.
const highContrast = "hc-system"

// shell is what every page of a signed-in person has around it. current is the path of the place that the page belongs to.
func (s site) shell(v *visit, title, current string) views.Shell {
	shell := s.bare(title)
	shell.User, shell.Nav, shell.Banner, shell.Notices = v.Name, s.nav(v, current), s.banner(v), s.notices(v)
	v.dress(&shell)
	if shell.Script = s.Kiosk == nil; shell.Script {
		v.c.Response().Header().Set("Content-Security-Policy", scriptPolicy)
	}
	return s.around(v, shell)
}

// around makes a page of a session on a computer that others use say so, and say nothing in its title and addresses.
func (s site) around(v *visit, shell views.Shell) views.Shell {
	if v.opaque() {
		shell.Seal = v.seal
		shell.Shared = s.Words.SharedUntil(s.Words.Clock(v.Ends(), s.Location))
		if s.Kiosk != nil {
			if session.WantsContrast(v.c.Request(), secure(v.c.Request())) {
				shell.Theme = highContrast
			}
			shell.Shared = s.Words.KioskUntil(s.Words.Clock(v.Ends(), s.Location))
		}
		shell.Still = s.still(v, shell)
	}
	return shell
}

// bare is the shell of a page that anybody may see.
func (s site) bare(title string) views.Shell {
	shell := views.Shell{W: s.Words, Base: s.Front.Base, Title: title, Demo: s.Demo != nil}
	if s.Kiosk != nil {
		shell.Kiosk, shell.NoPrint, shell.Density = true, !s.Kiosk.Print, "touch"
	}
	return shell
}

func (s site) nav(v *visit, current string) []views.Place {
	if s.Kiosk != nil {
		return nil // there is the inbox, and no other place
	}
	w := s.Words
	places := []views.Place{
		{Name: w.Inbox(), Href: "/inbox", Icon: views.IconInbox, Phone: true, Go: "i", Unread: count(v.counters[cache.Inbox].Unread, w.Number)},
		{Name: w.Starred(), Href: "/starred", Icon: views.IconStar, Phone: true, Go: "s"},
		{Name: w.Archive(), Href: "/archive", Icon: views.IconArchive, Go: "e"},
		{Name: w.AttachmentsHeading(), Href: attachmentsPath, Icon: views.IconClip, Phone: true, Go: "p"},
		{Name: w.Spam(), Href: "/spam", Icon: views.IconSpam, Unread: count(v.counters[cache.Spam].Unread, w.Number), Go: "!"},
		{Name: w.Trash(), Href: "/trash", Icon: views.IconTrash, Go: "#"},
		{Name: w.AllMail(), Href: "/all", Icon: views.IconMail, Go: "a"},
	}
	for _, own := range []struct {
		place     cache.Place
		icon, key string
	}{{cache.Sent, views.IconSent, "t"}, {cache.Drafts, views.IconDraft, "d"}} {
		if v.counters[own.place].Total > 0 {
			places = append(places, views.Place{Name: w.Place(own.place.String()), Href: "/" + own.place.String(), Icon: own.icon, Go: own.key})
		}
	}
	for _, l := range v.labels {
		places = append(places, views.Place{Name: l.Name, Href: labelPath(l.ID), Icon: views.IconLabel, Hue: hue(l.Colour), Unread: count(l.Unread, w.Number)})
	}
	for _, saved := range v.searches {
		places = append(places, views.Place{Name: saved.Name, Href: with("/search", "q", saved.Query), Icon: views.IconSearch})
	}
	for i := range places {
		places[i].Current = places[i].Href == current
	}
	return places
}

// count writes a number, and nothing for zero.
func count(n int, write func(int) string) string {
	if n == 0 {
		return ""
	}
	return write(n)
}

// banner says what the last action did, and how to undo it. What was done is read from the file, not from the
// address: nobody can make a link that claims something.
func (s site) banner(v *visit) *views.Banner {
	token := v.c.QueryParam("did")
	switch token {
	case "":
		return nil
	case didUndo:
		return &views.Banner{Text: s.Words.Undone()}
	case didNothing:
		return &views.Banner{Kind: "info", Text: s.Words.NothingToUndo()}
	case didNotSelect:
		return &views.Banner{Kind: "info", Text: s.Words.NothingSelected()}
	case didPurge:
		if v.counters[cache.Trash].Total == 0 {
			return &views.Banner{Text: s.Words.TrashEmptied()}
		}
		return nil
	case didSaved:
		return &views.Banner{Text: s.Words.Saved()}
	case didLeave:
		return &views.Banner{Text: s.Words.ListLeft()}
	case didNotLeave:
		return &views.Banner{Kind: "warn", Text: s.Words.ListNotLeft()}
	case didNotChange:
		return &views.Banner{Kind: "info", Text: s.Words.NothingChanged()}
	}
	id, err := strconv.ParseInt(token, 10, 64)
	if err != nil {
		return nil
	}
	a, err := v.box.Action(v.ctx(), id)
	if err != nil {
		return nil // undone, or ten minutes ago: the page is as true without
	}
	return &views.Banner{Text: s.did(a), Undo: token, Back: v.here("did")}
}

// did is an action in words.
func (s site) did(a cache.Action) string {
	w := s.Words
	switch cache.Verb(a.Verb.Word()) {
	case cache.DoArchive:
		return w.Archived(a.Chosen)
	case cache.DoTrash:
		return w.Trashed(a.Chosen)
	case cache.DoSpam:
		return w.MovedToSpam(a.Chosen)
	case cache.DoRestore:
		return w.MovedToInbox(a.Chosen)
	case cache.DoRead:
		return w.MarkedRead(a.Chosen)
	case cache.DoUnread:
		return w.MarkedUnread(a.Chosen)
	case cache.DoStar:
		return w.StarredNow(a.Chosen)
	case cache.DoUnstar:
		return w.Unstarred(a.Chosen)
	case cache.DoMute:
		return w.Muted(a.Chosen)
	case cache.DoUnmute:
		return w.Unmuted(a.Chosen)
	case cache.DoDelete:
		return w.DeletedThere(a.Chosen)
	case cache.DroppedLabel:
		return w.LabelDeleted()
	case cache.DroppedSearch:
		return w.SearchDeleted()
	case cache.DroppedRule:
		return w.RuleDeleted()
	}
	name, give, ok := a.Verb.Label()
	switch {
	case ok && give:
		return w.Labelled(a.Chosen, name)
	case ok:
		return w.Unlabelled(a.Chosen, name)
	}
	return ""
}

// moment writes a time of day, with the day where it is not today.
func (s site) moment(t time.Time) string { return s.Words.Moment(t, s.Now(), s.Location) }

// time is a moment as pages show it.
func (s site) time(t time.Time) views.Time {
	return views.Time{
		ISO: t.In(s.Location).Format(time.RFC3339), Short: s.Words.Short(t, s.Now(), s.Location), Full: s.Words.Full(t, s.Location),
	}
}
