package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"testing"
	"text/template"
	"time"
)

// mailUID is whom the mail belongs to when Dovecot runs as root; no account of that number is needed.
const mailUID = 5000

// dovecot is a Dovecot of the test's own: private configuration, loopback ports, one mailbox.
type dovecot struct {
	t            *testing.T
	tls, stls    string // addresses to name with --server
	ca           string // file with the certificate of its authority
	user, passwd string
	maildir      string
	delivered    int
}

// requireReal skips loudly what needs a real component that is absent; with RESTANTE_REQUIRE_REAL=1 that is a failure.
func requireReal(t *testing.T, what, why string) {
	t.Helper()
	if os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
		t.Fatalf("%s is required and absent: %s", what, why)
	}
	t.Skipf("%s is absent: not run (%s)", what, why)
}

// startDovecot starts a Dovecot that ends with the test.
func startDovecot(t *testing.T) *dovecot {
	t.Helper()
	program, err := exec.LookPath("dovecot")
	if err != nil {
		program = "/usr/sbin/dovecot"
	}
	if _, err := os.Stat(program); err != nil {
		requireReal(t, "Dovecot", "Debian's package is dovecot-pop3d")
	}
	dir, err := os.MkdirTemp("", "restante-dovecot-*") // its sockets need a short path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	d := &dovecot{t: t, user: "ana@example.org", passwd: "correct horse", maildir: filepath.Join(dir, "home", "Maildir"), ca: filepath.Join(dir, "cert.pem")}
	plain, secure := freePort(t), freePort(t)
	d.stls, d.tls = fmt.Sprintf("pop3://localhost:%d", plain), fmt.Sprintf("pop3s://localhost:%d", secure)
	d.configure(dir, plain, secure)
	run := exec.Command(program, "-F", "-c", filepath.Join(dir, "dovecot.conf"))
	var said bytes.Buffer
	run.Stdout, run.Stderr = &said, &said
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		run.Process.Signal(os.Interrupt)
		run.Wait()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Logf("Dovecot: %s%s", &said, log)
		}
	})
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", secure))
		if err == nil {
			conn.Close()
			return d
		}
		if time.Now().After(deadline) {
			t.Fatalf("Dovecot does not start: %v\n%s", err, &said)
		}
	}
}

// configure writes Dovecot's configuration, certificate, user and mailbox.
func (d *dovecot) configure(dir string, plain, secure int) {
	d.t.Helper()
	me, err := user.Current()
	if err != nil {
		d.t.Fatal(err)
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		d.t.Fatal(err)
	}
	root := os.Getuid() == 0
	uid, gid := os.Getuid(), os.Getgid()
	if root {
		uid, gid = mailUID, mailUID
	}
	d.certify(filepath.Join(dir, "key.pem"))
	for _, sub := range []string{"run", "state", "index", "home/Maildir/new", "home/Maildir/cur", "home/Maildir/tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			d.t.Fatal(err)
		}
	}
	users := fmt.Sprintf("%s:{PLAIN}%s:%d:%d::%s::\n", d.user, d.passwd, uid, gid, filepath.Join(dir, "home"))
	if err := os.WriteFile(filepath.Join(dir, "users"), []byte(users), 0o644); err != nil {
		d.t.Fatal(err)
	}
	var conf bytes.Buffer
	err = dovecotConf.Execute(&conf, map[string]any{"Dir": dir, "Plain": plain, "Secure": secure, "Root": root, "Me": me.Username, "Group": group.Name})
	if err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "dovecot.conf"), conf.Bytes(), 0o644); err != nil {
		d.t.Fatal(err)
	}
	if root {
		err = filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if rel, _ := filepath.Rel(dir, path); len(rel) >= 4 && (rel[:4] == "home" || rel == "index") {
				return os.Chown(path, uid, gid)
			}
			return nil
		})
		if err == nil {
			err = os.Chmod(dir, 0o755)
		}
		if err != nil {
			d.t.Fatal(err)
		}
	}
}

var dovecotConf = template.Must(template.New("").Parse(`
base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/state
protocols = pop3
listen = 127.0.0.1
log_path = {{.Dir}}/log
auth_mechanisms = plain login
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
service pop3-login {
  chroot =
}
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
  inet_listener pop3 {
    port = {{.Plain}}
  }
  inet_listener pop3s {
    port = {{.Secure}}
    ssl = yes
  }
}
`))

// certify makes a certificate for localhost, its own authority.
func (d *dovecot) certify(keyFile string) {
	d.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		d.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		d.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		d.t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{d.ca: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			d.t.Fatal(err)
		}
	}
	if err := os.Chmod(d.ca, 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// deliver puts a message into the mailbox, as a delivery agent does.
func (d *dovecot) deliver(raw []byte) {
	d.t.Helper()
	d.delivered++
	name := strconv.FormatInt(time.Now().Unix(), 10) + ".M" + fmt.Sprintf("%06d", d.delivered) + ".test"
	tmp, done := filepath.Join(d.maildir, "tmp", name), filepath.Join(d.maildir, "new", name)
	if err := os.WriteFile(tmp, raw, 0o600); err != nil {
		d.t.Fatal(err)
	}
	if os.Getuid() == 0 {
		if err := os.Chown(tmp, mailUID, mailUID); err != nil {
			d.t.Fatal(err)
		}
	}
	if err := os.Rename(tmp, done); err != nil {
		d.t.Fatal(err)
	}
}

// files are the messages that lie in the mailbox, by file.
func (d *dovecot) files() map[string][]byte {
	d.t.Helper()
	all := map[string][]byte{}
	for _, sub := range []string{"new", "cur"} {
		entries, err := os.ReadDir(filepath.Join(d.maildir, sub))
		if err != nil {
			d.t.Fatal(err)
		}
		for _, e := range entries {
			if all[e.Name()], err = os.ReadFile(filepath.Join(d.maildir, sub, e.Name())); err != nil {
				d.t.Fatal(err)
			}
		}
	}
	return all
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
