package web

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/idna"

	"restante/cache"
	"restante/cache/mail"
	"restante/views"
	"restante/views/safehtml"
)

// maxReasons is how many signs of one kind are listed.
const maxReasons = 5

// addressInName finds what looks like an address in a name.
var addressInName = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN-]+(\.[\pL\pN-]+)+`)

// maxAhead is how far ahead of its arrival the date of a message may be: clocks are wrong by zones, and by a day.
const maxAhead = 36 * time.Hour

// suspect finds the reasons to mistrust a message, each with what shows it (ui.md 2.8).
func (s site) suspect(v *visit, m *mail.Message, links []safehtml.Link, alike []cache.Contact) (list []views.Point) {
	list = append(s.suspectFilters(m), s.suspectSender(m)...)
	for _, c := range alike[:min(len(alike), maxReasons)] {
		list = append(list, views.Point{Text: s.Words.ReasonNamesake(), Evidence: s.Words.PosesAs(m.From[0].Addr, c.Addr)})
	}
	arrived := m.Received
	if arrived.IsZero() {
		arrived = s.Now()
	}
	if m.Date.After(arrived.Add(maxAhead)) {
		list = append(list, views.Point{Text: s.Words.ReasonFuture(), Evidence: s.Words.Full(m.Date, s.Location)})
	}
	return append(list, s.suspectDomains(m, links, newImitations(append(imitated(), v.site())...))...)
}

// namesakes are the contacts whose name a message's sender has with an address of another site. Lists write as whom they
// pass on.
func (s site) namesakes(v *visit, l *letter) (list []cache.Contact, err error) {
	if len(l.mail.From) != 1 || l.mail.ListID != "" || v.isMe(l.mail.From[0].Addr) {
		return nil, nil
	}
	from := l.mail.From[0]
	all, err := v.box.Namesakes(v.ctx(), cache.Person{Name: from.Name, Addr: from.Addr})
	site := safehtml.Site(domainOf(l.mail.From))
	for _, c := range all {
		if _, domain, _ := strings.Cut(c.Addr, "@"); safehtml.Site(domain) != site {
			list = append(list, c)
		}
	}
	return list, err
}

// suspectFilters is what those found out who had the message before us: they know more of where it comes from.
func (s site) suspectFilters(m *mail.Message) (list []views.Point) {
	w := s.Words
	// Lists change what they pass on, and fail for it; what they found before that may be vouched for (RFC 8617).
	if checked := m.Authentication(s.Believed); checked.Result("dmarc") == "fail" && checked.Result("arc") != "pass" {
		list = append(list, views.Point{Text: w.ReasonForged(checked.Server), Evidence: domainOf(m.From)})
	}
	if mark := m.SpamMark(); mark != "" {
		list = append(list, views.Point{Text: w.ReasonSpam(), Evidence: mark})
	}
	return list
}

// suspectSender is about who a message says that it is from.
func (s site) suspectSender(m *mail.Message) (list []views.Point) {
	w := s.Words
	if len(m.From) > 1 {
		list = append(list, views.Point{Text: w.ReasonSeveral(), Evidence: written(m.From[:min(len(m.From), maxReasons)])})
	}
	for _, from := range m.From[:min(len(m.From), maxReasons)] {
		if shown := addressInName.FindString(from.Name); shown != "" && !strings.EqualFold(shown, from.Addr) {
			list = append(list, views.Point{Text: w.ReasonName(), Evidence: w.ShownAndReal(shown, from.Addr)})
		}
	}
	if from, to := domainOf(m.From), domainOf(m.ReplyTo); !answersGoToList(m) && (safehtml.Link{Shown: from, Host: to}).Deceives() {
		list = append(list, views.Point{Text: w.ReasonReplyTo(), Evidence: w.ShownAndReal(from, to)})
	}
	return list
}

// suspectDomains is about names of sites that are made to be taken for others: the sender's, and those that links lead
// to. sites are those that a name may pose as.
func (s site) suspectDomains(m *mail.Message, links []safehtml.Link, sites imitations) (list []views.Point) {
	w, known, n := s.Words, map[string]bool{}, 0
	add := func(text, evidence string) {
		if !known[evidence] && n < maxReasons {
			known[evidence], n = true, n+1
			list = append(list, views.Point{Text: text, Evidence: evidence})
		}
	}
	domain := domainOf(m.From)
	if mixesScripts(domain) {
		add(w.ReasonMixedScript(), domain)
	}
	if like := sites.of(domain); like != "" {
		add(w.ReasonLookalike(), w.PosesAs(domain, like))
	}
	looked := map[string]bool{}
	for _, link := range links {
		if link.Deceives() {
			add(w.ReasonLink(), w.ShownAndReal(link.Shown, link.Host))
		}
		if looked[link.Host] {
			continue
		}
		looked[link.Host] = true
		if mixesScripts(link.Host) {
			add(w.ReasonMixedLink(), link.Host)
		}
		if like := sites.of(link.Host); like != "" {
			add(w.ReasonLookalikeLink(), w.PosesAs(link.Host, like))
		}
	}
	return list
}

// answersGoToList reports whether answers go to a list, or to somebody else whom the message went to.
func answersGoToList(m *mail.Message) bool {
	if m.ListID != "" || len(m.ReplyTo) == 0 {
		return true
	}
	is := func(a mail.Address) bool { return strings.EqualFold(a.Addr, m.ReplyTo[0].Addr) }
	return slices.ContainsFunc(m.To, is) || slices.ContainsFunc(m.Cc, is)
}

// domainOf is the domain of the first address, "" if there is none.
func domainOf(list []mail.Address) string {
	if len(list) == 0 {
		return ""
	}
	_, domain, _ := strings.Cut(list[0].Addr, "@")
	return strings.ToLower(domain)
}

// mixesScripts reports whether a label of a name has Latin letters and such of Greek or Cyrillic, some of which look the
// same. Names written so are for deceiving (Unicode Technical Standard 39, section 5.2).
func mixesScripts(domain string) bool {
	unicodeForm, err := idna.ToUnicode(domain)
	if err != nil {
		unicodeForm = domain
	}
	return slices.ContainsFunc(strings.Split(unicodeForm, "."), mixed)
}

// mixed reports whether a word has letters of Latin, and such of Greek or Cyrillic.
func mixed(word string) bool {
	has := func(table *unicode.RangeTable) bool {
		return strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(table, r) })
	}
	return has(unicode.Latin) && (has(unicode.Cyrillic) || has(unicode.Greek))
}

// poses reports whether a sender's name is there to deceive, in a list, where nothing stands beside it: it looks like an
// address, or a word of it mixes letters that look the same.
func poses(name string) bool {
	return addressInName.MatchString(name) || slices.ContainsFunc(strings.Fields(name), mixed)
}
