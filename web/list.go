package web

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/query"
	"restante/views"
	"restante/views/words"
)

// soon is how often a page refreshes itself that shows nothing but that mail is on its way.
const soon = "2"

// placed answers the list of one place.
func placed(place cache.Place) personal {
	return func(s site, c echo.Context, v *visit) error {
		if (place == cache.Sent || place == cache.Drafts) && v.counters[place].Total == 0 {
			return echo.ErrNotFound // a POP3 mailbox has neither
		}
		page, err := pageOf(c)
		if err != nil {
			return err
		}
		if s.Kiosk != nil {
			page.Limit = kioskPage
		}
		rows, err := v.box.Conversations(v.ctx(), place, page)
		if err != nil {
			return err
		}
		p := s.placePage(v, place, rows)
		if p.Empty != nil && p.Empty.Progress != nil {
			s.reload(v, &p.Shell, soon)
		}
		return s.renderList(c, v, p)
	}
}

// placePage is the list of a place as a page.
func (s site) placePage(v *visit, place cache.Place, rows cache.Rows) views.ListPage {
	w, path := s.Words, "/"+place.String()
	name := w.Place(place.String())
	title := name
	if n := v.counters[place].Unread; n > 0 {
		title = w.PlaceUnread(name, n)
	}
	p := s.listPage(v, title, path, rows)
	p.Heading, p.Place, p.Verbs = name, place.String(), s.bulk(place)
	last := ""
	for i, r := range rows.List {
		if day := w.Period(r.Received, s.Now(), s.Location); day != last {
			p.Rows[i].Day, last = day, day
		}
	}
	if place == cache.Inbox && len(v.accounts) > 0 {
		p.CanCheck, p.Status = true, s.status(v)
	}
	if len(v.accounts) > 1 && len(rows.List) > 0 {
		for _, m := range v.accounts {
			q := query.Query{Terms: []query.Term{{Field: query.In, Text: place.String()}, {Field: query.Account, Text: m.User}}}
			p.Accounts = append(p.Accounts, views.Filter{Text: m.name(), Href: with("/search", "q", q.String())})
		}
	}
	p.CanEmpty = place == cache.Trash && len(rows.List) > 0
	if place != cache.Trash && s.Kiosk == nil && len(rows.List) > 1 {
		in := query.Query{Terms: []query.Term{{Field: query.In, Text: place.String()}}}
		p.Narrower = s.narrowed(in, [][2]string{{"is:unread", w.OnlyUnread()}, {"has:attachment", w.OnlyWithFiles()}, {"is:known", w.OnlyKnown()}})
	}
	if len(rows.List) == 0 {
		p.Empty = s.emptyPlace(v, place)
	}
	if (rows.Newer || rows.Older) && s.Kiosk == nil {
		p.All, p.AllQuery = s.allIn(place, v.counters[place].Total)
	}
	if place == cache.Inbox && !rows.Older && len(rows.List) > 0 && !v.state.First {
		p.End = w.EndOfList(w.Day(rows.List[len(rows.List)-1].Received, s.Location))
	}
	return p
}

// allIn is the choice to act on all n messages of a place, or on as many as one action may, with the search for them.
func (s site) allIn(place cache.Place, n int) (text, line string) {
	text = s.Words.AllIn(n)
	if n > cache.MaxActed {
		text = s.Words.AllInOfMore(cache.MaxActed)
	}
	return text, query.Query{Terms: []query.Term{{Field: query.In, Text: place.String()}}}.String()
}

// listPage is what all lists have in common: the rows, and the ways to the next pages.
func (s site) listPage(v *visit, title, path string, rows cache.Rows) views.ListPage {
	p := views.ListPage{Shell: s.shell(v, title, path), Here: v.here("did")}
	s.follow(v, &p.Shell)
	if s.Kiosk == nil {
		p.Layouts = s.options(v, layouts())
	}
	if p.Banner != nil {
		p.Title = s.Words.ResultTitle(p.Banner.Text, title)
	}
	for _, r := range rows.List {
		p.Rows = append(p.Rows, s.row(v, r))
	}
	if n := len(rows.List); n > 0 {
		here := v.here("did", "before", "after")
		if rows.Newer {
			p.Newer = with(here, "after", rows.List[0].ID.String())
		}
		if rows.Older {
			p.Older = with(here, "before", rows.List[n-1].ID.String())
		}
	}
	return p
}

// renderList answers a list.
func (s site) renderList(c echo.Context, v *visit, p views.ListPage) (err error) {
	if p.News, err = s.news(v); err != nil {
		return err
	}
	return s.render(c, 200, views.List(p))
}

