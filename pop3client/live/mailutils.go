package live

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Mailutils starts GNU mailutils' pop3d with an empty mbox, and STLS on its only
// port. It changes the headers of what it has served (pop3.md F2).
func Mailutils() (*Server, error) {
	dir, err := unpacked("mailutils-pop3d", "GNU mailutils' pop3d")
	if err != nil {
		return nil, err
	}
	s, err := newServer("GNU mailutils' pop3d")
	if err != nil {
		return nil, err
	}
	s.User = "ana@example.org"
	conf, err := s.configureMailutils()
	if err != nil {
		return s.begun(err)
	}
	var libraries []string
	for _, pattern := range []string{"usr/lib/*-linux-gnu*", "lib/*-linux-gnu*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return s.begun(err)
		}
		libraries = append(libraries, found...)
	}
	return s.begun(s.inetd(func(ctx context.Context) *exec.Cmd {
		cmd := exec.CommandContext(ctx, filepath.Join(dir, "usr", "sbin", "pop3d"), "--inetd", "--config-file="+conf)
		cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+strings.Join(libraries, ":"))
		cmd.Dir = s.dir
		return cmd
	}))
}

// configureMailutils makes the mailbox, and a virtual domain, so that no account
// of the system is needed: its users stand in a file of the domain's name.
func (s *Server) configureMailutils() (string, error) {
	home, domains, locks := filepath.Join(s.dir, "home"), filepath.Join(s.dir, "domains"), filepath.Join(s.dir, "locks")
	for _, sub := range []string{home, domains, locks} {
		if err := os.Mkdir(sub, 0o755); err != nil {
			return "", err
		}
	}
	if err := errors.Join(give(home, locks), s.certify()); err != nil {
		return "", err
	}
	box, err := newMbox(filepath.Join(home, "INBOX"))
	if err != nil {
		return "", err
	}
	s.box = box
	user := fmt.Sprintf("ana:%s:%d:%d::%s:/bin/false\n", passwordHash, mailUID, mailUID, home)
	if err := os.WriteFile(filepath.Join(domains, "example.org"), []byte(user), 0o644); err != nil {
		return "", err
	}
	conf := filepath.Join(s.dir, "conf")
	return conf, os.WriteFile(conf, fmt.Appendf(nil, mailutilsConf, s.dir), 0o644)
}

// passwordHash is the password as crypt(3) keeps it, for servers that ask the
// system's functions.
const passwordHash = "$6$restante$wY6kKO2Vcwss93vypm6MJSNRAaDUTrI2fKvrKWvQUi2Y8fpSzz8FRfqUPqsQ3IPbLKVfid50WO.L7/CR1SAju1"

const mailutilsConf = `
virtdomain { passwd-dir "%[1]s/domains"; };
auth { authentication clear; authentication generic; authorization clear; authorization virtdomain; };
logging { syslog no; };
mandatory-locking { enable yes; lock-directory "%[1]s/locks"; };
tls-file-checks { key-file none; cert-file none; ca-file none; };
tls { ssl-certificate-file "%[1]s/cert.pem"; ssl-key-file "%[1]s/key.pem"; };
tls-mode ondemand;
`
