package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"restante/cache/mail"
	"restante/cache/query"
)

// kinds are what a message has that can be searched for, as bits. The numbers stand in the file and never change.
type kinds int

const (
	hasImage kinds = 1 << iota
	hasPDF
	hasInvite
	hasLink
	isEncrypted
	isOwn // written by the person: from the address of one of their accounts
)

// kindsOf looks at the parts and the normal text of a message. Pictures that the text only shows count as images, too.
func kindsOf(m *mail.Message, text string) (k kinds) {
	for i, p := range m.Parts {
		switch name := strings.ToLower(p.Name); {
		case strings.HasPrefix(p.Type, "image/"):
			k |= hasImage
		case p.Type == "application/pdf", strings.HasSuffix(name, ".pdf"):
			k |= hasPDF
		case p.Type == "text/calendar", i > 0 && strings.HasSuffix(name, ".ics"):
			k |= hasInvite
		}
	}
	if strings.Contains(text, "https://") || strings.Contains(text, "http://") {
		k |= hasLink
	}
	if m.Protection().Encrypted || mail.InlinePGP(text).Encrypted {
		k |= isEncrypted
	}
	return k
}

// messageKey stands for a Message-ID in the file; 0 for none.
func messageKey(id string) int64 {
	if id == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(id))
	return int64(binary.BigEndian.Uint64(sum[:]) >> 1)
}

// filenames is the text under which the attachments of a message are found.
func filenames(m *mail.Message) string {
	var b strings.Builder
	for _, i := range m.Attachments() {
		if b.Len() > maxRecipients {
			break
		}
		b.WriteString(m.Parts[i].Filename() + " ")
	}
	return b.String()
}

// What searches ask of a message m, and rows say of it.
const (
	whereReplied   = `EXISTS (SELECT 1 FROM messages o INDEXED BY messages_own WHERE o.thread = m.thread AND o.id > m.id AND (o.kinds & 32) <> 0)`
	whereEncrypted = `(m.kinds & 16) <> 0`
	whereHere      = `m.remote = 0`
	whereInvite    = `(m.kinds & 4) <> 0`
	whereFiles     = `m.attachments > 0`
)

// flags are what is:… and has:… ask of a message, and the index that has those alone; "": there is none.
var flags = map[query.Field]map[string]struct{ condition, index string }{
	query.Is: {
		query.Unread:    {`m.unread = 1`, `messages_unread`},
		query.Read:      {`m.unread = 0`, ``},
		query.Starred:   {`m.starred = 1`, `messages_starred`},
		query.Replied:   {whereReplied, ``},
		query.Encrypted: {whereEncrypted, `messages_encrypted`},
		query.Large:     {`m.size >= 5242880`, `messages_large`},
		query.Here:      {whereHere, `messages_here`},
		query.Server:    {`m.remote = 1`, ``},
		query.Muted:     {`m.muted = 1`, `messages_muted`},
		query.Known:     {`EXISTS (SELECT 1 FROM contacts p WHERE p.addr = lower(m.from_addr) AND p.days >= 2)`, ``}, // minDays
	},
	query.Has: {
		query.Attachment: {whereFiles, `messages_attached`},
		query.Image:      {`(m.kinds & 1) <> 0`, `messages_image`},
		query.PDF:        {`(m.kinds & 2) <> 0`, `messages_pdf`},
		query.Invite:     {whereInvite, `messages_invite`},
		query.Link:       {`(m.kinds & 8) <> 0`, ``},
	},
}
