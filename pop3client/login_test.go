package pop3client

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// kinds are the sentinels that a refusal can unwrap to.
var kinds = []error{ErrAuth, ErrInUse, ErrLoginDelay, ErrTemporary, ErrPermanent, ErrNoSTLS}

// kindOf returns the one sentinel that err is.
func kindOf(t *testing.T, err error) error {
	t.Helper()
	var found []error
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			found = append(found, kind)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%v is %d kinds of refusal, want one", err, len(found))
	}
	return found[0]
}

func TestLoginSendsUserAndPassword(t *testing.T) {
	c := open(t, nil, func(p *peer) {
		p.answer("USER anna@example.org", "+OK\r\n")
		p.answer("PASS  two  spaces, pässword ", "+OK\r\n") // C10
		p.answer("CAPA", "-ERR\r\n")
	})
	if err := c.Login(t.Context(), "anna@example.org", " two  spaces, pässword "); err != nil {
		t.Error(err)
	}
}

func TestC1WhatARefusedPasswordMeans(t *testing.T) {
	for reply, want := range map[string]error{
		"-ERR [IN-USE] mailbox locked":                 ErrInUse,
		"-ERR [in-use/elsewhere] x":                    ErrInUse,
		"-ERR [IN-USED] x":                             ErrAuth,
		"-ERR [LOGIN-DELAY] minimum time":              ErrLoginDelay,
		"-ERR [SYS/TEMP] try later":                    ErrTemporary,
		"-ERR [sys/temp/disk] try later":               ErrTemporary,
		"-ERR [SYS/PERM] ask the operator":             ErrPermanent,
		"-ERR [SYS/PERM/QUOTA] locked":                 ErrPermanent,
		"-ERR [SYS/NEW] x":                             ErrTemporary,
		"-ERR [SYS] x":                                 ErrTemporary,
		"-ERR [AUTH] please wait":                      ErrAuth,
		"-ERR [AUTH/EXPIRED]x":                         ErrAuth,
		"-ERR [NEWER] the lock is busy":                ErrAuth, // C1: words count only without a code
		"-ERR lock busy":                               ErrInUse,
		"-ERR Mailbox is LOCKED":                       ErrInUse,
		"-ERR please wait ten minutes":                 ErrInUse,
		"-ERR maildrop already in use":                 ErrInUse,
		"-ERR Service unavailable":                     ErrTemporary,
		"-ERR Temporary problem, please try again":     ErrTemporary,
		"-ERR you are blocked":                         ErrAuth,
		"-ERR Username and password not accepted.":     ErrAuth,
		"-ERR message is damaged":                      ErrAuth, // C3
		"-ERR fatal error":                             ErrAuth, // C3
		"-ERR Failed or refused to load":               ErrAuth, // C3
		"-ERR [] empty code":                           ErrAuth,
		"-ERR [no end":                                 ErrAuth,
		"-ERR [IN USE] no code":                        ErrInUse,
		"-ERR [AUTH NO] no code":                       ErrAuth,
		"-ERR":                                         ErrAuth,
		"-err lower case":                              ErrAuth,
		"-ERR [" + strings.Repeat("X", 100) + "] long": ErrAuth,
	} {
		c := open(t, nil, func(p *peer) {
			p.answer("USER u", "+OK\r\n")
			p.answer("PASS p", reply+"\r\n")
			p.answer("NOOP", "+OK\r\n")
		})
		err := c.Login(t.Context(), "u", "p")
		if got := kindOf(t, err); got != want {
			t.Errorf("%q: %v, want %v", reply, err, want)
		}
		var refusal *ServerError
		if !errors.As(err, &refusal) || refusal.Command != "PASS" {
			t.Errorf("%q: %v, want a ServerError of PASS", reply, err)
		}
		if err := c.Noop(t.Context()); err != nil {
			t.Errorf("%q: after it the session does not go on: %v", reply, err)
		}
	}
}

func TestC3TheServersWordsAreKept(t *testing.T) {
	c := open(t, nil, func(p *peer) {
		p.answer("USER u", "-ERR [X-NEW/code] message \x1b is damaged\r\n")
	})
	err := c.Login(t.Context(), "u", "p")
	var refusal *ServerError
	if !errors.As(err, &refusal) {
		t.Fatalf("Login: %v, want a ServerError", err)
	}
	if refusal.Command != "USER" || refusal.Code != "X-NEW/CODE" || refusal.Text != "message  is damaged" || !refusal.Plain {
		t.Errorf("Login: %+v", *refusal)
	}
}

