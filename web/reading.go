package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"restante/cache"
	"restante/cache/mail"
	"restante/cache/query"
	"restante/views"
)

// maxBodies is how many bytes of bodies a page has room for, at least the one that exceeds it: whoever writes a hundred
// long answers must not make a page that no browser can show.
const maxBodies = 4 << 20

// read makes of a message what a page shows, and takes the length of its body off room. The bytes are parsed anew at
// every showing, so that a better parser and a better sanitiser heal old mail at once.
func (s site) read(v *visit, l *letter, room *int) (views.Message, error) {
	w, row, from := s.Words, l.row, l.from()
	out := views.Message{
		ID: row.ID.String(), Unread: row.Unread, Starred: row.Starred, StarLabel: w.StarThis(cmp.Or(row.Subject, w.NoSubject())),
		PlaceName: w.Place(row.Place.String()), Verbs: s.readVerbs(row.Place, row.Unread && !v.marksRead()),
		Name: from.Name, Addr: from.Addr, Initials: initials(cmp.Or(from.Name, from.Addr)),
		To: s.toWhom(v, l.mail), Recipients: s.fields(l), Time: s.time(row.Received), Summary: row.Snippet,
	}
	if l.path != "" {
		out.PlaceName, out.Verbs, out.Time = "", nil, views.Time{}
		if !l.mail.Date.IsZero() {
			out.Time = s.time(l.mail.Date)
		}
	}
	if from == (cache.Person{}) {
		out.Name = w.NoSender()
	}
	if err := s.tagged(v, l, &out); err != nil {
		return out, err
	}
	where, err := v.box.Whereabouts(v.ctx(), row.ID)
	if err != nil {
		return out, err
	}
	if l.path == "" {
		out.Recipients = append(out.Recipients, views.Field{Name: w.FieldServer(), Value: s.whereabouts(where)})
	}
	switch {
	case row.Partial && l.path == "":
		out.Notices = []views.Notice{s.headerNotice(v, l, where)}
		if s.Kiosk != nil {
			out.Notices = []views.Notice{s.guestNotice(v, l, where)}
		}
	case *room > 0:
		if err := s.show(v, l, room, &out); err != nil {
			return views.Message{}, err
		}
	default:
		out.Notices = []views.Notice{{Kind: "info", Text: w.TooMuch(), Link: l.href(), LinkText: w.OpenAlone()}}
	}
	if out.Menu = s.menu(v, l, where); s.Kiosk != nil {
		out.StarLabel, out.PlaceName = "", ""
	}
	s.attachments(v, l, &out)
	return out, l.source.err
}

// tagged adds what is said of a stored message in a word each: its labels, and that it is muted.
func (s site) tagged(v *visit, l *letter, out *views.Message) error {
	if l.path != "" {
		return nil
	}
	labels, err := v.box.LabelsOf(v.ctx(), l.row.ID)
	out.Tags = v.tagsOf(labels)
	for _, account := range []int64{l.row.Account, l.row.Also} {
		if name := v.origin(account); name != "" {
			out.Tags = append(out.Tags, views.Tag{Text: name})
		}
	}
	if l.row.Muted {
		out.Tags = append(out.Tags, views.Tag{Text: s.Words.MutedTag()})
	}
	return err
}

// menu leads to the other ways to see a message, and to what else can be done about it.
func (s site) menu(v *visit, l *letter, where cache.Whereabouts) []views.MenuItem {
	w := s.Words
	var list []views.MenuItem
	file := l.href() + "/download"
	if l.path == "" {
		file = l.href() + "/raw"
		if s.Kiosk == nil || s.Kiosk.Print {
			list = append(list, views.MenuItem{Href: l.href() + "/print", Text: w.ViewPrint(), Icon: views.IconText})
		}
		list = append(list,
			views.MenuItem{Href: l.href() + "/headers", Text: w.ViewHeaders(), Icon: views.IconInfo, Key: "Shift+H"},
			views.MenuItem{Href: l.href() + "/source", Text: w.ViewSource(), Icon: views.IconFile})
	}
	if l.path == "" && s.Kiosk == nil && len(l.mail.From) > 0 && l.mail.From[0].Addr != "" {
		from := query.Query{Terms: []query.Term{{Field: query.From, Text: l.mail.From[0].Addr}}}
		list = append(list, views.MenuItem{Href: with("/organise", "q", from.String()), Text: w.RuleForSender(), Icon: views.IconLabel})
	}
	if s.saves() {
		list = append(list, views.MenuItem{Href: file, Text: w.DownloadMessage(), Icon: views.IconDownload, Download: true})
	}
	account, ok := v.account(l.row.Account)
	if ok && l.path == "" && s.Kiosk == nil && !account.Recent && !l.row.Partial && where.Listed && where.Due.IsZero() {
		list = append(list, views.MenuItem{Do: string(cache.DoDelete), Text: w.DoDeleteThere(), Icon: views.IconTrash})
	}
	return list
}

