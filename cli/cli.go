// Package cli is the command line of Steploom: one file per command. Streams, environment and terminal are injected, so
// that a test drives exactly what a person drives.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/statemachine/engine"
)

// The exit codes of every command.
const (
	ExitOK     = 0 // success
	ExitFailed = 1 // the workflow has errors, or the run failed
	ExitUsage  = 2 // wrong use of the command line

	ExitInterrupted = 130 // an interrupt ended the command before it was done
)

// Std is all that a command may touch of the process it runs in.
type Std struct {
	In       io.Reader
	Out, Err io.Writer
	// Lookup reads an environment variable.
	Lookup func(name string) (value string, ok bool)
	// Context ends when the user interrupts the process.
	Context context.Context
	// Clock is the time of schedules; nil is the machine's.
	Clock engine.Clock
	// OutTerminal and ErrTerminal tell whether a person looks at the stream.
	OutTerminal, ErrTerminal bool

	// mask knows the secrets of the run; nothing on Err shows them.
	mask *secret.Mask
}

// Main runs one command line, without the program's name, and gives the exit code.
func Main(args []string, std Std) int {
	std.mask = &secret.Mask{}
	if std.Clock == nil {
		std.Clock = engine.System
	}
	std.Err = std.mask.Writer(std.Err)
	root := newRoot(&std)
	root.SetArgs(args)
	root.SetIn(std.In)
	root.SetOut(std.Out)
	root.SetErr(std.Err)
	return obeying(std.Context, func() int {
		command, err := root.ExecuteContextC(std.Context)
		return conclude(&std, command, err)
	})
}

// patience is how long a command may take to end after an interrupt: what answers requests ends them within grace.
const patience = grace + 2*time.Second

// obeying runs a command, which is left alone when it does not end in time after an interrupt.
func obeying(ctx context.Context, run func() int) int {
	ended := make(chan int, 1)
	go func() { ended <- run() }()
	select {
	case code := <-ended:
		return code
	case <-ctx.Done():
	}
	select {
	case code := <-ended:
		return code
	case <-time.After(patience):
		return ExitInterrupted
	}
}

// newRoot assembles the commands; the list is the only place that names them.
func newRoot(std *Std) *cobra.Command {
	root := &cobra.Command{
		Use:   "steploom",
		Short: "Compile integration workflows to AWS Step Functions and run them on this machine",
		Long: `Steploom compiles integration workflows written in YAML into AWS Step Functions definitions and a SAM application,
and runs the same definitions on this machine.`,
		Example: `  steploom check workflows/newsroom
  steploom dev workflows/newsroom
  steploom build workflows/newsroom --out dist`,
		Args:                       noCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
		SilenceErrors:              true,
		SuggestionsMinimumDistance: 2,
		SilenceUsage:               true,
	}
	root.AddCommand(
		newCheck(std),
		newBuild(std),
		newRun(std),
		newDev(std),
		newFmt(std),
		newSchedule(std),
		newExplain(std),
		newDiff(std),
		newCost(std),
		newASL(std),
		newVersion(std),
	)
	root.CompletionOptions.DisableDescriptions = false
	return root
}

// noCommand refuses an unknown command and offers the nearest known one.
func noCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	message := fmt.Sprintf("unknown command %q", args[0])
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		message += fmt.Sprintf(", did you mean %q?", near[0])
	}
	return errors.New(message)
}

// failure is an error of the work itself; every other error that a command returns is wrong use.
type failure struct {
	// cause is nil when the command has said everything already.
	cause error
}

func (f *failure) Error() string {
	if f.cause == nil {
		return "failed"
	}
	return f.cause.Error()
}

func (f *failure) Unwrap() error { return f.cause }

// failed marks err as a failure of the work, exit code 1.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return &failure{cause: err}
}

// errReported ends a command with exit code 1 when everything has been said.
func errReported() error { return &failure{} }

// conclude prints what is left to say and turns the outcome into an exit code.
func conclude(std *Std, command *cobra.Command, err error) int {
	if err == nil {
		return ExitOK
	}
	if failure, ok := errors.AsType[*failure](err); ok {
		if failure.cause != nil {
			fmt.Fprintf(std.Err, "steploom: %s\n", failure.cause)
		}
		return ExitFailed
	}
	fmt.Fprintf(std.Err, "steploom: %s\nSee '%s --help'.\n", strings.TrimSpace(err.Error()), command.CommandPath())
	return ExitUsage
}
