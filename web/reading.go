package web

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"

	"restante/cache"
	"restante/cache/mail"
	"restante/views"
	"restante/views/safehtml"
)

// The ways to see a body; they stand in addresses.
const (
	viewReader = "reader"
	viewText   = "text"
)

// maxBodies is how many bytes of bodies a page has room for, at least the one that exceeds it: whoever writes a hundred
// long answers must not make a page that no browser can show.
const maxBodies = 4 << 20

// read parses a stored message and makes of it what a page shows, and takes the length of its body off room. The bytes
// are parsed anew at every showing, so that a better parser and a better sanitiser heal old mail at once.
func (s *Server) read(v *visit, m cache.Message, room *int) (views.Message, error) {
	raw, parsed, err := v.source(m.ID)
	if err != nil {
		return views.Message{}, err
	}
	id, w := m.ID.String(), s.Words
	out := views.Message{
		ID: id, Unread: m.Unread, Starred: m.Starred, StarLabel: w.StarThis(cmp.Or(m.Subject, w.NoSubject())),
		PlaceName: w.Place(m.Place.String()), Verbs: s.readVerbs(m.Place), Raw: "/m/" + id + "/raw",
		Name: m.From.Name, Addr: m.From.Addr, Initials: initials(cmp.Or(m.From.Name, m.From.Addr)),
		To: s.toWhom(v, parsed), Recipients: s.fields(parsed, m), Time: s.time(m.Received), Summary: m.Snippet,
	}
	if m.From.Addr == "" && m.From.Name == "" {
		out.Name = w.NoSender()
	}
	if *room > 0 {
		body := parsed.Body(raw)
		*room -= len(body.HTML) + len(body.Text)
		s.show(v, parsed, body, raw, &out)
	} else {
		out.Notices = []views.Notice{{Kind: "info", Text: w.TooMuch(), Link: "/m/" + id, LinkText: w.OpenAlone()}}
	}
	out.Attachments, out.AttachmentsText = s.attachments(id, parsed)
	return out, raw.err
}

// show fills in the body in the view that is asked for, and the notices about it.
func (s *Server) show(v *visit, parsed *mail.Message, body mail.Body, raw *source, out *views.Message) {
	w := s.Words
	out.View = viewReader
	if v.c.QueryParam("view") == viewText {
		out.View = viewText
	}
	var report safehtml.Report
	if body.HTML != "" && out.View == viewReader {
		out.Body, report = safehtml.Reader(body.HTML, safehtml.ReaderOptions{Quoted: w.QuotedText(), Image: w.ImageWord()})
	}
	if out.Body == (safehtml.HTML{}) { // asked for, or HTML that is refused or shows nothing
		text, format := body.Text, safehtml.TextOptions{Quoted: w.QuotedText(), Flowed: body.Flowed, DelSp: body.DelSp}
		if text == "" {
			text, format.Flowed = parsed.Text(raw), false
		}
		out.Body = safehtml.Text(text, format)
		switch {
		case strings.TrimSpace(text) == "":
			out.Notices = append(out.Notices, views.Notice{Kind: "info", Text: w.BodyEmpty()})
		case format.Cuts(text):
			out.Notices = append(out.Notices, views.Notice{Kind: "info", Text: w.BodyShortened()})
		}
	}
	if body.HTML != "" {
		href := "/m/" + out.ID
		out.Views = []views.Link{
			{Href: href + "?view=" + viewReader, Text: w.ViewReader(), Current: out.View == viewReader},
			{Href: href + "?view=" + viewText, Text: w.ViewText(), Current: out.View == viewText},
		}
	}
	out.Notices = append(out.Notices, s.bodyNotices(parsed, body, report)...)
}

// bodyNotices say what of a body was not shown as its sender meant it.
func (s *Server) bodyNotices(parsed *mail.Message, body mail.Body, report safehtml.Report) (list []views.Notice) {
	w := s.Words
	switch {
	case report.Tracking > 0:
		list = append(list, views.Notice{Kind: "info", Text: w.TrackersBlocked(report.Remote, report.Tracking)})
	case report.Remote > 0:
		list = append(list, views.Notice{Kind: "info", Text: w.ImagesBlocked(report.Remote)})
	}
	switch {
	case body.Raw:
		list = append(list, views.Notice{Kind: "warn", Text: w.ShownRaw()})
	case len(parsed.Defects) > 0:
		list = append(list, views.Notice{Kind: "warn", Text: w.DamagedParts()})
	}
	return list
}

// readVerbs are what can be done with a message or conversation on its page.
func (s *Server) readVerbs(place cache.Place) []views.Verb {
	var list []views.Verb
	for _, v := range s.verbs(place) {
		if v.Do != string(cache.DoRead) { // it has just been read
			list = append(list, v)
		}
	}
	return list
}

// toWhom says who received a message, with the owner of the mailbox as "me".
func (s *Server) toWhom(v *visit, m *mail.Message) string {
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

// maxShown is how many addresses of a field are written out.
const maxShown = 200

// fields are the parts of the header that a person may want to know.
func (s *Server) fields(m *mail.Message, row cache.Message) []views.Field {
	w := s.Words
	var list []views.Field
	add := func(name, value string) {
		if value != "" {
			list = append(list, views.Field{Name: name, Value: value})
		}
	}
	add(w.FieldFrom(), written(m.From))
	add(w.FieldReplyTo(), written(m.ReplyTo))
	add(w.FieldTo(), written(m.To))
	add(w.FieldCc(), written(m.Cc))
	if m.Date.IsZero() {
		add(w.FieldDate(), w.DateUnknown())
	} else {
		add(w.FieldDate(), w.Full(m.Date, s.Location))
	}
	add(w.FieldReceived(), w.Full(row.Received, s.Location))
	add(w.FieldList(), m.ListID)
	add(w.FieldSize(), w.Size(row.Size))
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
