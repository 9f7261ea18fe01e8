package cli_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/steploom/steploom/cli"
)

// TestMain makes the test binary behave as steploom when it is called so, by scripts and by the blocks of documents.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "steploom" {
		os.Exit(cli.Main(os.Args[1:], cli.Process()))
	}
	testscript.Main(withServers{m}, map[string]func(){
		"steploom": func() { os.Exit(cli.Main(os.Args[1:], cli.Process())) },
	})
}

// copyProject copies a project without what running it has left there.
func copyProject(to, from string) error {
	return errors.Join(os.CopyFS(to, os.DirFS(from)), os.RemoveAll(filepath.Join(to, ".steploom")))
}

// withServers stops the test servers after the tests.
type withServers struct{ m *testing.M }

func (w withServers) Run() int { return servers.Run(w.m) }

// TestScripts runs the command line as a user does: each testdata/*.txtar is a script with its files.
func TestScripts(t *testing.T) {
	newsroom, err := filepath.Abs("../workflows/newsroom")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "1")
			return copyProject(filepath.Join(e.WorkDir, "newsroom"), newsroom)
		},
	})
}
