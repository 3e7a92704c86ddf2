package mail

import (
	"strconv"
	"strings"
)

// spamLevel is from which spam confidence level on Exchange means spam.
const spamLevel = 5

// SpamMark returns the header field by which a filter on the way marked the message as spam, as "Name: value"; "" for none.
// A sender can write such a field, but only to his own harm: a mark that says no spam counts for nothing.
func (m *Message) SpamMark() string {
	for _, f := range m.Header {
		if marksSpam(strings.ToLower(f.Name), strings.ToLower(strings.TrimSpace(f.Value))) {
			return f.Name + ": " + short(f.Value)
		}
	}
	return ""
}

func marksSpam(name, value string) bool {
	switch name {
	case "x-spam-flag", "x-spam-status", "x-spam": // SpamAssassin, Rspamd
		return strings.HasPrefix(value, "yes") || strings.HasPrefix(value, "true")
	case "x-ms-exchange-organization-scl", "x-microsoft-antispam-scl":
		level, err := strconv.Atoi(value)
		return err == nil && level >= spamLevel
	case "x-forefront-antispam-report":
		return strings.Contains(value, "sfv:spm")
	}
	return false
}
