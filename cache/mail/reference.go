package mail

import "strings"

// messageIDs reads Message-IDs one by one: what stands in <>, and where there is none, the words that have an @.
// It stops after limit.
func messageIDs(value string, limit int) []string {
	var out []string
	for rest := value; len(out) < limit; {
		_, after, ok := strings.Cut(rest, "<")
		if !ok {
			break
		}
		// An ID without its end is cut short by the next one's beginning.
		end := strings.IndexAny(after, "<>")
		if end < 0 {
			end = len(after)
		}
		if id := cleanID(after[:end]); id != "" {
			out = append(out, id)
		}
		rest = strings.TrimPrefix(after[end:], ">")
	}
	if len(out) > 0 {
		return out
	}
	for _, word := range strings.Fields(value) {
		if id := cleanID(strings.Trim(word, `<>,;"'`)); strings.Contains(id, "@") && len(out) < limit {
			out = append(out, id)
		}
	}
	return out
}

// cleanID removes what no Message-ID has: the spaces of a fold within it, and control characters.
func cleanID(id string) string {
	id = strings.Join(strings.Fields(cleanLine(id)), "")
	if len(id) > maxID {
		return ""
	}
	return strings.Clone(id)
}

// firstID returns the first Message-ID of a value. Some programs write none that is one: then the value itself.
func firstID(value string) string {
	if ids := messageIDs(value, 1); len(ids) > 0 {
		return ids[0]
	}
	return cleanID(strings.Trim(strings.TrimSpace(value), "<>"))
}

// references joins References and In-Reply-To. Too many lose those in the middle: the first is the thread's, the
// last ones are the nearest.
func references(refs, inReplyTo string) []string {
	ids := messageIDs(refs, maxValue)
	if answered := messageIDs(inReplyTo, 1); len(answered) > 0 {
		ids = append(ids, answered[0])
	}
	seen := make(map[string]bool, len(ids))
	out := ids[:0]
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	if len(out) > maxReferences {
		out = append(out[:1], out[len(out)-maxReferences+1:]...)
	}
	return out
}

// listID reads a List-Id: RFC 2919, section 3. Without <> it is the whole value.
func listID(value string) string {
	if i := strings.LastIndexByte(value, '<'); i >= 0 {
		value, _, _ = strings.Cut(value[i+1:], ">")
	}
	return cut(squeeze(cleanLine(value)), maxToken)
}
