package pop3test

import "bytes"

// HangUpIfPipelined ends the connection without a reply when n or more further commands wait that the server has read:
// a server that announces PIPELINING and cannot bear it (pop3.md H3). The server reads at most 4 KiB at once.
func HangUpIfPipelined(n int) Action {
	return before(func(c *session) error {
		if c.waitingLines() >= n {
			return errCut
		}
		return nil
	})
}

// Interleave mixes the replies of two commands when the second came before the first was answered, and leaves a client
// that waits for each reply alone: the status line of the second stands inside the body of the first, before its
// terminator, and the rest of the second follows (pop3.md H2). No fault acts on the second command.
//
// The two must have come in one write, or the second during a pause before: Together(Pause(gate), Interleave()), over
// StartPipe, where a write returns when the server has read it.
func Interleave() Action {
	return Action{deliver: func(c *session, reply []byte) error {
		head, body, _ := cutStatus(reply)
		body, multi := bytes.CutSuffix(body, []byte(".\r\n"))
		if !multi || !c.waiting() {
			return c.send(reply)
		}
		verb, arg, ok, err := c.next()
		if err != nil {
			return err
		}
		if !ok {
			return c.send(append(reply, refuseLine()...))
		}
		c.server.hear(c.number, c.secure(), verb, arg)
		status, rest, _ := cutStatus(c.answer(verb, arg))
		return c.send(bytes.Join([][]byte{head, body, status, []byte(".\r\n"), rest}, nil))
	}}
}
