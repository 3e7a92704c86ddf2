package views_test

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"restante/views"
	"restante/views/safehtml"
	"restante/views/words"
)

// hostile is what a sender may write where a person reads it.
const hostile = `</title><script>alert(1)</script>"'><img src=x onerror=alert(1)> ` + "\u202egnp.exe"

var now = time.Date(2026, 11, 26, 11, 40, 0, 0, time.UTC)

func moment(ago time.Duration) views.Time {
	w, t := words.English(), now.Add(-ago)
	return views.Time{ISO: t.Format(time.RFC3339), Short: w.Short(t, now, time.UTC), Full: w.Full(t, time.UTC)}
}

func shell(title string) views.Shell {
	w := words.English()
	return views.Shell{
		W: w, Title: title, User: "ana@home.example", Demo: true, Script: true,
		Nav: []views.Place{
			{Name: w.Inbox(), Href: "/inbox", Icon: views.IconInbox, Go: "i", Unread: "12", Current: title != "More" && title != "How to search", Phone: true},
			{Name: w.Starred(), Href: "/starred", Icon: views.IconStar, Phone: true},
			{Name: w.Archive(), Href: "/archive", Icon: views.IconArchive, Phone: true},
			{Name: w.Trash(), Href: "/trash", Icon: views.IconTrash},
			{Name: "Work", Href: "/label/1", Icon: views.IconLabel, Hue: "1"},
		},
	}
}

// shared is a shell on a computer that others use.
func shared(s views.Shell) views.Shell {
	s.Shared = s.W.SharedUntil("14:32")
	if s.Script {
		s.Still = &views.Still{After: "525", Until: s.W.SignedOutAt("14:32"), Back: "/inbox"}
	}
	s.Seal = func(path string) string {
		if !strings.ContainsAny(path, "?0123456789") {
			return path
		}
		return "/o/" + base64.RawURLEncoding.EncodeToString([]byte(path))
	}
	return s
}

// kiosk is a shell on one that everybody uses.
func kiosk(s views.Shell) views.Shell {
	s = shared(s)
	s.Kiosk, s.NoPrint, s.Density, s.Nav, s.Demo, s.Script, s.Still = true, true, "touch", nil, false, false, nil
	s.Shared = s.W.KioskUntil("14:32")
	return s
}

func listVerbs(w *words.Words) []views.Verb {
	return []views.Verb{
		{Do: "archive", Text: w.DoArchive(), Icon: views.IconArchive},
		{Do: "trash", Text: w.DoDelete(), Icon: views.IconTrash},
		{Do: "read", Text: w.DoMarkRead(), Icon: views.IconMailOpen},
		{Do: "unread", Text: w.DoMarkUnread(), Icon: views.IconMail},
	}
}

// letters are pieces of a life, so that fifty rows of them are not one row
// that a compressor sees fifty times.
var letters = []struct{ who, subject, snippet string }{
	{"Ana Ruiz", "Quarterly report and the figures you asked for", "Hi, please find the numbers below. The totals changed since the last version because two of the July invoices were booked twice."},
	{"田中 健", "来月の会議について", "お世話になっております。来月の会議の日程についてご相談させてください。ご都合のよい日をお知らせいただけますでしょうか。"},
	{"Mum", "Re: Dinner on Saturday?", "The tomatoes are finally red! Look at the picture, your father took it from the kitchen window before breakfast."},
	{"Stadtbibliothek Köln", "Ihre Medien sind am Freitag fällig", "Guten Tag, folgende Medien sind bald zurückzugeben: »Die Straße«, »Über den Fluss«, und eine Schallplatte."},
	{"ليلى حداد", "صور من الحديقة", "مرحبا، أرسل لك بعض الصور من الحديقة كما وعدت. الطقس جميل هذه الأيام والأولاد يلعبون كل يوم."},
	{"Jonas Bergström", "Minutes of the housing co-op meeting, 12 November", "Present: eleven of fourteen flats. The roof will be mended in spring; the offer of the second firm was accepted with two votes against."},
	{"noreply@service.example", "[restante] Issue 42: keyboard focus is lost after archiving the last row", "@ola-n opened an issue: when I press j the row gets focus but the screen reader says nothing at all about it."},
	{"Émile Lefèvre", "Billets pour le 3 décembre", "Salut ! J’ai pris les billets, on part à 9 h 12 de la gare de Lyon. N’oublie pas ta carte de réduction."},
	{"DHL Paket", "Your parcel is on its way", "Track your shipment with the number below. Expected delivery: Friday between 10 and 14 o'clock. Leave it with a neighbour?"},
	{"Grüne Apotheke", "Prescription ready for pickup", "Dear Ms Ruiz, your prescription can be picked up until Saturday noon. Please bring the insurance card with you."},
	{"Conference Committee", "Decision on your submission 117", "We are pleased to tell you that your talk was accepted for the second day. Reviews are attached as plain text."},
	{"Tax Office", "Reminder: form 1040-B", "Our records show that the form for last year has not reached us yet. If you have sent it in the meantime, ignore this letter."},
	{"Ola Nordmann", "🎉🎂 Surprise party, do not tell Kari", "Bring the big speaker and the cake tin. We meet at the back door at six sharp, lights out, phones silent."},
}

