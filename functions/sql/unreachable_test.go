package sql

import (
	"errors"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

// TestUnreachable: the message names the address and nothing secret, the detail the datasource, whatever driver was asked.
func TestUnreachable(t *testing.T) {
	for _, test := range []struct{ url, want string }{
		{"jdbc:postgresql://127.0.0.1:1/x?user=me&password=s3cret", "nothing listens at 127.0.0.1:1"},
		{"jdbc:mariadb://127.0.0.1:1/x?user=me&password=s3cret", "nothing listens at 127.0.0.1:1"},
		{"jdbc:sqlserver://127.0.0.1:1;user=me;password=s3cret", "nothing listens at 127.0.0.1:1"},
		{"postgres://me:s3cret@nowhere..invalid/x", "no host has the name nowhere..invalid"},
		{"mysql://me:s3cret@nowhere..invalid/x", "no host has the name nowhere..invalid"},
		{"sqlserver://me:s3cret@nowhere..invalid", "no host has the name nowhere..invalid"},
	} {
		_, err := invoke(t, newFunction(test.url), Request{Datasource: "db", TimeoutSeconds: 10, Statements: []Statement{{SQL: "SELECT 1"}}})
		var failure *task.Error
		if !errors.As(err, &failure) || failure.Name != task.SqlConnect || failure.Message != test.want {
			t.Errorf("%s: %v", test.url, err)
			continue
		}
		if detail, _ := failure.Detail.(map[string]any); detail["datasource"] != "db" {
			t.Errorf("%s: detail %v", test.url, failure.Detail)
		}
	}
}
