package pop3test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// The functions here make servers that behave like well-known ones in what a client notices (pop3.md 2I). Their fields
// may be changed before they serve. They take any user's name and password, and TLS when it is given to them.

// courierTime and dovecotValidity stand for the time at which such a server made its index.
const (
	courierTime     = 1795407897
	dovecotValidity = 0x6b03a1c5
)

// LikeGmail makes a server with a window: a session sees the oldest messages that no earlier session has popped, 250
// for a window of zero. RETR pops a message when QUIT follows; TOP never does. A user who logs in under an alias that
// begins with "recent:" sees everything, popped or not. PIPELINING is announced after login only (pop3.md B1). EXPIRE 0
// and a LOGIN-DELAY of 300 are announced (B8), and neither is meant.
func LikeGmail(window int) *Server {
	if window <= 0 {
		window = 250
	}
	common := []string{"USER", "RESP-CODES", "EXPIRE 0", "LOGIN-DELAY 300", "X-GOOGLE-RICO"}
	return &Server{
		Mechanisms:              []string{"USER", "PLAIN", "XOAUTH2", "OAUTHBEARER"},
		CapabilitiesBeforeLogin: append(common[:5:5], "SASL PLAIN XOAUTH2 OAUTHBEARER"),
		Capabilities:            append(common[:5:5], "PIPELINING", "TOP", "UIDL"),
		Edit:                    greeting("Gpop ready for requests"),
		View: func(user string, messages []Message) []Message {
			if strings.HasPrefix(user, "recent:") {
				return messages
			}
			var seen []Message
			for _, m := range messages {
				if m.UIDL = fmt.Sprintf("GmailId%016x", gmailID(m.UID)); !m.Popped && len(seen) < window {
					seen = append(seen, m)
				}
			}
			return seen
		},
	}
}

func gmailID(uid int) uint64 { return 0x18c0000000000000 + uint64(uid)*0x9e3779b1 }

// LikeOutlook makes a server that takes XOAUTH2 alone, and the token only in a second step (pop3.md C7). The sizes it
// lists are estimates (E11), an empty line comes before the answer to DELE (D12), pipelining is not announced, and a
// client that is silent for a minute is hung up on (F9).
func LikeOutlook() *Server {
	return &Server{
		Mechanisms:              []string{"XOAUTH2"},
		NoInitialResponse:       true,
		CapabilitiesBeforeLogin: []string{"TOP", "UIDL", "SASL XOAUTH2"},
		Capabilities:            []string{"TOP", "UIDL"},
		IdleTimeout:             time.Minute,
		View: func(_ string, messages []Message) []Message {
			for i, m := range messages {
				messages[i].Size = (m.Size/1024 + 1) * 1024
			}
			return messages
		},
		Edit: func(verb, argument string, reply []byte) []byte {
			switch {
			case verb == "":
				return withText(reply, "The Microsoft Exchange POP3 service is ready.")
			case verb == "RETR" || verb == "TOP":
				return withText(reply, "")
			case verb == "DELE":
				return blankLineFirst(reply)
			}
			return reply
		},
	}
}

// LikeDovecot makes a server whose unique ids are UID and UIDVALIDITY in hexadecimal, whose CAPA names no way to log in
// once that is done (pop3.md B3), and which hangs up after 20 bad commands in a row (H5).
func LikeDovecot() *Server {
	lines := []string{"CAPA", "TOP", "UIDL", "RESP-CODES", "PIPELINING", "AUTH-RESP-CODE"}
	return &Server{
		Mechanisms:   []string{"USER", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"},
		Capabilities: lines,
		MaxErrors:    20,
		Edit: func(verb, argument string, reply []byte) []byte {
			switch verb {
			case "":
				return withText(reply, "Dovecot ready.")
			case "CAPA":
				return bytes.Replace(reply, []byte("EXPIRE NEVER\r\n"), nil, 1)
			case "QUIT":
				return withText(reply, "Logging out.")
			}
			return reply
		},
		View: renamed(func(m Message) string { return fmt.Sprintf("%08x%08x", m.UID, dovecotValidity) }),
	}
}

// LikeCourier makes a server whose unique ids are UIDn-time, which announces a LOGIN-DELAY of ten seconds that it does
// not enforce, and which speaks its mind about clients in the status line of LIST and UIDL (pop3.md D15).
func LikeCourier() *Server {
	capa := strings.NewReplacer("RESP-CODES\r\n", "", "AUTH-RESP-CODE\r\n", "",
		"EXPIRE NEVER\r\n", "LOGIN-DELAY 10\r\n", "UTF8\r\n", "UTF8 USER\r\n")
	return &Server{
		UTF8:           true,
		Implementation: "Courier Mail Server",
		Edit: func(verb, argument string, reply []byte) []byte {
			switch {
			case verb == "":
				return withText(reply, "Hello there.")
			case verb == "CAPA":
				return []byte(capa.Replace(string(reply)))
			case (verb == "LIST" || verb == "UIDL") && argument == "":
				return withText(reply, "POP3 clients that break here, they violate STD53.")
			case verb == "QUIT":
				return withText(reply, "Bye-bye.")
			}
			return reply
		},
		View: renamed(func(m Message) string { return fmt.Sprintf("UID%d-%d", m.UID, courierTime) }),
	}
}

// LikePopa3d makes a server without CAPA whose unique ids digest four fields of the header, so that two copies of a
// message have the same (pop3.md E1). It takes pipelined commands although it cannot say so.
func LikePopa3d() *Server {
	return &Server{NoCAPA: true, View: renamed(popa3dID)}
}

// popa3dID is made of the first of each field; the value of a field that goes on in the next line counts as far as its
// first line.
func popa3dID(m Message) string {
	digest := md5.New()
	for _, name := range []string{"received:", "delivered-to:", "date:", "message-id:"} {
		for line := range bytes.Lines(header(m.Raw)) {
			if len(line) >= len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
				digest.Write(line)
				break
			}
		}
	}
	return hex.EncodeToString(digest.Sum(nil)[:8])
}

// LikeWildDuck makes a server that announces PIPELINING and mixes the replies of RETR when it is used (pop3.md H2),
// which is the fault in its Faults, and shows the newest messages only, 250 for a window of zero (E14).
func LikeWildDuck(window int) *Server {
	if window <= 0 {
		window = 250
	}
	return &Server{
		Faults: []Fault{{Command: "RETR", Action: Interleave()}},
		View: func(_ string, messages []Message) []Message {
			return messages[max(0, len(messages)-window):]
		},
	}
}

// LikeMpopd makes a server that knows no TOP and hangs up when two commands arrive together (pop3.md F5, H1). It counts
// a line end as one octet (E11).
func LikeMpopd() *Server {
	return &Server{NoTOP: true, NoPipelining: true, View: func(_ string, messages []Message) []Message {
		for i, m := range messages {
			messages[i].Size -= int64(bytes.Count(m.Raw, []byte("\r\n")))
		}
		return messages
	}}
}

func renamed(name func(Message) string) func(string, []Message) []Message {
	return func(_ string, messages []Message) []Message {
		for i, m := range messages {
			messages[i].UIDL = name(m)
		}
		return messages
	}
}

func greeting(text string) func(verb, argument string, reply []byte) []byte {
	return func(verb, _ string, reply []byte) []byte {
		if verb == "" {
			return withText(reply, text)
		}
		return reply
	}
}

// withText words a success; a refusal stays as it is.
func withText(reply []byte, text string) []byte {
	if !bytes.HasPrefix(reply, []byte("+OK")) {
		return reply
	}
	return withStatus(reply, strings.TrimSuffix("+OK "+text, " "))
}
