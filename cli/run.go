package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// runFlags are the flags of run.
type runFlags struct {
	surroundings
	params, headers []string
	body, trigger   string
	message, topic  string
	trace           bool
	osoplog         string
}

func newRun(std *Std) *cobra.Command {
	var flags runFlags
	command := &cobra.Command{
		Use:   "run DIR OPERATION|JOB",
		Short: "Run one operation and print its result",
		Long: `Run one operation of a workflow: its compiled definition, in this process. The execution's output goes to standard output,
the states it passes go to standard error with --trace. The exit code is 1 when the execution fails; a response with an
error status is a result like any other. An operation that nothing but schedules start runs as they start it; --trigger does that
for any other. A JOB does with the messages of a file what it does with the records of its topics, offline: nothing is read from a broker and nothing is
committed; what becomes of each record goes to standard output.`,
		Example: `  steploom run workflows/newsroom 'GET /articles' --param section=city --trace
  steploom run workflows/newsroom 'POST /articles' --body article.json
  echo '{"articles": []}' | steploom run workflows/newsroom 'POST /articles/import' --body -
  steploom run workflows/surveys visits --message workflows/surveys/topics/visit.avro`,
		Args: takesOperation,
		RunE: func(_ *cobra.Command, args []string) error { return run(std, args[0], args[1], flags) },
	}
	flags.surroundings.register(command)
	command.Flags().StringArrayVar(&flags.params, "param", nil, "a path, query or form parameter as `NAME=VALUE`; again for more, or for a list")
	command.Flags().StringArrayVar(&flags.headers, "header", nil, "a request header as `NAME:VALUE`")
	command.Flags().StringVar(&flags.body, "body", "", "the request body: a `FILE`, or - for standard input")
	command.Flags().StringVar(&flags.message, "message", "", "the records for a job: a `FILE`, read as one that fills a topic (each line of .jsonl, each item of a list in .json), or - for standard input as one")
	command.Flags().StringVar(&flags.topic, "topic", "", "the `TOPIC` that the message comes from; the job's first one if it is not given")
	command.Flags().StringVar(&flags.trigger, "trigger", "", "run it now as its schedule of this `NAME` starts it, without parameters and body")
	command.Flags().StringVar(&flags.osoplog, "osoplog", "", "write the run as an OSOP log to a `FILE`: one record per attempt, secrets masked")
	command.Flags().BoolVar(&flags.trace, "trace", false, "print the states passed, with times, to standard error")
	return command
}

// takesOperation wants a folder and an operation, and offers those of the folder when it is all that is given.
func takesOperation(command *cobra.Command, args []string) error {
	err := takes(folderArgument(), operationArgument())(command, args)
	if len(args) != 1 {
		return err
	}
	w, unreadable := readWorkflow(args[0])
	if unreadable != nil {
		return unreadable
	}
	if output, _ := w.compile(); output.Workflow != nil && len(output.Workflow.Operations) > 0 {
		return fmt.Errorf("%w\n%s", err, listOfOperations(output.Workflow))
	}
	return err
}

func run(std *Std, path, operation string, flags runFlags) error {
	w, err := readWorkflow(path)
	if err != nil {
		return err
	}
	settings, err := flags.settings(std)
	if err != nil {
		return err
	}
	request, err := flags.request(std)
	if err != nil {
		return err
	}
	output, list := w.compile()
	if err := w.show(std, list); err != nil {
		return failed(err)
	}
	if list.HasErrors() {
		return errReported()
	}
	if output.Workflow.Jobs != nil || flags.message != "" || flags.topic != "" {
		return runJob(std, w, output, settings, operation, flags)
	}
	known, err := findOperation(output.Workflow, operation)
	if err != nil {
		return err
	}
	if request.Trigger, err = flags.startedBy(known); err != nil {
		return err
	}
	desk, err := openDesk(std, &settings)
	if err != nil {
		return failed(err)
	}
	defer desk.close()
	service, err := newService(std.Context, w.project, output, settings)
	if err != nil {
		return err
	}
	desk.serve(service)
	announce(std, service)
	if flags.osoplog == "" {
		return execute(std, service, known, request, flags.trace)
	}
	log := newOSOPLog(output.Workflow, known, std.mask)
	var logFailed error
	err = execute(std, service, known, request, flags.trace, recorder{observe: log.observe, ended: func(result engine.Result) {
		logFailed = log.write(flags.osoplog, result)
	}})
	return errors.Join(err, failed(logFailed))
}

// recorder is told what happens in a run, and how it ended.
type recorder struct {
	observe func(engine.Event)
	ended   func(engine.Result)
}