func rows(n int) []views.Row {
	w := words.English()
	var rs []views.Row
	for i := range n {
		l := letters[i%len(letters)]
		subject, snippet := l.subject, l.snippet
		if i >= len(letters) {
			subject += " " + strconv.Itoa(i*7919%1000)
			words := strings.Fields(snippet)
			k := i * 31 % len(words)
			snippet = strings.Join(append(words[k:len(words):len(words)], words[:k]...), " ")
		}
		r := views.Row{
			ID: strconv.Itoa(456789012345 - i*7777777), Href: "/t/" + strconv.Itoa(456789012345-i*7777777),
			SelectLabel: w.Select(subject, l.who), StarLabel: w.StarThis(subject),
			Who: views.Plain(l.who), Subject: views.Plain(subject), Snippet: views.Plain(snippet),
			Unread: i%4 == 1, Starred: i%9 == 4, Highlight: i == 1,
			Time: moment(time.Duration(i*i) * 97 * time.Minute),
		}
		if i%10 == 7 {
			r.Marks = append(r.Marks, views.Mark{Icon: views.IconDownload, Text: w.NotHereYet()})
		}
		if i%3 == 1 {
			r.Marks = append(r.Marks, views.Mark{Icon: views.IconClip, Text: w.HasAttachment()})
		}
		if i%5 == 2 {
			r.Count = strconv.Itoa(i%7 + 2)
		}
		rs = append(rs, r)
	}
	return rs
}

func inbox(n int) views.ListPage {
	s := shell("Inbox (12)")
	w := s.W
	list := rows(n)
	for i := range list {
		switch i {
		case 0:
			list[i].Day = w.Period(now, now, time.UTC)
		case 3:
			list[i].Day = w.Period(now.AddDate(0, 0, -1), now, time.UTC)
			list[i].Labels = []views.Tag{{Text: "Work", Hue: "1"}, {Text: "Family", Hue: "7"}, {Text: "Later"}}
		}
	}
	return views.ListPage{
		Shell: s, Heading: w.Inbox(), Place: "inbox", Here: "/inbox", CanCheck: true,
		Status: w.UnreadOf(12, 4318) + " · " + w.UpToDate(w.Ago(2*time.Minute)),
		Verbs:  listVerbs(w), Rows: list, Older: "/inbox?before=456",
	}
}

func busyInbox() views.ListPage {
	p := inbox(8)
	p.Banner = &views.Banner{Text: p.W.Archived(3), Undo: "tok/en", Back: "/inbox"}
	p.Notices = []views.Notice{
		{Text: p.W.StillDownloading(1240, 4318), Link: "/sync", LinkText: p.W.Details(), Progress: &views.Progress{Value: "1240", Max: "4318", Text: p.W.Progress(1240, 4318, "212 MB", "760 MB")}},
		{Kind: "warn", Text: p.W.Unreachable("mail.home.example", "14:05", "14:03", "in 4 min"), Choices: []views.Choice{{Action: "/sync", Text: p.W.TryNow()}}, Link: "/sync", LinkText: p.W.Details()},
		{Kind: "danger", Text: p.W.PasswordRefused("mail.home.example"), Link: "/login", LinkText: p.W.EnterNewPassword()},
	}
	p.Rows[3].Subject = views.Plain(strings.Repeat("Donaudampfschifffahrtsgesellschaft", 9))
	p.Newer, p.End = "/inbox?after=999", p.W.EndOfList("3 May 2011")
	return p
}

