package secret

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/task"
)

func TestEnvironment(t *testing.T) {
	resolver := Environment(task.Variables(map[string]string{
		"STEPLOOM_SECRET_MY_DB": `{"user":"u","n":1.0,"o":{"a":1}}`, "API_TOKEN": "t", "STEPLOOM_SECRET_BOTH": "first", "BOTH": "second",
	}))
	for reference, want := range map[string]string{
		"my-db#user": "u", "my-db#n": "1.0", "my-db#o": `{"a":1}`, "API_TOKEN": "t", "BOTH": "first",
	} {
		if got, err := resolver.Resolve(context.Background(), reference); err != nil || got != want {
			t.Errorf("%s: %q, %v", reference, got, err)
		}
	}
	for _, reference := range []string{"", "none", "my-db#none", "API_TOKEN#x", "#x"} {
		if _, err := resolver.Resolve(context.Background(), reference); !errors.Is(err, &task.Error{Name: task.SecretMissing}) {
			t.Errorf("%q: %v", reference, err)
		}
	}
}

func TestCredentials(t *testing.T) {
	for value, want := range map[string][2]string{
		`{"user":"u","password":"p"}`: {"u", "p"}, `{"username":"u","password":""}`: {"u", ""}, "u:p:q\n": {"u", "p:q"},
		"u": {}, `{"user":"u"}`: {}, `{"password":"p"}`: {}, `{`: {},
	} {
		user, password, err := Credentials("x", value)
		if [2]string{user, password} != want || (err == nil) != (want != [2]string{}) {
			t.Errorf("%s: %q, %q, %v", value, user, password, err)
		}
	}
}

// counter counts what it is asked and fails the first time.
type counter struct{ asked int }

func (c *counter) Resolve(context.Context, string) (string, error) {
	c.asked++
	if c.asked == 1 {
		return "", errors.New("not yet")
	}
	return "value", nil
}

func TestCached(t *testing.T) {
	source := &counter{}
	resolver := Cached(source, 30*time.Millisecond)
	for range 4 {
		resolver.Resolve(context.Background(), "x")
	}
	if source.asked != 2 {
		t.Errorf("asked %d times: a failure is not kept, a value is", source.asked)
	}
	time.Sleep(40 * time.Millisecond)
	resolver.Resolve(context.Background(), "x")
	if source.asked != 3 {
		t.Errorf("asked %d times after the lifetime", source.asked)
	}
}