// execute runs one operation, shows what it does and prints what it gives.
func execute(std *Std, service *local.Service, operation *ir.Operation, request local.Request, trace bool, recorders ...recorder) error {
	request.User = service.User()
	input, err := request.Input(operation)
	if err != nil {
		return err
	}
	if trace {
		fmt.Fprintf(std.Err, "%s\n", request.Line(operation.Name))
	}
	seen := &local.Trace{}
	stop := progress(std, seen)
	result, err := service.Run(std.Context, operation.Name, input, func(event engine.Event) {
		seen.Observe(event)
		for _, r := range recorders {
			r.observe(event)
		}
	})
	stop()
	if err != nil {
		return failed(err)
	}
	for _, r := range recorders {
		r.ended(result.Result)
	}
	if trace {
		seen.Write(std.Err)
		fmt.Fprintf(std.Err, "%s in %s, %s\n", result.Status, local.Milliseconds(result.Stopped.Sub(result.Started)), counted(seen.States(), "state"))
	}
	if result.Status != engine.Succeeded {
		return failed(executionError(result.Failure, service.Datasources))
	}
	return failed(printValue(std.Out, result.Output))
}

// executionError says how an execution ended that did not succeed, and what to do when a datasource could not be reached.
func executionError(ended *local.Failure, datasources []local.Datasource) error {
	failure := ended.Error
	parts := []string{"the execution " + strings.ToLower(strings.ReplaceAll(ended.Status, "_", " "))}
	for _, part := range []string{failure.Name, failure.Message} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	text := strings.Join(parts, ": ")
	if where := ended.Where(); where != "" {
		text += "\nat: " + where
	}
	if failure.Detail == nil {
		return errors.New(text)
	}
	detail, _ := failure.Detail.(map[string]any)
	at := slices.IndexFunc(datasources, func(d local.Datasource) bool { return d.Name == detail["datasource"] })
	if at >= 0 && failure.Name == task.SqlConnect {
		return fmt.Errorf("%s\n%s", text, datasources[at].Advice())
	}
	shown, err := json.Marshal(failure.Detail)
	if err != nil {
		return errors.New(text)
	}
	return fmt.Errorf("%s\ndetail: %s", text, shown)
}

// printValue prints an indented JSON value with the keys in their order.
func printValue(w io.Writer, value any) error {
	text, err := jsonata.Encode(value)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err = w.Write(out.Bytes())
	return err
}

// request reads what the flags say of the request.
func (f runFlags) request(std *Std) (local.Request, error) {
	request := local.Request{Params: map[string][]string{}, Headers: map[string]string{}}
	for _, param := range f.params {
		name, value, ok := strings.Cut(param, "=")
		if !ok || name == "" {
			return request, fmt.Errorf("--param %q: want NAME=VALUE", param)
		}
		request.Params[name] = append(request.Params[name], value)
	}
	for _, header := range f.headers {
		name, value, ok := strings.Cut(header, ":")
		if !ok || name == "" {
			return request, fmt.Errorf("--header %q: want NAME:VALUE", header)
		}
		request.Headers[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	var err error
	switch f.body {
	case "":
	case standardInput:
		request.Body, err = local.ReadStream(std.Context, std.In)
	default:
		request.Body, err = local.ReadInput(std.Context, f.body)
	}
	return request, err
}

// startedBy is the trigger of a run: that of a schedule where --trigger names one, or where nothing else starts the operation and nothing is given to it.
func (f runFlags) startedBy(operation *ir.Operation) (string, error) {
	var names []string
	others := false
	for _, trigger := range operation.Triggers {
		if timed, ok := trigger.(*ir.Schedule); ok {
			names = append(names, timed.Name)
		} else {
			others = true
		}
	}
	given := len(f.params)+len(f.headers) > 0 || f.body != ""
	switch {
	case f.trigger == "" && (others || given || len(names) == 0):
		return "", nil
	case f.trigger != "" && given:
		return "", errors.New("--trigger: a schedule gives no parameters, headers or body")
	case f.trigger != "" && len(names) == 0:
		return "", fmt.Errorf("--trigger %q: no schedule starts %s", f.trigger, operation.Name)
	case f.trigger != "" && !slices.Contains(names, f.trigger):
		return "", fmt.Errorf("--trigger %q: the schedules of %s are %s", f.trigger, operation.Name, strings.Join(names, ", "))
	}
	return local.Scheduled, nil
}

// progress shows the current state on a terminal until stop is called.
func progress(std *Std, seen *local.Trace) (stop func()) {
	if !std.ErrTerminal {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(100 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				fmt.Fprint(std.Err, "\r\x1b[K")
				return
			case now := <-ticker.C:
				if name, since := seen.Current(now); name != "" {
					fmt.Fprintf(std.Err, "\r\x1b[K%s  %s", name, local.Milliseconds(since))
				}
			}
		}
	}()
	return func() { close(done); <-ended }
}
