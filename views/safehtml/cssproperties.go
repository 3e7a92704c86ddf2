package safehtml

import "strings"

// property says what the value of a property may have beside keywords and numbers.
type property struct {
	colour   bool // colours
	picture  bool // pictures and gradients
	family   bool // names of fonts
	negative bool // numbers below nothing
	slash    bool // "/" between two parts
}

// properties are those that are kept: type, colour, space, borders and the flow of boxes. Nothing that leaves its place
// on the page (position, transform), moves, covers, reacts, counts or makes content is among them.
var properties = func() map[string]property {
	m := map[string]property{}
	add := func(p property, names string) {
		for name := range strings.FieldsSeq(names) {
			m[name] = p
		}
	}
	add(property{}, `border-collapse border-spacing box-sizing caption-side clear direction display empty-cells float
		font-size font-stretch font-style font-variant font-weight height hyphens line-height list-style-position list-style-type
		max-height max-width min-height min-width object-fit opacity overflow overflow-wrap overflow-x overflow-y
		padding padding-bottom padding-left padding-right padding-top padding-inline padding-block table-layout text-align
		text-overflow text-transform unicode-bidi vertical-align visibility white-space width word-break word-wrap
		background-position background-repeat background-size background-clip background-origin background-attachment
		border-top-width border-right-width border-bottom-width border-left-width border-width
		border-top-style border-right-style border-bottom-style border-left-style border-style
		text-decoration-line text-decoration-style align-items align-self align-content justify-content justify-items flex-direction
		flex-wrap flex-grow flex-shrink flex-basis flex flex-flow gap row-gap column-gap color-scheme text-size-adjust
		-webkit-text-size-adjust -ms-text-size-adjust -webkit-font-smoothing text-rendering`)
	add(property{negative: true}, `letter-spacing margin margin-bottom margin-left margin-right margin-top margin-inline margin-block
		text-indent word-spacing`)
	add(property{slash: true}, `border-radius border-top-left-radius border-top-right-radius border-bottom-left-radius
		border-bottom-right-radius aspect-ratio`)
	add(property{colour: true}, `color background-color border border-top border-right border-bottom border-left border-color
		border-top-color border-right-color border-bottom-color border-left-color outline outline-color text-decoration
		text-decoration-color -webkit-text-fill-color`)
	add(property{colour: true, negative: true}, `box-shadow text-shadow`)
	add(property{colour: true, picture: true, slash: true, negative: true}, `background`)
	add(property{colour: true, picture: true}, `background-image list-style list-style-image`)
	add(property{family: true}, `font-family`)
	add(property{family: true, slash: true}, `font`)
	return m
}()

// units are those of lengths, and none.
var units = func() map[string]bool {
	m := set("% px em rem ex ch pt pc in cm mm q vw vh vmin vmax deg fr")
	m[""] = true
	return m
}()

// keywords are the words that values are made of.
var keywords = set(`auto none normal inherit initial unset revert bold bolder lighter italic oblique small-caps
	left right center justify start end top bottom middle baseline sub super text-top text-bottom
	block inline inline-block inline-table list-item table table-row table-cell table-row-group table-header-group table-footer-group
	table-column table-column-group table-caption flex inline-flex grid inline-grid flow-root contents run-in
	visible hidden collapse scroll clip separate fixed local
	solid dashed dotted double groove ridge inset outset thin medium thick
	underline overline line-through wavy blink uppercase lowercase capitalize
	nowrap pre pre-wrap pre-line break-spaces break-word break-all keep-all anywhere ellipsis manual
	ltr rtl embed isolate plaintext bidi-override both
	repeat repeat-x repeat-y no-repeat space round cover contain fill scale-down border-box padding-box content-box text
	xx-small x-small small large x-large xx-large larger smaller ultra-condensed condensed expanded
	disc circle square decimal decimal-leading-zero lower-alpha upper-alpha lower-roman upper-roman lower-greek lower-latin upper-latin
	inside outside show hide to at ellipse closest-side farthest-corner
	row row-reverse column column-reverse wrap wrap-reverse flex-start flex-end space-between space-around space-evenly stretch
	self-start self-end max-content min-content fit-content light dark only antialiased grayscale optimizelegibility geometricprecision`)

// colours are the names of colours (CSS Color Module Level 4, section 6.1).
var colours = set(`transparent currentcolor aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue
	blueviolet brown burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan
	darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon
	darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey
	dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
	hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
	lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
	lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid
	mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream
	mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise
	palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon
	sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal thistle
	tomato turquoise violet wheat white whitesmoke yellow yellowgreen`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		m[word] = true
	}
	return m
}
