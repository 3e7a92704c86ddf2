package web

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/mail"
	"restante/cache/registry"
	"restante/web/images"
)

// What the form about remote pictures asks for.
const (
	imagesOnce   = "once"
	imagesAlways = "always"
	imagesNever  = "never"
)

// What a ticket permits stands before what it is about.
const (
	ticketPart   = "part:"   // to see a picture that is a part of the message: its place and its size in it, its encoding
	ticketFile   = "file:"   // to have a file of the message: the same, and its name
	ticketNested = "nested:" // to see a picture that is a part of a message in it: where, as pages have it
	ticketThumb  = "thumb:"  // to see a picture that is a part of the message small: which
	ticketRemote = "remote:" // to see a picture that is elsewhere
	ticketAll    = "all:"    // to see all remote pictures of the message
	ticketLink   = "link:"   // to be told where a link of the message leads
)

// maxPictures is how many pictures of one message are shown: each costs an address of its own on the page.
const maxPictures = 300

// ticket makes the part of an address that permits one thing to this session, about one message, for an hour. It is
// good without the cookie, which the frame of a message does not send.
func (s site) ticket(v *visit, l *letter, what, source string) string {
	return s.permit(v, l.row.ID, what+source)
}

// permit is ticket for a message that need not be read.
func (s site) permit(v *visit, id cache.ID, source string) string {
	return s.Tickets.Seal(images.Ticket{Session: v.ID, Message: int64(id), Source: source, Expires: s.Now().Add(images.TicketLife)})
}

// pictures gives pictures of a message their address here: those that are parts of it, and those that are elsewhere if
// remote says so.
func (s site) pictures(v *visit, l *letter, remote bool) func(source string) string {
	known := map[string]string{}
	return func(source string) string {
		address, ok := known[source]
		if ok || len(known) >= maxPictures {
			return address
		}
		id, inline := strings.CutPrefix(source, "cid:")
		switch {
		case inline:
			if n := l.inline(id); n >= 0 {
				address = s.partPicture(v, l, n)
			}
		case remote:
			if ticket := s.ticket(v, l, ticketRemote, source); ticket != "" {
				address = s.Front.Base + "/i/" + ticket
			}
		}
		known[source] = address
		return address
	}
}

// partPicture is the address of a picture that is a part. It says where the part lies, so that a page with many of them
// does not read their message again for each; in a message that is itself encoded its offsets are of no use.
func (s site) partPicture(v *visit, l *letter, n int) string {
	if !l.placed() {
		return s.Front.Base + "/i/" + s.ticket(v, l, ticketNested, l.partPath(n))
	}
	return s.Front.Base + "/i/" + s.ticket(v, l, ticketPart, place(l.mail.Parts[n]))
}

// place is where in its message a part lies, and how it is encoded.
func place(p mail.Part) string { return fmt.Sprintf("%d %d %q", p.Offset, p.Size, p.Encoding) }

// placedAt reads what place wrote, and returns what stands behind it.
func placedAt(text string) (p mail.Part, rest string, ok bool) {
	words := strings.SplitN(text, " ", 4)
	if len(words) < 3 {
		return p, "", false
	}
	if n, _ := fmt.Sscanf(strings.Join(words[:3], " "), "%d %d %q", &p.Offset, &p.Size, &p.Encoding); n != 3 {
		return p, "", false
	}
	if len(words) == 4 {
		rest = words[3]
	}
	return p, rest, true
}

// inline returns which part an id is of, if that is a picture, and -1 if there is none.
func (l *letter) inline(id string) int {
	return slices.IndexFunc(l.mail.Parts, func(p mail.Part) bool {
		return strings.EqualFold(p.ContentID, id) && !strings.HasPrefix(p.Type, "text/") && !strings.HasPrefix(p.Type, "multipart/")
	})
}

// showsPictures reports whether a page's address has a ticket to show the remote pictures of a message.
func (s site) showsPictures(v *visit, l *letter, token string) bool {
	t, err := s.Tickets.Open(token, s.Now())
	return err == nil && registry.SessionID(t.Session) == v.ID && t.Message == int64(l.row.ID) && t.Source == ticketAll
}