func results() views.ListPage {
	s := shell("Search: figures")
	w := s.W
	s.Query = "figures from:ana form:x"
	s.Nav[0].Current = false
	p := views.ListPage{
		Shell: s, Heading: w.SearchResults(), Count: w.Results(4), Place: "search", Here: "/search?q=figures",
		Hints: []string{w.DidYouMean("form:", "from:")}, Verbs: listVerbs(w), Rows: rows(4), All: w.AllResults(312), AllQuery: "figures",
		Filters: []views.Filter{{Text: "figures", Href: "/search?q=from:ana"}, {Text: "from:ana", Href: "/search?q=figures"}}, Order: views.Filter{Text: w.BestFirst(), Href: "/search?q=figures&sort=best"},
	}
	for i, place := range []string{w.Inbox(), w.Archive(), w.Inbox(), w.Trash()} {
		p.Rows[i].Place = place
	}
	p.Form = &views.SearchForm{Words: "figures", From: "ana", After: "2024-05-17", Larger: []views.Option{{Text: w.AnySize()}, {Value: "1M", Text: "1 MB", Selected: true}},
		Has: []views.Option{{Text: w.AnyContent()}}, In: []views.Option{{Text: w.AnyPlace()}}}
	p.Rows[0].Subject = []views.Run{{Text: "Quarterly report and the "}, {Text: "figures", Mark: true}, {Text: " you asked for"}}
	p.Rows[0].Snippet = []views.Run{{Text: "… the corrected "}, {Text: "figures", Mark: true}, {Text: " are in the attached sheet"}}
	return p
}

func emptyList(e views.Empty) views.ListPage {
	p := inbox(0)
	p.Empty, p.Older = &e, ""
	return p
}

func messageVerbs(w *words.Words) []views.Verb {
	return []views.Verb{
		{Do: "archive", Text: w.DoArchive(), Icon: views.IconArchive},
		{Do: "trash", Text: w.DoDelete(), Icon: views.IconTrash},
		{Do: "unread", Text: w.DoMarkUnread(), Icon: views.IconMail},
	}
}

const letter = `<p>Hi,</p><p>please find the numbers below. The totals changed since the last version because two of the July invoices were booked twice; the corrected figures are in the attached sheet.</p>
<table><tr><th>Month</th><th>Net</th><th>Gross</th></tr><tr><td>July</td><td>1,204.00</td><td>1,432.76</td></tr><tr><td>August</td><td>980.50</td><td>1,166.80</td></tr></table>
<p>Could you check clause 7 before Thursday? The link is <a href="https://example.org/contract">example.org/contract</a>.</p><blockquote><p>On 20 August you wrote:</p><p>Could you send me the figures once they are final?</p></blockquote><p>Ana</p>`

func message(id string) views.Message {
	w := words.English()
	body, _ := safehtml.Reader(letter, safehtml.ReaderOptions{})
	return views.Message{
		ID: id, Open: true, Starred: true, StarLabel: w.StarThis("Quarterly report"), PlaceName: w.Inbox(),
		Verbs: messageVerbs(w), Menu: []views.MenuItem{{Href: "/m/" + id + "/raw", Text: w.DownloadMessage(), Icon: views.IconDownload, Download: true}},
		Notices:  []views.Notice{{Text: w.ImagesBlocked(3)}},
		Initials: "AR", Name: "Ana Ruiz", Addr: "ana@ruiz.example", To: w.ToMeAnd(2),
		Recipients: []views.Field{
			{Name: w.FieldFrom(), Value: "Ana Ruiz <ana@ruiz.example>"},
			{Name: w.FieldTo(), Value: "me@home.example, Ola Nordmann <ola@nordmann.example>, Kari <kari@nordmann.example>"},
			{Name: w.FieldDate(), Value: "Thu, 26 Nov 2026 10:42:00 +0100"},
		},
		Time: moment(time.Hour), Summary: "Hi, please find the numbers below. The totals changed since the last version.",
		View: "reader", Views: []views.Link{{Href: "/m/" + id, Text: w.ViewReader(), Current: true}, {Href: "/m/" + id + "?view=text", Text: w.ViewText()}},
		Body: body, AttachmentsText: w.Attachments(2) + " · " + w.Size(1_342_000),
		Attachments: []views.Attachment{
			{Name: "q3-figures.ods", Type: "OpenDocument sheet", Size: w.Size(42_000), Href: "/m/" + id + "/part/2/download", Icon: views.IconSheet, Label: w.Download("q3-figures.ods", w.Size(42_000))},
			{Name: "contract-draft-with-a-very-long-name-that-goes-on-and-on.pdf", Type: "PDF", Size: w.Size(1_300_000), Href: "/m/" + id + "/part/3/download", Icon: views.IconFile, Label: w.Download("contract-draft-with-a-very-long-name-that-goes-on-and-on.pdf", w.Size(1_300_000))},
		},
	}
}

