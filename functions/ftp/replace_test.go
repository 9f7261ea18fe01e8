package ftp

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"github.com/steploom/steploom/shared/task"
)

// TestSweep: what writers have left a day ago goes, what is being written stays, and neither is listed.
func TestSweep(t *testing.T) {
	root := t.TempDir()
	s := newSite("file://"+root, "u:p", root)
	for name, age := range map[string]time.Duration{
		".steploom-0000000000000000.tmp": 25 * time.Hour, ".steploom-1111111111111111.tmp": time.Hour, ".steploom-2222222222222222.old": 48 * time.Hour, "a.tmp": 48 * time.Hour, "new": 0,
	} {
		path := filepath.Join(root, name)
		then := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(path, nil, 0o644), os.Chtimes(path, then, then)); err != nil {
			t.Fatal(err)
		}
	}
	opened, err := openFolder(target{folder: root})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.close()
	sweep(opened, "")
	if got := s.names(t); got != ".steploom-1111111111111111.tmp .steploom-2222222222222222.old a.tmp new" {
		t.Errorf("left over: %s", got)
	}
	if files := *s.must(t, `{"operation":"list"}`).Files; len(files) != 3 || files[0].Filename != ".steploom-2222222222222222.old" {
		t.Errorf("listed: %v", files)
	}
}

// stubborn is a server that does not replace a file by renaming another one, as servers on Windows do.
type stubborn struct {
	session
	broken bool // the second renaming fails, too
}

func (s *stubborn) rename(from, to string) error {
	if _, there := find(s.session, to); there || s.broken && filepath.Ext(from) == temporarySuffix && filepath.Ext(to) != asideSuffix {
		return failure(task.FtpFailed, "550 it exists", to, 550)
	}
	return s.session.rename(from, to)
}

// TestServersThatDoNotReplace: the old file is put aside and comes back when the new one cannot take its place; a folder is never replaced.
func TestServersThatDoNotReplace(t *testing.T) {
	root := t.TempDir()
	s := newSite("file://"+root, "u:p", root)
	opened, err := openFolder(target{folder: root})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.close()
	here := target{scheme: "file", folder: root}
	s.must(t, `{"operation":"write","path":"a.txt","content":"old"}`)
	if err := here.write(&stubborn{session: opened}, "a.txt", []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got := s.must(t, `{"operation":"read","path":"a.txt"}`).Content; got != "new" || s.names(t) != "a.txt" {
		t.Errorf("%v in %s", got, s.names(t))
	}
	if err := here.write(&stubborn{session: opened, broken: true}, "a.txt", []byte("newer")); err == nil {
		t.Error("a renaming that fails is told")
	}
	if got := s.must(t, `{"operation":"read","path":"a.txt"}`).Content; got != "new" || s.names(t) != "a.txt" {
		t.Errorf("%v in %s", got, s.names(t))
	}
	s.must(t, `{"operation":"write","path":"folder/b.txt","content":"b"}`)
	if err := here.move(&stubborn{session: opened}, "a.txt", "folder"); err == nil {
		t.Error("a folder is replaced")
	}
	if _, err := os.Stat(filepath.Join(root, "folder", "b.txt")); err != nil {
		t.Error(err)
	}
}

// overtaken is a server at which another writer is always a little faster in making a folder.
type overtaken struct{ session }

func (s overtaken) makeFolder(folder string) error {
	_ = s.session.makeFolder(folder)
	return s.session.makeFolder(folder)
}

// TestFoldersMadeByOthers: a folder that was missing a moment ago, and that somebody else has made since, is as good as one's own.
func TestFoldersMadeByOthers(t *testing.T) {
	root := t.TempDir()
	s := newSite("file://"+root, "u:p", root)
	opened, err := openFolder(target{folder: root})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.close()
	here := target{scheme: "file", folder: root}
	if err := here.write(overtaken{opened}, "out/new/a.txt", []byte("a")); err != nil {
		t.Fatal(err)
	}
	if err := here.move(overtaken{opened}, "out/new/a.txt", "done/old/a.txt"); err != nil {
		t.Fatal(err)
	}
	if got := s.must(t, `{"operation":"read","path":"done/old/a.txt"}`).Content; got != "a" {
		t.Errorf("read %v", got)
	}
	if err := here.write(overtaken{opened}, "done/old/a.txt/b.txt", []byte("b")); err == nil {
		t.Error("a file lies in a file")
	}
}

// TestCrowdInNewFolder: of many writers that begin at once in a folder that is missing none fails, at any server.
func TestCrowdInNewFolder(t *testing.T) {
	everyProtocol(t, func(t *testing.T, s site) {
		for round := range 2 {
			var crowd sync.WaitGroup
			for i := range sessionsAtOnce {
				crowd.Go(func() {
					if _, err := s.ask(t, fmt.Sprintf(`{"operation":"write","path":"crowd/%d/%d.txt","content":"x"}`, round, i)); err != nil {
						t.Error(err)
					}
				})
			}
			crowd.Wait()
		}
	})
}

// TestSFTPPassword: a password logs in where the server takes one.
func TestSFTPPassword(t *testing.T) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	config := &ssh.ServerConfig{PasswordCallback: func(c ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
		if c.User() == "shop" && string(password) == "open:sesame" {
			return nil, nil
		}
		return nil, errors.New("no")
	}}
	config.AddHostKey(signer)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go serveSFTP(listener, config)
	root := t.TempDir()
	address := "sftp://" + listener.Addr().String() + filepath.ToSlash(root) + "?hostKey=" + url.QueryEscape(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
	s := newSite(address, `{"user":"shop","password":"open:sesame"}`, root)
	s.must(t, `{"operation":"write","path":"in/a.txt","content":"x"}`)
	if got := s.must(t, `{"operation":"read","path":"in/a.txt","to":"done/a.txt"}`).Content; got != "x" {
		t.Errorf("read %v", got)
	}
	_, failure := newSite(address, `{"user":"shop","password":"wrong"}`, root).ask(t, `{"operation":"list"}`)
	wantError(t, failure, task.FtpAuthentication, "")
}

// serveSFTP serves the machine's files to each connection.
func serveSFTP(listener net.Listener, config *ssh.ServerConfig) {
	for {
		raw, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			_, channels, requests, err := ssh.NewServerConn(raw, config)
			if err != nil {
				return
			}
			go ssh.DiscardRequests(requests)
			for opened := range channels {
				channel, requests, err := opened.Accept()
				if err != nil {
					return
				}
				go func() {
					for request := range requests {
						_ = request.Reply(request.Type == "subsystem", nil)
					}
				}()
				if server, err := sftp.NewServer(channel); err == nil {
					if err := server.Serve(); err == nil || errors.Is(err, io.EOF) {
						server.Close()
					}
				}
			}
		}()
	}
}