// images decides on the remote pictures of a message: once, always for its sender, or not any more. It is a form, so
// that no address that somebody else wrote can show them.
func (s site) images(c echo.Context, v *visit) error {
	l, form, err := v.letterOfForm()
	if err != nil {
		return err
	}
	back := local(form.Get("back"), l.href())
	do := form.Get("do")
	switch {
	case do == imagesOnce:
		back = with(back, paramImages, s.ticket(v, l, ticketAll, ""))
	case (do == imagesAlways || do == imagesNever) && len(l.mail.From) == 1:
		if err := v.box.Trust(v.ctx(), l.mail.From[0].Addr, do == imagesAlways); err != nil {
			return err
		}
	default:
		return errBadForm
	}
	return c.Redirect(http.StatusSeeOther, back)
}

// picture answers one picture of a message. What a browser is told about one that cannot be had is always the same: it
// would be a way to ask what is in our network.
func (s site) picture(c echo.Context) error {
	image, err := s.findPicture(c)
	h := c.Response().Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // the frame of a message is of no origin
	if err != nil {
		s.Log.LogAttrs(c.Request().Context(), pictureLevel(err), "no picture", slog.Any("error", err))
		return c.NoContent(http.StatusNotFound)
	}
	return c.Blob(http.StatusOK, image.Type, image.Data)
}

// pictureLevel tells what is usual, such as a picture that is not there any more, from what is wrong here.
func pictureLevel(err error) slog.Level {
	for _, usual := range []error{
		images.ErrForbidden, images.ErrNotPicture, images.ErrTooLarge, images.ErrUnreachable, images.ErrTicket, registry.ErrNotFound, cache.ErrNotFound,
	} {
		if errors.Is(err, usual) {
			return slog.LevelDebug
		}
	}
	return slog.LevelError
}

func (s site) findPicture(c echo.Context) (images.Image, error) {
	ctx := c.Request().Context()
	t, err := s.Tickets.Open(c.Param("token"), s.Now())
	if err != nil {
		return images.Image{}, err
	}
	row, err := s.People.Session(ctx, registry.SessionID(t.Session))
	if err != nil {
		return images.Image{}, err
	}
	if !s.Now().Before(row.End()) || !s.Allow.Includes(row.Enrolment.Mailbox.User) {
		return images.Image{}, cache.ErrNotFound
	}
	if address, ok := strings.CutPrefix(t.Source, ticketRemote); ok {
		return s.Images.For(string(row.Enrolment.Person)).Get(ctx, address)
	}
	box, done, err := s.Boxes.Get(ctx, string(row.Enrolment.Person))
	if err != nil {
		return images.Image{}, err
	}
	defer done()
	v, pictures := &visit{c: c, box: box}, s.Images.For(string(row.Enrolment.Person))
	if path, ok := strings.CutPrefix(t.Source, ticketThumb); ok {
		return v.thumbnail(pictures, cache.ID(t.Message), path)
	}
	part, source, err := v.pictured(cache.ID(t.Message), t.Source)
	if err != nil {
		return images.Image{}, err
	}
	image, err := pictures.Reencode(ctx, part)
	if source.err != nil {
		return images.Image{}, source.err
	}
	return image, err
}

// thumbnail is a part of a message as a small picture.
func (v *visit) thumbnail(pictures *images.Proxy, id cache.ID, path string) (image images.Image, err error) {
	var l *letter
	image, err = pictures.Thumbnail(v.ctx(), id.String()+" "+path, func() (io.Reader, error) {
		var n int
		if l, n, err = v.part(id, path); err != nil {
			return nil, err
		}
		return l.mail.Parts[n].Open(l.raw), nil
	})
	if l != nil && l.source.err != nil {
		return images.Image{}, l.source.err
	}
	return image, err
}

// pictured opens the part that a ticket is about.
func (v *visit) pictured(id cache.ID, ticket string) (io.Reader, *source, error) {
	if path, ok := strings.CutPrefix(ticket, ticketNested); ok {
		l, n, err := v.part(id, path)
		if err != nil {
			return nil, nil, err
		}
		return l.mail.Parts[n].Open(l.raw), l.source, nil
	}
	text, isPart := strings.CutPrefix(ticket, ticketPart)
	p, _, ok := placedAt(text)
	if !isPart || !ok {
		return nil, nil, cache.ErrNotFound
	}
	raw, err := v.box.Raw(v.ctx(), id)
	if err != nil {
		return nil, nil, err
	}
	source := &source{raw: raw}
	return p.Open(source), source, nil
}
