package web

import (
	"slices"
	"strings"

	"restante/cache/mail"
	"restante/views"
	"restante/views/safehtml"
)

// messageNotices say what to know about a message, the most pressing first.
func (s site) messageNotices(v *visit, l *letter, body mail.Body, k look, shown shown) (list []views.Notice) {
	w := s.Words
	if len(shown.reasons) > 0 {
		list = append(list, views.Notice{Kind: "danger", Text: w.Suspicious(), List: shown.reasons})
	}
	list = append(list, s.protection(l, body)...)
	if n, ok := s.pictureNotice(v, l, k, shown.report); ok {
		list = append(list, n)
	}
	switch {
	case body.Raw:
		list = append(list, views.Notice{Kind: "warn", Text: w.ShownRaw()})
	case len(l.mail.Defects) > 0:
		list = append(list, views.Notice{Kind: "warn", Text: w.DamagedParts(), Link: l.sourceHref(), LinkText: w.ViewSource()})
	}
	switch {
	case shown.empty && len(l.mail.Attachments()) == 0:
		list = append(list, views.Notice{Kind: "info", Text: w.BodyEmpty()})
	case shown.cut:
		list = append(list, views.Notice{Kind: "info", Text: w.BodyShortened(), Link: with(with(s.keep(v, l), paramView, viewText), paramWhole, "1"), LinkText: w.ShowAll()})
	}
	if shown.report.Designed && shown.view == viewReader {
		list = append(list, views.Notice{Kind: "info", Text: w.Designed(), Link: with(s.keep(v, l), paramView, viewOriginal), LinkText: w.ViewDesigned()})
	}
	if n, ok := s.listNotice(v, l); ok && len(shown.reasons) == 0 {
		list = append(list, n)
	}
	return list
}

// strangerNotice says that a sender has not written before. While a mailbox is being collected, newest first, that is
// not known.
func (s site) strangerNotice(v *visit, l *letter, out *views.Message) error {
	if l.path != "" || v.state.First || len(l.mail.From) != 1 || v.isMe(l.mail.From[0].Addr) || l.mail.From[0].Addr == "" {
		return nil
	}
	before, err := v.box.WroteBefore(v.ctx(), l.mail.From[0].Addr, l.row.ID)
	if err == nil && !before {
		out.Notices = append(out.Notices, views.Notice{Kind: "info", Text: s.Words.FirstFrom(l.mail.From[0].Addr)})
	}
	return err
}

// sourceHref is the page with the bytes of the stored message.
func (l *letter) sourceHref() string { return "/m/" + l.row.ID.String() + "/source" }

// protection says what was not decrypted, and what was not verified.
func (s site) protection(l *letter, body mail.Body) []views.Notice {
	w, p := s.Words, l.mail.Protection()
	if p.Scheme == "" {
		p = mail.InlinePGP(body.Text)
	}
	switch {
	case p.Encrypted && p.Part > 0:
		return []views.Notice{{Kind: "info", Text: w.Encrypted(p.Scheme), Link: l.partHref(p.Part) + "/download", LinkText: w.DownloadEncrypted()}}
	case p.Encrypted:
		return []views.Notice{{Kind: "info", Text: w.Encrypted(p.Scheme)}}
	case p.Signed:
		return []views.Notice{{Kind: "info", Text: w.Signed(p.Scheme)}}
	}
	return nil
}

// pictureNotice says which remote pictures were not fetched, and offers to; or that they were.
func (s site) pictureNotice(v *visit, l *letter, k look, report safehtml.Report) (views.Notice, bool) {
	w := s.Words
	if report.Remote == 0 {
		return views.Notice{}, false
	}
	choice := func(do, text string) views.Choice {
		return views.Choice{Action: "/m/" + l.row.ID.String() + "/images", Name: "do", Value: do, Text: text, Back: v.here("did", paramImages)}
	}
	sender := ""
	if len(l.mail.From) == 1 {
		sender = l.mail.From[0].Addr
	}
	switch {
	case k.trusted:
		return views.Notice{Kind: "info", Text: w.ImagesAlways(sender), Choices: []views.Choice{choice(imagesNever, w.StopShowing())}}, true
	case k.remote:
		return views.Notice{Kind: "info", Text: w.ImagesShown()}, true
	}
	n := views.Notice{Kind: "info", Text: s.blocked(report)}
	if report.Remote == report.Tracking {
		return n, true // there is nothing that would be shown
	}
	once := choice(imagesOnce, w.ShowOnce())
	once.Key = "i"
	n.Choices = append(n.Choices, once)
	if sender != "" && l.path == "" && s.Kiosk == nil {
		n.Choices = append(n.Choices, choice(imagesAlways, w.ShowAlways(sender)))
	}
	return n, true
}

// maxWhose is how many owners of pictures a notice names.
const maxWhose = 3

// blocked counts the pictures that were not fetched, and says whose they are.
func (s site) blocked(report safehtml.Report) string {
	w := s.Words
	whose := report.Hosts
	if report.Tracking > 0 {
		whose = report.Trackers
	}
	names := slices.Clone(whose[:min(len(whose), maxWhose)])
	if len(whose) > maxWhose {
		names = append(names, "…")
	}
	all := strings.Join(names, ", ")
	switch {
	case report.Tracking > 0 && all != "":
		return w.TrackersBlockedFrom(report.Remote, report.Tracking, all)
	case report.Tracking > 0:
		return w.TrackersBlocked(report.Remote, report.Tracking)
	case all != "":
		return w.ImagesBlockedFrom(report.Remote, all)
	}
	return w.ImagesBlocked(report.Remote)
}
