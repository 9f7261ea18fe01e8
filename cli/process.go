package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"
)

// Process gives the streams and the environment of the running process.
func Process() Std {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	return Std{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Lookup:      os.LookupEnv,
		Context:     ctx,
		OutTerminal: isTerminal(os.Stdout),
		ErrTerminal: isTerminal(os.Stderr),
	}
}

func isTerminal(stream io.Writer) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// colour tells whether a stream may carry ANSI colours: https://no-color.org, and a dumb terminal has none.
func (s *Std) colour(terminal bool) bool {
	if value, _ := s.Lookup("NO_COLOR"); value != "" {
		return false
	}
	kind, _ := s.Lookup("TERM")
	return terminal && kind != "dumb"
}
