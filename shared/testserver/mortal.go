package testserver

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Mortal is a server that a test kills and starts again, on the same port and with the same files.
type Mortal struct {
	set     *Set
	launch  func() (*process, error)
	ready   func() error
	process *process
}

// Kill ends the server and the processes of its sessions in the midst of what they do.
func (m *Mortal) Kill(t testing.TB) {
	t.Helper()
	m.process.kill()
	m.set.forget(m.process)
}

// Start starts it again.
func (m *Mortal) Start(t testing.TB) {
	t.Helper()
	var err error
	if m.process, err = m.launch(); err == nil {
		err = m.process.await(m.ready)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// MortalFTP gives a ProFTPD of its own that takes files slowly, so that it can be killed while it does.
func (s *Set) MortalFTP(t testing.TB) (*FTP, *Mortal) {
	t.Helper()
	Slow(t, "it starts a server")
	m := &Mortal{set: s}
	f, err := s.launchFTP("TransferRate STOR 1500", m)
	Need(t, err)
	return f, m
}

// OldFTP gives a ProFTPD of its own that does not say that it can list folders for programs (MLSD, RFC 3659), as old servers cannot.
func (s *Set) OldFTP(t testing.TB) *FTP {
	t.Helper()
	Slow(t, "it starts a server")
	f, err := s.launchFTP("FactsAdvertise off", nil)
	Need(t, err)
	return f
}

// MortalSFTP gives an OpenSSH server of its own.
func (s *Set) MortalSFTP(t testing.TB) (*SFTP, *Mortal) {
	t.Helper()
	Slow(t, "it starts a server")
	m := &Mortal{set: s}
	f, err := s.launchSFTP(m)
	Need(t, err)
	return f, m
}

// up starts a server for the first time; m may be nil.
func (m *Mortal) up(s *Set, launch func() (*process, error), port int) error {
	p, err := launch()
	if err != nil {
		return err
	}
	if m != nil {
		m.set, m.launch, m.ready, m.process = s, launch, dial(port), p
	}
	return p.await(dial(port))
}

func (s *Set) forget(ended *process) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for i, p := range s.processes {
		if p == ended {
			s.processes = append(s.processes[:i], s.processes[i+1:]...)
			return
		}
	}
}

// kill ends a process first, so that it starts no other, then those that it had started, and gives these. The process itself is gone afterwards.
func (p *process) kill() (children []int) {
	own := p.command.Process.Pid
	children = descendants(own)
	for _, id := range append([]int{own}, children...) {
		if process, err := os.FindProcess(id); err == nil {
			_ = process.Kill() // it may have ended by itself
		}
	}
	<-p.ended
	return children
}

// descendants are the processes that a process has started, and those that these have.
func descendants(parent int) []int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	children := map[int][]int{}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil { // it has ended
			continue
		}
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		_, behind, _ := strings.Cut(string(text), ") ")
		var state string
		var of int
		if _, err := fmt.Sscan(behind, &state, &of); err == nil {
			children[of] = append(children[of], id)
		}
	}
	var all []int
	for next := children[parent]; len(next) > 0; {
		all = append(all, next...)
		var below []int
		for _, id := range next {
			below = append(below, children[id]...)
		}
		next = below
	}
	return all
}