func messagePage() views.MessagePage {
	s := shell("Quarterly report and the figures you asked for")
	return views.MessagePage{
		Shell: s, Back: "/inbox#m12", BackText: s.W.BackTo(s.W.Inbox()), Here: "/m/12", ThreadHref: "/t/12",
		Subject: "Quarterly report and the figures you asked for", Messages: []views.Message{message("12")},
		OthersText: s.W.Others(2),
		Others: []views.Other{
			{ID: "11", Href: "/m/11", Who: "Ola Nordmann", Snippet: "Thank you! I will look at it tonight and tell you what I think.", Time: moment(26 * time.Hour), Unread: true},
			{ID: "10", Href: "/m/10", Who: "me", Snippet: "Could you send me the figures once they are final?", Time: moment(900 * time.Hour)},
		},
	}
}

func longMessage() views.MessagePage {
	p := messagePage()
	p.Subject = strings.Repeat("Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz", 5)
	m := &p.Messages[0]
	m.Name, m.Addr = hostile, strings.Repeat("very.long.address.", 9)+"@example.org"
	m.Recipients[1].Value = strings.Repeat("someone-with-a-long-address@example.org, ", 30)
	m.View = "text"
	m.Body, _ = safehtml.Text("Line one\n> quoted\n"+strings.Repeat("https://example.org/a-long-link/", 20)+"\n\n-- \nAna", safehtml.TextOptions{})
	m.Notices = append(m.Notices, views.Notice{Kind: "warn", Text: p.W.DamagedParts()})
	return p
}

func thread() views.MessagePage {
	p := messagePage()
	p.Threaded, p.ThreadHref, p.Others, p.Here = true, "", nil, "/t/12"
	p.Verbs, p.VerbID = messageVerbs(p.W), "12"
	older, oldest := message("11"), message("10")
	older.Open, older.Unread, older.Name, older.Initials, older.Attachments, older.Time = false, true, "Ola Nordmann", "ON", nil, moment(26*time.Hour)
	oldest.Open, oldest.Name, oldest.Addr, oldest.Initials, oldest.Time = false, "", "ana@home.example", "A", moment(900*time.Hour)
	p.Messages = append(p.Messages, older, oldest)
	return p
}

// richMessage has all that a message can have beside its text.
func richMessage() views.MessagePage {
	p := messagePage()
	w, m := p.W, &p.Messages[0]
	m.View, m.Frame = "original", "/m/12/original"
	m.Notices = []views.Notice{
		{Kind: "danger", Text: w.Suspicious(), List: []views.Point{{Text: w.ReasonLink(), Evidence: w.ShownAndReal("bank.example", "evil.example")}}},
		{Text: w.TrackersBlockedFrom(3, 1, "Mailchimp"), Choices: []views.Choice{
			{Action: "/m/12/images", Name: "do", Value: "once", Text: w.ShowOnce(), Back: "/m/12"},
			{Action: "/m/12/images", Name: "do", Value: "always", Text: w.ShowAlways("ana@ruiz.example"), Back: "/m/12"},
		}},
		{Kind: "warn", Text: w.DamagedParts(), Link: "/m/12/source", LinkText: w.ViewSource()},
		{Text: w.Signed("OpenPGP")},
	}
	m.Attachments[0].View = "/m/12/part/2"
	m.Attachments[1].View, m.Attachments[1].Href, m.Attachments[1].Risky = "/m/12/part/3", "", true
	m.Zip = "/m/12/parts.zip"
	return p
}

