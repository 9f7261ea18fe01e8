package local

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Answer ends a task that waits for a token, as SendTaskSuccess does for the API function on AWS.
func (s *Service) Answer(_ context.Context, token string, output []byte) (waited bool, err error) {
	value, err := jsonata.Decode(output)
	if err != nil {
		return false, err
	}
	return s.host.Tokens.Succeed(token, value) == nil, nil
}

// Refuse fails a task that waits for a token, as SendTaskFailure does.
func (s *Service) Refuse(_ context.Context, token, name, cause string) (waited bool, err error) {
	return s.host.Tokens.Fail(token, name, cause) == nil, nil
}

// AnswerHandler serves the links of questions to people, and nothing else.
func (s *Service) AnswerHandler() http.Handler {
	return NewGateway(NewRoutes(api.ApprovalRoutes()), s.invokeAPI, time.Now)
}

// apiFunction is how a definition names the API function, which asks people for it.
func apiFunction(function task.Function) string { return "${" + function.Substitution() + "}" }

// QuestionLog writes a line with a link for each question to people; failures are told by Served and Ended.
func QuestionLog(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return a
	}}
	return slog.New(infoOnly{slog.NewTextHandler(w, options)})
}

// infoOnly is a handler of records at the level of information alone, and of those that have a link.
type infoOnly struct{ slog.Handler }

// Handle implements slog.Handler.
func (h infoOnly) Handle(ctx context.Context, record slog.Record) error {
	linked := false
	record.Attrs(func(a slog.Attr) bool {
		linked = linked || a.Key == "link"
		return !linked
	})
	if !linked {
		return nil
	}
	return h.Handler.Handle(ctx, record)
}

// Enabled implements slog.Handler.
func (infoOnly) Enabled(_ context.Context, level slog.Level) bool { return level == slog.LevelInfo }
