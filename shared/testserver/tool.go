package testserver

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// NodeModulesVariable names the folder of the npm packages that tests use as peers.
const NodeModulesVariable = "STEPLOOM_NODE_MODULES"

// Tool gives the path of a program, and skips the test by the program's name where it is not installed.
func Tool(t testing.TB, name string) string {
	t.Helper()
	Slow(t, "it runs another program")
	path, err := exec.LookPath(name)
	if err != nil {
		Need(t, missing{name})
	}
	return path
}

// NodeModule gives the folder of an npm package and makes sure that there is Node to run it.
func NodeModule(t testing.TB, name string) string {
	t.Helper()
	Tool(t, "node")
	folder := filepath.Join(os.Getenv(NodeModulesVariable), name)
	if _, err := os.Stat(filepath.Join(folder, "package.json")); err != nil || os.Getenv(NodeModulesVariable) == "" {
		Need(t, missing{"npm package " + name + " (in " + NodeModulesVariable + ")"})
	}
	return folder
}
