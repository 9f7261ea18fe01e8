package local

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// exchange sends a beginning and then a drop again and again, and gives what the server says before it closes the connection.
func exchange(t *testing.T, address, begin, drop string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() {
		io.WriteString(conn, begin)
		for drop != "" {
			if _, err := io.WriteString(conn, drop); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	said, err := io.ReadAll(conn)
	if network, ok := err.(net.Error); ok && network.Timeout() {
		t.Errorf("%.40q: the connection is held", begin)
	}
	return string(said)
}

// TestNobodyHoldsAConnection: a header or a body that does not end is no longer waited for, one that is too large is not read.
func TestNobodyHoldsAConnection(t *testing.T) {
	invoke := func(ctx context.Context, _ []byte) ([]byte, error) {
		select { // the time in which a body comes is not the time in which the function works
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
		return []byte(`{"statusCode": 201}`), ctx.Err()
	}
	gateway := NewGateway(NewRoutes([]string{"POST /a"}), invoke, time.Now)
	gateway.bodyTime = 300 * time.Millisecond
	server := NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gateway.ServeHTTP(&statusRecorder{ResponseWriter: w}, r) // as dev does
	}))
	if server.ReadHeaderTimeout <= 0 || server.WriteTimeout <= gatewayTimeout || server.IdleTimeout <= 0 {
		t.Errorf("the limits are %+v", server)
	}
	server.ReadHeaderTimeout = 300 * time.Millisecond
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	const post = "POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
	for _, test := range []struct{ begin, drop, want string }{
		{post + "Content-Length: 2\r\n\r\n{}", "", "201"},
		{post + "Content-Length: 100000\r\n\r\n", "x", "408"},
		{post + "Content-Length: 100000\r\n\r\n{", "", "408"},
		{post + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", "408"},
		{post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "", "400"},
		{post, "X-A: b\r\n", ""},
		{"POST /a", "a", "400"},
		{"", "", ""},
		{post + "X-A: " + strings.Repeat("b", 2*headerBytes) + "\r\n\r\n", "", "431"},
	} {
		got := exchange(t, listener.Addr().String(), test.begin, test.drop)
		if status, _, _ := strings.Cut(strings.TrimPrefix(got, "HTTP/1.1 "), " "); status != test.want {
			t.Errorf("%.60q, %q: got %q, want %s", test.begin, test.drop, got, test.want)
		}
	}
}

// TestSecretsAreCheckedAtTheStart: a service that nobody could use does not start.
func TestSecretsAreCheckedAtTheStart(t *testing.T) {
	for _, variable := range []string{api.KeySecretVariable, access.SecretVariable("users")} {
		variables := map[string]string{variable: "keys", secret.Variable("keys"): "[]"}
		if variable != api.KeySecretVariable {
			variables[access.Variable] = `{"authentications":{"users":{"kind":"basic"}},"guards":["users"]}`
		}
		environment := task.Variables(variables)
		_, err := NewService(t.Context(), Project{Root: t.TempDir()}, compiler.Output{Workflow: &ir.Workflow{}}, Settings{Environment: environment})
		if err == nil || !strings.Contains(fmt.Sprint(err), "keys") {
			t.Errorf("%s: got %v", variable, err)
		}
	}
}
