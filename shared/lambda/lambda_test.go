package lambda

import (
	"context"
	"errors"
	"testing"

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