func headers() views.HeadersPage {
	s := shell("Headers")
	w := s.W
	return views.HeadersPage{
		Shell: s, Back: "/m/12", BackText: w.BackToMessage(), Subject: "Quarterly report",
		Hops:   []views.Hop{{From: "laptop", By: "smtp.ruiz.example", With: "ESMTPSA", Time: moment(time.Hour)}, {From: "smtp.ruiz.example", By: "mail.home.example", With: "ESMTPS", Time: moment(time.Hour), Delay: w.Later(3 * time.Second)}},
		Fields: []views.Field{{Name: "Received", Value: strings.Repeat("from-a-long-host.example ", 20)}, {Name: "X-A-Field-With-A-Very-Long-Name-That-Goes-On", Value: "x"}}, More: w.HeaderCut(),
	}
}

func source() views.SourcePage {
	s := shell("Source")
	return views.SourcePage{
		Shell: s, Back: "/m/12", BackText: s.W.BackToMessage(), Subject: "Quarterly report", About: s.W.SourceRange(262145, 524288, 1000000),
		Text: "Subject: Quarterly report\n" + strings.Repeat("x", 300), Raw: "/m/12/raw", Earlier: "/m/12/source?n=0", Later: "/m/12/source?n=2",
	}
}

func part() views.PartPage {
	s := shell("holiday.jpg")
	return views.PartPage{
		Shell: s, Back: "/m/12", BackText: s.W.BackToMessage(), Name: "holiday.jpg", About: "1.2 MB · image/jpeg", Image: "/i/token",
		Notice: &views.Notice{Kind: "warn", Text: s.W.LooksLike("text/plain", "image/jpeg")}, Download: "/m/12/part/2/download", DownloadText: s.W.DownloadFile(),
	}
}

func textPart() views.PartPage {
	p := part()
	p.Image, p.HasText = "", true
	p.Text, _ = safehtml.Text("some text\n"+strings.Repeat("long", 100), safehtml.TextOptions{})
	return p
}

func riskyPart() views.PartPage {
	p := part()
	p.Image, p.Risky, p.DownloadText = "", true, p.W.DownloadAnyway()
	p.Notice = &views.Notice{Kind: "danger", Text: p.W.Risky()}
	return p
}

func outbound() views.OutboundPage {
	s := shell("This link")
	return views.OutboundPage{Shell: s, Host: "xn--bcher-kva.example", Address: "https://xn--bcher-kva.example/" + strings.Repeat("long/", 50)}
}

func printed() views.PrintPage {
	p := richMessage()
	m := p.Messages[0]
	m.View, m.Frame = "reader", ""
	return views.PrintPage{Shell: p.Shell, Message: m, Back: "/m/12", BackText: p.W.BackToMessage(), Subject: p.Subject}
}

func login() views.LoginPage {
	w := words.English()
	return views.LoginPage{
		Shell:  views.Shell{W: w, Title: w.SignIn(), Demo: true},
		Server: "mail.home.example", Info: w.DemoSignIn("demo", "demo"),
	}
}

func failedLogin() views.LoginPage {
	w := words.English()
	return views.LoginPage{
		Shell: views.Shell{W: w, Title: w.ErrorTitle(w.SignIn())}, ServerValue: "pop3+insecure://mail.home.example", User: "ana",
		Error: &views.ErrorSummary{Heading: w.SignInFailed(), Text: w.ServerRefused("mail.home.example"), Field: "user", Detail: "-ERR [SYS/PERM] " + hostile},
		Plain: true,
	}
}

func syncPage() views.SyncPage {
	s := shell("29% – Getting your mail")
	w := s.W
	return views.SyncPage{
		Pause: "/accounts/1/sync/pause",
		Shell: s, Heading: w.GettingYourMail(), Text: w.NewestFirst(), Server: "mail.home.example", Onward: views.Link{Href: "/inbox", Text: w.OpenInboxNow()},
		Progress: views.Progress{Value: "212", Max: "760", Text: w.ProgressLeft(1240, 4318, "212 MB", "760 MB", w.Left(3*time.Minute))},
		Steps: []views.Step{
			{Text: w.StepSignedIn("mail.home.example", "TLS 1.3"), State: "done"}, {Text: w.StepCounted(4318), State: "done"},
			{Text: w.StepDownloading(), State: "current"}, {Text: w.StepCounting(), State: "todo"},
		},
	}
}

func errorPage() views.ErrorPage {
	s := shell("Error")
	return views.ErrorPage{Shell: s, Status: 404, Heading: s.W.MessageGone(), Text: s.W.MessageGoneText(), ID: "8f3k", Link: "/inbox", LinkText: s.W.GoToInbox()}
}

