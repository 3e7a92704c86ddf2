package safehtml

// role is what becomes of an element of the sender's.
type role int

const (
	transparent  role = iota // only its content counts; unknown elements are so too
	dropped                  // left out with everything in it
	inline                   // kept, as part of a line
	emphasised               // a span or font, kept as far as its style emphasises
	block                    // a division on lines of its own
	cell                     // a block that does not count when it is blank: of a table that is only layout
	paragraph                // may turn out to be a block, if it has blocks in it
	heading                  // its level is settled when all are known
	list                     // holds items only
	item                     // a block, unless in a list
	definitions              // holds terms only
	term                     // a block, unless among definitions
	quotation                // a quoted reply is folded
	preformatted             // blanks and line feeds count
	rule                     // a line across
	lineBreak                // br
	anchor                   // kept if its address is safe
	picture                  // replaced by its description
	table                    // kept if it is data, laid out in reading order if not
	disclosure               // details with a summary
	annotated                // ruby
	annotation               // a part of ruby
	field                    // a form field; one kind of it is a picture
)

// element is a role and, where one is kept, the element in the output.
type element struct {
	role role
	tag  string
}

// elements says what becomes of each element. What is not listed is transparent.
var elements = map[string]element{
	"b": {inline, "b"}, "strong": {inline, "strong"}, "i": {inline, "i"}, "em": {inline, "em"}, "u": {inline, "u"},
	"s": {inline, "s"}, "strike": {inline, "s"}, "del": {inline, "del"}, "ins": {inline, "ins"}, "mark": {inline, "mark"},
	"small": {inline, "small"}, "sub": {inline, "sub"}, "sup": {inline, "sup"}, "code": {inline, "code"},
	"tt": {inline, "code"}, "kbd": {inline, "kbd"}, "samp": {inline, "samp"}, "var": {inline, "var"},
	"cite": {inline, "cite"}, "dfn": {inline, "dfn"}, "abbr": {inline, "abbr"}, "acronym": {inline, "abbr"},
	"q": {inline, "q"}, "bdi": {inline, "bdi"}, "bdo": {inline, "bdo"},
	"span": {emphasised, ""}, "font": {emphasised, ""},

	"div": {block, "div"}, "center": {block, "div"}, "address": {block, "div"}, "article": {block, "div"},
	"aside": {block, "div"}, "section": {block, "div"}, "header": {block, "div"}, "footer": {block, "div"},
	"main": {block, "div"}, "nav": {block, "div"}, "search": {block, "div"}, "hgroup": {block, "div"},
	"figure": {block, "div"}, "figcaption": {block, "div"}, "form": {block, "div"}, "fieldset": {block, "div"},
	"legend": {block, "div"}, "dialog": {block, "div"}, "summary": {block, "div"}, "marquee": {block, "div"},
	"option": {block, "div"}, "textarea": {block, "div"},
	"tr": {block, "div"}, "td": {cell, "div"}, "th": {cell, "div"}, "caption": {block, "div"},

	"p": {paragraph, "p"}, "blockquote": {quotation, "blockquote"}, "hr": {rule, "hr"}, "br": {lineBreak, "br"},
	"h1": {heading, "h1"}, "h2": {heading, "h2"}, "h3": {heading, "h3"}, "h4": {heading, "h4"}, "h5": {heading, "h5"},
	"h6": {heading, "h6"},
	"ul": {list, "ul"}, "ol": {list, "ol"}, "menu": {list, "ul"}, "dir": {list, "ul"}, "li": {item, "div"},
	"dl": {definitions, "dl"}, "dt": {term, "div"}, "dd": {term, "div"},
	"pre": {preformatted, "pre"}, "listing": {preformatted, "pre"}, "plaintext": {preformatted, "pre"},
	"details": {disclosure, "details"}, "table": {table, "table"},
	"ruby": {annotated, "ruby"}, "rt": {annotation, "rt"}, "rp": {annotation, "rp"},

	"a": {anchor, "a"}, "img": {picture, ""}, "input": {field, ""},

	"head": {dropped, ""}, "title": {dropped, ""}, "base": {dropped, ""}, "link": {dropped, ""}, "meta": {dropped, ""},
	"script": {dropped, ""}, "style": {dropped, ""}, "template": {dropped, ""}, "noscript": {dropped, ""},
	"noembed": {dropped, ""}, "noframes": {dropped, ""}, "xmp": {dropped, ""}, "iframe": {dropped, ""},
	"frame": {dropped, ""}, "frameset": {dropped, ""}, "object": {dropped, ""}, "embed": {dropped, ""},
	"applet": {dropped, ""}, "param": {dropped, ""}, "audio": {dropped, ""}, "video": {dropped, ""},
	"source": {dropped, ""}, "track": {dropped, ""}, "canvas": {dropped, ""}, "area": {dropped, ""},
	"datalist": {dropped, ""}, "col": {dropped, ""}, "colgroup": {dropped, ""}, "keygen": {dropped, ""},
	"svg": {dropped, ""}, "math": {dropped, ""},
}

// blocks are the elements of the output that stand on lines of their own.
var blocks = map[string]bool{
	"div": true, "p": true, "blockquote": true, "hr": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true,
	"h6": true, "ul": true, "ol": true, "li": true, "dl": true, "dt": true, "dd": true, "pre": true, "details": true,
	"summary": true, "table": true, "caption": true, "thead": true, "tbody": true, "tfoot": true, "tr": true, "td": true,
	"th": true,
}
