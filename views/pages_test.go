package views_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"restante/static"
	"restante/views"
	"restante/views/words"
)

// pages are all pages, filled in all the ways that change their markup.
func pages() map[string]templ.Component {
	w := words.English()
	done := syncPage()
	done.Done, done.Progress.Max = true, ""
	done.Pause, done.Text, done.Onward = "", w.TestGood(3), views.Link{Href: "/accounts/1", Text: w.AccountHeading()}
	counting := syncPage()
	counting.Progress.Max = ""
	stuck := counting
	stuck.Problem = &views.Notice{Kind: "danger", Text: w.PasswordRefused("mail.home.example")}
	goingOn := syncPage()
	goingOn.Events, goingOn.State, goingOn.Reload = "/events", "2n9c", "3; url=/accounts/1/sync?auto=1"
	askServer := login()
	askServer.Server, askServer.Next = "", "/m/12"
	findable, found := askServer, askServer
	findable.Findable = true
	found.Findable, found.Found, found.ServerValue, found.Info = true, true, "pop.example.org", w.FoundGuessed("pop.example.org")
	vouched := login()
	vouched.Provider, vouched.ProviderHref = "Example ID", "/oidc/start?next=%2Fm%2F12"
	insecure := login()
	insecure.Insecure = true
	insecure.Shareable = true
	sharedInbox := inbox(50)
	sharedInbox.Shell = shared(sharedInbox.Shell)
	kioskInbox := sharedInbox
	kioskInbox.Shell, kioskInbox.Verbs, kioskInbox.Rows = kiosk(inbox(1).Shell), nil, nil
	for _, r := range rows(25) {
		r.SelectLabel, r.StarLabel = "", ""
		kioskInbox.Rows = append(kioskInbox.Rows, r)
	}
	kioskMessage := messagePage()
	kioskMessage.Shell = kiosk(kioskMessage.Shell)
	for i := range kioskMessage.Messages {
		m := &kioskMessage.Messages[i]
		m.Verbs, m.StarLabel, m.Zip = nil, "", ""
		for j := range m.Attachments {
			m.Attachments[j].Href = ""
		}
	}
	kioskLogin := login()
	kioskLogin.Kiosk, kioskLogin.Density, kioskLogin.Foot = true, "touch", w.KioskBefore("5 min")
	sharedGallery := gallery(3)
	sharedGallery.Shell = shared(sharedGallery.Shell)
	return map[string]templ.Component{
		"sync that goes on":    views.Sync(goingOn),
		"retention":            views.Retention(retentionPage()),
		"help":                 views.Help(views.HelpPage{Shell: shell("Help"), Topics: []views.Topic{{Href: "/help/search", Name: w.SearchHelp(), Text: w.HelpSearchText()}}}),
		"attachments":          views.Gallery(gallery(24)),
		"attachments, none":    views.Gallery(emptyGallery()),
		"attachments/shared":   views.Gallery(sharedGallery),
		"inbox":                views.List(inbox(50)),
		"inbox side by side":   views.List(laidOut("split")),
		"inbox above":          views.List(laidOut("stack")),
		"message side by side": views.MessageView(beside("split")),
		"message below":        views.MessageView(beside("stack")),
		"busy inbox":           views.List(busyInbox()),
		"results":              views.List(results()),
		"empty inbox":          views.List(emptyList(views.Empty{Icon: views.IconInbox, Heading: w.InboxEmpty(), Text: w.CheckedText(w.Ago(0)), Action: "/sync", ActionText: w.CheckMail(), Back: "/inbox"})),
		"new inbox":            views.List(emptyList(views.Empty{Heading: w.InboxNew(), Progress: &views.Progress{Text: w.StepCounting()}, Link: "/sync", LinkText: w.Details()})),
		"message":              views.MessageView(messagePage()),
		"long message":         views.MessageView(longMessage()),
		"conversation":         views.MessageView(thread()),
		"rich message":         views.MessageView(richMessage()),
		"headers":              views.Headers(headers()),
		"source":               views.Source(source()),
		"picture":              views.Part(part()),
		"text file":            views.Part(textPart()),
		"risky file":           views.Part(riskyPart()),
		"outbound":             views.Outbound(outbound()),
		"login":                views.Login(login()),
		"login, server":        views.Login(askServer),
		"login, findable":      views.Login(findable),
		"login, found":         views.Login(found),
		"login, provider":      views.Login(vouched),
		"login, no TLS":        views.Login(insecure),
		"login, refused":       views.Login(failedLogin()),
		"sync":                 views.Sync(syncPage()),
		"sync, counting":       views.Sync(counting),
		"sync, stuck":          views.Sync(stuck),
		"sync, done":           views.Sync(done),
		"error":                views.Error(errorPage()),
		"bye":                  views.Bye(views.ByePage{Shell: views.Shell{W: w, Title: w.SignedOut()}, Text: w.SignedOutText()}),
		"search help":          views.HelpSearch(help()),
		"account":              views.Account(account()),
		"question":             views.Ask(question()),
		"accounts":             views.Accounts(accounts()),
		"new account":          views.NewAccount(newAccount()),
		"new password":         views.NewAccount(newPassword()),
		"removal":              views.Ask(removal()),
		"organise":             views.Organise(organise()),
		"organise, none":       views.Organise(views.OrganisePage{Shell: shell(w.Organise())}),
		"sessions": views.Sessions(views.SessionsPage{Shell: shell(w.Sessions()), Others: true, Idle: []views.RadioOption{{Value: "0", Text: w.IdleDefault(w.IdleAfter(14 * 24 * time.Hour)), Chosen: true}, {Value: "60", Text: w.IdleAfter(time.Hour)}}, Sessions: []views.SessionLine{
			{ID: "a1", Name: w.BrowserOn("Firefox", "Linux"), Text: []string{w.SessionSince("11:37"), w.SessionShared()}, This: true},
			{ID: "b2", Name: w.BrowserOn("", ""), Text: []string{w.SessionSince("12 Mar, 14:05")}, EndLabel: w.EndSessionOf(w.BrowserOn("", ""))},
		}}),
		"appearance": views.Settings(views.SettingsPage{Shell: shell(w.Appearance()), Heading: w.Appearance(), Action: "/settings/appearance", Groups: []views.SettingGroup{
			{Name: "theme", Legend: w.ChooseTheme(), Options: []views.RadioOption{{Text: w.ThemeDefault(), Chosen: true}, {Value: "hc-dark", Text: w.ThemeContrastDark()}}},
			{Name: "size", Legend: w.ChooseTextSize(), Options: []views.RadioOption{{Text: w.TextSizeDefault(), Chosen: true}, {Value: "150", Text: w.TextSizeLargest()}}},
		}}),
		"appearance, wrong": views.Settings(views.SettingsPage{Shell: shell(w.ErrorTitle(w.Appearance())), Heading: w.Appearance(), Action: "/settings/appearance",
			Error:  &views.ErrorSummary{Heading: w.ChooseZone(), Text: w.ZoneUnknown(), Field: "zone"},
			Groups: []views.SettingGroup{{Name: "zone", Legend: w.ChooseZone(), Hint: w.ZoneHint(), Written: true, Value: "Europe/Berlin", Wrong: true}}}),
		"reading": views.Settings(views.SettingsPage{Shell: shell(w.Reading()), Heading: w.Reading(), Action: "/settings/reading", Groups: []views.SettingGroup{
			{Name: "view", Legend: w.ChooseOpenAs(), Hint: w.OpenAsHint(), Options: []views.RadioOption{{Text: w.OpenAsDefault(), Chosen: true}, {Value: "text", Text: w.OpenAsText()}}},
		}, Trusted: &views.Trusted{Addrs: []string{"ana@example.org"}, Action: "/settings/reading/untrust", Add: "/settings/reading/trust", Addr: "ana", Wrong: true, Find: "/settings/reading/find", Found: "ana"}}),
		"keyboard":           views.Keyboard(keyboardPage(w.Keyboard(), nil)),
		"keyboard, wrong":    views.Keyboard(keyboardPage(w.ErrorTitle(w.Keyboard()), &views.ErrorSummary{Heading: w.CheckWhatYouWrote(), Text: w.KeyTwice("d", w.DoArchive(), w.DoStar()), Field: "key-star"})),
		"keys":               views.HelpKeys(views.HelpKeysPage{Shell: shell(w.KeysHelp()), Settings: "/settings/keyboard", Keys: []views.Key{{Keys: []string{"j", "k"}, Text: w.KeyNext()}, {Keys: []string{"g i"}, Text: w.KeyGo()}}}),
		"stored":             views.Stored(views.StoredPage{Shell: shell(w.Stored()), Facts: []views.Fact{{Name: w.StoredMail(), Text: w.StoredMailText(12, "4.2 MB")}}, Export: "/settings/export.mbox", Erase: "/settings/erase"}),
		"shared inbox":       views.List(sharedInbox),
		"shared, check":      views.StillThere(views.StillTherePage{Shell: shared(views.Shell{W: w}), Until: w.SignedOutAt("14:32"), Back: "/m/12"}),
		"shared, last check": views.StillThere(views.StillTherePage{Shell: shared(views.Shell{W: w}), Until: w.SignedOutAt("14:32"), Back: "/m/12", Last: true}),
		"shared, file":       views.Kept(views.KeptPage{Shell: shared(shell("x")), File: "/m/12/raw?sure=1"}),
		"shared, kiosk":      views.List(kioskInbox),
		"shared, message":    views.MessageView(kioskMessage),
		"login, kiosk":       views.Login(kioskLogin),
		"help kiosk":         views.HelpKiosk(views.HelpKioskPage{Shell: views.Shell{W: w, Title: w.KioskHelp(), Kiosk: true, Density: "touch", NoPrint: true}, Text: []string{w.KioskHelpErased(), w.KioskHelpNot()}, Operator: hostile}),
		"status": views.Admin(views.AdminPage{Shell: shell(w.Status()), Checks: []views.AdminCheck{
			{Kind: "ok", Name: w.CheckHTTPS(), Text: w.HTTPSGood()}, {Kind: "danger", Name: w.CheckData(), Text: w.DataBad(hostile)}, {Kind: "info", Name: w.CheckPrint(), Text: w.Permitted()},
		}, Facts: []views.Fact{{Name: w.FactVersion(), Text: "1"}}, Troubles: []string{w.Trouble(2, "mail.example.org", w.FaultRefused(), "14:05")}, Others: []views.Link{{Href: "/admin/kiosk", Text: w.KioskTest()}}}),
		"log":         views.Log(views.LogPage{Shell: shell(w.SiteLog()), Text: "level=WARN msg=" + hostile + "\nlevel=INFO", Others: []views.Link{{Href: "/admin/status", Text: w.Status()}}}),
		"help shared": views.HelpShared(views.Shell{W: w, Title: w.SharedHelp()}),
		"label":       views.LabelMessages(labelPage()),
		"more":        views.More(views.MorePage{Shell: shell(w.More())}),
	}
}

