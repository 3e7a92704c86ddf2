package bench

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
)

// mpop prepares the peer that pipelines, too. It knows no message before, and
// delivers into nothing.
func (r *race) mpop(ctx context.Context, addr string) (*exec.Cmd, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(r.dir, "mpop")
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	conf := filepath.Join(dir, "conf")
	content := fmt.Sprintf("account a\nhost %s\nport %s\nuser %s\npassword %q\nauth user\ntls off\nkeep on\npipelining on\ndelivery mbox /dev/null\nuidls_file %s\n",
		host, port, r.server.User, r.server.Password, filepath.Join(dir, "uidls"))
	if err := os.WriteFile(conf, []byte(content), 0o600); err != nil {
		return nil, err
	}
	return exec.CommandContext(ctx, "mpop", "--file="+conf, "--all-accounts", "--quiet"), nil
}
