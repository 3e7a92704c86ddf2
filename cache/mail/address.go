package mail

import (
	"strings"

	"github.com/emersion/go-message/mail"
)

// maxStrict is how long a list may be that the strict parser gets; what it costs is not always linear in the length
// (CVE-2025-61725, CVE-2026-39820, CVE-2026-42499).
const maxStrict = 16 << 10

// addresses reads all fields of a name as one list.
func (h header) addresses(d *defects, name string) []Address {
	var out []Address
	for _, value := range h.all(name) {
		out = append(out, parseAddresses(value, d)...)
	}
	if len(out) > maxAddresses {
		d.add("too many addresses")
		out = out[:maxAddresses]
	}
	return out
}

// wordMark hides encoded words from the strict parser, which knows few charsets and loses the whole list with a word
// in another. It is a private-use character, so it passes as text.
const wordMark = "=\ue000?"

// parseAddresses reads an address list, strictly first. A list that has an error anywhere is read leniently, entry by
// entry, so that none loses the others.
func parseAddresses(value string, d *defects) []Address {
	value = strings.TrimSpace(toUTF8(value))
	if value == "" {
		return nil
	}
	if out, ok := strictAddresses(value); ok {
		return out
	}
	out := lenientAddresses(value)
	if len(out) > 0 {
		d.add("a malformed address list")
	}
	return out
}

func strictAddresses(value string) ([]Address, bool) {
	if len(value) > maxStrict || strings.Contains(value, wordMark) {
		return nil, false
	}
	list, err := mail.ParseAddressList(strings.ReplaceAll(value, "=?", wordMark))
	if err != nil {
		return nil, false
	}
	out := make([]Address, len(list))
	for i, a := range list {
		name := strings.ReplaceAll(a.Name, wordMark, "=?")
		addr := strings.ReplaceAll(a.Address, wordMark, "=?")
		if at := strings.LastIndexByte(addr, '@'); strings.ContainsAny(addr[:max(at, 0)], "\" (),:;<>@[\\]") {
			addr = quotedAddr(addr)
		}
		out[i] = newAddress(name, addr)
	}
	return out, true
}

// quotedAddr puts the local part into quotation marks if it needs them.
func quotedAddr(addr string) string {
	return strings.TrimSuffix(strings.TrimPrefix((&mail.Address{Address: addr}).String(), "<"), ">")
}

// newAddress cleans both halves. The name may still have encoded words: senders put them between quotation marks,
// where strictly they are none.
func newAddress(name, addr string) Address {
	name = squeeze(decodeWords(name))
	if len(name) > 2 && name[0] == '\'' && name[len(name)-1] == '\'' {
		name = strings.TrimSpace(name[1 : len(name)-1])
	}
	addr = strings.TrimSpace(cleanLine(addr))
	if len(addr) > 2 && addr[0] == '\'' && addr[len(addr)-1] == '\'' {
		addr = addr[1 : len(addr)-1]
	}
	return Address{Name: cut(name, maxName), Addr: cut(addr, maxAddr)}
}
