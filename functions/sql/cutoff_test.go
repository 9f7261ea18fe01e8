package sql

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// TestWhatIsCutOffIsRolledBack: the caller's time runs out, or it goes away, in the middle of statements that write. Nothing of them stays, and the
// next invocation has a connection that works.
func TestWhatIsCutOffIsRolledBack(t *testing.T) {
	slow := map[string]string{
		"postgresql": "INSERT INTO item SELECT 2 FROM (SELECT pg_sleep(30)) s",
		"mariadb":    "INSERT INTO item SELECT 2 FROM (SELECT sleep(30)) s",
		"sqlite":     "INSERT INTO item WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
	}
	everyEngine(t, func(t *testing.T, f task.Function, engine string) {
		call(t, f, "CREATE TABLE item (id INT PRIMARY KEY)")
		for name, goes := range map[string]func(context.Context) (context.Context, context.CancelFunc){
			"out of time": func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, 300*time.Millisecond)
			},
			"gone": func(ctx context.Context) (context.Context, context.CancelFunc) {
				cut, cancel := context.WithCancel(ctx)
				time.AfterFunc(300*time.Millisecond, cancel)
				return cut, cancel
			},
		} {
			ctx, cancel := goes(t.Context())
			payload, err := json.Marshal(Request{Datasource: "db", Transaction: true, Statements: []Statement{{SQL: "INSERT INTO item VALUES (1)"}, {SQL: slow[engine]}}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = f.Invoke(ctx, payload)
			cancel()
			if failure := (*task.Error)(nil); !errors.As(err, &failure) {
				t.Fatalf("%s: %v", name, err)
			}
			if got := idsOf(t, call(t, f, "SELECT id FROM item ORDER BY id")); got != "[]" {
				t.Errorf("%s: %s stays", name, got)
			}
		}
	})
}
