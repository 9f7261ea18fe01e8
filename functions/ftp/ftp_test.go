package ftp

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// site is a function with a datasource "db" and the folder that it sees.
type site struct {
	function task.Function
	root     string
}

func newSite(address, credentials, root string) site {
	environment := task.Variables(map[string]string{Variable("db"): address, Variable("db") + "_SECRET": "login", "STEPLOOM_SECRET_LOGIN": credentials})
	return site{New(Config{Environment: environment, Secrets: secret.Environment(environment), Blobs: blob.Memory(), Folders: true}), root}
}

func ftpSite(t *testing.T, scheme, options string) site {
	return siteOf(t, servers.FTP(t), scheme, options)
}

func siteOf(t *testing.T, server *testserver.FTP, scheme, options string) site {
	folder, err := os.MkdirTemp(server.Root, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	address := server.Address
	if scheme == "ftps" {
		address = server.ImplicitAddress
	}
	return newSite(scheme+"://"+address+"/"+filepath.Base(folder)+options, server.User+":"+server.Password, folder)
}

func sftpSite(t *testing.T) site {
	server := servers.SFTP(t)
	return sftpAt(t, server, server.Address)
}

// sftpAt is a site whose server is reached at an address.
func sftpAt(t *testing.T, server *testserver.SFTP, address string) site {
	folder, err := os.MkdirTemp(server.Root, "test")
	if err != nil {
		t.Fatal(err)
	}
	credentials, _ := json.Marshal(map[string]string{"user": server.User, "privateKey": string(server.Key)})
	return newSite("sftp://"+address+folder+"?hostKey="+url.QueryEscape(server.HostKey), string(credentials), folder)
}

func everyProtocol(t *testing.T, test func(t *testing.T, s site)) {
	t.Run("folder", func(t *testing.T) { root := t.TempDir(); test(t, newSite("file://"+root, "u:p", root)) })
	t.Run("ftp", func(t *testing.T) { test(t, ftpSite(t, "ftp", "")) })
	t.Run("ftp without MLSD", func(t *testing.T) { test(t, siteOf(t, servers.OldFTP(t), "ftp", "")) })
	t.Run("ftpes", func(t *testing.T) { test(t, ftpSite(t, "ftpes", "?insecureSkipVerify=true")) })
	t.Run("ftpes with TLS 1.2", func(t *testing.T) { test(t, ftpSite(t, "ftpes", "?insecureSkipVerify=true&tlsMaxVersion=1.2")) })
	t.Run("ftps", func(t *testing.T) { test(t, ftpSite(t, "ftps", "?insecureSkipVerify=true")) })
	t.Run("sftp", func(t *testing.T) { test(t, sftpSite(t)) })
}

func (s site) ask(t *testing.T, request string) (Response, *task.Error) {
	t.Helper()
	result, err := s.function.Invoke(context.Background(), []byte(`{"datasource":"db",`+request[1:]))
	if err != nil {
		return Response{}, task.AsError(err)
	}
	var response Response
	if err := json.Unmarshal(result, &response); err != nil {
		t.Fatal(err)
	}
	return response, nil
}

func (s site) must(t *testing.T, request string) Response {
	t.Helper()
	response, err := s.ask(t, request)
	if err != nil {
		t.Fatalf("%s: %v %v", request, err, err.Detail)
	}
	return response
}

func (s site) names(t *testing.T) string {
	t.Helper()
	entries, err := os.ReadDir(s.root)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return strings.Join(names, " ")
}

func TestFiles(t *testing.T) {
	everyProtocol(t, func(t *testing.T, s site) {
		if got := *s.must(t, `{"operation":"list"}`).Files; len(got) != 0 {
			t.Errorf("an empty folder holds %v", got)
		}
		rows := `[{"id":"1","name":"é"},{"id":"2","name":"x;y"}]`
		if got := s.must(t, `{"operation":"write","path":"a.csv","content":`+rows+`,"csvSeparator":";"}`); got.Path != "a.csv" || *got.Size != 21 {
			t.Errorf("written: %+v", got)
		}
		if content, err := os.ReadFile(filepath.Join(s.root, "a.csv")); err != nil || string(content) != "id;name\n1;é\n2;\"x;y\"\n" {
			t.Errorf("on the server: %q, %v", content, err)
		}
		read, _ := json.Marshal(s.must(t, `{"operation":"read","path":"/a.csv","csvSeparator":";"}`).Content)
		if string(read) != rows {
			t.Errorf("read: %s", read)
		}
		s.must(t, `{"operation":"write","path":"b.json","content":{"a":1}}`)
		s.must(t, `{"operation":"write","path":"b.json","content":{"a":2}}`)
		s.must(t, `{"operation":"write","path":"with space","content":"x"}`)
		s.must(t, `{"operation":"move","path":"b.json","to":"done/b.json"}`)
		s.must(t, `{"operation":"move","path":["/",{"listed":"done/b.json"}],"to":"b.json"}`)
		files := *s.must(t, `{"operation":"list","path":""}`).Files
		if len(files) != 4 || files[0].Filename != "a.csv" || files[0].Size != 21 || files[0].Type != "file" || files[2].Type != "folder" || files[3].Filename != "with space" {
			t.Errorf("listed: %+v", files)
		}
		if modified, err := time.Parse(time.RFC3339, files[0].Modified); err != nil || time.Since(modified).Abs() > 5*time.Minute {
			t.Errorf("modified: %v, %v", modified, err)
		}
		if files := *s.must(t, `{"operation":"list","pattern":"*.[jc]s*"}`).Files; len(files) != 2 || files[1].Path != "b.json" {
			t.Errorf("listed by pattern: %+v", files)
		}
		if got := s.must(t, `{"operation":"move","path":"a.csv","to":"done/c.csv"}`); got.Path != "done/c.csv" {
			t.Errorf("moved: %+v", got)
		}
		s.must(t, `{"operation":"write","path":"new/folder/a.txt","content":"x"}`)
		s.must(t, `{"operation":"read","path":"new/folder/a.txt","to":"new/b.txt"}`)
		s.must(t, `{"operation":"read","path":"new/b.txt","delete":true}`)
		if err := os.RemoveAll(filepath.Join(s.root, "new")); err != nil {
			t.Fatal(err)
		}
		s.must(t, `{"operation":"delete","path":"with space"}`)
		if got := s.names(t); got != "b.json done" {
			t.Errorf("left over: %s", got)
		}
		large := strings.Repeat("x", 1<<20)
		if err := os.WriteFile(filepath.Join(s.root, "large.txt"), []byte(large), 0o644); err != nil {
			t.Fatal(err)
		}
		_, failure := s.ask(t, `{"operation":"read","path":"large.txt"}`)
		wantError(t, failure, task.PayloadTooLarge, "")
		stored, _ := json.Marshal(s.must(t, `{"operation":"read","path":"large.txt","asBlob":true}`).Content)
		s.must(t, `{"operation":"write","path":"copy.txt","content":`+string(stored)+`}`)
		if content, err := os.ReadFile(filepath.Join(s.root, "copy.txt")); err != nil || string(content) != large {
			t.Errorf("the copy has %d bytes, %v", len(content), err)
		}
	})
}

func wantError(t *testing.T, err *task.Error, name, message string) {
	t.Helper()
	if err == nil || err.Name != name || !strings.Contains(err.Message, message) {
		t.Errorf("got %v, want %s with %q", err, name, message)
	}
}

func TestFailures(t *testing.T) {
	everyProtocol(t, func(t *testing.T, s site) {
		for _, request := range []string{
			`{"operation":"read","path":"none"}`, `{"operation":"delete","path":"none"}`, `{"operation":"move","path":"none","to":"x"}`,
			`{"operation":"list","path":"none"}`,
		} {
			_, err := s.ask(t, request)
			wantError(t, err, task.FtpNotFound, "")
		}
		s.must(t, `{"operation":"write","path":"file","content":"x"}`)
		if _, err := s.ask(t, `{"operation":"write","path":"file/a.txt","content":"x"}`); err == nil || !strings.HasPrefix(err.Name, "Ftp.") {
			t.Errorf("a file is no folder: %v", err)
		}
		s.must(t, `{"operation":"delete","path":"file"}`)
		for request, message := range map[string]string{
			`{"operation":"read","path":"../a"}`:                             `".."`,
			`{"operation":"read","path":"a/..\\b"}`:                          `".."`,
			`{"operation":"read","path":"a\r\nDELE b"}`:                      "control character",
			`{"operation":"read","path":["in/",{"value":"a\r\nDELE b"}]}`:    "control character",
			`{"operation":"read","path":["in/",{"value":"a\u0000"}]}`:        "control character",
			`{"operation":"move","path":"a","to":"x/../../b"}`:               `".."`,
			`{"operation":"read","path":["in/",{"value":".."},"/a"]}`:        `".."`,
			`{"operation":"read","path":["in/.",{"value":"."},"/a"]}`:        `".."`,
			`{"operation":"read","path":["in/",{"value":"."}]}`:              `"."`,
			`{"operation":"read","path":["in/",{"value":""},"/a"]}`:          `""`,
			`{"operation":"read","path":["in/",{"value":null},".csv"]}`:      "missing",
			`{"operation":"read","path":["in/",{"value":["a"]},".csv"]}`:     "missing",
			`{"operation":"read","path":["in/",{"value":"a/b"},".csv"]}`:     "slash",
			`{"operation":"read","path":["in/",{"value":"/etc/hosts"}]}`:     "slash",
			`{"operation":"write","path":[{"value":"a\\b"}],"content":"x"}`:  "slash",
			`{"operation":"move","path":"a","to":["done/",{"value":".. "}]}`: `".. "`,
			`{"operation":"list","path":[{"value":"../in"}]}`:                "slash",
			`{"operation":"read","path":[{"listed":"../in/a"}]}`:             `".."`,
			`{"operation":"read","path":["in/",{"listed":"b/../../c"}]}`:     `".."`,
			`{"operation":"read","path":["in/",{"listed":"b//c"}]}`:          `""`,
			`{"operation":"read","path":["in/",{"listed":"b/./c"}]}`:         `"."`,
			`{"operation":"read","path":["in/",{"listed":"b\\c"}]}`:          "backslash",
			`{"operation":"read","path":["in/",{"listed":"b/c\n"}]}`:         "control character",
			`{"operation":"read","path":["in/",{"listed":null}]}`:            "missing",
			`{"operation":"read","path":["in/",{"listed":"/"}]}`:             "missing",
			`{"operation":"read","path":[".",{"listed":"./c"}]}`:             `".."`,
		} {
			_, err := s.ask(t, request)
			wantError(t, err, task.FtpPath, message)
		}
		for request, message := range map[string]string{
			`{"operation":"read"}`:                            "path is missing",
			`{"operation":"write","path":"a"}`:                "content is missing",
			`{"operation":"eat","path":"a"}`:                  "eat",
			`{"operation":"list","pattern":"["}`:              "pattern",
			`{"operation":"list","to":"a"}`:                   "takes no",
			`{"operation":"delete","path":"a","delete":true}`: "deleted",
			`{"operation":"read","path":[{"name":"a"}]}`:      "path",
			`{"operation":"read","path":[7]}`:                 "path",
			`{"operation":"list","timeoutSeconds":-1}`:        "timeoutSeconds",
		} {
			_, err := s.ask(t, request)
			wantError(t, err, task.RequestInvalid, message)
		}
		if err := os.WriteFile(filepath.Join(s.root, "bad.json"), []byte("{"), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := s.ask(t, `{"operation":"read","path":"bad.json"}`)
		wantError(t, err, task.FormatInvalid, "")
		if got := s.names(t); got != "bad.json" {
			t.Errorf("a failure leaves %s", got)
		}
	})
}

func TestConnectionFailures(t *testing.T) {
	ftp, sftp := servers.FTP(t), servers.SFTP(t)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	other, _ := json.Marshal(map[string]string{"user": sftp.User, "password": "wrong"})
	for _, test := range []struct{ address, credentials, name string }{
		{"ftp://127.0.0.1:1", "u:p", task.FtpConnect},
		{"sftp://127.0.0.1:1?insecureIgnoreHostKey=true", "u:p", task.FtpConnect},
		{"ftp://" + silent.Addr().String(), "u:p", task.FtpTimeout},
		{"ftps://" + silent.Addr().String(), "u:p", task.FtpTimeout},
		{"sftp://" + silent.Addr().String() + "?insecureIgnoreHostKey=true", "u:p", task.FtpTimeout},
		{"ftp://" + ftp.Address, "u:wrong", task.FtpAuthentication},
		{"ftpes://" + ftp.Address, ftp.User + ":" + ftp.Password, task.FtpConnect}, // the certificate is not trusted
		{"sftp://" + sftp.Address + "?insecureIgnoreHostKey=true", string(other), task.FtpAuthentication},
		{"sftp://" + sftp.Address, string(other), task.FtpConnect}, // no host key
		{"sftp://" + sftp.Address + "?hostKey=" + url.QueryEscape("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJnlMOSyn5XQgjmsnm3TRwUJTf6mOoTXwDxGBmxFPVRq"), string(other), task.FtpConnect},
		{"sftp://h", `{"user":"u","privateKey":"x"}`, task.SecretMissing},
		{"http://h", "u:p", task.FtpConnect},
		{"ftp://h?x=1", "u:p", task.FtpConnect},
	} {
		_, err := newSite(test.address, test.credentials, "").ask(t, `{"operation":"list","timeoutSeconds":1}`)
		wantError(t, err, test.name, "")
		if strings.Contains(fmt.Sprint(err), "wrong") {
			t.Errorf("the password is in the message: %v", err)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{"ftp://u:p@h:21/a?insecureSkipVerify=true", "sftp://[::1]/x?hostKey=a", "ftps://h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { _, _ = parseURL(text) })
		parsed, err := parseURL(text)
		if err == nil && (parsed.host == "" || parsed.port == "") {
			t.Fatalf("%q was read as %+v", text, parsed)
		}
	})
}