// eachPage runs a test on every page.
func eachPage(t *testing.T, f func(t *testing.T, doc *html.Node)) {
	for name, c := range pages() {
		t.Run(name, func(t *testing.T) { f(t, document(t, c)) })
	}
}

func TestEveryPageHasOneHeadingOneMainATitleAndALanguage(t *testing.T) {
	eachPage(t, func(t *testing.T, doc *html.Node) {
		root := one(t, doc, "html", tag("html"))
		if attr(root, "lang") != "en" || attr(root, "data-layout") == "" || attr(root, "data-page") == "" {
			t.Errorf("attributes of html: %v", root.Attr)
		}
		if h := one(t, doc, "h1", tag("h1")); text(h) == "" || !within(h, tag("main")) {
			t.Error("the heading is empty or outside main")
		}
		one(t, doc, "main", tag("main"))
		one(t, doc, "header", tag("header"))
		title := text(one(t, doc, "title", tag("title")))
		if strings.Contains(t.Name(), "/shared") {
			if title != "Mail" {
				t.Errorf("title %q on a computer that others use", title)
			}
		} else if !strings.HasSuffix(title, " · Restante") || len(title) < 15 {
			t.Errorf("title %q", title)
		}
		if n := len(all(doc, tag("nav"))); n > 1 {
			t.Errorf("%d navs", n)
		}
		if others := all(doc, tag("aside", "footer", "search")); len(others) > 0 {
			t.Errorf("a landmark too many: %s", others[0].Data)
		}
	})
}

