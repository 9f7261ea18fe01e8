package testserver

import (
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jlaffaye/ftp"
	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

var servers Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

func TestPostgresGivesDatabasesOfTheirOwn(t *testing.T) {
	first, second := open(t, "pgx", servers.Postgres(t)), open(t, "pgx", servers.Postgres(t))
	if _, err := first.Exec("CREATE TABLE a (b int)"); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Exec("SELECT * FROM a"); err == nil {
		t.Error("the second database has the first one's table")
	}
}

func TestMariaDBGivesDatabasesOfTheirOwn(t *testing.T) {
	first, second := openMariaDB(t), openMariaDB(t)
	if _, err := first.Exec("CREATE TABLE a (b int)"); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Exec("SELECT * FROM a"); err == nil {
		t.Error("the second database has the first one's table")
	}
}

func openMariaDB(t *testing.T) *sql.DB {
	address, err := url.Parse(servers.MariaDB(t))
	if err != nil {
		t.Fatal(err)
	}
	return open(t, "mysql", address.User.String()+"@tcp("+address.Host+")"+address.Path)
}

func open(t *testing.T, driver, source string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Ping(); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestFTP(t *testing.T) {
	server := servers.FTP(t)
	conn, err := ftp.Dial(server.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Quit()
	if err := conn.Login(server.User, server.Password); err != nil {
		t.Fatal(err)
	}
	if err := conn.Stor("a.txt", strings.NewReader("hello")); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(server.Root + "/a.txt"); err != nil || string(content) != "hello" {
		t.Errorf("stored %q, %v", content, err)
	}
}

func TestSFTP(t *testing.T) {
	server := servers.SFTP(t)
	key, err := ssh.ParsePrivateKey(server.Key)
	if err != nil {
		t.Fatal(err)
	}
	host, _, _, _, err := ssh.ParseAuthorizedKey([]byte(server.HostKey))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := ssh.Dial("tcp", server.Address, &ssh.ClientConfig{
		User: server.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: ssh.FixedHostKey(host),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client, err := sftp.NewClient(conn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.ReadDir(server.Root); err != nil {
		t.Fatal(err)
	}
}
