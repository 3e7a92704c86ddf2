package safehtml

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// originalElements are the elements that an original may have, and what each becomes.
var originalElements = func() map[string]string {
	m := map[string]string{}
	for tag := range strings.FieldsSeq(`a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col
		colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i ins kbd li main
		mark menu nav nobr ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th
		thead time tr tt u ul var wbr`) {
		m[tag] = tag
	}
	for tag := range strings.FieldsSeq("form fieldset legend dialog textarea option marquee search") {
		m[tag] = "div"
	}
	m["button"], m["label"], m["dir"] = "span", "span", "ul"
	return m
}()

var voids = set("br col hr wbr")

// An attribute's value is one of these.
var (
	dimension  = regexp.MustCompile(`^[0-9]{1,5}(\.[0-9]{1,4})?(%|px)?$`)
	attrColour = regexp.MustCompile(`^#?[0-9a-zA-Z]{1,24}$`)
	attrWord   = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{0,30}$`)
	attrNumber = regexp.MustCompile(`^[+-]?[0-9]{1,5}$`)
	fontFaces  = regexp.MustCompile(`^[A-Za-z0-9 ,_-]{1,200}$`)
)

// originalAttributes are those that stay as they are, by what their value must be. What is text may be any.
var originalAttributes = map[string]*regexp.Regexp{
	"width": dimension, "height": dimension, "border": dimension, "cellpadding": dimension, "cellspacing": dimension, "hspace": dimension,
	"vspace": dimension, "bgcolor": attrColour, "bordercolor": attrColour, "color": attrColour, "text": attrColour, "link": attrColour,
	"alink": attrColour, "vlink": attrColour, "align": attrWord, "valign": attrWord, "dir": attrWord, "lang": attrWord, "clear": attrWord,
	"face": fontFaces, "size": attrNumber, "start": attrNumber, "value": attrNumber, "colspan": attrNumber, "rowspan": attrNumber,
	"span": attrNumber, "frame": attrWord, "rules": attrWord, "scope": attrWord, "marginwidth": dimension, "marginheight": dimension,
	"topmargin": dimension, "leftmargin": dimension, "type": regexp.MustCompile(`^([1aAiI]|disc|circle|square)$`),
	"role": regexp.MustCompile(`^(presentation|none)$`),
}

// maxTitle is the longest title or description that is kept, in bytes.
const maxTitle = 1000

// short returns the beginning of a title.
func short(s string) string {
	if len(s) <= maxTitle {
		return clean(s)
	}
	return clean(strings.ToValidUTF8(s[:maxTitle], ""))
}

// attributes gives out those attributes of n that are on the list.
func (r *restorer) attributes(out, n *html.Node) {
	for _, a := range n.Attr {
		if a.Namespace != "" {
			continue
		}
		if _, twice := attr(out, a.Key); twice {
			continue
		}
		r.attribute(out, a.Key, a.Val)
	}
}

func (r *restorer) attribute(out *html.Node, key, value string) {
	switch key {
	case "class":
		var own []string
		for name := range strings.FieldsSeq(value) {
			if name = ownName(name); name != "" && !slices.Contains(own, name) && len(own) < maxCompounds {
				own = append(own, name)
			}
		}
		if len(own) > 0 {
			setAttr(out, key, strings.Join(own, " "))
		}
	case "id":
		if own := ownName(value); own != "" {
			setAttr(out, key, own)
		}
	case "style":
		if text := r.styles.attribute(value); text != "" {
			setAttr(out, key, text)
		}
	case "background":
		if address := r.background(value); address != "" {
			setAttr(out, key, address)
		}
	case "title", "abbr":
		setAttr(out, key, short(value))
	case "nowrap", "hidden", "reversed", "noshade", "compact":
		setAttr(out, key, "")
	default:
		if form, ok := originalAttributes[key]; ok && form.MatchString(strings.TrimSpace(value)) {
			setAttr(out, key, strings.TrimSpace(value))
		}
	}
}

// blocked is the address of a picture that is not shown: browsers leave its place, and show its description.
const blocked = "data:,"

// picture adds a picture, or its place.
func (r *restorer) picture(dst, n *html.Node) {
	address := r.pictureData(n)
	if address == "" && !r.again {
		source, dot := sourceOf(n), isDot(n, styleOf(n))
		r.count.count(n, dot)
		if _, counts := openingCounter(source); !dot && !counts {
			address = r.give(source)
		}
	}
	if src, _ := attr(n, "src"); r.again && r.given[src] {
		address = src
	}
	if address == "" {
		address = blocked
	}
	out := appendElement(dst, "img")
	setAttr(out, "src", address)
	alt, ok := attr(n, "alt")
	if ok {
		setAttr(out, "alt", short(alt))
	}
	r.attributes(out, n)
}

// give returns the address that stands for a source.
func (r *restorer) give(source string) string {
	address := r.count.addressOf(source)
	if address != "" {
		r.given[address] = true
	}
	return address
}

// background returns the address that stands for a picture behind something.
func (r *restorer) background(src string) string {
	if r.again {
		if r.given[src] {
			return src
		}
		return ""
	}
	source := normalSource(src)
	switch {
	case source == "":
		return ""
	case isInline(source):
		r.count.report.Inline++
		return r.give(source)
	}
	r.count.countRemote(source, false)
	if _, counts := openingCounter(source); counts {
		return ""
	}
	return r.give(source)
}

const (
	maxPictureData = 256 << 10 // bytes of one picture that is in the document itself
	maxData        = 2 << 20   // bytes of all of them
)

var pictureData = regexp.MustCompile(`^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$`)

// pictureData returns the address of a picture that is in the document itself: a browser takes it for a picture and
// nothing else, whatever is in it.
func (r *restorer) pictureData(n *html.Node) string {
	src, _ := attr(n, "src")
	if len(src) > maxPictureData || len(src) < len("data:") || !strings.EqualFold(src[:5], "data:") {
		return ""
	}
	src = strings.Map(func(c rune) rune {
		if c == ' ' || c == '\n' || c == '\r' || c == '\t' {
			return -1
		}
		return c
	}, src)
	comma := strings.IndexByte(src, ',')
	if comma < 0 || r.data+len(src) > maxData {
		return ""
	}
	src = strings.ToLower(src[:comma]) + src[comma:]
	if !pictureData.MatchString(src) {
		return ""
	}
	r.data += len(src)
	return src
}
