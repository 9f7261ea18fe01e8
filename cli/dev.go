package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/diag"
)

// devFlags are the flags of dev.
type devFlags struct {
	surroundings
	address  string
	aws      string
	broker   string
	isolated bool
}

func newDev(std *Std) *cobra.Command {
	var flags devFlags
	command := &cobra.Command{
		Use:   "dev DIR",
		Short: "Serve a workflow's HTTP operations on this machine",
		Long: `Serve every HTTP operation of a workflow on this machine, through the gateway, the API function and the engine. A line is
printed for each request: status, time, states passed. Schedules start their operations on time. Saving a file reloads the workflow; while it does not compile, the
diagnostics are shown and the last good version goes on serving.`,
		Example: `  steploom dev workflows/newsroom
  steploom dev workflows/newsroom --addr 127.0.0.1:9000 --datasource newsdb=postgres://me@localhost/newsroom
  steploom dev workflows/newsroom --endpoint newswire.example.com=http://127.0.0.1:9999
  steploom dev workflows/newsroom --isolated --datasource newsdb=postgres://me@localhost/newsroom
  steploom dev workflows/newsroom --aws 127.0.0.1:8083`,
		Args: takes(folderArgument()),
		RunE: func(_ *cobra.Command, args []string) error { return dev(std, args[0], flags) },
	}
	flags.surroundings.register(command)
	command.Flags().StringVar(&flags.address, "addr", "127.0.0.1:8080", "the `ADDRESS` to listen on; port 0 takes a free one")
	command.Flags().StringVar(&flags.aws, "aws", "", "answer what the functions of the stack ask of AWS at an `ADDRESS`, for sam local; port 0 takes a free one")
	command.Flags().StringVar(&flags.broker, "broker", "", "read the topics of jobs at the brokers at `HOST:PORT`, several with commas; KAFKA_URL does the same")
	command.Flags().BoolVar(&flags.isolated, "isolated", false, "run the functions as Lambda does: the executables that are deployed, each in a process with its time and memory limit")
	return command
}

func dev(std *Std, path string, flags devFlags) error {
	w, err := readWorkflow(path)
	if err != nil {
		return err
	}
	settings, err := flags.settings(std)
	if err != nil {
		return err
	}
	if flags.isolated {
		if settings.Isolation, err = isolation(std, w.project); err != nil {
			return failed(err)
		}
	}
	listener, err := net.Listen("tcp", flags.address)
	if err != nil {
		return failed(err)
	}
	aws, err := listenAWS(flags.aws)
	if err != nil {
		return failed(err)
	}
	watcher, err := local.NewWatcher(w.project)
	if err != nil {
		return failed(err)
	}
	settings.BaseURL, settings.Log = "http://"+listener.Addr().String(), local.QuestionLog(std.Err)
	std.Out = std.mask.Writer(std.Out)
	settings.Executions, settings.Broker = local.NewExecutions(), flags.broker
	d := &developer{std: std, project: w.project, settings: settings}
	d.timers = local.NewTimekeeper(std.Clock, d.onTime)
	settings.Executions.Ended = d.ended
	fmt.Fprintf(std.Out, "serving %s at http://%s\n", path, listener.Addr())
	announceAWS(std, aws)
	d.reload()
	ctx, stop := context.WithCancel(std.Context)
	defer stop()
	watched := make(chan error, 1)
	go func() { watched <- watcher.Run(ctx, d.reload) }()
	var timed sync.WaitGroup
	timed.Go(func() { d.timers.Run(ctx) })
	ended := make(chan error, 1)
	context.AfterFunc(ctx, func() { ended <- d.closeJobs() })
	err = d.serve(ctx, listener, aws)
	stop()
	timed.Wait()
	err = errors.Join(err, <-watched, <-ended)
	d.current.close()
	return failed(err)
}

// grace is how long requests may take to end after an interrupt.
const grace = 5 * time.Second

// serve answers requests until the context ends, and then those that have begun.
func serve(ctx context.Context, listener net.Listener, server *http.Server) error {
	ended := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		limit, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		ended <- server.Shutdown(limit)
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}

// developer serves the last good version of a project.
type developer struct {
	std      *Std
	project  local.Project
	settings local.Settings
	console  sync.Mutex
	current  generations
	timers   *local.Timekeeper
	waits    atomic.Pointer[string] // why a workflow that compiles does not run
}

// ServeHTTP serves the last good version; before there is one it answers 503.
func (d *developer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	serving := d.current.take()
	if serving == nil {
		d.notYet(w)
		return
	}
	defer serving.requests.Done()
	serving.handler.ServeHTTP(w, r)
}

// notYet answers a request before there is a version that runs.
func (d *developer) notYet(w http.ResponseWriter) {
	message, _ := json.Marshal(map[string]string{"message": d.std.mask.Text(d.reason())})
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(message)
}

