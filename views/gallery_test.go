package views_test

import (
	"fmt"
	"time"

	"restante/views"
	"restante/views/words"
)

// gallery is a page of attachments of so many files.
func gallery(n int) views.GalleryPage {
	w := words.English()
	p := views.GalleryPage{
		Shell: shell("Attachments"), Line: "from:ana", Sort: "images", Newer: "/attachments?after=9", Older: "/attachments?before=1",
		Sorts: []views.Link{{Href: "/attachments", Text: w.SortAll()}, {Href: "/attachments?type=images", Text: w.SortPictures(), Current: true}, {Href: "/attachments?type=pdf", Text: w.SortPDFs()}},
	}
	for i := range n {
		f := views.GalleryFile{
			Name: fmt.Sprintf("harbour %d.jpg", i), Href: fmt.Sprintf("/m/%d/part/1", i), About: "1.2 MB · Ana", Time: moment(time.Hour), Icon: views.IconImage,
			Thumb: fmt.Sprintf("/i/token%d", i), From: w.InMessage("The harbour"), FromHref: fmt.Sprintf("/m/%d", i),
		}
		switch i {
		case 1:
			f.Name, f.From, f.Icon, f.Thumb = hostile, w.InMessage(hostile), views.IconFile, ""
		case 2:
			f.Name = "ميزانية الحديقة.pdf"
		}
		p.Files = append(p.Files, f)
	}
	return p
}

func emptyGallery() views.GalleryPage {
	w, p := words.English(), gallery(0)
	p.Newer, p.Older = "", ""
	p.Empty = &views.Empty{Icon: views.IconClip, Heading: w.NoAttachmentsSo(), Link: "/attachments", LinkText: w.AllAttachments()}
	return p
}