func help() views.HelpSearchPage {
	s := shell("How to search")
	w := s.W
	return views.HelpSearchPage{Shell: s, Examples: []views.Example{
		{Query: "garden tomatoes", Href: "/search?q=garden+tomatoes", Text: w.ExampleWords()},
		{Query: `"red tomatoes"`, Href: "/search?q=%22red+tomatoes%22", Text: w.ExamplePhrase()},
		{Query: "from:ana has:attachment after:2025-06", Href: "/search?q=x", Text: w.ExampleCombination()},
	}}
}

// account is the page of a mailbox on its server, with all that it can have.
func account() views.AccountPage {
	w := words.English()
	when := views.Time{ISO: "2026-11-26T11:37:00Z", Short: "11:37", Full: "Thursday, 26 November 2026 at 11:37"}
	return views.AccountPage{
		Test: "/accounts/1/test", Shell: shell(w.AccountHeading()), Server: "ana · pop3s://mail.home.example", Host: "mail.home.example", State: []string{w.MailHere(4318, "701 MB"), w.LastCheck("2 min ago"), w.NextCheck("in 3 minutes")},
		Here: "/accounts/1", Password: "/accounts/1/password", Pending: w.PolicyPending("in 23 hours"), Policy: "/accounts/1/policy", Intake: "/accounts/1/intake", Days: "30", Size: "25", Same: true,
		Rules:     []views.RadioOption{{Value: "keep", Text: w.RuleKeep()}, {Value: "once", Text: w.RuleAtOnce(), Chosen: true}},
		Scopes:    []views.RadioOption{{Value: "0", Text: w.ScopeAll(), Chosen: true}, {Value: "-1", Text: w.ScopeNow()}},
		Intervals: []views.RadioOption{{Value: "0", Text: w.EveryDefault(w.EveryMinutes(5)), Chosen: true}, {Value: "-1", Text: w.OnRequest()}},
		MaxSizes:  []views.RadioOption{{Value: "0", Text: w.MaxSizeAny(), Chosen: true}, {Value: "25", Text: w.MaxSizeUpTo("25 MB")}},
		Runs: []views.RunLine{
			{When: when, Took: "2 s", Listed: "4,318", Collected: "–", Size: "0 B", Deleted: "–", Taken: "–", Result: w.RunGood()},
			{When: when, Took: "12 s", Listed: "4,318", Collected: "7", Size: "1.2 MB", Deleted: "2", Taken: "1", Result: w.FaultTemporary(), ResultDetail: "try later"},
		},
		Receipts: w.ReceiptsText(3912), ReceiptsHref: "/accounts/1/receipts.csv",
	}
}

// question is a page that asks before something that cannot be taken back.
func question() views.AskPage {
	w := words.English()
	return views.AskPage{
		Shell: shell(w.OnServer()), Back: "/accounts/1", BackText: w.Back(), Heading: w.OnServer(), Text: []string{w.DryRun(3912, "701 MB", "mail.home.example"), w.DryRunWhen()},
		Action: "/accounts/1/policy", Fields: []views.Hidden{{Name: "rule", Value: "once"}}, Label: w.TypeServer("mail.home.example"), Button: w.BeginDeleting(),
		Error: &views.ErrorSummary{Heading: w.CheckWhatYouWrote(), Text: w.TypeServerWrong("mail.home.example"), Field: "confirm"},
	}
}

