package task

import (
	"context"
	"log/slog"
	"time"
)

// Logged is the function with a line in a log for each call: on whose behalf, how long, and the name of the error. What is called with, answered
// and said of a failure stays out, since it may be anybody's data; only what is said of an [Internal] error is logged, since nothing else tells.
func Logged(function Function, log *slog.Logger) Function {
	invoke := function.Invoke
	function.Invoke = func(ctx context.Context, payload []byte) ([]byte, error) {
		started := time.Now()
		result, err := invoke(ctx, payload)
		facts := append([]any{"function", function.Name, "milliseconds", time.Since(started).Milliseconds()}, CallerOf(ctx).Facts()...)
		if err == nil {
			log.InfoContext(ctx, "call done", facts...)
			return result, nil
		}
		failure := AsError(err)
		facts = append(facts, "error", failure.Name)
		if failure.Name == Internal {
			facts = append(facts, "cause", failure.Message)
		}
		log.WarnContext(ctx, "call failed", facts...)
		return result, err
	}
	return function
}
