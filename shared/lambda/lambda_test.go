package lambda

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/steploom/steploom/shared/task"
)

func TestErrorsKeepTheirName(t *testing.T) {
	for _, test := range []struct {
		err           error
		name, message string
	}{
		{&task.Error{Name: "Sql.Syntax", Message: "no"}, "Sql.Syntax", "no"},
		{&task.Error{Name: "Http.Status.404", Message: "no", Detail: 1}, "Http.Status.404", `{"message":"no","detail":1}`},
		{errors.New("oops"), task.Internal, "oops"},
	} {
		invoke := handler(func(context.Context, []byte) ([]byte, error) { return nil, test.err })
		_, err := invoke.Invoke(context.Background(), nil)
		got, ok := err.(messages.InvokeResponse_Error)
		if !ok || got.Type != test.name || got.Message != test.message {
			t.Errorf("%v: got %#v", test.err, err)
		}
	}
}

func TestDeadlineLeavesTimeToAnswer(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), graceTime+50*time.Millisecond)
	defer cancel()
	invoke := handler(func(ctx context.Context, _ []byte) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	_, err := invoke.Invoke(ctx, nil)
	if got, ok := err.(messages.InvokeResponse_Error); !ok || got.Type != task.Timeout || ctx.Err() != nil {
		t.Errorf("got %#v, limit %v", err, ctx.Err())
	}
}

func TestMemoryLimit(t *testing.T) {
	for _, test := range []struct {
		variables map[string]string
		want      int64 // 0: the runtime's own stands
	}{
		{map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256"}, 224 << 20},
		{map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "10240"}, 8960 << 20},
		{map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "GOMEMLIMIT": "1GiB"}, 0},
		{map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "much"}, 0},
		{nil, 0},
	} {
		limit, ok := memoryLimit(task.Variables(test.variables))
		if ok != (test.want > 0) || ok && limit != test.want {
			t.Errorf("%v: got %d, %t", test.variables, limit, ok)
		}
	}
}
