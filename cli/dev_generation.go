package cli

import (
	"net/http"
	"sync"

	"github.com/steploom/steploom/local"
)

// generation is a service that takes requests.
type generation struct {
	service  *local.Service
	handler  http.Handler
	aws      http.Handler
	requests sync.WaitGroup // those it works for
}

// generations holds the generation that serves. One that is replaced is closed after its last request.
type generations struct {
	mutex   sync.Mutex
	serving *generation
}

// take gives the generation for one request, which is to be marked as done; nil when there is none yet.
func (g *generations) take() *generation {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.serving != nil {
		g.serving.requests.Add(1)
	}
	return g.serving
}

func (g *generations) service() *local.Service {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.serving == nil {
		return nil
	}
	return g.serving.service
}

// replace serves a generation from now on, and gives the service before; nil for the first.
func (g *generations) replace(next *generation) *local.Service {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	before := g.serving
	g.serving = next
	if before == nil {
		return nil
	}
	go func() {
		before.requests.Wait()
		before.service.Close()
	}()
	return before.service
}

// close ends the generation that serves, whose requests are done.
func (g *generations) close() {
	if service := g.service(); service != nil {
		service.Close()
	}
}
