package secret

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
)

// FuzzSecrets: whatever a secret holds is read in linear time, and no failure shows it.
func FuzzSecrets(f *testing.F) {
	for _, value := range []string{`{"user": "me", "password": "hunter2"}`, "me:hunter2", `{"user": `, `[{"user": 1}]`, "", `{"a": {"b": 1}}`, ":"} {
		f.Add("name#field", value)
	}
	f.Fuzz(func(t *testing.T, reference, value string) {
		name, field := Split(reference)
		read := func(value string) []error {
			_, first := Field(name, value, field)
			_, second := Fields(name, value)
			_, _, third := Credentials(name, value)
			return []error{first, second, third}
		}
		pace.Linear(t, value, func(value string) { read(value) })
		const shown = 8 // characters that no message has by chance
		for _, err := range read(value) {
			if err != nil && len(value) >= shown && !strings.Contains(reference, value) && strings.Contains(err.Error(), value) {
				t.Errorf("%q is in %q", value, err)
			}
		}
	})
}

// FuzzMask: credentials in a line or a URL are hidden in linear time, and hiding twice is hiding once.
func FuzzMask(f *testing.F) {
	for _, text := range []string{"https://me:hunter2@a.example/?key=abc", "  password: hunter2 # x", "a: {token: 'x', b: 1}", "Authorization: Bearer abc", "://@:@"} {
		f.Add(text, "hunter2")
	}
	f.Fuzz(func(t *testing.T, text, known string) {
		pace.Linear(t, text, func(text string) { InURL(text) })
		pace.Linear(t, text, func(text string) { InSource(text) })
		mask := &Mask{}
		mask.Add(known)
		pace.Linear(t, text, func(text string) { mask.Text(text) })
		if once := InURL(text); InURL(once) != once {
			t.Errorf("%q becomes %q and then %q", text, once, InURL(once))
		}
	})
}
