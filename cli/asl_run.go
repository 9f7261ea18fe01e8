package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// aslRun are the flags of one run.
type aslRun struct {
	std                     *Std
	input, mock, test, data string
	history, fast, express  bool
}

func newASLRun(std *Std) *cobra.Command {
	run := &aslRun{std: std}
	command := &cobra.Command{
		Use:   "run FILE",
		Short: "Run a definition on this machine",
		Long: `Run a definition on this machine, with the outputs, errors and history that Step Functions gives. The output is printed as JSON; an
execution that fails prints its error and cause, and the exit code is 1.

Tasks are answered by a mock configuration in the shape of AWS Step Functions Local; the machine has the name of the file up to its first
dot. Waits and retries take their time and show a countdown on a terminal; --fast skips them. A folder given with --data stands for S3: its sub-folders are the buckets.`,
		Example: `  steploom asl run order.asl.json --input '{"id": 7}' --mock mocks.json --case Happy
  steploom asl run order.asl.json --input input.json --fast --history`,
		Args: takes(definitionArgument()),
		RunE: func(_ *cobra.Command, args []string) error { return run.run(args[0]) },
	}
	flags := command.Flags()
	flags.StringVar(&run.input, "input", "{}", "the input: a file, - for the standard input, or JSON")
	flags.StringVar(&run.mock, "mock", "", "a mock configuration that answers the tasks")
	flags.StringVar(&run.test, "case", "", "the test case of the mock configuration, as Case or Machine#Case")
	flags.StringVar(&run.data, "data", "", "a folder that stands for S3")
	flags.BoolVar(&run.history, "history", false, "print the event history, one JSON object a line, to the standard error")
	flags.BoolVar(&run.fast, "fast", false, "skip waits and retry delays")
	flags.BoolVar(&run.express, "express", false, "run an Express execution")
	return command
}

func (r *aslRun) run(file string) error {
	program, err := r.program(file)
	if err != nil {
		return err
	}
	input, err := r.readInput()
	if err != nil {
		return failed(err)
	}
	name, _, _ := strings.Cut(filepath.Base(file), ".")
	host, err := r.host(name)
	if err != nil {
		return failed(err)
	}
	count := &countdown{out: r.std.Err, on: r.std.ErrTerminal && !r.fast}
	defer count.stop()
	result := engine.Run(r.std.Context, program, input, host, engine.Options{
		Machine: name, Express: r.express, NoHistory: true, Waiting: count.start,
		Observer: func(e engine.Event) {
			count.stop()
			if r.history {
				fmt.Fprintln(r.std.Err, compact(e.Object()))
			}
		},
	})
	return r.report(result)
}

// program reads, checks and prepares the definition.
func (r *aslRun) program(file string) (*engine.Program, error) {
	if file == standardInput && r.input == standardInput {
		return nil, failed(errors.New("the standard input is either the definition or the input: name a file for one of them"))
	}
	definition, err := readDefinition(r.std, file)
	if err != nil {
		return nil, failed(err)
	}
	problems := asl.CheckJSON(definition, asl.Options{Express: r.express})
	if err := reportProblems(r.std, aslDiagnostics(file, definition, problems), map[string][]byte{file: definition}); err != nil {
		return nil, err
	}
	program, err := engine.PrepareJSON(definition)
	return program, failed(err)
}

func (r *aslRun) readInput() (any, error) {
	text := []byte(r.input)
	var err error
	switch {
	case r.input == standardInput:
		text, err = local.ReadStream(r.std.Context, r.std.In)
	case !json.Valid(text):
		text, err = local.ReadInput(r.std.Context, r.input)
	}
	if err != nil {
		return nil, err
	}
	input, err := jsonata.Decode(text)
	if err != nil {
		return nil, fmt.Errorf("the input is not JSON: %w", err)
	}
	return input, nil
}

func (r *aslRun) host(machine string) (engine.Host, error) {
	host := engine.Host{Tokens: engine.NewTokens()}
	if r.fast {
		host.Clock = engine.NewVirtual(time.Now())
	}
	if r.data != "" {
		host.Blobs = engine.Folder(r.data)
	}
	if r.mock == "" {
		if r.test != "" {
			return host, errors.New("--case needs --mock")
		}
		return host, nil
	}
	text, err := local.ReadInput(r.std.Context, r.mock)
	if err != nil {
		return host, err
	}
	mocks, err := engine.ParseMocks(text)
	if err != nil {
		return host, fmt.Errorf("%s: %w", r.mock, err)
	}
	if host.Invoker, err = mocks.Invoker(machine, r.test); err != nil {
		return host, fmt.Errorf("%s: %w", r.mock, err)
	}
	return host, nil
}

func (r *aslRun) report(result engine.Result) error {
	if result.Status == engine.Succeeded {
		_, err := fmt.Fprintln(r.std.Out, indented(result.Output))
		return failed(err)
	}
	fmt.Fprintf(r.std.Err, "steploom: the execution has ended with status %s\n", result.Status)
	if result.Error != "" {
		fmt.Fprintf(r.std.Err, "error: %s\n", result.Error)
	}
	if result.Cause != "" {
		fmt.Fprintf(r.std.Err, "cause: %s\n", result.Cause)
	}
	return errReported()
}

func compact(v any) string {
	text, err := jsonata.Encode(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func indented(v any) string {
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(compact(v)), "", "  "); err != nil {
		return compact(v)
	}
	return out.String()
}
