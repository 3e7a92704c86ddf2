package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/query"
	"restante/views"
	"restante/views/words"
)

const (
	attachmentsPath = "/attachments"

	// maxLooks is how many pages of messages are looked through for a kind of attachment that the search cannot ask for.
	maxLooks = 20
)

// sortOffer is a kind of attachments that can be looked at alone.
type sortOffer struct {
	name string // in addresses
	sort cache.Sort
	text func(*words.Words) string
}

var sorts = []sortOffer{
	{"", cache.AnySort, (*words.Words).SortAll},
	{"images", cache.Pictures, (*words.Words).SortPictures},
	{"pdf", cache.PDFs, (*words.Words).SortPDFs},
	{"documents", cache.Documents, (*words.Words).SortDocuments},
	{"sheets", cache.Sheets, (*words.Words).SortSheets},
	{"archives", cache.Archives, (*words.Words).SortArchives},
	{"calendar", cache.Calendars, (*words.Words).SortCalendars},
}

// gallery answers the attachments of all mail, or of what a search finds.
func (s site) gallery(c echo.Context, v *visit) error {
	page, err := pageOf(c)
	if err != nil {
		return err
	}
	i := max(0, slices.IndexFunc(sorts, func(o sortOffer) bool { return o.name == c.QueryParam("type") }))
	q := query.Parse(c.QueryParam("q"), s.Location)
	files, err := v.files(sorts[i].sort, q, page)
	if err != nil {
		return err
	}
	return s.render(c, 200, views.Gallery(s.galleryPage(v, i, q, files)))
}

// galleryFor leads from the form to what it asks for, on computers that others use: words must not stand in addresses there
// before they are sealed.
func (s site) galleryFor(c echo.Context, _ *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with(with(attachmentsPath, "type", form.Get("type")), "q", form.Get("q")))
}

// files are the attachments of a sort that are in what a query finds.
func (v *visit) files(sort cache.Sort, q query.Query, page cache.Page) (cache.Files, error) {
	if len(q.Terms) == 0 {
		return v.box.Files(v.ctx(), sort, page)
	}
	q.Terms = append(slices.Clone(q.Terms), query.Term{Field: query.Has, Text: query.Attachment})
	for looks := 1; ; looks++ {
		rows, err := v.finding(q)(page)
		if err != nil {
			return cache.Files{}, err
		}
		files, err := v.box.FilesOf(v.ctx(), sort, rows)
		if err != nil || len(files.List) > 0 || !rows.Older || looks == maxLooks {
			return files, err
		}
		page = cache.Page{Before: files.Oldest}
	}
}

// galleryPage is a page of attachments.
func (s site) galleryPage(v *visit, sort int, q query.Query, files cache.Files) views.GalleryPage {
	w := s.Words
	here := v.here("did", "before", "after")
	p := views.GalleryPage{Shell: s.shell(v, w.AttachmentsHeading(), attachmentsPath), Line: v.c.QueryParam("q"), Sort: sorts[sort].name}
	for i, one := range sorts {
		href := attachmentsPath
		if one.name != "" {
			href = with(href, "type", one.name)
		}
		if p.Line != "" {
			href = with(href, "q", p.Line)
		}
		p.Sorts = append(p.Sorts, views.Link{Href: href, Text: one.text(w), Current: i == sort})
	}
	for _, f := range files.List {
		p.Files = append(p.Files, s.galleryFile(v, f))
	}
	if files.Newer {
		p.Newer = with(here, "after", files.Newest.String())
	}
	if files.Older {
		p.Older = with(here, "before", files.Oldest.String())
	}
	switch {
	case len(p.Files) > 0:
	case len(q.Terms) > 0:
		p.Empty = &views.Empty{Icon: views.IconClip, Heading: w.NoMatches(q.String()), Text: w.NoMatchesText(), Link: attachmentsPath, LinkText: w.AllAttachments()}
	case sort > 0:
		p.Empty = &views.Empty{Icon: views.IconClip, Heading: w.NoAttachmentsSo(), Link: attachmentsPath, LinkText: w.AllAttachments()}
	default:
		p.Empty = &views.Empty{Icon: views.IconClip, Heading: w.NoAttachments(), Text: w.NoAttachmentsText(), Link: "/inbox", LinkText: w.GoToInbox()}
	}
	return p
}

func (s site) galleryFile(v *visit, f cache.File) views.GalleryFile {
	w := s.Words
	number, part := f.Message.String(), strconv.Itoa(f.Part)
	file := views.GalleryFile{
		Name: cmp.Or(f.Name, w.FileWithoutName()), Href: "/m/" + number + "/part/" + part, About: w.Size(f.Size) + " · " + s.names(v, []cache.Person{f.From}),
		Time: s.time(f.Message.Time()), Icon: typeIcon(f.Type), From: w.InMessage(cmp.Or(f.Subject, w.NoSubject())), FromHref: "/m/" + number,
	}
	if f.Sort == cache.Pictures && f.Type != "image/svg+xml" {
		if ticket := s.permit(v, f.Message, ticketThumb+part); ticket != "" {
			file.Thumb = s.Front.Base + "/i/" + ticket
		}
	}
	return file
}
