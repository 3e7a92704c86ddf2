package mail

import (
	"slices"
	"strings"
	"time"
)

// Hop is a server that a message passed, as that server says.
type Hop struct {
	From, By, With string        // "" where the field does not say
	Time           time.Time     // zero where it cannot be read
	Delay          time.Duration // since the hop before; below zero where a clock is wrong
	HasDelay       bool          // both times are known
}

const (
	maxHops    = 200 // Received fields that are read
	maxHopText = 255 // bytes of each thing that a hop says
)

// Hops returns the way of a message, oldest first, as its Received fields tell it (RFC 5321, section 4.4). Every server
// can write what it likes about those before it.
func (m *Message) Hops() []Hop {
	var list []Hop
	for _, f := range m.Header {
		if len(list) == maxHops {
			break
		}
		if strings.EqualFold(f.Name, "Received") {
			list = append(list, hop(f.Value))
		}
	}
	slices.Reverse(list)
	for i := 1; i < len(list); i++ {
		if before := list[i-1].Time; !before.IsZero() && !list[i].Time.IsZero() {
			list[i].Delay, list[i].HasDelay = list[i].Time.Sub(before), true
		}
	}
	return list
}

// hop reads one Received field. What stands in parentheses is a comment to what is before it.
func hop(value string) Hop {
	var h Hop
	what, when := value, ""
	if i := strings.LastIndexByte(value, ';'); i >= 0 {
		what, when = value[:i], value[i+1:]
	}
	h.Time, _ = parseDate(strings.TrimSpace(when))
	said := map[string]string{}
	key := ""
	for word := range strings.FieldsSeq(cleanLine(cut(what, maxValue))) {
		switch lower := strings.ToLower(word); lower {
		case "from", "by", "with", "for", "id", "via":
			if _, twice := said[lower]; !twice {
				key = lower
				said[key] = ""
				continue
			}
		}
		if key != "" && len(said[key]) < maxHopText {
			said[key] = cut(strings.TrimSpace(said[key]+" "+word), maxHopText)
		}
	}
	h.From, h.By, h.With = said["from"], said["by"], said["with"]
	return h
}
