package task

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestUnreachable(t *testing.T) {
	dial := func(err error) error {
		return fmt.Errorf("driver: %w", &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 9), Port: 5432}, Err: err})
	}
	const address = "db.internal:5432"
	for want, err := range map[string]error{
		"no host has the name db.internal":               dial(&net.DNSError{Name: "db.internal", Server: "10.9.9.9:53", Err: "no such host", IsNotFound: true}),
		"the name db.internal could not be looked up":    &net.DNSError{Name: "db.internal", Server: "10.9.9.9:53", Err: "server misbehaving", IsTemporary: true},
		"nothing listens at db.internal:5432":            dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)),
		"no way leads to db.internal:5432":               dial(os.NewSyscallError("connect", syscall.EHOSTUNREACH)),
		"db.internal:5432 does not answer":               dial(context.DeadlineExceeded),
		"db.internal:5432 closed the connection":         dial(os.NewSyscallError("read", syscall.ECONNRESET)),
		"db.internal:5432: certificate has expired":      dial(errors.New("certificate has expired")),
		"db.internal:5432: driver: login has to be made": errors.New("driver: login has to be made"),
	} {
		if got := Unreachable(address, err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := Unreachable("", dial(os.NewSyscallError("connect", syscall.ECONNREFUSED))); got != "nothing listens at 10.0.0.9:5432" {
		t.Errorf("got %q", got)
	}
	if got := Unreachable("", errors.New("no host key")); got != "no host key" {
		t.Errorf("got %q", got)
	}
}

// TestUnreachableNames looks a name up that cannot exist: it has an empty label, so that no resolver asks the network. The answer says nothing of who was asked.
func TestUnreachableNames(t *testing.T) {
	_, err := net.Dial("tcp", "nowhere..invalid:1")
	if err == nil {
		t.Fatal("nowhere..invalid answers")
	}
	got := Unreachable("nowhere..invalid:1", err)
	if !strings.Contains(got, "nowhere..invalid") || strings.Contains(got, ":53") || strings.Contains(got, "lookup") || !IsUnreachable(err) {
		t.Errorf("got %q of %v", got, err)
	}
}

func TestFromCause(t *testing.T) {
	for _, e := range []*Error{{Name: SqlConnect, Message: "nothing listens", Detail: map[string]any{"datasource": "shop"}}, {Name: "A", Message: "plain"}} {
		got := FromCause(e.Name, e.Cause())
		if fmt.Sprint(got) != fmt.Sprint(e) || fmt.Sprint(got.Detail) != fmt.Sprint(e.Detail) {
			t.Errorf("%+v came back as %+v", e, got)
		}
	}
	for _, cause := range []string{"", "a text", `{"other": 1}`, `["errorMessage"]`} {
		if got := FromCause("Own", cause); got.Name != "Own" || got.Message != cause || got.Detail != nil {
			t.Errorf("%q is %+v", cause, got)
		}
	}
}