func TestHeadingsNeverSkipALevel(t *testing.T) {
	eachPage(t, func(t *testing.T, doc *html.Node) {
		last := 0
		for _, h := range all(doc, tag("h1", "h2", "h3", "h4", "h5", "h6")) {
			level := int(h.Data[1] - '0')
			if level > last+1 {
				t.Errorf("%s %q follows a heading of level %d", h.Data, text(h), last)
			}
			last = level
		}
	})
}

// TestPoint14NothingOnAPageRunsOrStylesItself is what the policy style-src 'self' and
// script-src 'self', or 'none', ask of the markup.
func TestPoint14NothingOnAPageRunsOrStylesItself(t *testing.T) {
	eachPage(t, func(t *testing.T, doc *html.Node) {
		for _, n := range all(doc, func(*html.Node) bool { return true }) {
			switch n.Data {
			case "script":
				if attr(n, "src") != static.Path("app.js") || attr(n, "type") != "module" || n.FirstChild != nil {
					t.Errorf("a script %s", attr(n, "src"))
				}
			case "noscript": // makes a page load again, for who has no script
				if n.Parent.Data != "head" {
					t.Error("something is shown without scripts alone")
				}
			case "style", "object", "embed", "base":
				t.Errorf("a %s element", n.Data)
			case "iframe":
				if got := attr(n, "sandbox"); got != "allow-popups allow-popups-to-escape-sandbox" || has(n, "srcdoc") || has(n, "allow") {
					t.Errorf("a frame with the sandbox %q", got)
				}
			case "img":
				if !within(n, class("shown")) && !within(n, class("thumb")) {
					t.Errorf("a picture %s", attr(n, "src"))
				}
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s has the attribute %s", n.Data, a.Key)
				}
			}
		}
	})
}

