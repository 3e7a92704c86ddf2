// Package pop3test is a POP3 server in memory with faults on request, for tests and for the demonstration.
//
// A test starts it in ten lines:
//
//	server := &pop3test.Server{ExclusiveLock: true}
//	box := server.AddUser("ann", "secret")
//	box.Deliver([]byte("Subject: Hello\r\n\r\nGood morning.\r\n"))
//	gate := pop3test.NewGate()
//	server.Faults = []pop3test.Fault{{Command: "RETR", Nth: 2, Action: pop3test.Pause(gate)}}
//	addr := pop3test.Start(t, server) // collect from addr in another goroutine …
//	<-gate.Reached()                  // … the second RETR waits: act now
//	gate.Open()
//	server.WaitIdle(t.Context()) // every connection has ended, the counts are final
//	if server.Seen("DELE") != 0 { t.Error("a DELE was sent") }
//
// Anything else that serves calls [Server.Serve] with a listener of its own.
//
// # What it speaks
//
// It keeps to RFC 1939 strictly, so that a client that works here keeps to it too: commands end in CRLF and have at
// most 255 octets, a maildrop is what it was at login, and only QUIT deletes. It knows USER, PASS, APOP, AUTH with ten
// mechanisms, STAT, LIST, UIDL, TOP, RETR, DELE, RSET, NOOP, QUIT, CAPA, STLS, UTF8 and LANG. It shares no code with the
// client that it tests: an error in one must not hide the same error in the other.
//
// # How a test asks for a hazard
//
// A server that is different by nature is a matter of the fields of [Server], or one of the Like functions. A mailbox
// that is different is [Server.View], [Mailbox.DeliverAs] or [Mailbox.Rename]. What goes wrong once, or at one command,
// is a [Fault] with an [Action]; several at one command are [Together], and [Last] hangs up afterwards. The letters are
// those of pop3.md:
//
//	A1 A2    greeting: Err, Reply, Garbage, Status("+OK"); Last(…) hangs up behind it
//	A3       STLS: Reply("+OK\r\n+OK injected\r\n"), or Rewrite to go on with TLS
//	A4 A5    STLS: Err; Server.TLS nil; CAPA: Err; STLS: Stall(-1)
//	A6 B1    CAPA, Nth 1: Reply; Server.CapabilitiesBeforeLogin, Server.Capabilities; LikeGmail
//	A7       CAPA: Hang, Close; Server.NoCAPA
//	A8 A9    Start or StartTLS; Certificate with other hosts, ExpiredCertificate; the limits of Server.TLS
//	B2 E10   UIDL: Err; Server.NoUIDL; UIDL: Reply("+OK\r\n.\r\n")
//	B3 to B8 Server.Capabilities, Server.Expire; CAPA: EndlessLines, Lines, Err; LikeDovecot
//	C1 to C4 PASS, AUTH or "+": Err("[IN-USE] …"); Server.ExclusiveLock, Server.LoginDelay with Server.Now
//	C5 C6    PASS, AUTH or "+": Close, Status("+OK"), Status("+"), Status("+ words"); Reply for every step by script
//	C7 C8    Server.NoInitialResponse; Mailbox.SetTokens without arguments; LikeOutlook
//	D1 D8 to D11, D14, F4  Mailbox.Deliver keeps every byte; Drip and PauseAfter split anywhere
//	D2 to D5 BareLF, Unstuffed, GluedTerminator, CRTerminator
//	D6 D17   Truncate, Stall, Reset; Last() for an end without close_notify
//	D7 F6    Shorten
//	D12 D13  BlankLine, EachLine
//	D16      Status with a long line, EndlessLine
//	E1 E3 to E6  Mailbox.DeliverAs; LikePopa3d
//	E2       Mailbox.Rename
//	E7 G1 to G3  QUIT: Unmark, with Status("-ERR …"); Truncate(0) when the answer is lost; DELE: Reply("+OK\r\n")
//	E8 E9 E12  STAT: Reply; LIST, UIDL: EachLine, Rewrite, Status
//	E11 E13 E14 E16 F2 F3  Server.View; LikeGmail, LikeOutlook, LikeMpopd, LikeWildDuck
//	E15 F8   UIDL, LIST or RETR: Lines(1_000_000, …), EndlessLines
//	F1       RETR with its Argument: Err, Last(Err)
//	F5 F7 F9 F10  Server.NoTOP; LikeGmail; Server.IdleTimeout; Server.UTF8
//	G4 G6 G7 G9  DELE, Nth 2: Reply; Any with Nth: Close; PASS, Nth 2: Err("[IN-USE] …"); the zero Server
//	H1       Server.NoPipelining; LikeMpopd
//	H2 H3    RETR: Interleave, HangUpIfPipelined; LikeWildDuck
//	H4 H5    StartPipe; Server.MaxErrors; LikeDovecot
//
// Nothing of a server's is in C9 to C12, D15, G5 and G8.
//
// Long lines between client and server are [Server.Delay], also within a bubble of testing/synctest by [StartPipe].
package pop3test
