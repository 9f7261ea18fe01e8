package local

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

func TestMain(m *testing.M) {
	code := servers.Run(m)
	built.remove()
	os.Exit(code)
}

// place decides where the datasource "shop" of a connection is.
func place(t *testing.T, connection ir.Connection, settings Settings) (*surroundings, Datasource) {
	t.Helper()
	root := t.TempDir()
	scripts := filepath.Join(root, "db")
	if err := os.Mkdir(scripts, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(scripts, "a.sql"), []byte("CREATE TABLE a (x int)"), 0o644); err != nil {
		t.Fatal(err)
	}
	w, err := newSurroundings(Project{Root: root, Specs: root}, settings)
	if err != nil {
		t.Fatal(err)
	}
	connection.Name, connection.Kind = "shop", ir.Database
	datasources, err := w.connect(t.Context(), []*ir.Connection{{Name: "other", Kind: ir.API}, &connection})
	if err != nil || len(datasources) != 1 {
		t.Fatalf("%v, %v", datasources, err)
	}
	return w, datasources[0]
}

func TestDatasourceOrder(t *testing.T) {
	unreachable := ir.Connection{URL: "jdbc:mariadb://127.0.0.1:1/shop", User: ir.Credential{Literal: "u"}, Password: ir.Credential{Literal: "p"}}
	environment := task.Variables(map[string]string{"STEPLOOM_DATASOURCE_SHOP": "postgres://me:secret@elsewhere/x?a=b"})

	_, got := place(t, unreachable, Settings{Environment: environment, Datasources: map[string]string{"shop": "sqlite:here.db"}})
	if got.Source != FromFlag || got.Address != "sqlite:here.db" {
		t.Errorf("with flag and environment: %s", got)
	}
	_, got = place(t, unreachable, Settings{Environment: environment})
	if got.Source != FromEnvironment || got.Address != "postgres://elsewhere/x" {
		t.Errorf("with environment: %s", got)
	}
	w, got := place(t, unreachable, Settings{})
	if got.Source != FromEmbedded || !strings.Contains(got.String(), "(nothing listens at 127.0.0.1:1)") || !strings.HasPrefix(w.environment().Value("STEPLOOM_DATASOURCE_SHOP"), "sqlite:") {
		t.Errorf("with nothing: %s", got)
	}
	if secret := w.environment().Value("STEPLOOM_DATASOURCE_SHOP_SECRET"); secret != "" {
		t.Errorf("the embedded database is given the secret %s", secret)
	}
}

func TestDatasourceInFile(t *testing.T) {
	address := servers.Postgres(t)
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := parsed.User.Password()
	connection := ir.Connection{
		URL:      "jdbc:postgresql://" + parsed.Host + parsed.Path + "?sslmode=disable",
		User:     ir.Credential{Literal: parsed.User.Username()},
		Password: ir.Credential{Ref: "SHOP_PASSWORD"},
	}
	_, got := place(t, connection, Settings{Environment: task.Variables(map[string]string{"SHOP_PASSWORD": password})})
	if got.Source != FromFile {
		t.Errorf("with the right password: %s", got)
	}
	_, got = place(t, connection, Settings{Environment: task.Variables(map[string]string{"SHOP_PASSWORD": "wrong"})})
	if got.Source != FromEmbedded || strings.Contains(got.String(), "wrong") {
		t.Errorf("with a wrong password: %s", got)
	}
	_, got = place(t, connection, Settings{})
	if got.Source != FromEmbedded || !strings.Contains(got.Reason, "SHOP_PASSWORD") {
		t.Errorf("without the password: %s", got)
	}
}
