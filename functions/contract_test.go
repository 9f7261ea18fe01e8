package functions_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/functions/filter"
	"github.com/steploom/steploom/functions/ftp"
	"github.com/steploom/steploom/functions/http"
	"github.com/steploom/steploom/functions/sheet"
	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/shared/task"
)

// contracts are the Go types behind the rows. The functions behind APIs and streams take events and answer to AWS; definitions read neither.
var contracts = map[string]struct{ request, response any }{
	task.Filter: {filter.Request{}, filter.Response{}},
	task.FTP:    {ftp.Request{}, ftp.Response{}},
	task.HTTP:   {http.Request{}, http.Response{}},
	task.Sheet:  {sheet.Request{}, sheet.Response{}},
	task.SQL:    {sql.Request{}, sql.Response{}},
}

// TestAnswersAreEncoded holds each row's Answer against the JSON of the response type: a zero response shows what is always there, a filled one
// shows all, with its types.
func TestAnswersAreEncoded(t *testing.T) {
	for _, row := range functions.Rows() {
		contract, ok := contracts[row.Name]
		if !ok && answersAWS(row) {
			continue
		}
		always, all := map[string]task.Type{}, map[string]task.Type{}
		for _, field := range row.Answer {
			all[field.Name] = field.Type
			if !field.Optional {
				always[field.Name] = field.Type
			}
			if row.AlwaysAnswers(field.Name) == field.Optional || field.Doc == "" {
				t.Errorf("%s: %+v", row.Name, field)
			}
		}
		zero := encoded(t, contract.response)
		if diff := cmp.Diff(names(always), names(zero)); diff != "" {
			t.Errorf("%s always answers: %s", row.Name, diff)
		}
		full := encoded(t, full(reflect.TypeOf(contract.response)).Interface())
		for name, kind := range all {
			if kind == task.TypeAny {
				full[name] = task.TypeAny
			}
		}
		if diff := cmp.Diff(all, full); diff != "" {
			t.Errorf("%s answers: %s", row.Name, diff)
		}
	}
}

func names(fields map[string]task.Type) []string { return slices.Sorted(maps.Keys(fields)) }

// encoded gives the members of a value's JSON with their types.
func encoded(t *testing.T, value any) map[string]task.Type {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	types := map[string]task.Type{}
	for name, member := range members {
		switch member.(type) {
		case nil:
			types[name] = ""
		case string:
			types[name] = task.TypeText
		case float64:
			types[name] = task.TypeNumber
		case bool:
			types[name] = task.TypeBoolean
		case []any:
			types[name] = task.TypeList
		case map[string]any:
			types[name] = task.TypeObject
		}
	}
	return types
}

// full makes a value with something in every field.
func full(kind reflect.Type) reflect.Value {
	value := reflect.New(kind).Elem()
	switch kind.Kind() {
	case reflect.Struct:
		for i := range kind.NumField() {
			value.Field(i).Set(full(kind.Field(i).Type))
		}
	case reflect.Pointer:
		value.Set(reflect.New(kind.Elem()))
		value.Elem().Set(full(kind.Elem()))
	case reflect.Slice:
		if kind == reflect.TypeFor[json.RawMessage]() {
			value.SetBytes([]byte("{}"))
			break
		}
		value.Set(reflect.Append(value, full(kind.Elem())))
	case reflect.Map:
		value.Set(reflect.MakeMap(kind))
	case reflect.String:
		value.SetString("x")
	case reflect.Int, reflect.Int64:
		value.SetInt(1)
	case reflect.Interface:
		value.Set(reflect.ValueOf("x"))
	}
	return value
}

// TestRequestsAreDecoded holds each row's Request against the request type: every member is described, and every path leads to a member.
func TestRequestsAreDecoded(t *testing.T) {
	for _, row := range functions.Rows() {
		contract, ok := contracts[row.Name]
		if !ok {
			continue
		}
		described := map[string]bool{}
		for _, field := range row.Request {
			kind := reached(reflect.TypeOf(contract.request), strings.Split(field.Name, "."))
			if kind == nil || !holds(kind, field.Type) || field.Doc == "" {
				t.Errorf("%s: %+v does not fit %v", row.Name, field, kind)
			}
			described[field.Name] = true
		}
		for member := range members(reflect.TypeOf(contract.request)) {
			if !described[member] {
				t.Errorf("%s: the row does not describe %s", row.Name, member)
			}
		}
	}
}

var raw = reflect.TypeFor[json.RawMessage]()

// members are the fields of a struct by their JSON names.
func members(kind reflect.Type) map[string]reflect.Type {
	found := map[string]reflect.Type{}
	for i := range kind.NumField() {
		name, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ",")
		found[name] = kind.Field(i).Type
	}
	return found
}

// reached is the type at a path, nil when there is none. Raw JSON may hold anything.
func reached(kind reflect.Type, path []string) reflect.Type {
	if kind == nil || len(path) == 0 || kind == raw {
		return kind
	}
	switch kind.Kind() {
	case reflect.Pointer:
		return reached(kind.Elem(), path)
	case reflect.Slice, reflect.Map:
		if path[0] == "*" {
			return reached(kind.Elem(), path[1:])
		}
	case reflect.Struct:
		return reached(members(kind)[path[0]], path[1:])
	}
	return nil
}

// holds tells whether a Go type takes values of a JSON type.
func holds(kind reflect.Type, is task.Type) bool {
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	if reflect.PointerTo(kind).Implements(reflect.TypeFor[json.Unmarshaler]()) && is == task.TypeAny {
		return true // it reads several types itself
	}
	switch kind.Kind() {
	case reflect.String:
		return is == task.TypeText
	case reflect.Bool:
		return is == task.TypeBoolean
	case reflect.Int, reflect.Float64:
		return is == task.TypeNumber
	case reflect.Map, reflect.Struct:
		return is == task.TypeObject
	case reflect.Slice:
		return is == task.TypeList || kind == raw
	}
	return is == task.TypeAny
}

func TestCatalogueLooksUp(t *testing.T) {
	front, ok := task.FindBehindAPI(functions.Rows())
	if !ok || front.Name != task.API {
		t.Errorf("behind the API stands %q", front.Name)
	}
	for _, row := range functions.Rows() {
		found, ok := task.Find(functions.Rows(), row.Name)
		if !ok || found.Name != row.Name || task.FunctionOf("${"+row.Substitution()+"}") != row.Name {
			t.Errorf("%s is not found", row.Name)
		}
	}
	if _, ok := task.Find(functions.Rows(), "none"); ok {
		t.Error("found what is not there")
	}
	for _, text := range []string{"", "${FunctionArn}", "SqlFunctionArn", "arn:aws:lambda:x:1:function:f"} {
		if got := task.FunctionOf(text); got != "" {
			t.Errorf("%q is the function %q", text, got)
		}
	}
}

// answersAWS tells whether a function is called by AWS alone: for the API, for streams, for the API of jobs.
func answersAWS(row task.Row) bool {
	return row.BehindAPI || row.BehindStream || len(row.JobRoutes) > 0
}
