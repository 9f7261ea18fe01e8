package ftp

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"github.com/steploom/steploom/shared/task"
)

// sftpSession speaks SFTP (draft-ietf-secsh-filexfer-02) over SSH.
type sftpSession struct {
	ssh    *ssh.Client
	client *sftp.Client
}

func dialSFTP(ctx context.Context, t target) (session, error) {
	config, err := sshConfig(t)
	if err != nil {
		return nil, err
	}
	met, check := false, config.HostKeyCallback
	config.HostKeyCallback = func(host string, address net.Addr, key ssh.PublicKey) error {
		met = true
		return check(host, address, key)
	}
	raw, err := connect(ctx, t.address())
	if err != nil {
		return nil, connectError(err)
	}
	conn, channels, requests, err := ssh.NewClientConn(raw, t.address(), config)
	if err != nil {
		raw.Close()
		if !met {
			return nil, beforeLogin(err)
		}
		return nil, sshError(err) // no further attempt: the end of the connection may be the answer to the password
	}
	shell := ssh.NewClient(conn, channels, requests)
	client, err := sftp.NewClient(shell)
	if err != nil {
		shell.Close()
		return nil, connectError(err)
	}
	return sftpSession{shell, client}, nil
}

func sshConfig(t target) (*ssh.ClientConfig, error) {
	config := &ssh.ClientConfig{User: t.user}
	if t.privateKey != "" {
		key, err := t.signer()
		if err != nil {
			return nil, task.Errorf(task.SecretMissing, "the private key cannot be read")
		}
		config.Auth = append(config.Auth, ssh.PublicKeys(key))
	}
	if t.password != "" {
		config.Auth = append(config.Auth, ssh.Password(t.password))
	}
	if t.options.Get("insecureIgnoreHostKey") == "true" {
		config.HostKeyCallback = ssh.InsecureIgnoreHostKey()
		return config, nil
	}
	known, _, _, _, err := ssh.ParseAuthorizedKey([]byte(t.options.Get("hostKey")))
	if err != nil {
		return nil, task.Errorf(task.FtpConnect, "datasource URL: hostKey is not the server's public key (type and base64)")
	}
	config.HostKeyCallback = ssh.FixedHostKey(known)
	config.HostKeyAlgorithms = []string{known.Type()}
	return config, nil
}

func (t target) signer() (ssh.Signer, error) {
	if t.passphrase != "" {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(t.privateKey), []byte(t.passphrase))
	}
	return ssh.ParsePrivateKey([]byte(t.privateKey))
}

func sshError(err error) *task.Error {
	var refused *ssh.ServerAuthError
	if errors.As(err, &refused) || isAuthentication(err) {
		return task.Errorf(task.FtpAuthentication, "user, password or key is not accepted")
	}
	return connectError(err)
}

// isAuthentication knows the client's error, which has no type (golang.org/x/crypto/ssh, clientAuthenticate).
func isAuthentication(err error) bool {
	const prefix = "ssh: handshake failed: ssh: unable to authenticate"
	return len(err.Error()) >= len(prefix) && err.Error()[:len(prefix)] == prefix
}

func (s sftpSession) list(folder string) ([]File, error) {
	entries, err := s.client.ReadDir(orRoot(folder))
	if err != nil {
		return nil, sftpError(err, folder)
	}
	files := make([]File, len(entries))
	for i, entry := range entries {
		files[i] = fileOf(entry)
	}
	return byName(files), nil
}

func orRoot(folder string) string {
	if folder == "" {
		return "."
	}
	return folder
}

func typeOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "folder"
	case mode&fs.ModeSymlink != 0:
		return "link"
	}
	return "file"
}

func (s sftpSession) read(file string, limit int) ([]byte, error) {
	opened, err := s.client.Open(file)
	if err != nil {
		return nil, sftpError(err, file)
	}
	defer opened.Close()
	content, err := readLimited(opened, limit)
	if err != nil {
		return nil, sftpError(err, file)
	}
	return content, nil
}

func (s sftpSession) write(file string, content []byte) error {
	opened, err := s.client.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return sftpError(err, file)
	}
	_, err = opened.Write(content)
	if err := errors.Join(err, opened.Close()); err != nil {
		return sftpError(err, file)
	}
	return nil
}

// rename replaces an existing file where the server can (OpenSSH's posix-rename).
func (s sftpSession) rename(from, to string) error {
	err := s.client.PosixRename(from, to)
	var answer *sftp.StatusError
	if errors.As(err, &answer) && answer.FxCode() == sftp.ErrSSHFxOpUnsupported {
		err = s.client.Rename(from, to)
	}
	if err != nil {
		return sftpError(err, from)
	}
	return nil
}

func (s sftpSession) remove(file string) error {
	if err := s.client.Remove(file); err != nil {
		return sftpError(err, file)
	}
	return nil
}

func (s sftpSession) makeFolder(folder string) error {
	if err := s.client.Mkdir(folder); err != nil {
		return sftpError(err, folder)
	}
	return nil
}

func (s sftpSession) close() {
	s.client.Close()
	s.ssh.Close()
}

func sftpError(err error, path string) *task.Error {
	var answer *sftp.StatusError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return failure(task.FtpNotFound, "there is no such file", path, nil)
	case errors.Is(err, fs.ErrPermission):
		return failure(task.FtpDenied, "the server does not allow it", path, nil)
	case errors.As(err, &answer):
		return failure(task.FtpFailed, answer.Error(), path, answer.Code)
	}
	return connectError(err)
}
