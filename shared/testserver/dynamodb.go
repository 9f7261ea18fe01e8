package testserver

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
)

// DynamoDB gives the URL of a server that speaks the API of DynamoDB, without tables: dynalite, an npm package. It takes any credentials of the
// region us-east-1.
func (s *Set) DynamoDB(t testing.TB) string {
	t.Helper()
	module := NodeModule(t, "dynalite") // each test that has none is skipped, not only the first
	return s.dynamodb.get(t, func() (string, error) { return s.startDynamoDB(filepath.Join(module, "cli.js")) })
}

func (s *Set) startDynamoDB(program string) (string, error) {
	node, err := find("node")
	if err != nil {
		return "", err
	}
	folder, err := s.folder("dynamodb", nil)
	if err != nil {
		return "", err
	}
	port, err := FreePort()
	if err != nil {
		return "", err
	}
	c := command(nil, folder, node, program, "--host", "127.0.0.1", "--port", fmt.Sprint(port), "--createTableMs", "0", "--deleteTableMs", "0", "--updateTableMs", "0")
	p, err := s.start(c, filepath.Join(folder, "log"), syscall.SIGKILL)
	if err != nil {
		return "", err
	}
	return "http://" + address(port), p.await(dial(port))
}
