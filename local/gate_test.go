package local

import (
	"io"
	"net"
	"sync"
	"testing"
)

// gate stands before a server and, when it is armed, lets only so many bytes through to it. What comes behind them waits until the server ends.
type gate struct {
	address, server string
	mutex           sync.Mutex
	left            int           // bytes
	reached         chan struct{} // closed when they are through; nil while the gate is open
}

func newGate(t *testing.T, server string) *gate {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	g := &gate{address: listener.Addr().String(), server: server}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go g.join(client)
		}
	}()
	return g
}

// arm closes the gate behind so many bytes from now on. The channel tells that they are through; after that the gate is open for new connections.
func (g *gate) arm(bytes int) <-chan struct{} {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.left, g.reached = bytes, make(chan struct{})
	return g.reached
}

// join hands on what both sides say until the server has ended.
func (g *gate) join(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", g.server)
	if err != nil {
		return
	}
	defer server.Close()
	go g.hand(server, client)
	_, _ = io.Copy(client, server)
}

// hand hands on what the client says as far as the gate lets it.
func (g *gate) hand(server, client net.Conn) {
	buffer := make([]byte, 4096)
	for {
		n, err := client.Read(buffer)
		through := g.take(n)
		_, failed := server.Write(buffer[:through])
		switch {
		case through < n:
			return // and the connections stay
		case err != nil || failed != nil:
			server.Close()
			return
		}
	}
}

// take gives how many of so many bytes may go on.
func (g *gate) take(bytes int) int {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.reached == nil {
		return bytes
	}
	if g.left > bytes {
		g.left -= bytes
		return bytes
	}
	close(g.reached)
	g.reached = nil
	return max(0, min(g.left, bytes-1))
}
