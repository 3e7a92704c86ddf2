package web

import (
	"cmp"
	"restante/cache"
	"strings"

	"restante/cache/mail"
	"restante/views"
	"restante/views/safehtml"
	"restante/web/session"
)

// The ways to see a body; they stand in addresses.
const (
	viewReader   = "reader"
	viewOriginal = "original"
	viewText     = "text"
)

// Parameters of a page that shows bodies.
const (
	paramView   = "view"
	paramWhole  = "all"    // 1: a long text is shown to its end
	paramImages = "images" // a ticket that shows the remote pictures of one message
)

// look is how a person looks at a message.
type look struct {
	view    string
	whole   bool            // a long text is shown to its end
	charset string          // as which the text is to be read; "" for what it says it is
	remote  bool            // remote pictures are shown …
	trusted bool            // … because they always are for this sender
	alike   []cache.Contact // whose name the sender has
}

// look reads from an address how a message is looked at.
func (s site) look(v *visit, l *letter) (look, error) {
	k := look{view: viewReader, charset: wantedCharset(v), whole: v.c.QueryParam(paramWhole) == "1"}
	view, from := v.c.QueryParam(paramView), l.mail.From
	if view == "" && len(from) == 1 {
		var err error
		if view, err = v.box.Preferred(v.ctx(), from[0].Addr); err != nil {
			return look{}, err
		}
	}
	if view == "" {
		view = v.settings[setView]
	}
	if view == viewText || view == viewOriginal {
		k.view = view
	}
	k.remote = s.showsPictures(v, l, v.c.QueryParam(paramImages))
	if !k.remote && l.path == "" && len(from) == 1 && v.settings[setPictures] != never { // whom a message within one names, nobody trusted
		var err error
		if k.trusted, err = v.box.Trusts(v.ctx(), from[0].Addr); err != nil {
			return look{}, err
		}
		k.remote = k.trusted
	}
	var err error
	k.alike, err = s.namesakes(v, l)
	return k, err
}

// remember keeps for the next message of a sender the view that a person chose just now. A page that a browser only
// fetches in advance is no choice.
func (s site) remember(v *visit, l *letter) error {
	view := v.c.QueryParam(paramView)
	if view != viewReader && view != viewOriginal && view != viewText || len(l.mail.From) != 1 || !session.Active(v.c.Request(), true) {
		return nil
	}
	known, err := v.box.Preferred(v.ctx(), l.mail.From[0].Addr)
	if err != nil || known == view || known == "" && view == cmp.Or(v.settings[setView], viewReader) {
		return err
	}
	return v.box.Prefer(v.ctx(), l.mail.From[0].Addr, view)
}

// mistrust shows no remote pictures but to who asked for them just now.
func (k *look) mistrust() {
	if k.trusted {
		k.remote, k.trusted = false, false
	}
}

// show fills in the body in the view that is asked for, and the notices about it, and takes its length off room.
func (s site) show(v *visit, l *letter, room *int, out *views.Message) error {
	k, err := s.look(v, l)
	if err != nil {
		return err
	}
	body := l.mail.BodyAs(l.raw, k.charset)
	*room -= len(body.HTML) + len(body.Text)
	shown := s.sanitise(v, l, body, &k)
	out.View, out.Body = shown.view, shown.html
	if shown.view == viewOriginal {
		out.Frame = s.original(v, l)
	}
	if body.HTML != "" {
		out.Views = s.views(v, l, shown.view)
	}
	out.Charsets = s.charsets(v, l, body, k.charset)
	out.Cards, out.Below = s.cards(v, l), s.addresses(shown.report.Links)
	out.Notices = append(out.Notices, s.messageNotices(v, l, body, k, shown)...)
	return s.strangerNotice(v, l, out)
}

// shown is a body that has been made safe.
type shown struct {
	view    string
	html    safehtml.HTML
	report  safehtml.Report // of its HTML
	reasons []views.Point   // to mistrust the message
	empty   bool            // there is no text in it
	cut     bool            // it is longer than what is shown
}

// sanitise makes a body safe to show. A message that is suspicious shows remote pictures to nobody who did not ask for
// them just now, and its links do not lead out at once.
func (s site) sanitise(v *visit, l *letter, body mail.Body, k *look) shown {
	out := s.sanitised(v, l, body, *k, l.cite)
	out.reasons = s.suspect(v, l.mail, out.report.Links, k.alike)
	reasons := out.reasons
	if l.cite != nil || len(reasons) == 0 && !v.opaque() {
		return out
	}
	if len(reasons) > 0 {
		k.mistrust()
	}
	out = s.sanitised(v, l, body, *k, s.outboundLink(v, l))
	out.reasons = reasons
	return out
}

// sanitised shows a body in the view that is asked for, or as text where its HTML is refused or shows nothing. The
// report is that of the reader's view, in whatever view the body is shown.
func (s site) sanitised(v *visit, l *letter, body mail.Body, k look, link func(string) string) shown {
	w := s.Words
	out := shown{view: k.view}
	var reader safehtml.HTML
	if body.HTML != "" {
		o := safehtml.ReaderOptions{Quoted: w.QuotedText(), Image: w.ImageWord(), Link: link}
		if k.view == viewReader {
			o.Picture = s.pictures(v, l, k.remote)
		}
		reader, out.report = safehtml.Reader(body.HTML, o)
	}
	switch {
	case k.view == viewOriginal && body.HTML != "" && !out.report.Refused:
		return out
	case k.view != viewText && reader != (safehtml.HTML{}):
		out.view, out.html = viewReader, reader
		return out
	}
	out.view = viewText
	text, format := body.Text, safehtml.TextOptions{Quoted: w.QuotedText(), Flowed: body.Flowed, DelSp: body.DelSp, Link: link}
	if k.whole {
		format.MaxText = -1
	}
	if text == "" {
		text, format.Flowed = l.mail.TextAs(l.raw, k.charset), false
	}
	var links []safehtml.Link
	out.html, links = safehtml.Text(text, format)
	out.empty, out.cut = strings.TrimSpace(text) == "", format.Cuts(text)
	if body.HTML == "" {
		out.view, out.report.Links = viewReader, links // the only view that it has
	}
	return out
}

// views are the links between the ways to see a body that has HTML.
func (s site) views(v *visit, l *letter, current string) []views.Link {
	w := s.Words
	link := func(view, text string) views.Link {
		return views.Link{Href: with(s.keep(v, l), paramView, view), Text: text, Current: view == current}
	}
	return []views.Link{link(viewReader, w.ViewReader()), link(viewOriginal, w.ViewOriginal()), link(viewText, w.ViewText())}
}

// keep is the page of a message with what the person chose about it so far.
func (s site) keep(v *visit, l *letter) string {
	href := l.href()
	for _, name := range []string{paramImages, paramCharset, "from"} {
		if value := v.c.QueryParam(name); value != "" && len(value) <= maxPath {
			href = with(href, name, value)
		}
	}
	return href
}
