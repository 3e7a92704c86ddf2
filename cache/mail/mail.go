// Package mail turns the bytes of a message into headers, text, parts and references, without ever failing:
// what is damaged is repaired or passed over, and noted as a defect.
//
// Nothing is held whole in memory: Parse reads the message once, from front to back, through a small window, and
// remembers where each part lies; bodies are decoded when they are asked for, up to a limit.
package mail

import (
	"io"
	"time"
)

// Version is raised whenever the same bytes would give another subject, text, reference or attachment, so that
// what was derived with an older version can be derived anew.
const Version = 3

// Limits on what one message may cost. What lies beyond is passed over and noted; the raw bytes still have it.
const (
	maxDepth      = 32        // multiparts inside each other; a deeper one is one part, shown as text
	maxParts      = 2000      // parts of a message; the last one holds all that follows
	maxHeader     = 256 << 10 // bytes kept of one header, the message's or a part's
	maxFields     = 2000      // fields kept of one header
	maxValue      = 64 << 10  // bytes kept of one field
	maxBadLines   = 100       // header lines that are no fields; after them the body is taken to begin
	maxDefects    = 50        // defects noted of one message
	maxAddresses  = 2000      // addresses of one kind (From, To, …)
	maxReferences = 100       // references; the first and the last ones are kept
	maxSubject    = 4 << 10   // bytes of a decoded subject
	maxName       = 1 << 10   // bytes of a decoded display name
	maxAddr       = 1 << 10   // bytes of an address
	maxID         = 998       // bytes of a Message-ID or Content-ID: RFC 5322's longest line
	maxToken      = 255       // bytes of a type, charset, encoding or boundary name
	maxEmbedded   = 8 << 20   // bytes of an encoded message within a message
	maxEmbedDepth = 8         // messages within messages that Body looks into
)

const (
	// MaxBody bounds each text of a Body, in bytes.
	MaxBody = 2 << 20
	// MaxText bounds the result of Text, in bytes.
	MaxText = 256 << 10
)

// Message is what was read of a message. Strings are UTF-8 and free of control characters and bidirectional overrides,
// but for Header, which has what was sent.
type Message struct {
	Subject string
	From    []Address // of every From field: more than one address is for the reader to see
	ReplyTo []Address
	To      []Address
	Cc      []Address

	Date     time.Time // as the sender has it, with the sender's zone; zero when absent or unreadable
	Received time.Time // of the topmost Received field with a readable time; zero when there is none

	ID         string   // of Message-ID, without <>; empty when absent
	References []string // without <>, oldest first, In-Reply-To last if not among them, no duplicates, at most 100
	ListID     string   // of List-Id, without <>
	Status     string   // of Status, as mbox programs write it: "RO"

	Header  []Field  // in the order of the message; empty when it has no header at all
	Parts   []Part   // in the order of the message; Parts[0] is the root and always there
	Defects []string // what was repaired or passed over, one sentence a kind, without words of the message
}

// Field is a header field.
type Field struct {
	Name  string // as sent, without the colon
	Value string // unfolded and bounded (64 KiB), otherwise as sent: not decoded, and not always UTF-8
}

// Address is one mailbox of an address field.
type Address struct {
	Name string // decoded; may be empty
	Addr string // local@domain, never taken from encoded text; empty or without @ where a sender wrote it so
}

// Part is one node of a message's tree of parts.
type Part struct {
	Type        string // "text/plain": lower case, without parameters
	Charset     string // lower case as declared; empty when not declared
	Encoding    string // the transfer encoding, lower case: "base64"; empty when not declared
	Disposition string // "inline", "attachment" or another word, lower case; empty when not declared
	Name        string // the file name, decoded and without path; empty when not given, see Filename
	ContentID   string // without <>
	Start       string // of a multipart/related: the ContentID of the part to show first
	Flowed      bool   // format=flowed, RFC 3676
	DelSp       bool   // delsp=yes, RFC 3676
	SMIME       string // of application/pkcs7-mime, what it holds as declared: "signed-data", lower case (RFC 8551, section 3.2.2)
	Inline      bool   // an image that the message's own HTML shows by its ContentID

	Offset int64 // where the encoded body begins within the message
	Size   int64 // the encoded body's bytes, without the line ending before a delimiter
	Parent int   // index of the part that this one lies in, -1 for the root
}

// Parse reads a message of size bytes. It reads all of r at most once, needs a few hundred kilobytes of memory
// however large the message is, and never fails: an error of r ends the message there, as a defect.
func Parse(r io.ReaderAt, size int64) *Message {
	s := newSplitter(r, max(size, 0))
	m := &Message{Header: s.run(), Parts: s.parts}
	m.fill(&s.defects)
	m.markInline(r)
	m.Defects = s.defects.list
	return m
}

// fill reads the fields that have a place of their own.
func (m *Message) fill(d *defects) {
	h := header(m.Header)
	m.Subject = cut(squeeze(decodeWords(h.get("Subject"))), maxSubject)
	m.From = h.addresses(d, "From")
	m.ReplyTo = h.addresses(d, "Reply-To")
	m.To = h.addresses(d, "To")
	m.Cc = h.addresses(d, "Cc")
	if h.count("From") > 1 {
		d.add("more than one From field")
	}
	m.Date = h.date(d)
	m.Received = h.received()
	m.ID = firstID(h.get("Message-ID"))
	m.References = references(h.get("References"), h.get("In-Reply-To"))
	m.ListID = listID(h.get("List-Id"))
	m.Status = cut(squeeze(cleanLine(h.get("Status"))), maxToken)
}

// defects collects sentences, each once.
type defects struct{ list []string }

func (d *defects) add(sentence string) {
	if len(d.list) >= maxDefects {
		return
	}
	for _, have := range d.list {
		if have == sentence {
			return
		}
	}
	d.list = append(d.list, sentence)
}
