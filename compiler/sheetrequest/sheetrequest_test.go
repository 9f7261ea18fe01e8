package sheetrequest_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/steploom/steploom/compiler/sheetrequest"
	"github.com/steploom/steploom/functions/sheet"
	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// answered asks the function, and gives what a path of its answer holds.
func answered(t *testing.T, store blob.Store, request *jsonata.Object, path jsonata.Node) any {
	t.Helper()
	text, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := sheet.New(sheet.Config{Blobs: store}).Invoke(context.Background(), text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	value, err := jsonata.Decode([]byte(`{"result":{"Payload":` + string(answer) + `}}`))
	if err != nil {
		t.Fatal(err)
	}
	expression, err := jsonata.Compile(jsonata.Print(path))
	if err != nil {
		t.Fatal(err)
	}
	found, err := expression.Eval(t.Context(), jsonata.Undefined, jsonata.Variables{"states": value})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestRequests: the function takes the requests and answers what is read of them.
func TestRequests(t *testing.T) {
	store := blob.Memory()
	rows := []any{map[string]any{"a": 1.0}}
	content := answered(t, store, sheetrequest.Write(rows, []string{"b", "a"}, "Prices"), sheetrequest.Content())
	read := sheetrequest.Read(nil, "Prices")
	read.Set("content", content)
	if got, _ := json.Marshal(answered(t, store, read, sheetrequest.Rows())); string(got) != `[{"b":null,"a":1}]` {
		t.Errorf("got %s", got)
	}
}
