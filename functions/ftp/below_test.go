package ftp

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

func TestBelow(t *testing.T) {
	for _, test := range []struct{ url, path, want string }{
		{"sftp://h", "/etc/hostname", "etc/hostname"},
		{"sftp://h", "a/b", "a/b"},
		{"sftp://h", "//a//./b/", "a/b"},
		{"sftp://h", "", ""},
		{"sftp://h", "/", ""},
		{"ftp://h", "/etc/hostname", "etc/hostname"},
		{"sftp://h/", "etc/hostname", "/etc/hostname"},
		{"sftp://h/in", "/etc/hostname", "/in/etc/hostname"},
		{"ftp://h/in/", "", "/in"},
		{"sftp://h/~/in", "/a", "in/a"},
		{"sftp://h/~/in/", "", "in"},
		{"sftp://h/~", "a", "a"},
		{"sftp://h/~user/in", "a", "/~user/in/a"},
		{"file:///in", "a", "a"},
	} {
		target, err := parseURL(test.url)
		if err != nil {
			t.Fatal(err)
		}
		if got := target.below(test.path); got != test.want {
			t.Errorf("%s %q: got %q, want %q", test.url, test.path, got, test.want)
		}
	}
}

// TestLoginFolder: without a folder in the URL, absolute paths of a request do not leave the folder of the login.
func TestLoginFolder(t *testing.T) {
	server := servers.SFTP(t)
	credentials, _ := json.Marshal(map[string]string{"user": server.User, "privateKey": string(server.Key)})
	s := newSite("sftp://"+server.Address+"?hostKey="+url.QueryEscape(server.HostKey), string(credentials), "")
	for _, path := range []string{"/etc/hostname", "//etc/hostname", "etc/hostname", "/proc/version"} {
		_, err := s.ask(t, `{"datasource":"db","operation":"read","path":"`+path+`"}`)
		wantError(t, err, task.FtpNotFound, "")
	}
	root := s.must(t, `{"datasource":"db","operation":"list","path":"/"}`)
	login := s.must(t, `{"datasource":"db","operation":"list"}`)
	if len(*root.Files) != len(*login.Files) {
		t.Errorf("/ has %d files, the login's folder %d", len(*root.Files), len(*login.Files))
	}
}
