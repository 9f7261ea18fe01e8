package testserver

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/crypto/ssh"
)

// SFTP is a running OpenSSH server. It accepts the current user with Key.
type SFTP struct {
	Address string
	User    string
	Key     []byte // PEM of the user's private key
	HostKey string // the server's public key as in authorized_keys: "ssh-ed25519 AAAA…"
	Root    string // a folder for tests; paths on the server are absolute
}

// SFTP gives an OpenSSH server with its SFTP subsystem.
func (s *Set) SFTP(t testing.TB) *SFTP {
	t.Helper()
	return s.sftp.get(t, s.startSFTP)
}

func (s *Set) startSFTP() (*SFTP, error) { return s.launchSFTP(nil) }

// launchSFTP starts a server; m, if there is one, is told how.
func (s *Set) launchSFTP(m *Mortal) (*SFTP, error) {
	server, err := find("sshd")
	if err != nil {
		return nil, err
	}
	current, err := user.Current()
	if err != nil {
		return nil, err
	}
	folder, err := s.folder("sftp", nil)
	if err != nil {
		return nil, err
	}
	if os.Getuid() == 0 {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			return nil, err
		}
	}
	f := &SFTP{User: current.Username, Root: filepath.Join(folder, "files")}
	if err := f.prepare(folder); err != nil {
		return nil, err
	}
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	f.Address = address(port)
	arguments := []string{"-D", "-e", "-f", "/dev/null", "-p", fmt.Sprint(port)}
	for _, option := range []string{
		"ListenAddress=127.0.0.1", "HostKey=" + filepath.Join(folder, "host"), "AuthorizedKeysFile=" + filepath.Join(folder, "keys"),
		"StrictModes=no", "UsePAM=no", "PidFile=none", "PasswordAuthentication=no", "PermitRootLogin=yes", "Subsystem=sftp internal-sftp",
	} {
		arguments = append(arguments, "-o", option)
	}
	launch := func() (*process, error) {
		return s.start(command(nil, folder, server, arguments...), filepath.Join(folder, "log"), syscall.SIGTERM)
	}
	return f, m.up(s, launch, port)
}

// prepare writes the host key, the accepted user key and the folder for files.
func (f *SFTP) prepare(folder string) error {
	host, hostPublic, err := newKey()
	if err != nil {
		return err
	}
	key, public, err := newKey()
	if err != nil {
		return err
	}
	f.Key, f.HostKey = key, string(hostPublic)
	if err := os.WriteFile(filepath.Join(folder, "host"), host, 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "keys"), public, 0o600); err != nil {
		return err
	}
	return os.Mkdir(f.Root, 0o755)
}

// newKey makes a private key in OpenSSH's PEM form and its public line.
func newKey() (private, public []byte, err error) {
	publicKey, privateKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	block, err := ssh.MarshalPrivateKey(privateKey, "")
	if err != nil {
		return nil, nil, err
	}
	line, err := ssh.NewPublicKey(publicKey)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(block), ssh.MarshalAuthorizedKey(line), nil
}
