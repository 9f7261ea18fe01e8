package sql

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// TestConnectionLostDuringCommit cuts the connection when the COMMIT is on its way: before it reaches the database, and before its answer comes
// back. Nobody can tell the two apart, and both are said to be unknown. A connection that is cut before the COMMIT was sent is a plain failure.
func TestConnectionLostDuringCommit(t *testing.T) {
	for _, engine := range []string{"postgresql", "mariadb"} {
		for _, c := range []struct {
			name     string
			at       string // what the client sends when the connection is cut
			forward  bool   // the database still gets it
			fails    string
			afterAll string
		}{
			{"before a statement", "VALUES (2", false, task.SqlConnect, "[]"},
			{"before it is there", "commit", false, task.SqlOutcomeUnknown, "[]"},
			{"before the answer", "commit", true, task.SqlOutcomeUnknown, "[1,2]"},
		} {
			t.Run(engine+" "+c.name, func(t *testing.T) {
				address := databaseOf(t, engine)
				direct := newFunction(address)
				call(t, direct, "CREATE TABLE item (id INT)")
				proxied := newFunction(cutting(t, address, c.at, c.forward))
				_, err := invoke(t, proxied, Request{Datasource: "db", Transaction: true, Statements: []Statement{{SQL: "INSERT INTO item VALUES (1)"}, {SQL: "INSERT INTO item VALUES (2)"}}})
				wantError(t, err, c.fails, "")
				got := ""
				for range 500 { // the database may still be at it
					if got = idsOf(t, call(t, direct, "SELECT id FROM item ORDER BY id")); got == c.afterAll {
						return
					}
					time.Sleep(10 * time.Millisecond)
				}
				t.Errorf("there is %s", got)
			})
		}
	}
}

// cutting gives the address of a server that hands everything on to another one until a client sends something.
func cutting(t *testing.T, address, what string, forward bool) string {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := target.Host
	var serving sync.WaitGroup
	t.Cleanup(func() { listener.Close(); serving.Wait() })
	serving.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { relay(client, host, []byte(what), forward) })
		}
	})
	target.Host = listener.Addr().String()
	return target.String()
}

func relay(client net.Conn, host string, what []byte, forward bool) {
	defer client.Close()
	server, err := net.Dial("tcp", host)
	if err != nil {
		return
	}
	var back sync.WaitGroup
	back.Go(func() { io.Copy(client, server); client.Close() })
	defer back.Wait()
	defer server.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if !bytes.Contains(bytes.ToLower(buffer[:n]), bytes.ToLower(what)) {
			server.Write(buffer[:n])
			continue
		}
		client.Close()
		if forward {
			server.Write(buffer[:n])
			server.SetReadDeadline(time.Now().Add(time.Second))
			server.Read(buffer) // the answer, unless the other copy took it
		}
		return
	}
}