// allMail answers the list of all messages but those in spam and trash.
func (s site) allMail(c echo.Context, v *visit) error {
	page, err := pageOf(c)
	if err != nil {
		return err
	}
	list, _ := s.listing(v, "/all")
	rows, err := list.read(page)
	if err != nil {
		return err
	}
	p := s.listPage(v, list.name, "/all", rows)
	p.Heading, p.Place, p.Verbs, p.Scope = list.name, "all", s.bulk(cache.Anywhere), list.scope
	for i, r := range rows.List {
		p.Rows[i].Place = s.Words.Place(r.Place.String())
	}
	if len(rows.List) == 0 {
		p.Empty = s.emptyPlace(v, cache.Inbox)
	}
	return s.renderList(c, v, p)
}

// starred answers the list of starred messages of all places.
func (s site) starred(c echo.Context, v *visit) error {
	page, err := pageOf(c)
	if err != nil {
		return err
	}
	rows, err := v.box.Starred(v.ctx(), page)
	if err != nil {
		return err
	}
	w := s.Words
	p := s.listPage(v, w.Starred(), "/starred", rows)
	p.Heading, p.Place, p.Verbs, p.Scope = w.Starred(), "starred", s.bulk(cache.Anywhere), scopeMessage
	if len(rows.List) == 0 {
		p.Empty = &views.Empty{Icon: views.IconStar, Heading: w.StarredEmpty(), Text: w.StarredEmptyText(), Link: "/inbox", LinkText: w.GoToInbox()}
	}
	return s.renderList(c, v, p)
}

// pageOf reads which page of a list is asked for. A number that we did not write leads to no page.
func pageOf(c echo.Context) (page cache.Page, err error) {
	if q := c.QueryParam("before"); q != "" {
		if page.Before, err = cache.ParseID(q); err != nil {
			return page, echo.ErrNotFound
		}
	}
	if q := c.QueryParam("after"); q != "" {
		if page.After, err = cache.ParseID(q); err != nil {
			return page, echo.ErrNotFound
		}
	}
	return page, nil
}

// row is one line of a list.
func (s site) row(v *visit, r cache.Row) views.Row {
	w := s.Words
	subject := cmp.Or(r.Subject, w.NoSubject())
	who := s.names(v, r.From)
	row := views.Row{
		ID: r.ID.String(), Href: rowPath(r), Who: views.Plain(who), Subject: views.Plain(subject), Snippet: views.Plain(r.Snippet),
		Account: v.origin(r.Account), Unread: r.Unread, Starred: r.Starred, Labels: v.tagsOf(r.Labels), Marks: s.marks(v, r), Time: s.time(r.Received),
		SelectLabel: w.Select(subject, who), StarLabel: w.StarThis(subject),
	}
	if s.Kiosk != nil {
		row.SelectLabel, row.StarLabel = "", ""
	}
	if r.Count > 1 {
		row.Count = w.Number(r.Count)
	}
	if from := v.here("did"); from != "/inbox" && len(from) <= maxPath {
		row.Href = with(row.Href, "from", from)
	}
	return row
}

// marks are what is to be known of a row before it is opened. That mail is only here goes without saying where it is to be
// deleted on the server, or the account is not collected any more; in a kiosk the rest of a message comes when it is opened.
func (s site) marks(v *visit, r cache.Row) (list []views.Mark) {
	type w = *words.Words
	from, collected := v.account(r.Account)
	for _, m := range []struct {
		is   bool
		icon string
		text say
	}{
		{r.Partial && s.Kiosk == nil, views.IconDownload, w.NotHereYet},
		{r.Here && collected && from.Policy.Rule == cache.Keep && s.Kiosk == nil, views.IconBox, w.OnlyHere},
		{r.Replied, views.IconUndo, w.IsReplied},
		{r.Encrypted, views.IconShield, w.IsEncrypted},
		{r.Invite, views.IconCalendar, w.HasInvite},
		{r.Attachments, views.IconClip, w.HasAttachment},
	} {
		if m.is {
			list = append(list, views.Mark{Icon: m.icon, Text: m.text(s.Words)})
		}
	}
	return list
}

// rowPath is where a row leads: to its message, or to its conversation.
func rowPath(r cache.Row) string {
	if r.Count > 1 {
		return "/t/" + r.ID.String()
	}
	return "/m/" + r.ID.String()
}