// reason says why nothing is served.
func (d *developer) reason() string {
	if why := d.waits.Load(); why != nil {
		return "the workflow does not run yet: " + *why
	}
	return notCompiled
}

// notCompiled is why nothing is served of a workflow with errors.
const notCompiled = "the workflow has not compiled yet"

// reload compiles the project and, when that succeeds, serves it from now on.
func (d *developer) reload() {
	service, err := d.build()
	d.console.Lock()
	defer d.console.Unlock()
	if err != nil {
		d.notReloaded(err)
		return
	}
	timers, err := local.Timers(service.Workflow)
	if err != nil {
		fmt.Fprintf(d.std.Err, "steploom: %s\n", err)
	}
	d.console.Unlock() // jobs tell what becomes of them
	d.serveJobs(service)
	d.console.Lock()
	before := d.current.replace(&generation{service: service, handler: service.Handler(d.served), aws: service.AWS(d.asked)})
	d.timers.Set(timers)
	if before == nil {
		announce(d.std, service)
		d.announceJobs(service)
		for _, route := range service.Routes() {
			fmt.Fprintln(d.std.Out, "  "+route)
		}
		d.announceTimers(timers)
		return
	}
	d.announceFilled(service)
	changes := service.Changes(before)
	if len(changes) == 0 {
		changes = []string{"nothing that runs has changed"}
	}
	there := size{operations: len(service.Routes())}
	if service.Workflow.Jobs != nil {
		there.add(service.Workflow)
	}
	fmt.Fprintf(d.std.Out, "reloaded: %s\n  %s\n", there, strings.Join(changes, "\n  "))
}

// notReloaded tells why a version does not serve, and what does.
func (d *developer) notReloaded(err error) {
	d.waits.Store(nil)
	if failure, ok := errors.AsType[*failure](err); !ok || failure.cause != nil {
		text := err.Error()
		d.waits.Store(&text)
		fmt.Fprintf(d.std.Err, "steploom: %s\n", text)
	}
	if d.current.service() != nil {
		fmt.Fprintln(d.std.Err, "the last good version goes on serving")
		return
	}
	fmt.Fprintln(d.std.Err, "steploom: requests are answered with 503 until this is mended; each saved file is a new try")
}

func (d *developer) build() (*local.Service, error) {
	w, err := readProject(d.project)
	if err != nil {
		return nil, err
	}
	output, list := w.compile()
	d.console.Lock()
	err = w.show(d.std, list)
	d.console.Unlock()
	if err != nil {
		return nil, err
	}
	if list.HasErrors() {
		return nil, errReported()
	}
	if err := d.openJobs(output); err != nil {
		return nil, err
	}
	settings := d.settings
	if before := d.current.service(); before != nil {
		settings.Held = before.Datasources
	}
	return newService(context.WithoutCancel(d.std.Context), d.project, output, settings)
}

// served prints one line for a request.
func (d *developer) served(s local.Served) {
	d.console.Lock()
	defer d.console.Unlock()
	fmt.Fprintf(d.std.Out, "%s %s  %s %s  %s\n", d.status(s.Status), padded(local.Milliseconds(s.Duration), 8), s.Method, diag.Name(s.Path), counted(s.States, "state"))
	d.failed(s.Failure)
}

// ended prints a line for an execution that nobody has waited for.
func (d *developer) ended(e local.Ended) {
	d.console.Lock()
	defer d.console.Unlock()
	status, operation := e.Status, diag.Name(e.Operation)
	if e.StatusCode != 0 {
		status = d.status(e.StatusCode)
	}
	if e.Trigger != "" {
		operation += " (" + diag.Name(e.Trigger) + ")"
	}
	fmt.Fprintf(d.std.Out, "%s %s  %s  %s  %s\n", status, padded(local.Milliseconds(e.Duration), 8), operation, counted(e.States, "state"), e.Name)
	d.failed(e.Failure)
}

// failed prints why and where an execution did not succeed.
func (d *developer) failed(failure *local.Failure) {
	if failure == nil {
		return
	}
	fmt.Fprintf(d.std.Out, "    %s\n", diag.Name(strings.TrimSpace(strings.Join([]string{failure.Status, failure.Error.Name, failure.Error.Message}, " "))))
	if where := failure.Where(); where != "" {
		fmt.Fprintf(d.std.Out, "    at %s\n", where)
	}
}

func padded(text string, width int) string {
	return strings.Repeat(" ", max(0, width-len(text))) + text
}

// status writes a status code, coloured by its class on a terminal.
func (d *developer) status(code int) string {
	text := fmt.Sprint(code)
	if !d.std.colour(d.std.OutTerminal) {
		return text
	}
	colour := map[int]string{2: "32", 3: "36", 4: "33", 5: "31"}[code/100]
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}
