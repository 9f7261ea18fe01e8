package secret

import "testing"

// TestIsLabel: what introduces a credential, names a part of it or stands for a missing one is none itself.
func TestIsLabel(t *testing.T) {
	for text, want := range map[string]bool{
		"Bearer ": true, "bearer": true, "Token token=": true, "AWS4-HMAC-SHA256 Credential=": true, "sha256=": true, "session=": true, "; path=": true, "": true, ":": true, " - ": true,
		"none": true, "Anonymous": true, "abc": false, "Bearer abc": false, "hunter2 ": false, "k1-": false, "abc-": false, "p4ss=": false, "é": false, "Bearer=abc=": false, "bearers": false,
	} {
		if got := IsLabel(text, "token"); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
	for text, want := range map[string]bool{"articles/": true, "user-": true, "k1-": false, "abc": false} {
		if got := IsLabel(text, "key"); got != want {
			t.Errorf("%q of a key: %t", text, got)
		}
	}
	for name, want := range map[string]bool{"subject_token_type": false, "token_type": false, "subject_token": true, "maxTokens": false, "max_output_tokens": false, "tokenizer": false, "token_count": false,
		"passwordLength": false, "tokens": true, "password_hint": true} {
		if got := IsName(name); got != want {
			t.Errorf("%q: %t", name, got)
		}
	}
}
