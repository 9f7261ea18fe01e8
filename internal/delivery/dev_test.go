package delivery

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/testserver"
)

// dev is a process of `steploom dev`.
type dev struct {
	binary, folder, broker string
	process                *exec.Cmd
	printed                bytes.Buffer
}

// program is steploom, which is built when a test first asks for it.
type program struct {
	once   sync.Once
	folder string // "" as long as it has not been built
	err    error
}

var built program

func (p *program) path(t *testing.T) string {
	t.Helper()
	p.once.Do(func() {
		if p.folder, p.err = os.MkdirTemp("", "steploom-delivery-"); p.err != nil {
			return
		}
		output, err := exec.Command("go", "build", "-o", p.folder, "github.com/steploom/steploom/cmd/steploom").CombinedOutput()
		if err != nil {
			p.err = fmt.Errorf("%w\n%s", err, output)
		}
	})
	if p.err != nil {
		t.Fatal(p.err)
	}
	return filepath.Join(p.folder, "steploom")
}

// newDev makes a project with a job. The process is to be started.
func newDev(t *testing.T, broker, job string) *dev {
	t.Helper()
	folder := t.TempDir()
	d := &dev{binary: built.path(t), folder: folder, broker: broker}
	if err := os.WriteFile(filepath.Join(folder, "jobs.json"), []byte(job), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.kill()
		if t.Failed() {
			t.Logf("dev printed:\n%s", tail(d.printed.String(), 8000))
		}
	})
	return d
}

func tail(text string, most int) string { return text[max(0, len(text)-most):] }

func (d *dev) start(t *testing.T) {
	t.Helper()
	port, err := testserver.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	d.process = exec.Command(d.binary, "dev", d.folder, "--addr", fmt.Sprintf("127.0.0.1:%d", port), "--broker", d.broker)
	d.process.Stdout, d.process.Stderr = &d.printed, &d.printed
	if err := d.process.Start(); err != nil {
		t.Fatal(err)
	}
}

// kill ends the process at once, as the loss of a machine would.
func (d *dev) kill() {
	if d.process != nil {
		_ = d.process.Process.Kill()
		_ = d.process.Wait()
		d.process = nil
	}
}

// stop asks the process to end, and waits until it has.
func (d *dev) stop(t *testing.T) {
	t.Helper()
	if err := d.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- d.process.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Error("it does not end")
	}
	d.process = nil
}
