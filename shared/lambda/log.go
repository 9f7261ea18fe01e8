package lambda

import (
	"context"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/steploom/steploom/shared/task"
)

// Logger writes JSON lines in the form that Lambda gives its own ("timestamp", "level", "message"), from the level that the function is configured
// with (Lambda developer guide, "Configuring advanced logging controls"), or INFO. A line that is written in an invocation has its id.
func Logger(environment task.Environment, out io.Writer) *slog.Logger {
	level := slog.LevelInfo
	switch environment.Value("AWS_LAMBDA_LOG_LEVEL") {
	case "TRACE", "DEBUG":
		level = slog.LevelDebug
	case "WARN":
		level = slog.LevelWarn
	case "ERROR", "FATAL":
		level = slog.LevelError
	}
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		switch {
		case len(groups) > 0:
		case a.Key == slog.TimeKey:
			a.Key = "timestamp"
		case a.Key == slog.MessageKey:
			a.Key = "message"
		}
		return a
	}}
	return slog.New(withInvocation{slog.NewJSONHandler(out, options)})
}

// withInvocation adds the id of the Lambda invocation.
type withInvocation struct{ slog.Handler }

// Handle implements slog.Handler.
func (h withInvocation) Handle(ctx context.Context, record slog.Record) error {
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		record.AddAttrs(slog.String("invocation", invocation.AwsRequestID))
	}
	return h.Handler.Handle(ctx, record)
}

// WithAttrs implements slog.Handler.
func (h withInvocation) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withInvocation{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h withInvocation) WithGroup(name string) slog.Handler {
	return withInvocation{h.Handler.WithGroup(name)}
}
