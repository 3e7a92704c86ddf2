package doctor

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// maxPrinted is how many characters of a server's word are printed.
const maxPrinted = 200

// Print writes the findings for people.
func (f Findings) Print(w io.Writer) error {
	var b strings.Builder
	verdict := "Restante can use this server."
	if !f.Usable {
		verdict = "Restante cannot use this server as things are."
	}
	fmt.Fprintf(&b, "%s: %s\n", f.Server, verdict)
	if f.Error != nil {
		fmt.Fprintf(&b, "\n  %s\n", *f.Error)
	}
	b.WriteByte('\n')
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range f.rows() {
		if row[1] != "" {
			fmt.Fprintf(table, "  %s\t%s\n", row[0], row[1])
		}
	}
	err := table.Flush()
	section(&b, "What follows", f.Advice)
	section(&b, "Oddities of this server, which Restante copes with", f.Quirks)
	_, written := io.WriteString(w, b.String())
	return errors.Join(err, written)
}

// rows are the facts; those that are not known are empty.
func (f Findings) rows() [][2]string {
	rows := [][2]string{
		{"Encryption", f.encrypted()},
		{"Server", f.software},
		{"Ways to sign in", strings.Join(f.Mechanisms, ", ")},
		{"Signed in by", f.used},
	}
	if f.Messages != nil {
		size := ""
		if f.Bytes != nil {
			size = ", " + bytes(*f.Bytes)
		}
		rows = append(rows, [2]string{"Mailbox", plural(*f.Messages, "message") + size})
	}
	if f.RoundTripMs != nil {
		rows = append(rows, [2]string{"Round trip", strconv.FormatFloat(*f.RoundTripMs, 'f', 1, 64) + " ms"})
	}
	if f.Pipelining != nil {
		answer := yesNo(*f.Pipelining)
		if f.flight != "" {
			answer += ": " + f.flight
		}
		rows = append(rows, [2]string{"Many questions at once (PIPELINING)", answer})
	}
	rows = append(rows, [2]string{"Unique ids (UIDL)", f.uidl}, [2]string{"Beginnings of messages (TOP)", f.top}, [2]string{"Keeps mail (EXPIRE)", f.keeps})
	if f.LoginDelay != nil {
		rows = append(rows, [2]string{"Between two visits (LOGIN-DELAY)", seconds(*f.LoginDelay)})
	}
	return rows
}

func (f Findings) encrypted() string {
	switch {
	case f.TLS != nil:
		return fmt.Sprintf("%s; certificate for %s from %s, until %s", f.TLS.Version, list(f.TLS.Names), f.TLS.Issuer, f.TLS.Expires.Format(time.DateOnly))
	case !f.secure:
		return "none"
	}
	return ""
}

func section(b *strings.Builder, title string, points []string) {
	if len(points) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for _, point := range points {
		fmt.Fprintf(b, "  - %s\n", point)
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// plural is "1 message", "2 messages".
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}

// seconds is a span in the largest unit that says it well.
func seconds(n int) string {
	switch {
	case n < 120:
		return plural(n, "second")
	case n < 2*3600:
		return plural(n/60, "minute")
	}
	return plural(n/3600, "hour")
}

// bytes is a size in decimal units.
func bytes(n int64) string {
	switch {
	case n < 1000:
		return strconv.FormatInt(n, 10) + " bytes"
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	case n < 1_000_000_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1_000_000)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1_000_000_000)
}

// list is "a, b and c".
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return "nobody"
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// printable takes from foreign text what could steer a terminal, and bounds it.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if runes := []rune(s); len(runes) > maxPrinted {
		return string(runes[:maxPrinted]) + "…"
	}
	return s
}
