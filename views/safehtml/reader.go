package safehtml

import (
	"cmp"
	"strings"

	"golang.org/x/net/html"
)

// ReaderOptions are the words that [Reader] needs, where pictures and links lead, and its limits. The zero value folds no
// quotes, shows no pictures, leaves links as they are and has the default limits.
type ReaderOptions struct {
	// Quoted is the label of a quoted reply that is folded away. If it is empty, quotes are not folded.
	Quoted string

	// Image stands for a picture without a description that is all there is of a link. If it is empty, such links are
	// left out.
	Image string

	// Picture returns the address on our site that stands for a picture, "" to show its description instead. Nil shows
	// no picture. An address that does not begin with one "/", or has anything in it that should be encoded, counts as "".
	//
	// source is "cid:" and the Content-ID of a part of the message (RFC 2392, section 2; decoded, without "<" and ">"), or
	// an absolute http or https address, its host in ASCII and without user and password. Pictures that are there to
	// tell that the message was opened are never asked for, nor what is hidden. At most 1,000 are shown.
	Picture func(source string) string

	// Link returns the address that a link to href leads to: one on our site, under the same condition as that of a
	// picture, or an http, https or mailto address. For anything else the link is left out and its text stays.
	// Nil leaves href.
	Link func(href string) string

	MaxSize  int // bytes of source that are read at most; 0 is 2 MiB
	MaxNodes int // nodes of the parse tree at most; 0 is 400,000
}

// Report says what was found on the way.
type Report struct {
	// Refused is true if the HTML was too large, or had more than 512 elements in one another. The markup is empty
	// then: show the message as text.
	Refused bool

	Remote   int // pictures that the message has on the network
	Tracking int // of those, how many are there to tell that the message was opened: no larger than a dot, or known for it
	Inline   int // pictures that are parts of the message (cid:)

	// Hosts are those of the remote pictures, in ASCII, each once and in their order. There are at most 100.
	Hosts []string

	// Trackers are those who count that the message was opened, each once and in their order: the name of a service
	// that does it for others if it is a known one, else the host. There are at most 20.
	Trackers []string

	// Links are the links in the order of the text, those too that are addresses in it. There are at most 500.
	Links []Link

	// Designed is true if the layout says more than the text does: tables for layout three deep, background pictures,
	// or much more markup than text. The original is worth a look then.
	Designed bool
}

// Reader makes HTML for reading of a message's HTML: its text in the sender's order, with paragraphs, headings, lists,
// emphasis, links, quotes and tables of data, and without the sender's looks. What the sender hid is left out.
//
// A link whose text names another site than it leads to has the host that it leads to after its text; one whose text does
// not have its host in it has it as a title.
//
// Reading what Reader made once more gives the same, less our own classes, titles and the elements that only carry them.
// Pictures of ours are their descriptions then.
func Reader(src string, o ReaderOptions) (HTML, Report) {
	if len(src) > cmp.Or(o.MaxSize, defaultMaxSize) || tooBig(src, cmp.Or(o.MaxNodes, defaultMaxNodes)) {
		return HTML{}, Report{Refused: true}
	}
	src = strings.TrimPrefix(strings.ToValidUTF8(src, "\uFFFD"), "\uFEFF")
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		return HTML{}, Report{Refused: true}
	}

	b := newBuilder(o.Picture)
	root := newElement("div")
	b.children(root, doc, scope{})
	tidier{b, o.Image, map[*html.Node]bool{}}.tidy(root, false)
	linkifyAll(root)
	b.describeLinks(root, false)
	redirect(root, o.Link)
	levelHeadings(root)
	if o.Quoted != "" {
		foldQuotes(root, b.quotes, o.Quoted)
	}

	out, err := serialise(root)
	if err != nil {
		return HTML{}, Report{Refused: true}
	}
	b.report.Designed = b.isDesigned()
	return out, b.report
}
