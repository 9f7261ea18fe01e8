package task

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

type request struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

func echo(_ context.Context, r request) (any, error) {
	switch r.Name {
	case "panic":
		panic("oops")
	case "known":
		return nil, fmt.Errorf("wrapped: %w", &Error{Name: HttpConnect, Message: "no", Detail: map[string]int{"a": 1}})
	case "unknown":
		return nil, errors.New("oops")
	case "late":
		return nil, context.DeadlineExceeded
	case "large":
		return strings.Repeat("x", ResultLimit), nil
	}
	return r, nil
}

func TestInvoke(t *testing.T) {
	f := New(Row{Name: "echo"}, echo)
	for payload, want := range map[string]string{
		`{"name":"<é>","value":12345678901234567890}`: `{"name":"<é>","value":12345678901234567890}`,
		`{"name":1}`:         RequestInvalid,
		`{"nothing":1}`:      RequestInvalid,
		`{"name":"a"} 2`:     RequestInvalid,
		``:                   RequestInvalid,
		`{"name":"panic"}`:   Internal,
		`{"name":"unknown"}`: Internal,
		`{"name":"known"}`:   HttpConnect,
		`{"name":"late"}`:    Timeout,
		`{"name":"large"}`:   PayloadTooLarge,
	} {
		result, err := f.Invoke(context.Background(), []byte(payload))
		got := string(result)
		if err != nil {
			var named *Error
			if !errors.As(err, &named) {
				t.Fatalf("%s: %v is no *Error", payload, err)
			}
			got = named.Name
		}
		if got != want {
			t.Errorf("%s: got %s, %v, want %s", payload, got, err, want)
		}
	}
}

func TestWire(t *testing.T) {
	for _, e := range []*Error{
		{Name: "Sql.Syntax", Message: `near "x"`},
		{Name: "Http.Status.404", Message: "no", Detail: map[string]any{"statusCode": json.Number("404"), "body": nil}},
		{Name: "A", Message: `{"message":"a text that looks like ours"}`},
	} {
		got := FromWire(e.Wire())
		if fmt.Sprint(got) != fmt.Sprint(e) || fmt.Sprint(got.Detail) != fmt.Sprint(e.Detail) {
			t.Errorf("%+v came back as %+v", e, got)
		}
		var cause struct{ ErrorType, ErrorMessage string }
		if err := json.Unmarshal([]byte(e.Cause()), &cause); err != nil || cause.ErrorType != e.Name {
			t.Errorf("cause %s: %v", e.Cause(), err)
		}
	}
}

func TestMachineName(t *testing.T) {
	for operation, want := range map[string]string{
		"GET /news/{id}":                      "get-news-id",
		"get /pet/findByStatus":               "get-pet-findbystatus",
		"only_timebased_operation":            "only-timebased-operation",
		"GET /":                               "get",
		"{}":                                  "x--iqjw7i2vwn",
		"GET /" + strings.Repeat("long/", 12): "get-long-long-long-long-long-long-lo--zcduwmyv4d",
	} {
		if got := MachineName(operation); got != want || len(got) > MachineNameLimit {
			t.Errorf("%s: got %s, want %s", operation, got, want)
		}
	}
	if MachineName("GET /"+strings.Repeat("a", 80)) == MachineName("GET /"+strings.Repeat("a", 81)) {
		t.Error("cut names are equal")
	}
}

func TestEnvironment(t *testing.T) {
	if got := VariableName(DatasourceVariable, "my-db.é1"); got != "STEPLOOM_DATASOURCE_MY_DB__1" {
		t.Errorf("got %s", got)
	}
	first := Variables(map[string]string{"A": "1"}).Or(Variables(map[string]string{"A": "2", "B": "3"}))
	if first.Value("A") != "1" || first.Value("B") != "3" || first.Value("C") != "" || Environment(nil).Value("A") != "" {
		t.Error("lookups")
	}
	endpoints, err := Variables(map[string]string{EndpointsVariable: "a.com=http://x/, https://a.com/v1=http://y"}).Endpoints()
	if err != nil || fmt.Sprint(endpoints) != "[{https://a.com/v1 http://y} {a.com http://x}]" {
		t.Errorf("got %v, %v", endpoints, err)
	}
	for _, wrong := range []string{"a", "=http://x", "a=b"} {
		if _, err := ParseEndpoint(wrong); err == nil {
			t.Errorf("%s is accepted", wrong)
		}
	}
}

func TestMachineSubstitution(t *testing.T) {
	if got := MachineSubstitution("get-news-id"); got != "GetNewsIdStateMachineArn" {
		t.Error(got)
	}
}