// readVerbs are what can be done with a message or conversation on its page.
func (s site) readVerbs(place cache.Place, unread bool) []views.Verb {
	idle := cache.DoRead
	if unread {
		idle = cache.DoUnread
	}
	return slices.DeleteFunc(s.verbs(place), func(v views.Verb) bool { return v.Do == string(idle) || v.Do == string(cache.DoSpam) })
}

// toWhom says who received a message, with the owner of the mailbox as "me".
func (s site) toWhom(v *visit, m *mail.Message) string {
	w := s.Words
	all := append(append([]mail.Address(nil), m.To...), m.Cc...)
	for _, a := range all {
		if v.isMe(a.Addr) {
			if len(all) == 1 {
				return w.ToMe()
			}
			return w.ToMeAnd(len(all) - 1)
		}
	}
	switch len(all) {
	case 0:
		return w.ToNobody()
	case 1:
		return w.ToName(cmp.Or(all[0].Name, all[0].Addr))
	}
	return w.ToNameAnd(cmp.Or(all[0].Name, all[0].Addr), len(all)-1)
}

// Of more addresses than manyShown the first are shown, and the rest on demand.
const (
	manyShown  = 8
	firstShown = 5
)

// maxShown is how many addresses of a field are written out.
const maxShown = 200

// fields are the parts of the header that a person may want to know.
func (s site) fields(l *letter) []views.Field {
	w, m := s.Words, l.mail
	var list []views.Field
	add := func(name, value string) {
		if value != "" {
			list = append(list, views.Field{Name: name, Value: value})
		}
	}
	add(w.FieldFrom(), written(m.From))
	add(w.FieldReplyTo(), written(m.ReplyTo))
	addMany := func(name string, all []mail.Address) {
		if len(all) <= manyShown {
			add(name, written(all))
			return
		}
		rest := all[firstShown:]
		list = append(list, views.Field{Name: name, Value: written(all[:firstShown]), More: written(rest), MoreText: w.AndMore(len(rest))})
	}
	addMany(w.FieldTo(), m.To)
	addMany(w.FieldCc(), m.Cc)
	if m.Date.IsZero() {
		add(w.FieldDate(), w.DateUnknown())
	} else {
		add(w.FieldDate(), w.Full(m.Date, s.Location))
	}
	add(w.FieldList(), m.ListID)
	if l.path == "" {
		add(w.FieldReceived(), w.Full(l.row.Received, s.Location))
		add(w.FieldSize(), w.Size(l.row.Size))
	}
	return list
}

func written(list []mail.Address) string {
	var all []string
	for _, a := range list[:min(len(list), maxShown)] {
		switch {
		case a.Name == "":
			all = append(all, a.Addr)
		default:
			all = append(all, fmt.Sprintf("%s <%s>", a.Name, a.Addr))
		}
	}
	if more := len(list) - maxShown; more > 0 {
		all = append(all, fmt.Sprintf("+ %d", more))
	}
	return strings.Join(all, ", ")
}

// initials are the first letters of the first and last word of a name.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	if len(words) == 0 {
		return "?"
	}
	first := []rune(words[0])[:1]
	if len(words) > 1 && !strings.Contains(name, "@") {
		first = append(first, []rune(words[len(words)-1])[0])
	}
	return strings.ToUpper(string(first))
}
