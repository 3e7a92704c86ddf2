package web

import (
	"regexp"
	"strings"

	"restante/cache/mail"
	"restante/views"
	"restante/views/safehtml"
)

// maxReasons is how many signs of one kind are listed.
const maxReasons = 5

// addressInName finds what looks like an address in a name.
var addressInName = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN-]+(\.[\pL\pN-]+)+`)

// suspect finds the reasons to mistrust a message, each with what shows it: a link whose text names another site, a
// name that shows another address, more senders than one.
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