// organise is the page of labels, saved searches and rules.
func organise() views.OrganisePage {
	w := words.English()
	return views.OrganisePage{
		Shell: shell(w.Organise()), Error: &views.ErrorSummary{Heading: w.CheckWhatYouWrote(), Text: w.RuleIncomplete(), Field: "rule-line"},
		Labels: []views.NamedItem{
			{ID: "1", Name: "Work", Href: "/label/1", Text: w.LabelCount(12, 3), DeleteLabel: w.DeleteNamed("Work"), ChangeLabel: w.RenameNamed("Work"), ColourLabel: w.ColourOf("Work"), Colours: []views.Option{{Value: "0", Text: "No colour"}, {Value: "1", Text: "Red", Selected: true}}, DeleteAction: "/labels/1/delete", ChangeAction: "/labels/1"},
			{ID: "2", Name: hostile, Href: "/label/2", Text: w.LabelCount(1, 0), DeleteLabel: w.DeleteNamed(hostile), ChangeLabel: w.RenameNamed(hostile), ColourLabel: w.ColourOf(hostile), Colours: []views.Option{{Value: "0", Text: "No colour", Selected: true}}, DeleteAction: "/labels/2/delete", ChangeAction: "/labels/2"},
		},
		Searches: []views.NamedItem{{ID: "1", Name: "From Ana", Href: "/search?q=from%3Aana", Text: "from:ana", DeleteLabel: w.DeleteNamed("From Ana"), DeleteAction: "/searches/1/delete"}},
		Rules: []views.RuleItem{{Query: "from:news", Href: "/search?q=from%3Anews", Deeds: []string{w.RuleArchive(), w.RuleGives("News")}, Met: w.RuleMet(12),
			DeleteLabel: w.DeleteNamed("from:news"), DeleteAction: "/rules/1/delete"}},
		Line: "from:ana", Name: "Ana", RuleLabel: "Work",
		Deeds: []views.CheckOption{{Name: "archive", Text: w.RuleArchive(), Chosen: true}, {Name: "star", Text: w.RuleStar()}, {Name: "keep", Text: w.RuleNever()}},
	}
}

// labelPage asks for a label.
func labelPage() views.LabelPage {
	w := words.English()
	return views.LabelPage{
		Shell: shell(w.DoLabel()), Back: "/inbox", BackText: w.Back(), Heading: w.LabelMany(2), Has: w.HasLabels("Work, " + hostile), Value: "Wo",
		Error:  &views.ErrorSummary{Heading: w.CheckWhatYouWrote(), Text: w.NameWrong(), Field: "label"},
		Fields: []views.Hidden{{Name: "id", Value: "1"}, {Name: "id", Value: "2"}, {Name: "back", Value: "/inbox"}}, Known: []string{"Work", hostile},
	}
}

func accounts() views.AccountsPage {
	w := words.English()
	return views.AccountsPage{Shell: shell(w.AccountsHeading()), Accounts: []views.AccountLine{
		{Name: "ana@home.example", Href: "/accounts/1", Server: "mail.home.example", State: []string{w.MailHere(4318, "701 MB"), w.LastCheck("2 min ago"), w.NextCheck("in 3 min")}},
		{Name: hostile, Href: "/accounts/2", Server: "mail.work.example", State: []string{w.NotCheckedYet()}},
	}}
}

func newAccount() views.LoginPage {
	p := login()
	p.Shell, p.Action, p.Server = shell(p.W.AddAccount()), "/accounts/new", ""
	return p
}

func newPassword() views.LoginPage {
	p := login()
	p.Shell, p.Action, p.User, p.Fixed = shell(p.W.EnterNewPassword()), "/accounts/2/password", hostile, true
	return p
}

// removal asks with a choice.
func removal() views.AskPage {
	w := words.English()
	return views.AskPage{
		Shell: shell(w.RemoveAccount()), Back: "/accounts/2", BackText: w.Back(), Heading: w.RemoveAccountAsk("ana@work.example"), Text: []string{w.RemoveAccountText("mail.work.example")},
		Action: "/accounts/2/remove", Button: w.RemoveAccount(), OptionsName: "mail", OptionsLegend: w.RemoveAccountMail(),
		Options: []views.RadioOption{{Value: "keep", Text: w.RemoveAccountKeep(), Chosen: true}, {Value: "delete", Text: w.RemoveAccountErase()}},
	}
}

// laidOut is the inbox in a layout that has messages beside lists.
func laidOut(layout string) views.ListPage {
	p := inbox(50)
	p.Layout = layout
	for _, text := range []string{p.W.LayoutDefault(), p.W.LayoutSplit(), p.W.LayoutStack()} {
		p.Layouts = append(p.Layouts, views.RadioOption{Value: text, Text: text, Chosen: text == p.W.LayoutSplit()})
	}
	return p
}

// beside is a message in such a layout.
func beside(layout string) views.MessagePage {
	p, list := messagePage(), inbox(20)
	p.Layout, p.Newer, p.Older = layout, "/m/1", "/m/3"
	list.Rows[1].Open = true
	for i := range list.Rows {
		list.Rows[i].Beside = true
	}
	p.List = &list
	return p
}
