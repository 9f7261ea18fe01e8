package ftp

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/steploom/steploom/shared/task"
)

// turnAway is a server that does not let the first clients in, and passes on to another one those that come after them.
func turnAway(t *testing.T, first int64, how func(net.Conn), behind string) (address string, came *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	came = new(atomic.Int64)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if came.Add(1) <= first {
				how(conn)
				conn.Close()
				continue
			}
			other, err := net.Dial("tcp", behind)
			if err != nil {
				conn.Close()
				continue
			}
			go passOn(conn, other)
			go passOn(other, conn)
		}
	}()
	return listener.Addr().String(), came
}

func passOn(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 1<<14)
	for {
		n, err := from.Read(buffer)
		if err == nil {
			_, err = to.Write(buffer[:n])
		}
		if err != nil {
			return
		}
	}
}

// TestAnswersToPasswords: a server that ends the connection when it is told a password is told it once.
func TestAnswersToPasswords(t *testing.T) {
	login := func(c net.Conn) {
		fmt.Fprint(c, "220 ready\r\n")
		for lines := bufio.NewScanner(c); lines.Scan() && !strings.HasPrefix(lines.Text(), "PASS"); {
			fmt.Fprint(c, "331 go on\r\n")
		}
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	shell := func(c net.Conn) {
		config := &ssh.ServerConfig{PasswordCallback: func(ssh.ConnMetadata, []byte) (*ssh.Permissions, error) {
			c.Close()
			return nil, errors.New("no")
		}}
		config.AddHostKey(signer)
		_, _, _, _ = ssh.NewServerConn(c, config)
	}
	for scheme, how := range map[string]func(net.Conn){"ftp": login, "sftp": shell} {
		address, came := turnAway(t, 1000, how, "")
		url := scheme + "://" + address + "/"
		if scheme == "sftp" {
			url += "?insecureIgnoreHostKey=true"
		}
		_, failure := newSite(url, "u:wrong", "").ask(t, `{"operation":"list"}`)
		if wantError(t, failure, task.FtpConnect, ""); came.Load() != 1 {
			t.Errorf("%s: told %d times", scheme, came.Load())
		}
	}
}

// TestServersThatAreBusy: whoever is turned away before the login comes again, a few times; what the server says of it is told in the end.
func TestServersThatAreBusy(t *testing.T) {
	closed := func(net.Conn) {}
	busy := func(c net.Conn) { fmt.Fprint(c, "421 There are too many of you\r\n") }
	const list = `{"operation":"list"}`
	ftpServer, sftpServer := servers.FTP(t), servers.SFTP(t)
	ftpAt := func(address string) site {
		return newSite("ftp://"+address+"/", ftpServer.User+":"+ftpServer.Password, ftpServer.Root)
	}
	for name, how := range map[string]func(net.Conn){"closed": closed, "421": busy} {
		address, came := turnAway(t, 2, how, ftpServer.Address)
		if ftpAt(address).must(t, list); came.Load() != 3 {
			t.Errorf("%s: %d came", name, came.Load())
		}
	}
	address, came := turnAway(t, 2, closed, sftpServer.Address)
	if sftpAt(t, sftpServer, address).must(t, list); came.Load() != 3 {
		t.Errorf("sftp: %d came", came.Load())
	}
	address, came = turnAway(t, 1000, busy, "")
	_, failure := ftpAt(address).ask(t, list)
	if wantError(t, failure, task.FtpConnect, "There are too many of you"); came.Load() != dialAttempts {
		t.Errorf("%d came", came.Load())
	}
}
