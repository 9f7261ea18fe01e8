package cli

import (
	"net/http"
	"slices"
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

// generations holds the generation that serves. One that is replaced is closed after its last request, and after the last execution of its own.
type generations struct {
	mutex   sync.Mutex
	serving *generation
	ending  []*generation // those that still work
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
	g.ending = append(g.ending, before)
	go g.end(before)
	return before.service
}

// end closes a generation that takes no more requests.
func (g *generations) end(last *generation) {
	last.requests.Wait()
	last.service.Wait()
	last.service.Close()
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.ending = slices.DeleteFunc(g.ending, func(one *generation) bool { return one == last })
}

// close ends every generation, whose requests are done, and the executions that nobody waits for.
func (g *generations) close() {
	g.mutex.Lock()
	all := slices.Clone(g.ending)
	if g.serving != nil {
		all = append(all, g.serving)
	}
	g.mutex.Unlock()
	for _, one := range all {
		one.service.Close()
		one.service.Wait()
	}
}
