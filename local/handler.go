package local

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Served is one answered request, for the console.
type Served struct {
	Method, Path string
	Status       int
	Duration     time.Duration
	States       int
	// Failure is that of an execution that did not succeed, nil for others.
	Failure *Failure
}

// Handler serves the workflow's HTTP operations. served is told of each request; it is called concurrently and may be nil.
func (s *Service) Handler(served func(Served)) http.Handler {
	gateway := NewGateway(NewRoutes(slices.Concat(s.Routes(), s.executionRoutes(), api.ApprovalRoutes(), s.docsRoutes())), s.invokeAPI, time.Now)
	gateway.User = s.caller
	gateway.rest = s.jobAPI()
	if served == nil {
		return gateway
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visit := &visit{}
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		start := time.Now()
		gateway.ServeHTTP(recorder, r.WithContext(context.WithValue(r.Context(), visitKey{}, visit)))
		served(Served{
			Method: r.Method, Path: r.URL.RequestURI(), Status: recorder.status, Duration: time.Since(start),
			States: int(visit.states.Load()), Failure: visit.failure.Load(),
		})
	})
}

// Routes are the route keys of the HTTP operations, in the order of the source.
func (s *Service) Routes() []string {
	var keys []string
	for _, operation := range s.Workflow.Operations {
		for _, trigger := range operation.Triggers {
			if route, ok := trigger.(*ir.HTTP); ok {
				keys = append(keys, route.Method+" "+route.Path)
			}
		}
	}
	return keys
}

// executionRoutes are those under which executions are told of, none where a request waits for every operation.
func (s *Service) executionRoutes() []string {
	if len(asynchronous(s.Workflow)) == 0 {
		return nil
	}
	return []string{task.ExecutionRoute}
}

// docsRoutes are those under which the API describes itself, none where it does not.
func (s *Service) docsRoutes() []string {
	if len(s.document) == 0 {
		return nil
	}
	return api.DocsRoutes()
}

// asynchronous are the state machines for which requests do not wait.
func asynchronous(workflow *ir.Workflow) []string {
	var names []string
	all := workflow.MachineNames()
	for _, operation := range workflow.Operations {
		for _, trigger := range operation.Triggers {
			if request, ok := trigger.(*ir.HTTP); ok && request.Async {
				names = append(names, all.Of(request.Method+" "+request.Path))
			}
		}
	}
	return names
}

func (s *Service) invokeAPI(ctx context.Context, event []byte) ([]byte, error) {
	return s.api.Invoke(ctx, event)
}

// StartSync runs the state machine of a request to its end, as StartSyncExecution does for the API function on AWS.
func (s *Service) StartSync(ctx context.Context, name string, input []byte) (api.Execution, error) {
	value, err := s.decode(input)
	if err != nil {
		return api.Execution{}, err
	}
	visit, _ := ctx.Value(visitKey{}).(*visit)
	observer := visit.observer()
	if watching, ok := ctx.Value(observerKey{}).(Observer); ok {
		observer = watching
	}
	result, err := s.start(ctx, name, value, observer)
	if err != nil {
		return api.Execution{}, err
	}
	execution := api.Execution{ARN: result.Arn, Status: result.Status, Error: result.Error, Cause: result.Cause}
	if result.Status == engine.Succeeded {
		execution.Output, err = jsonata.Encode(result.Output)
		return execution, err
	}
	visit.failed(result.Failure)
	return execution, nil
}

// visit is what an execution does for one request.
type visit struct {
	states  atomic.Int64
	failure atomic.Pointer[Failure]
}

type visitKey struct{}

func (v *visit) observer() Observer {
	if v == nil {
		return nil
	}
	return func(e engine.Event) {
		if strings.HasSuffix(e.Type, "StateEntered") {
			v.states.Add(1)
		}
	}
}

type observerKey struct{}

// Observing is a context in which an observer, and nobody else, is told of the executions that functions wait for.
func Observing(ctx context.Context, observer Observer) context.Context {
	return context.WithValue(ctx, observerKey{}, observer)
}

func (v *visit) failed(failure *Failure) {
	if v != nil {
		v.failure.Store(failure)
	}
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

// Unwrap gives http.ResponseController the writer inside.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}
