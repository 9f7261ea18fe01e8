package local

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/local/runtimeapi"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Service is a compiled workflow that runs on this machine. It is immutable and may be used concurrently.
type Service struct {
	// Workflow is what was compiled.
	Workflow *ir.Workflow
	// Datasources tells where each database is.
	Datasources []Datasource
	machines    map[string]*machine
	functions   map[string]task.Function // by the name that definitions call them by
	api         task.Function
	host        engine.Host
	isolated    *isolated // nil when the functions run in this process
	stop        func()    // ends what runs beside it
	lifetime    context.Context
	secrets     stackSecrets
	objects     *objects
	document    []byte         // that the API serves, nil where it serves none
	caller      map[string]any // who calls where a request does not say; nil for nobody
	user        any            // the same as the input of an execution has it
	executions  *Executions    // those that nobody waits for, of this service and others
	running     sync.WaitGroup // those of this service
	jobs        *jobService    // nil for a workflow without jobs
	decoders    sync.Pool      // of *jsonata.Decoder
}

// machine is a state machine ready to run.
type machine struct {
	name    string
	express bool
	program *engine.Program
	// operation is the author's name; text is the definition as it is written.
	operation, text string
	definition      *asl.Machine
}

// NewService prepares what the compiler has made, and finds or makes the databases behind it. The service is to be closed, and is when ctx
// ends.
func NewService(ctx context.Context, project Project, output compiler.Output, settings Settings) (*Service, error) {
	inside, stop := context.WithCancel(ctx)
	service, err := newService(inside, project, output, settings)
	if err != nil {
		stop()
		return nil, err
	}
	service.stop = stop
	context.AfterFunc(inside, service.release)
	return service, nil
}

func newService(ctx context.Context, project Project, output compiler.Output, settings Settings) (*Service, error) {
	surroundings, err := newSurroundings(project, settings)
	if err != nil {
		return nil, err
	}
	stubs, err := project.startStub(ctx)
	if err != nil {
		return nil, err
	}
	surroundings.settings.Endpoints = append(slices.Clone(surroundings.settings.Endpoints), stubs...)
	service := &Service{Workflow: output.Workflow, machines: map[string]*machine{}, lifetime: ctx, objects: surroundings.blobs, executions: surroundings.settings.Executions}
	var definitions []*asl.Machine
	for _, m := range output.Machines {
		program, err := engine.Prepare(m.Definition)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Operation, err)
		}
		text := string(output.Files[m.Path()])
		definitions = append(definitions, m.Definition)
		service.machines[m.Name] = &machine{name: m.Name, express: m.Mode == ir.Express, program: program, operation: m.Operation, text: text, definition: m.Definition}
	}
	surroundings.written(output.Workflow.Secrets)
	if output.Workflow.AsksCaller {
		surroundings.sealCallers()
	}
	if service.jobs, err = surroundings.jobs(ctx, service, output.Workflow.Jobs); err != nil {
		return nil, err
	}
	surroundings.variables[api.AsynchronousVariable] = strings.Join(asynchronous(output.Workflow), ",")
	surroundings.variables[api.UploadsVariable] = sam.TakingFiles(output.Application(project.Name()))
	surroundings.variables[api.MediaTypesVariable] = sam.MediaTypes(output.Application(project.Name()))
	surroundings.variables[api.AlikeVariable] = output.Workflow.MachineNames().String()
	if service.Datasources, err = surroundings.connect(ctx, output.Workflow.Connections); err != nil {
		return nil, err
	}
	if service.document, err = surroundings.front(ctx, output.Application(project.Name())); err != nil {
		return nil, err
	}
	if err := api.Check(ctx, surroundings.apiConfig(service)); err != nil {
		return nil, fmt.Errorf("authentication: %w", err)
	}
	service.functions, service.api = surroundings.functions(definitions), surroundings.api(service)
	service.functions[apiFunction(service.api)] = service.api
	application := output.Application(project.Name())
	service.secrets = stackSecrets{surroundings: surroundings, connections: output.Workflow.Connections, known: sam.Secrets(application, sam.Options{Authorizer: sam.APIKey})}
	if settings.Isolation != nil {
		if err := service.isolate(surroundings, *settings.Isolation); err != nil {
			return nil, err
		}
	}
	service.nest(output.Machines)
	if output.Workflow.AsksCaller {
		service.caller, service.user = settings.User, surroundings.user()
	}
	return service, nil
}

