package mail

import "strings"

// BaseSubject returns what a subject is about: without the prefixes of replies and forwards ("Re:", "AW:", "RE[2]:",
// "回复:") and the names of lists in brackets, in lower case, single-spaced. reply is whether a prefix of a reply was among
// them; a forward alone is no reply. Only the first 4 KiB are looked at.
func BaseSubject(s string) (base string, reply bool) {
	s = strings.ToLower(squeeze(cleanLine(cut(s, maxSubject))))
	for {
		if rest, answer, ok := cutPrefix(s); ok {
			s, reply = rest, reply || answer
			continue
		}
		if rest, ok := cutTag(s); ok {
			s = rest
			continue
		}
		if rest, ok := strings.CutSuffix(s, "(fwd)"); ok {
			s = strings.TrimRight(rest, " ")
			continue
		}
		return s, reply
	}
}

// cutPrefix cuts "re:", "re[2]:", "re(2):", "re^2:", "re :" and their kin in other languages from the front.
func cutPrefix(s string) (rest string, reply, ok bool) {
	end := strings.IndexAny(s, ":：[(^* ")
	if end <= 0 {
		return s, false, false
	}
	reply, forward := isReply(s[:end]), isForward(s[:end])
	if !reply && !forward {
		return s, false, false
	}
	rest = strings.TrimLeft(s[end:], "[(^*0123456789)] ")
	for _, colon := range []string{":", "："} {
		if after, ok := strings.CutPrefix(rest, colon); ok {
			return strings.TrimLeft(after, " "), reply, true
		}
	}
	return s, false, false
}

// isReply knows the prefixes that mail programs of different languages put before the subject of a reply.
func isReply(word string) bool {
	switch word {
	case "re", "r", "res", "rif", "aw", "antw", "antwort", "sv", "vs", "odp", "ynt", "vá", "bls", "atb", "σχετ", "απ", "отв", "ответ",
		"回复", "回覆", "答复", "答覆", "返信", "답장", "השב", "رد":
		return true
	}
	return false
}

// isForward knows those of a forward.
func isForward(word string) bool {
	switch word {
	case "fwd", "fw", "wg", "tr", "rv", "enc", "vb", "doorst", "i", "pd", "vl", "vidaresänt", "πρθ", "пер",
		"转发", "轉寄", "転送", "전달", "הועבר", "إعادة":
		return true
	}
	return false
}

// cutTag cuts "[list]" from the front, if something is left behind it.
func cutTag(s string) (string, bool) {
	if !strings.HasPrefix(s, "[") {
		return s, false
	}
	end := strings.IndexByte(s, ']')
	rest := strings.TrimLeft(s[end+1:], " ")
	if end < 0 || rest == "" {
		return s, false
	}
	return rest, true
}