// names are the writers of a conversation, oldest first: one by the whole name, several by their first names. Who has no
// name is shown by address, and the owner of the mailbox as "me".
func (s site) names(v *visit, from []cache.Person) string {
	var names []string
	for _, p := range from {
		name := cmp.Or(p.Name, p.Addr, s.Words.NoSender())
		if p.Addr != "" && poses(p.Name) {
			name = p.Addr
		}
		if len(from) > 1 {
			name = givenName(name)
		}
		if v.isMe(p.Addr) {
			name = s.Words.Me()
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// givenName is the first of the two words of a name. Anything else stays whole: an address, one word, "Low Tide Harbour Arts".
func givenName(name string) string {
	first, last, ok := strings.Cut(name, " ")
	if !ok || strings.ContainsAny(name, "@,") || strings.Contains(last, " ") || strings.EqualFold(first, "the") {
		return name
	}
	return first
}

// bulk are what can be done with the selected messages of a list. A message has its star beside its subject.
func (s site) bulk(place cache.Place) []views.Verb {
	list := s.verbs(place)
	if at := slices.IndexFunc(list, func(v views.Verb) bool { return v.Do == doLabel }); at >= 0 {
		list = slices.Insert(list, at, views.Verb{Do: string(cache.DoStar), Text: s.Words.DoStar(), Icon: views.IconStar, Narrow: true})
	}
	return list
}

// verbs are what can be done with messages of a place.
func (s site) verbs(place cache.Place) []views.Verb {
	if s.Kiosk != nil {
		return nil // nobody would see it tomorrow
	}
	w := s.Words
	archive := views.Verb{Do: string(cache.DoArchive), Text: w.DoArchive(), Icon: views.IconArchive}
	trash := views.Verb{Do: string(cache.DoTrash), Text: w.DoDelete(), Icon: views.IconTrash}
	spam := views.Verb{Do: string(cache.DoSpam), Text: w.DoSpam(), Icon: views.IconSpam}
	restore := views.Verb{Do: string(cache.DoRestore), Text: w.DoRestore(), Icon: views.IconInbox}
	read := views.Verb{Do: string(cache.DoRead), Text: w.DoMarkRead(), Icon: views.IconMailOpen}
	unread := views.Verb{Do: string(cache.DoUnread), Text: w.DoMarkUnread(), Icon: views.IconMail}
	label := views.Verb{Do: doLabel, Text: w.DoLabel(), Icon: views.IconLabel}
	switch place {
	case cache.Archive:
		restore.Text = w.DoMoveToInbox()
		return []views.Verb{restore, trash, spam, read, unread, label}
	case cache.Spam:
		restore.Text = w.DoNotSpam()
		return []views.Verb{restore, trash, read, unread}
	case cache.Trash:
		return []views.Verb{restore, read, unread}
	}
	return []views.Verb{archive, trash, spam, read, unread, label}
}

// status is the line under the heading: how new the list is.
func (s site) status(v *visit) string {
	w, st := s.Words, v.state
	c := v.counters[cache.Inbox]
	var line string
	switch {
	case st.Phase == fetch.Idle && st.Fault != fetch.NoFault && !st.Checked.IsZero(): // not up to date; a notice says why
		line = w.CheckedText(w.Ago(max(s.Now().Sub(st.Checked), 0)))
	case st.Phase == fetch.Downloading && st.Total > 0:
		line = w.Downloading(st.Got, st.Total, w.Size(st.GotBytes))
	case st.Phase != fetch.Idle:
		line = w.Checking()
	case st.Checked.IsZero():
		line = w.NotCheckedYet()
	default:
		line = w.UpToDate(w.Ago(max(s.Now().Sub(st.Checked), 0)))
	}
	if c.Total == 0 {
		return line
	}
	return w.UnreadOf(c.Unread, c.Total) + " · " + line
}

// emptyPlace says why a place has nothing in it.
func (s site) emptyPlace(v *visit, place cache.Place) *views.Empty {
	w := s.Words
	switch place {
	case cache.Archive:
		return &views.Empty{Icon: views.IconArchive, Heading: w.ArchiveEmpty(), Text: w.ArchiveEmptyText(), Link: "/inbox", LinkText: w.GoToInbox()}
	case cache.Spam:
		return &views.Empty{Icon: views.IconSpam, Heading: w.SpamEmpty(), Text: w.SpamEmptyText(), Link: "/inbox", LinkText: w.GoToInbox()}
	case cache.Trash:
		return &views.Empty{Icon: views.IconTrash, Heading: w.TrashEmpty(), Text: w.TrashEmptyText(), Link: "/inbox", LinkText: w.GoToInbox()}
	}
	if len(v.accounts) == 0 {
		return &views.Empty{Icon: views.IconInbox, Heading: w.NoAccounts(), Text: w.NoAccountsText(), Link: "/accounts/new", LinkText: w.AddAccount()}
	}
	if v.state.First && v.state.Phase != fetch.Idle {
		p := s.bar(v.state)
		return &views.Empty{Icon: views.IconMail, Heading: w.InboxNew(), Text: w.InboxNewText(), Progress: &p}
	}
	checked := w.NotCheckedYet()
	if !v.state.Checked.IsZero() {
		checked = w.CheckedText(w.Ago(max(s.Now().Sub(v.state.Checked), time.Duration(0))))
	}
	return &views.Empty{Icon: views.IconInbox, Heading: w.InboxEmpty(), Text: checked, Action: "/sync", ActionText: w.CheckMail(), Back: v.here("did")}
}
