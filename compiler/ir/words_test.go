package ir_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func TestErrorsOf(t *testing.T) {
	for word, want := range map[string]string{
		"TIMEOUT": "[States.Timeout Http.Timeout Sql.Timeout]", "econnrefused": "[Http.Connect Sql.Connect]", "rate_limit": "[status 429]",
		"5xx": "[status 5xx]", "HTTP_4XX": "[status 4xx]", "http_503": "[status 503]", "429": "[status 429]", "*": "[States.ALL]", "SERVER_ERROR": "[status 5xx]",
		"My.Own-Error": "[My.Own-Error]", "flat": "[]", "6xx": "[]", "99": "[]", "600": "[]", "a.b c": "[]", "a.b;c": "[]", "": "[]",
	} {
		if got := fmt.Sprint(ir.ErrorsOf(word)); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
}

func TestSplitCredentials(t *testing.T) {
	for url, want := range map[string]string{
		"postgresql://db.internal/shop":                                  "postgresql://db.internal/shop  ",
		"postgresql://ann:s3cret@db.internal:5432/shop":                  "postgresql://db.internal:5432/shop ann s3cret",
		"jdbc:mariadb://db/shop?user=ann&password=s3cret&x=1":            "jdbc:mariadb://db/shop?x=1 ann s3cret",
		"jdbc:sqlserver://db;user=ann;password=s3cret":                   "jdbc:sqlserver://db ann s3cret",
		"jdbc:sqlserver://db;user=ann;password={s3;cr}}et};encrypt=true": "jdbc:sqlserver://db;encrypt=true ann s3;cr}et",
		"jdbc:sqlserver://db;user={a b};password={unended;x=1":           "jdbc:sqlserver://db;x=1 a b {unended",
		"jdbc:mariadb://db/shop?password={x}&y=1":                        "jdbc:mariadb://db/shop?y=1  {x}",
		"sqlite:test": "sqlite:test  ",
	} {
		clean, user, password := ir.SplitCredentials(url)
		if got := clean + " " + user + " " + password; got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}

// TestUnset gives null to what is read and set nowhere, but for what each operation has.
func TestUnset(t *testing.T) {
	steps := []ir.Step{
		&ir.Branch{Cases: []ir.Case{{When: build.Var("b"), Body: []ir.Step{
			&ir.Assign{Bindings: []ir.Binding{{Name: "c", Value: build.Call("sum", build.Var("a"))}}},
			&ir.Goto{Target: "x", Counter: "rounds"},
		}}}},
		&ir.Return{Body: ir.Object("c", build.Var("c"), "nothing", nil, "p", build.Var("param"), "r", build.Var("rounds")), HasBody: true},
	}
	if diff := cmp.Diff([]ir.Binding{{Name: "a"}, {Name: "b"}}, ir.Unset(steps)); diff != "" {
		t.Error(diff)
	}
}
