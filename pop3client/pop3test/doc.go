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
// It keeps to RFC 1939 strictly, so that a client that works here keeps to it too: commands end in CRLF and have at
// most 255 octets, a maildrop is what it was at login, and only QUIT deletes. It knows USER, PASS, STAT, LIST, UIDL,
// TOP, RETR, DELE, RSET, NOOP, QUIT, CAPA and STLS. It shares no code with the client that it tests: an error in one
// must not hide the same error in the other.
package pop3test
