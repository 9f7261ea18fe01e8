package local

import (
	"context"
	"log/slog"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
)

// requestLog is a log of function api. A request that fails outside of its execution, such as one whose answer cannot be written, is told of there only, so that
// it becomes the failure of the visit.
type requestLog struct{ slog.Handler }

func newRequestLog(log *slog.Logger) *slog.Logger {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return slog.New(requestLog{log.Handler()})
}

// Enabled implements slog.Handler.
func (l requestLog) Enabled(ctx context.Context, level slog.Level) bool {
	return level == slog.LevelError || l.Handler.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (l requestLog) Handle(ctx context.Context, record slog.Record) error {
	if visit, visited := ctx.Value(visitKey{}).(*visit); visited && record.Level == slog.LevelError {
		visit.failed(failureIn(record))
	}
	if !l.Handler.Enabled(ctx, record.Level) {
		return nil
	}
	return l.Handler.Handle(ctx, record)
}

// failureIn is what function api says of a request that failed.
func failureIn(record slog.Record) *Failure {
	failure := &Failure{Status: engine.Failure, Error: &task.Error{Message: record.Message}}
	record.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "error":
			failure.Error.Name = a.Value.String()
		case "cause":
			failure.Error.Message = a.Value.String()
		case "operation":
			failure.Operation = a.Value.String()
		case "stage":
			failure.Stage = a.Value.String()
		}
		return true
	})
	return failure
}
