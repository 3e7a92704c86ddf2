package live

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"text/template"
	"time"
)

// startTime is how long a server may take until it listens.
const startTime = 20 * time.Second

// Dovecot starts Dovecot with an empty Maildir: STLS on the plain port, a port
// with TLS, and PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256 and APOP. One
// session at a time may hold the mailbox.
func Dovecot() (*Server, error) {
	s, program, err := newDovecot()
	if err != nil {
		return nil, err
	}
	home := filepath.Join(s.dir, "home")
	if s.box, err = newMaildir(home); err != nil {
		return s.begun(err)
	}
	return s.begun(s.runDovecot(program, home))
}

// DovecotOn is Dovecot on a Maildir that is there already: home holds it, in a
// folder Maildir. Dovecot must be able to write there: where it runs as root,
// everything in home becomes a stranger's.
func DovecotOn(home string) (*Server, error) {
	s, program, err := newDovecot()
	if err != nil {
		return nil, err
	}
	s.box = &maildir{dir: filepath.Join(home, "Maildir")}
	err = filepath.WalkDir(home, func(path string, _ os.DirEntry, err error) error {
		if err == nil {
			err = give(path)
		}
		return err
	})
	if err != nil {
		return s.begun(err)
	}
	return s.begun(s.runDovecot(program, home))
}

func newDovecot() (*Server, string, error) {
	program, err := exec.LookPath("dovecot")
	if err != nil {
		program = "/usr/sbin/dovecot" // which is not on everybody's PATH
	}
	if _, err := os.Stat(program); err != nil {
		return nil, "", fmt.Errorf("Dovecot is %w (Debian's package is dovecot-pop3d)", ErrAbsent)
	}
	s, err := newServer("Dovecot")
	return s, program, err
}

// runDovecot writes the configuration and starts Dovecot with it.
func (s *Server) runDovecot(program, home string) error {
	s.User = "ana@example.org"
	plain, err := freePort()
	if err != nil {
		return err
	}
	secure, err := freePort()
	if err != nil {
		return err
	}
	s.Plain, s.TLS = fmt.Sprintf("localhost:%d", plain), fmt.Sprintf("localhost:%d", secure)
	if err := s.certify(); err != nil {
		return err
	}
	if err := s.configureDovecot(home, plain, secure); err != nil {
		return err
	}
	log, err := os.Create(s.log)
	if err != nil {
		return err
	}
	defer log.Close()
	run := exec.Command(program, "-F", "-c", filepath.Join(s.dir, "dovecot.conf"))
	run.Stdout, run.Stderr = log, log
	if err := run.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	s.stop = func() error {
		run.Process.Signal(os.Interrupt)
		return <-ended
	}
	if err := s.answers(ended); err != nil {
		run.Process.Kill()
		return fmt.Errorf("%w: %s", err, s.Log())
	}
	return nil
}

// answers waits until Dovecot greets: from then on it can also be stopped.
func (s *Server) answers(ended chan error) error {
	deadline := time.Now().Add(startTime)
	for {
		err := greeted(s.Plain, deadline)
		if err == nil || time.Now().After(deadline) {
			return err
		}
		select {
		case err := <-ended:
			ended <- err
			return fmt.Errorf("it ended at once: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// greeted reads a greeting.
func greeted(addr string, deadline time.Time) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetReadDeadline(deadline)
	_, err = io.ReadFull(conn, make([]byte, len("+OK")))
	return err
}

// configureDovecot writes the configuration and the file with the user.
func (s *Server) configureDovecot(home string, plain, secure int) error {
	me, err := user.Current()
	if err != nil {
		return err
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		return err
	}
	for _, sub := range []string{"run", "state", "index"} {
		if err := os.Mkdir(filepath.Join(s.dir, sub), 0o755); err != nil {
			return err
		}
	}
	if err := give(filepath.Join(s.dir, "index")); err != nil {
		return err
	}
	uid, gid := owner()
	users := fmt.Sprintf("%s:{PLAIN}%s:%d:%d::%s::\n", s.User, s.Password, uid, gid, home)
	if err := os.WriteFile(filepath.Join(s.dir, "users"), []byte(users), 0o644); err != nil {
		return err
	}
	conf, err := os.Create(filepath.Join(s.dir, "dovecot.conf"))
	if err != nil {
		return err
	}
	defer conf.Close()
	return dovecotConf.Execute(conf, map[string]any{
		"Dir": s.dir, "Plain": plain, "Secure": secure, "Root": os.Getuid() == 0, "Me": me.Username, "Group": group.Name,
	})
}

// dovecotConf is for Dovecot 2.3. Without root it runs wholly as the user who
// starts it.
var dovecotConf = template.Must(template.New("dovecot.conf").Parse(`
base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/state
protocols = pop3
listen = 127.0.0.1
log_path = {{.Dir}}/log
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 apop
auth_failure_delay = 0
ssl = yes
ssl_cert = <{{.Dir}}/cert.pem
ssl_key = <{{.Dir}}/key.pem
first_valid_uid = 1
mail_location = maildir:~/Maildir:INDEX={{.Dir}}/index
mail_max_userip_connections = 100
pop3_lock_session = yes
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
{{if not .Root}}
  chroot =
{{end}}
}
{{if not .Root}}
default_internal_user = {{.Me}}
default_internal_group = {{.Group}}
default_login_user = {{.Me}}
{{end}}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {{.Dir}}/users
}
userdb {
  driver = passwd-file
  args = username_format=%u {{.Dir}}/users
}
service pop3-login {
{{if not .Root}}
  chroot =
{{end}}
  inet_listener pop3 {
    port = {{.Plain}}
  }
  inet_listener pop3s {
    port = {{.Secure}}
    ssl = yes
  }
}
`))

// freePort is a port that nobody has just now.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}
