package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"restante/views"
)

// outboundLink makes links of a message lead to a page of ours that says where they really go: of a suspicious one, and
// of each on a computer that others use.
func (s site) outboundLink(v *visit, l *letter) func(href string) string {
	return func(href string) string {
		if s.Kiosk != nil && (!s.Kiosk.Links || strings.HasPrefix(href, "mailto:")) {
			return "" // its text stays
		}
		if strings.HasPrefix(href, "mailto:") {
			return href
		}
		if ticket := s.ticket(v, l, ticketLink, href); ticket != "" {
			return s.Front.Base + "/l/" + ticket
		}
		return "" // too long to be led anywhere: its text stays
	}
}

// outbound says where a link leads. Its address is the permission, as with pictures: the document of a message sends
// no cookie. Nobody else can make one, so that it leads nowhere by itself.
func (s site) outbound(c echo.Context) error {
	t, err := s.Tickets.Open(c.Param("token"), s.Now())
	address, ok := strings.CutPrefix(t.Source, ticketLink)
	if err != nil || !ok {
		return errExpired
	}
	u, err := url.Parse(address)
	if err != nil {
		return errExpired
	}
	p := views.OutboundPage{Shell: s.bare(s.Words.OutboundHeading()), Host: u.Hostname(), Address: address}
	return s.render(c, http.StatusOK, views.Outbound(p))
}
