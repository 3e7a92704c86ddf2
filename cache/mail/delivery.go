package mail

import (
	"io"
	"strings"
	"time"
)

const (
	maxReport     = 256 << 10 // bytes of a delivery report that are read
	maxDeliveries = 100       // recipients of it
	maxDiagnostic = 1 << 10   // bytes of what a server said
)

// Delivery is what became of a message for one recipient (RFC 3464).
type Delivery struct {
	Addr       string
	Action     string    // "failed", "delayed", "delivered", "relayed", "expanded" or another, lower case; "" when not said
	Status     string    // RFC 3463: "5.1.1"; "" when not said
	Diagnostic string    // in the words of the server that said it
	Server     string    // that server; "" when not said
	Until      time.Time // to when it is tried again; zero when not said
}

// Deliveries reads a delivery report, at most 100 recipients of it; nil: the message is none. r is what was parsed.
func (m *Message) Deliveries(r io.ReaderAt) (list []Delivery) {
	for _, p := range m.Parts {
		if p.Type != "message/delivery-status" && p.Type != "message/global-delivery-status" {
			continue
		}
		raw, err := io.ReadAll(io.LimitReader(p.Open(r), maxReport))
		if err != nil {
			continue
		}
		for group := range strings.SplitSeq(unixLines(decodeCharset("utf-8", raw)), "\n\n") {
			if d, ok := delivery(group); ok && len(list) < maxDeliveries {
				list = append(list, d)
			}
		}
	}
	return list
}

// delivery reads the fields about one recipient. The group about the message as a whole has no recipient.
func delivery(group string) (d Delivery, ok bool) {
	fields := reportFields(group)
	get := func(name string) string { return Line(fields[name], maxAddr) }
	_, final := typed(get("final-recipient"))
	_, original := typed(get("original-recipient"))
	if d.Addr = original; d.Addr == "" {
		d.Addr = final
	}
	d.Action = strings.ToLower(get("action"))
	d.Status, _, _ = strings.Cut(get("status"), " ")
	_, d.Diagnostic = typed(Line(fields["diagnostic-code"], maxDiagnostic))
	_, d.Server = typed(get("remote-mta"))
	d.Until, _ = parseDate(fields["will-retry-until"])
	return d, d.Addr != ""
}

// reportFields are the fields of a group by their names in lower case, the first of each.
func reportFields(group string) map[string]string {
	fields, name := map[string]string{}, ""
	for line := range strings.SplitSeq(group, "\n") {
		if line != "" && (line[0] == ' ' || line[0] == '\t') {
			if name != "" {
				fields[name] += line
			}
			continue
		}
		before, value, found := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(before))
		if _, twice := fields[name]; !found || twice {
			name = ""
			continue
		}
		fields[name] = value
	}
	return fields
}

// typed parts "rfc822; ana@example.org".
func typed(value string) (kind, text string) {
	kind, text, found := strings.Cut(value, ";")
	if !found {
		return "", strings.TrimSpace(value)
	}
	return strings.ToLower(strings.TrimSpace(kind)), strings.TrimSpace(text)
}
