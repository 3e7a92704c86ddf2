package web

import (
	"cmp"
	"slices"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/views"
	"restante/web/session"
)

// message answers one message; opening it marks it as read.
func (s site) message(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	if s.Kiosk != nil {
		m, err := v.box.Message(v.ctx(), id)
		if err == nil {
			_, err = s.bring(v, m)
		}
		if err != nil {
			return err
		}
	}
	l, err := v.letter(id, "")
	if err != nil {
		return err
	}
	if err := s.remember(v, l); err != nil {
		return err
	}
	thread, err := v.box.Conversation(v.ctx(), id)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(thread, func(m cache.Message) bool { return m.ID == id }); at >= 0 {
		l.row = thread[at] // which knows whether it came to another account, too
	}
	m := l.row
	if err := s.opened(v, m); err != nil {
		return err
	}
	room := maxBodies
	read, err := s.read(v, l, &room)
	if err != nil {
		return err
	}
	aside := s.muteVerb(thread)
	for _, verb := range s.verbs(m.Place) {
		if verb.Do == string(cache.DoSpam) {
			aside = append(aside, verb)
		}
	}
	for _, verb := range aside {
		read.Menu = append(read.Menu, views.MenuItem{Do: verb.Do, Text: verb.Text, Icon: verb.Icon})
	}
	p := s.messagePage(v, m)
	p.Seen = v.seen(m)
	if err := s.beside(v, m, &p); err != nil {
		return err
	}
	p.Messages = []views.Message{read}
	if others := len(thread) - 1; others > 0 {
		p.Others, p.OthersText = s.others(v, thread, m.ID), s.Words.Others(others)
		p.ThreadHref = with("/t/"+m.ID.String(), "from", p.Back)
	}
	return s.render(c, 200, views.MessageView(p))
}

// conversation answers a whole conversation, newest first, with its newest and its unread messages unfolded.
func (s site) conversation(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	thread, err := v.box.Conversation(v.ctx(), id)
	if err != nil {
		return err
	}
	if err := s.opened(v, thread...); err != nil {
		return err
	}
	at := slices.IndexFunc(thread, func(m cache.Message) bool { return m.ID == id })
	p := s.messagePage(v, thread[max(at, 0)])
	p.Seen = v.seen(thread...)
	if err := s.beside(v, thread[max(at, 0)], &p); err != nil {
		return err
	}
	unread := !v.marksRead() && slices.ContainsFunc(thread, func(m cache.Message) bool { return m.Unread })
	p.Threaded, p.Verbs, p.VerbID = true, append(s.readVerbs(thread[max(at, 0)].Place, unread), s.muteVerb(thread)...), id.String()
	room := maxBodies
	for i, m := range thread {
		open := i == 0 || m.Unread || m.ID == id
		if open {
			if m, err = s.bring(v, m); err != nil {
				return err
			}
		}
		l, err := v.stored(m)
		if err != nil {
			return err
		}
		read, err := s.read(v, l, &room)
		if err != nil {
			return err
		}
		read.Open = open
		p.Messages = append(p.Messages, read)
	}
	return s.render(c, 200, views.MessageView(p))
}

// muteVerb mutes a conversation, or ends that. Where nothing can be done there is none.
func (s site) muteVerb(thread []cache.Message) []views.Verb {
	if s.Kiosk != nil {
		return nil
	}
	if slices.ContainsFunc(thread, func(m cache.Message) bool { return m.Muted }) {
		return []views.Verb{{Do: string(cache.DoUnmute), Text: s.Words.DoUnmute(), Icon: views.IconMute}}
	}
	return []views.Verb{{Do: string(cache.DoMute), Text: s.Words.DoMute(), Icon: views.IconMute}}
}

// opened marks messages as read, unless nobody looks at the page, as when a browser only fetches it in advance. The
// messages given keep saying that they were unread: that is how the page shows what is new.
func (s site) opened(v *visit, messages ...cache.Message) error {
	if !session.Active(v.c.Request(), true) || !v.marksRead() {
		return nil
	}
	for _, m := range messages {
		if m.Unread {
			c := v.counters[m.Place]
			c.Unread = max(c.Unread-1, 0)
			v.counters[m.Place] = c
		}
	}
	unread := unreadOf(messages)
	if len(unread) == 0 {
		return nil
	}
	return v.box.MarkRead(v.ctx(), unread)
}

// unreadOf are those of some messages that are unread, and with each the same one of another account.
func unreadOf(messages []cache.Message) (ids []cache.ID) {
	for _, m := range messages {
		if !m.Unread {
			continue
		}
		if ids = append(ids, m.ID); m.Twin != 0 {
			ids = append(ids, m.Twin)
		}
	}
	return ids
}

// seen are the messages that the script marks as read when the page has been looked at for a while.
func (v *visit) seen(messages ...cache.Message) (ids []string) {
	if v.settings[setRead] == inAWhile {
		for _, id := range unreadOf(messages) {
			ids = append(ids, id.String())
		}
	}
	return ids
}

// messagePage is what is around the messages of a page.
func (s site) messagePage(v *visit, m cache.Message) views.MessagePage {
	list := "/" + m.Place.String()
	back := local(v.c.QueryParam("from"), list)
	subject := cmp.Or(m.Subject, s.Words.NoSubject())
	p := views.MessagePage{
		Shell: s.shell(v, subject, list), Subject: subject, Here: v.here("did"),
		Back: back + "#m" + m.ID.String(), BackText: s.Words.Back(),
	}
	if back == list {
		p.BackText = s.Words.BackTo(s.Words.Place(m.Place.String()))
	}
	if p.Banner != nil {
		p.Title = s.Words.ResultTitle(p.Banner.Text, subject)
	}
	return p
}

// others are the links to the rest of a conversation.
func (s site) others(v *visit, thread []cache.Message, but cache.ID) []views.Other {
	var list []views.Other
	for _, m := range thread {
		if m.ID == but {
			continue
		}
		list = append(list, views.Other{
			ID: m.ID.String(), Href: "/m/" + m.ID.String(), Who: s.names(v, []cache.Person{m.From}),
			Time: s.time(m.Received), Snippet: m.Snippet, Unread: m.Unread,
		})
	}
	return list
}
