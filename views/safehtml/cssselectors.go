package safehtml

import (
	"strings"

	"github.com/tdewolff/parse/v2/css"
)

// ownPrefix is what a sender's classes and ids begin with in the original: they are the sender's, and can be taken for
// nobody else's. Nobody writes names that begin so: else they would be taken for the same without it.
const ownPrefix = "_m-"

// maxName is the longest class or id that is kept, in bytes.
const maxName = 100

// ownName returns the sender's class or id as it is written here, "" if it is none that is kept. It is the same for one
// that is written so already.
func ownName(name string) string {
	name = strings.TrimPrefix(name, ownPrefix)
	if name == "" || len(name) > maxName {
		return ""
	}
	for i := range len(name) {
		if c := name[i]; !isAlnum(c) && c != '-' && c != '_' {
			return ""
		}
	}
	return ownPrefix + name
}

// selectors writes a list of selectors, without those that have anything but types, classes, ids, a few states and
// places, and what joins them. It returns "" if none is left.
func selectors(list []token) string {
	var out []string
	for len(list) > 0 && len(out) < maxSelectors {
		end := 0
		for end < len(list) && list[end].kind != css.CommaToken {
			end++
		}
		if one, ok := selector(trim(list[:end])); ok {
			out = append(out, one)
		}
		list = list[min(end+1, len(list)):]
	}
	return strings.Join(out, ",")
}

// selector writes one selector.
func selector(list []token) (string, bool) {
	var out strings.Builder
	compounds := 1
	joined := true // a simple selector may begin here
	for i := 0; i < len(list); i++ {
		t := list[i]
		if combinator, ok := combinator(list, &i); ok {
			if joined || compounds == maxCompounds {
				return "", false
			}
			out.WriteString(combinator)
			compounds++
			joined = true
			continue
		}
		text := ""
		switch {
		case t.kind == css.IdentToken && joined:
			text = typeSelector(t.text)
		case t.kind == css.DelimToken && t.text == "*" && joined:
			text = "*"
		case t.kind == css.HashToken:
			text = prefixed("#", ownName(t.text[1:]))
		case t.kind == css.DelimToken && t.text == "." && i+1 < len(list) && list[i+1].kind == css.IdentToken:
			i++
			text = prefixed(".", ownName(list[i].text))
		case t.kind == css.ColonToken && i+1 < len(list) && list[i+1].kind == css.IdentToken:
			i++
			text = pseudoClass(list[i].text)
		case t.kind == css.LeftBracketToken:
			text = classSelector(list, &i)
		}
		if text == "" {
			return "", false
		}
		out.WriteString(text)
		joined = false
	}
	return out.String(), !joined && out.Len() > 0
}

func prefixed(prefix, name string) string {
	if name == "" {
		return ""
	}
	return prefix + name
}

// combinator reads what joins two parts of a selector at list[*i], with the blanks around it.
func combinator(list []token, i *int) (string, bool) {
	at, found := *i, ""
	for ; at < len(list); at++ {
		t := list[at]
		switch {
		case t.kind == css.WhitespaceToken:
			if found == "" {
				found = " "
			}
			continue
		case t.kind == css.DelimToken && (t.text == ">" || t.text == "+" || t.text == "~") && (found == "" || found == " "):
			found = t.text
			continue
		}
		break
	}
	if found == "" {
		return "", false
	}
	*i = at - 1
	return found, true
}

// typeSelector writes the name of an element that can occur.
func typeSelector(name string) string {
	name = strings.ToLower(name)
	if _, ok := originalElements[name]; ok || name == "html" || name == "body" || name == "img" {
		return name
	}
	return ""
}

// pseudoClass writes a state or place of an element. None of them tells what the reader has done before.
func pseudoClass(name string) string {
	switch name = strings.ToLower(name); name {
	case "first-child", "last-child", "only-child", "first-of-type", "last-of-type", "empty", "hover", "link":
		return ":" + name
	}
	return ""
}

