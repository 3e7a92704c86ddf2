package doctor

import (
	"errors"
	"slices"
	"strings"

	"restante/pop3client"
)

const (
	longID    = 70 // characters that an id may have (RFC 1939, section 7)
	fewSizes  = 5  // below that many, round sizes are chance
	sizeBlock = 1024
)

// goesOn reports whether a session can be used after err.
func goesOn(err error) bool {
	var refusal *pop3client.ServerError
	return errors.As(err, &refusal) || errors.Is(err, pop3client.ErrProtocol)
}

// capabilityQuirks compares what was announced with what is usual.
func (f *Findings) capabilityQuirks(before, after pop3client.Capabilities, traits pop3client.Traits) {
	switch {
	case traits.NoCAPA: // pop3.md A7
		f.quirk("asked what it can (CAPA), it hangs or hangs up; Restante remembers that and does not ask")
	case !after.Known():
		f.quirk("it does not say what it can (no CAPA)")
	}
	var late []string // pop3.md B1
	for _, name := range []string{"TOP", "UIDL", "PIPELINING"} {
		if before.Known() && after.Has(name) && !before.Has(name) {
			late = append(late, name)
		}
	}
	if len(late) > 0 {
		f.quirk("it announces %s only after signing in", list(late))
	}
	for _, line := range after.Lines() { // pop3.md B4
		name, _, _ := strings.Cut(line, " ")
		for _, known := range []string{"EXPIRE", "LOGIN-DELAY", "IMPLEMENTATION"} {
			if rest, ok := strings.CutPrefix(name, known); ok && rest != "" {
				f.quirk("it writes %q where a blank is missing", printable(name))
			}
		}
	}
	if days, _, _, ok := after.Expire(); ok && days == 0 && f.ExpireDays != nil { // pop3.md B8
		f.quirk("it says that retrieved messages may go at once (EXPIRE 0), which not every server that says so means")
	}
	if traits.NoStuffing {
		f.quirk("it does not protect lines that begin with a dot")
	}
}

// idQuirks looks at the unique ids.
func (f *Findings) idQuirks(ids []pop3client.Listing) {
	seen := make(map[string]int, len(ids))
	var blank, long, odd, anomalies, last int
	gaps := false
	for _, entry := range ids {
		seen[entry.UIDL]++
		gaps = gaps || entry.Number != last+1
		last = entry.Number
		switch id := entry.UIDL; {
		case entry.Anomaly == pop3client.TooLong || len(id) > longID: // pop3.md E3
			long++
		case entry.Anomaly != pop3client.Regular: // pop3.md E8
			anomalies++
		case id == "": // pop3.md E5
			blank++
		case strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }): // pop3.md E4
			odd++
		}
	}
	twins := 0 // pop3.md E1
	for id, n := range seen {
		if n > 1 && id != "" {
			twins += n
		}
	}
	if twins > 0 {
		f.quirk("%s share their unique id with another", plural(twins, "message"))
		f.advise("Some messages have the same unique id. Restante tells them apart by their content, and collects each of them once.")
	}
	f.count(blank, "has no unique id", "have no unique id")
	f.count(long, "has a longer unique id than the standard allows", "have longer unique ids than the standard allows")
	f.count(odd, "has a unique id with characters that the standard does not allow", "have unique ids with characters that the standard does not allow")
	f.count(anomalies, "is listed in a way that cannot be understood", "are listed in a way that cannot be understood")
	if gaps && anomalies == 0 {
		f.quirk("its message numbers have gaps")
	}
}

// sizeQuirks looks at the sizes, which Restante takes for hints (pop3.md E11).
func (f *Findings) sizeQuirks(sizes []pop3client.Listing) {
	var sum int64
	unknown := 0
	for _, entry := range sizes {
		if entry.Size < 0 {
			unknown++
		}
		sum += max(entry.Size, 0)
	}
	f.count(unknown, "has no size that can be read", "have no size that can be read")
	if f.Bytes != nil && unknown == 0 && len(sizes) > 0 && *f.Bytes != sum {
		f.quirk("it says that the mailbox has %s (STAT), and its sizes add up to %s (LIST)", bytes(*f.Bytes), bytes(sum))
	}
	round := func(entry pop3client.Listing) bool { return entry.Size%sizeBlock != 0 }
	if len(sizes) >= fewSizes && !slices.ContainsFunc(sizes, round) {
		f.quirk("it rounds the sizes of messages")
	}
}

func (f *Findings) count(n int, one, many string) {
	switch {
	case n == 1:
		f.quirk("1 message %s", one)
	case n > 1:
		f.quirk("%s %s", plural(n, "message"), many)
	}
}