// nest lets state machines start each other.
func (s *Service) nest(machines []compiler.Machine) {
	nested := engine.NewMachines(engine.Host{Tokens: s.executions.tokens}, s)
	for _, m := range machines {
		known := s.machines[m.Name]
		nested.Register(known.name, known.program, known.express, "${"+task.MachineSubstitution(m.Name)+"}")
	}
	nested.Watch(watchNested)
	s.host = nested.Host()
}

// User is who calls by the settings, as the input of an execution has it under "user"; nil for nobody.
func (s *Service) User() any { return s.user }

// Observer is told what happens in an execution.
type Observer func(engine.Event)

// Outcome is how an execution ended.
type Outcome struct {
	engine.Result
	// Failure says why and where, nil when it succeeded.
	Failure *Failure
}

// Run executes an operation and waits for its end. observer, which may be nil, is told its events.
func (s *Service) Run(ctx context.Context, operation string, input any, observer Observer) (Outcome, error) {
	return s.start(ctx, s.Workflow.MachineNames().Of(operation), input, observer)
}

func (s *Service) start(ctx context.Context, name string, input any, observer Observer) (Outcome, error) {
	m, ok := s.machines[name]
	if !ok {
		return Outcome{}, fmt.Errorf("there is no state machine %s", name)
	}
	return s.execute(ctx, m, task.ExecutionName(task.CallerOf(ctx).RequestID), input, observer), nil
}

// execute runs an execution of a machine under a name, or one that is made up where it is "".
func (s *Service) execute(ctx context.Context, m *machine, name string, input any, observer Observer) Outcome {
	seen := &witness{}
	watch := seen.observer(m.name)
	options := engine.Options{Name: name, Machine: m.name, Express: m.express, NoHistory: true, Observer: func(e engine.Event) {
		watch(e)
		if observer != nil {
			observer(e)
		}
	}}
	result := engine.Run(context.WithValue(ctx, witnessKey{}, seen), m.program, input, s.host, options)
	return Outcome{result, s.failure(result, seen)}
}

// Invoke runs a function for a Task state as Lambda would.
func (s *Service) Invoke(ctx context.Context, t engine.Task) (any, error) {
	function, ok := s.functions[t.FunctionName]
	if !ok {
		return nil, &engine.TaskError{Name: task.LambdaFunctionNotFound, Cause: "Function not found: " + t.FunctionName}
	}
	payload, err := jsonata.Encode(t.Payload)
	if err != nil {
		return nil, err
	}
	if s.isolated == nil { // a process has a time limit of its own
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, function.Timeout)
		defer cancel()
	}
	result, err := function.Invoke(task.WithCallerRead(ctx, func() task.Caller { return callerIn(t) }), payload)
	if crash, ok := errors.AsType[*runtimeapi.Error](err); ok {
		return nil, &engine.TaskError{Name: crash.Type, Cause: string(crash.Payload)}
	}
	if err != nil {
		failure := task.AsError(err)
		return nil, &engine.TaskError{Name: failure.Name, Cause: failure.Cause()}
	}
	return s.decode(result)
}

// decode reads JSON text as values of an execution.
func (s *Service) decode(text []byte) (any, error) {
	decoder, _ := s.decoders.Get().(*jsonata.Decoder)
	if decoder == nil {
		decoder = jsonata.NewDecoder()
	}
	defer s.decoders.Put(decoder)
	return decoder.Decode(text)
}
