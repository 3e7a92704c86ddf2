package web

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/idna"

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

// suspect finds the reasons to mistrust a message, each with what shows it: a link whose text names another site, a
// name that shows another address, more senders than one, answers that go elsewhere, a date to come, mixed alphabets.
func (s *Server) suspect(m *mail.Message, links []safehtml.Link) (list []views.Point) {
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
	arrived := m.Received
	if arrived.IsZero() {
		arrived = s.Now()
	}
	if m.Date.After(arrived.Add(maxAhead)) {
		list = append(list, views.Point{Text: w.ReasonFuture(), Evidence: w.Full(m.Date, s.Location)})
	}
	if domain := domainOf(m.From); mixesScripts(domain) {
		list = append(list, views.Point{Text: w.ReasonMixedScript(), Evidence: domain})
	}
	known, n := map[string]bool{}, 0
	for _, link := range links {
		pair := w.ShownAndReal(link.Shown, link.Host)
		if !link.Deceives() || known[pair] || n == maxReasons {
			continue
		}
		known[pair], n = true, n+1
		list = append(list, views.Point{Text: w.ReasonLink(), Evidence: pair})
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
	for label := range strings.SplitSeq(unicodeForm, ".") {
		has := func(table *unicode.RangeTable) bool {
			return strings.ContainsFunc(label, func(r rune) bool { return unicode.Is(table, r) })
		}
		if has(unicode.Latin) && (has(unicode.Cyrillic) || has(unicode.Greek)) {
			return true
		}
	}
	return false
}
