package ftp

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

// shelf is a server with one folder that does not replace a file by renaming another one.
type shelf map[string]string

func (s shelf) list(string) ([]File, error) {
	var files []File
	for _, name := range slices.Sorted(maps.Keys(s)) {
		files = append(files, File{Filename: name, Type: "file"})
	}
	return files, nil
}

func (s shelf) rename(from, to string) error {
	content, known := s[from]
	if _, taken := s[to]; taken || !known {
		return failure(task.FtpFailed, "550 no", to, 550)
	}
	delete(s, from)
	s[to] = content
	return nil
}

func (s shelf) write(file string, content []byte) error {
	s[file] = string(content)
	return nil
}

func (s shelf) remove(file string) error {
	delete(s, file)
	return nil
}

func (s shelf) read(string, int) ([]byte, error) { return nil, nil }
func (s shelf) makeFolder(string) error          { return nil }
func (s shelf) close()                           {}

// stepwise is a client of a server that does each of its steps when it is told to.
type stepwise struct {
	shelf
	turn, done, over chan struct{}
	err              error
}

func newStepwise(s shelf, work func(session) error) *stepwise {
	client := &stepwise{shelf: s, turn: make(chan struct{}), done: make(chan struct{}), over: make(chan struct{})}
	go func() {
		client.err = work(client)
		close(client.over)
	}()
	return client
}

// steps lets the client do so many steps, or what it has left.
func (c *stepwise) steps(count int) {
	for range count {
		select {
		case c.turn <- struct{}{}:
			<-c.done
		case <-c.over:
			return
		}
	}
}

func (c *stepwise) step() func() {
	<-c.turn
	return func() { c.done <- struct{}{} }
}

func (c *stepwise) list(folder string) ([]File, error) {
	defer c.step()()
	return c.shelf.list(folder)
}

func (c *stepwise) rename(from, to string) error {
	defer c.step()()
	return c.shelf.rename(from, to)
}

func (c *stepwise) write(file string, content []byte) error {
	defer c.step()()
	return c.shelf.write(file, content)
}

func (c *stepwise) remove(file string) error {
	defer c.step()()
	return c.shelf.remove(file)
}

// TestContestForName: of two writers of one file, at a server that does not replace files, neither fails nor leaves anything, wherever one of them comes between
// the steps of the other, and the one of them again.
func TestContestForName(t *testing.T) {
	const most = 40 // more than a writer has steps
	for first := range 10 {
		for second := range 14 {
			for third := range 6 {
				server := shelf{"a.txt": "old"}
				writer := func(content string) *stepwise {
					return newStepwise(server, func(s session) error { return target{}.write(s, "a.txt", []byte(content)) })
				}
				one, other := writer("one"), writer("other")
				one.steps(first)
				other.steps(second)
				one.steps(third)
				other.steps(most)
				one.steps(most)
				<-one.over
				<-other.over
				if one.err != nil || other.err != nil {
					t.Errorf("%d %d %d steps: %v, %v", first, second, third, one.err, other.err)
				}
				if got := fmt.Sprint(map[string]string(server)); got != "map[a.txt:one]" && got != "map[a.txt:other]" {
					t.Errorf("%d %d %d steps: left %s", first, second, third, strings.TrimPrefix(got, "map"))
				}
			}
		}
	}
}
