// Package live starts real POP3 servers on loopback, for tests that must not
// take a server of our own writing for the world: Dovecot as it is installed,
// GNU mailutils' pop3d and popa3d from Debian's packages unpacked into a
// folder. Each has a configuration, a mailbox and ports of its own; nothing of
// the system is changed, and Stop leaves nothing behind.
package live