func TestIdsAreUniqueAndReferencesLeadSomewhere(t *testing.T) {
	eachPage(t, func(t *testing.T, doc *html.Node) {
		ids := map[string]bool{}
		for _, n := range all(doc, func(n *html.Node) bool { return has(n, "id") }) {
			if id := attr(n, "id"); ids[id] || id == "" {
				t.Errorf("id %q is empty or not the only one", id)
			}
			ids[attr(n, "id")] = true
		}
		for _, n := range all(doc, func(*html.Node) bool { return true }) {
			for _, key := range []string{"for", "aria-labelledby", "aria-describedby", "popovertarget"} {
				for id := range strings.FieldsSeq(attr(n, key)) {
					if !ids[id] {
						t.Errorf("%s=%q of %s leads nowhere", key, id, n.Data)
					}
				}
			}
			if id, ok := strings.CutPrefix(attr(n, "href"), "#"); ok && !ids[id] {
				t.Errorf("the link to #%s leads nowhere", id)
			}
		}
	})
}

func TestTheSkipLinkIsFirstAndItsTargetCanBeFocused(t *testing.T) {
	eachPage(t, func(t *testing.T, doc *html.Node) {
		skip := all(doc, tag("a", "button", "input", "summary"))[0]
		if !class("skip")(skip) {
			t.Fatalf("first to be focused is %s %q", skip.Data, text(skip))
		}
		target := one(t, doc, "target of the skip link", func(n *html.Node) bool { return "#"+attr(n, "id") == attr(skip, "href") })
		if attr(target, "tabindex") != "-1" || !(target.Data == "main" || within(target, tag("main"))) {
			t.Errorf("the skip link leads to %s outside main, or one that takes no focus", target.Data)
		}
	})
}