func TestC5HangingUpAtThePasswordIsARefusal(t *testing.T) {
	c := open(t, nil, func(p *peer) {
		p.answer("USER u", "+OK\r\n")
		p.want("PASS p")
	})
	if err := c.Login(t.Context(), "u", "p"); !errors.Is(err, ErrAuth) || !errors.Is(err, ErrClosed) {
		t.Errorf("Login: %v, want ErrAuth and ErrClosed", err)
	}
	if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) || errors.Is(err, ErrAuth) {
		t.Errorf("Noop afterwards: %v, want ErrClosed alone", err)
	}
}

func TestC5HangingUpElsewhereIsNone(t *testing.T) {
	scripts := map[string]func(p *peer){
		"at USER": func(p *peer) { p.want("USER u") },
		"after it": func(p *peer) {
			p.answer("USER u", "+OK\r\n")
			p.answer("PASS p", "+OK\r\n")
			p.want("CAPA")
		},
	}
	for name, script := range scripts {
		if err := open(t, nil, script).Login(t.Context(), "u", "p"); !errors.Is(err, ErrClosed) || errors.Is(err, ErrAuth) {
			t.Errorf("%s: %v, want ErrClosed alone", name, err)
		}
	}
}

func TestC9LineEndsAndNULAreRefusedBeforeAnythingIsSent(t *testing.T) {
	bad := []string{"", "a\rb", "a\nb", "a\x00b", "u\r\nDELE 1", strings.Repeat("x", maxCommand)}
	conn := new(chunkConn)
	c := clientOn(conn, nil)
	for _, s := range bad {
		for _, err := range []error{c.Login(t.Context(), s, "secret"), c.Login(t.Context(), "anna", s)} {
			if !errors.Is(err, ErrArgument) {
				t.Errorf("%.20q: %v, want ErrArgument", s, err)
			}
			for _, private := range []string{"secret", "anna", "DELE"} {
				if strings.Contains(fmt.Sprint(err), private) {
					t.Errorf("the error repeats the argument: %v", err)
				}
			}
		}
	}
	for _, n := range []int{0, -1, maxNumber + 1} {
		_, errList := c.ListOne(t.Context(), n)
		_, errUIDL := c.UIDLOne(t.Context(), n)
		_, errRetrieve := c.Retrieve(t.Context(), n, nil)
		for _, err := range []error{errList, errUIDL, errRetrieve, c.Delete(t.Context(), n), c.Top(t.Context(), n, 0, nil)} {
			if !errors.Is(err, ErrArgument) {
				t.Errorf("message %d: %v, want ErrArgument", n, err)
			}
		}
	}
	if err := c.Top(t.Context(), 1, -1, nil); !errors.Is(err, ErrArgument) {
		t.Errorf("Top of -1 lines: %v, want ErrArgument", err)
	}
	if conn.sent.Len() > 0 {
		t.Errorf("sent %q, want nothing", conn.sent.String())
	}
}

func TestC11ThePasswordReachesNoError(t *testing.T) {
	const password = "hunter2"
	padding := strings.Repeat("x", maxText-3)
	for _, reply := range []string{
		"-ERR bad password: hunter2",
		"-ERR bad password: hun\x00ter2 hunter2",
		"-ERR [hunter2] no",
		"-ERR [HUNTER2] no",
		"-ERR " + padding + "hunter2",
		"garbage hunter2",
		"hunter2" + strings.Repeat("x", 10_000),
	} {
		for _, at := range []string{"USER", "PASS"} {
			c := open(t, nil, func(p *peer) {
				p.want("USER u")
				if at == "PASS" {
					p.send("+OK\r\n")
					p.want("PASS " + password)
				}
				p.send(reply + "\r\n")
			})
			err := c.Login(t.Context(), "u", password)
			if err == nil {
				t.Fatalf("%.40q: no error", reply)
			}
			if text := strings.ToLower(fmt.Sprintf("%v %+v %#v", err, err, errors.Unwrap(err))); strings.Contains(text, "hun") {
				t.Errorf("%.40q: the error has the password: %s", reply, text)
			}
		}
	}
}

func TestARedactedPasswordDoesNotChangeTheMeaning(t *testing.T) {
	for _, password := range []string{"IN", "use", "AUTH", "lock", "e"} {
		c := open(t, nil, func(p *peer) {
			p.answer("USER u", "+OK\r\n")
			p.answer("PASS "+password, "-ERR [IN-USE] lock\r\n")
		})
		err := c.Login(t.Context(), "u", password)
		var refusal *ServerError
		if kindOf(t, err) != ErrInUse || !errors.As(err, &refusal) || refusal.Code != "IN-USE" {
			t.Errorf("password %q: %v, want ErrInUse with its code", password, err)
		}
	}
}