// classSelector reads what stands in brackets at list[*i] about classes, which mailers write for readers that know no
// classes. [class=name] is for elements that have that class and no other.
func classSelector(list []token, i *int) string {
	end := *i
	for end < len(list) && list[end].kind != css.RightBracketToken {
		end++
	}
	inner := trim(list[*i+1 : min(end, len(list))])
	*i = end
	if len(inner) != 3 || !strings.EqualFold(inner[0].text, "class") {
		return ""
	}
	switch text := inner[2].text; inner[1].kind {
	case css.PrefixMatchToken:
		return quotedClass("^=", ownName(text))
	case css.SuffixMatchToken:
		return quotedClass("$=", withinName(text))
	case css.SubstringMatchToken:
		return quotedClass("*=", withinName(text))
	case css.IncludeMatchToken:
	case css.DelimToken:
		if inner[1].text != "=" {
			return ""
		}
	default:
		return ""
	}
	names := strings.Fields(inner[2].text)
	for i, name := range names {
		if names[i] = ownName(name); names[i] == "" {
			return ""
		}
	}
	switch {
	case len(names) == 0:
		return ""
	case inner[1].kind == css.IncludeMatchToken:
		return "." + strings.Join(names, ".")
	}
	return quotedClass("=", strings.Join(names, " "))
}

// withinName returns a piece of a sender's class as it is written here, "" if it is none, and if it could be a piece of
// what begins every class here.
func withinName(text string) string {
	if own := ownName(text); own != ownPrefix+text || strings.HasPrefix(text, "m-") || text[0] == '-' || strings.Trim(text, ownPrefix) == "" {
		return ""
	}
	return text
}

func quotedClass(match, value string) string {
	if value == "" {
		return ""
	}
	return "[class" + match + `"` + value + `"]`
}

// mediaQuery writes the condition of an @media rule if it is about width, colour scheme or screens, and reports whether
// it is about a dark scheme. What is only for paper is not kept.
func mediaQuery(list []token) (query string, dark bool) {
	var out []string
	for len(list) > 0 && len(out) < maxSelectors {
		end := 0
		for end < len(list) && list[end].kind != css.CommaToken {
			end++
		}
		one, isDark, ok := mediaCondition(trim(list[:end]))
		if ok {
			out = append(out, one)
			dark = dark || isDark
		}
		list = list[min(end+1, len(list)):]
	}
	return strings.Join(out, ","), dark
}

func mediaCondition(list []token) (query string, dark, ok bool) {
	var out []string
	for i := 0; i < len(list) && len(out) < maxCompounds; i++ {
		switch t := list[i]; t.kind {
		case css.WhitespaceToken:
		case css.IdentToken:
			word := strings.ToLower(t.text)
			if word != "screen" && word != "all" && word != "only" && word != "and" {
				return "", false, false
			}
			out = append(out, word)
		case css.LeftParenthesisToken:
			end := i
			for end < len(list) && list[end].kind != css.RightParenthesisToken {
				end++
			}
			feature, isDark, ok := mediaFeature(trim(list[i+1 : end]))
			if !ok {
				return "", false, false
			}
			out, dark, i = append(out, feature), dark || isDark, end
		default:
			return "", false, false
		}
	}
	return strings.Join(out, " "), dark, len(out) > 0
}

// mediaFeature writes "(max-width: 600px)" and its like.
func mediaFeature(list []token) (feature string, dark, ok bool) {
	name, value, ok := cutDeclaration(list)
	if !ok || len(value) != 1 {
		return "", false, false
	}
	switch name {
	case "max-width", "min-width", "max-device-width", "min-device-width", "width":
		size, ok := number(value[0], false)
		return "(" + name + ":" + size + ")", false, ok
	case "prefers-color-scheme":
		scheme := strings.ToLower(value[0].text)
		return "(prefers-color-scheme:" + scheme + ")", scheme == "dark", scheme == "dark" || scheme == "light"
	}
	return "", false, false
}