func TestPoint14EveryControlHasANameAndNoneIsInsideAnother(t *testing.T) {
	controls := tag("a", "button", "input", "summary", "select", "textarea")
	eachPage(t, func(t *testing.T, doc *html.Node) {
		for _, n := range all(doc, controls) {
			if attr(n, "type") == "hidden" || has(n, "hidden") {
				continue
			}
			if accessibleName(doc, n) == "" {
				t.Errorf("%s %v has no name", n.Data, n.Attr)
			}
			if within(n, controls) {
				t.Errorf("%s %q is inside another control", n.Data, text(n))
			}
			if tab := attr(n, "tabindex"); tab != "" && tab != "-1" {
				t.Errorf("tabindex %s on %s", tab, n.Data)
			}
			if label, shown := attr(n, "aria-label"), text(n); label != "" && !strings.Contains(label, shown) {
				t.Errorf("what is seen, %q, is not in what is heard, %q", shown, label)
			}
		}
		for _, n := range all(doc, func(n *html.Node) bool {
			return attr(n, "role") == "toolbar" || n.Data == "nav" || n.Data == "progress"
		}) {
			if attr(n, "aria-label") == "" && attr(n, "aria-labelledby") == "" {
				t.Errorf("%s %s has no name", n.Data, attr(n, "role"))
			}
		}
	})
}

func TestAutofocusIsOnFormsAlone(t *testing.T) {
	focused := func(n *html.Node) bool { return has(n, "autofocus") }
	eachPage(t, func(t *testing.T, doc *html.Node) {
		n := all(doc, focused)
		page := strings.TrimPrefix(t.Name(), "TestAutofocusIsOnFormsAlone/")
		if strings.HasPrefix(page, "login") || page == "new_account" || page == "new_password" || page == "shared,_check" || page == "question" || page == "organise" || page == "label" || page == "appearance,_wrong" || page == "keyboard,_wrong" {
			if len(n) != 1 {
				t.Errorf("%d elements want the focus", len(n))
			}
		} else if len(n) != 0 {
			t.Errorf("%s wants the focus", n[0].Data)
		}
	})
	for name, want := range map[string]string{"login": "user", "login, server": "server", "login, refused": "error", "question": "error", "organise": "error", "label": "error"} {
		if got := attr(one(t, document(t, pages()[name]), "autofocus", focused), "id"); got != want {
			t.Errorf("%s: the focus is on %q, want %q", name, got, want)
		}
	}
}

func TestEveryIconIsInTheSprite(t *testing.T) {
	sprite, _ := static.Load().Lookup(static.Path("icons.svg"))
	eachPage(t, func(t *testing.T, doc *html.Node) {
		for _, use := range all(doc, tag("use")) {
			path, id, _ := strings.Cut(attr(use, "href"), "#")
			if path != sprite.Path || id == "" || !strings.Contains(string(sprite.Body), `id="`+id+`"`) {
				t.Errorf("no icon at %q", attr(use, "href"))
			}
			if attr(use.Parent, "aria-hidden") != "true" {
				t.Errorf("icon %s is not hidden from screen readers", id)
			}
		}
	})
}

func TestFormsPostToThisSiteAndLinksStayOnIt(t *testing.T) {
	eachPage(t, func(t *testing.T, doc *html.Node) {
		local := regexp.MustCompile(`^/[a-z]|^#[a-z]`)
		for _, f := range all(doc, tag("form")) {
			search := attr(f, "action") == "/search" || attr(f, "action") == "/attachments"
			if others := strings.Contains(t.Name(), "/shared"); (search && !others) == (attr(f, "method") == "post") {
				t.Errorf("form to %s has the method %q", attr(f, "action"), attr(f, "method"))
			}
		}
		for _, n := range all(doc, func(*html.Node) bool { return true }) {
			for _, key := range []string{"href", "action", "formaction", "src"} {
				if v, ok := lookup(n, key); ok && !local.MatchString(v) && !within(n, class("body")) && attr(n, "rel") != "noopener noreferrer nofollow" {
					t.Errorf("%s of %s is %q", key, n.Data, v)
				}
			}
		}
	})
}

func TestPagesKeepTheirBudget(t *testing.T) {
	for name, budget := range map[string]int{"inbox": 14 << 10, "message": 6 << 10, "conversation": 8 << 10, "login": 3 << 10} {
		page := markup(t, pages()[name])
		got := compressed(t, page)
		t.Logf("%s: %d bytes, %d compressed, %d elements", name, len(page), got, strings.Count(page, "<")-strings.Count(page, "</"))
		if got > budget {
			t.Errorf("%s: %d bytes compressed, budget %d", name, got, budget)
		}
	}
}
