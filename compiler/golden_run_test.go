package compiler_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// execute runs one case on the engine in virtual time, with the real functions but for the stand-ins that the case brings.
func (g *golden) execute(name, folder string, output compiler.Output) {
	text, _ := g.section(name + "/input.json")
	input, err := jsonata.Decode(text)
	if err != nil {
		g.t.Fatalf("%s/input.json: %v", name, err)
	}
	host := g.newHost(name, output)
	result := host.run(context.Background(), g.operationOf(input, output), input)
	g.add(name+"/"+folder+"output.json", outcomeText(result))
	g.add(name+"/"+folder+"trace", host.trace.String())
}

func (g *golden) operationOf(input any, output compiler.Output) string {
	if object, ok := input.(*jsonata.Object); ok {
		operation, ok := object.Get("operation")
		if ok && (len(output.Machines) > 1 || output.Machines[0].Operation == operation) {
			return operation.(string)
		}
	}
	return output.Machines[0].Operation
}

func outcomeText(result engine.Result) string {
	if result.Status != engine.Succeeded {
		return fmt.Sprintf("%s %s: %s", result.Status, result.Error, result.Cause)
	}
	return indented(result.Output)
}

func indented(value any) string {
	compact, err := jsonata.Encode(value)
	if err != nil {
		return err.Error()
	}
	var text bytes.Buffer
	if err := json.Indent(&text, compact, "", "  "); err != nil {
		return err.Error()
	}
	return text.String()
}

// host serves the tasks of executions and writes down what happens.
type host struct {
	t         *testing.T
	output    compiler.Output
	clock     *engine.Virtual
	functions map[string]task.Function
	standIns  map[string][]standIn
	server    string // address of the HTTP server that stands for all hosts, "" for none
	// turns are the places of states in the definitions, so that calls at the same time end in one order; see turn.
	turns map[string]int
	mutex sync.Mutex
	trace strings.Builder
}

// standIn is one answer of a function that a case brings.
type standIn struct {
	Result  any    `json:"result"`
	Error   string `json:"error"`
	Message string `json:"message"`
	Detail  any    `json:"detail"`
}

func (g *golden) newHost(name string, output compiler.Output) *host {
	h := &host{
		t: g.t, output: output,
		clock:     engine.NewVirtual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)),
		functions: map[string]task.Function{},
		turns:     turns(output),
	}
	if text, ok := g.section(name + "/calls.json"); ok {
		if err := json.Unmarshal(text, &h.standIns); err != nil {
			g.t.Fatalf("%s/calls.json: %v", name, err)
		}
	}
	services := functions.Services{
		SQLite: g.openDatabase, Folders: true, Blobs: &numberedBlobs{Store: blob.Memory(), keys: map[string]string{}},
	}
	if text, ok := g.section("server.json"); ok {
		h.server = g.serve(text)
	}
	environment := map[string]string{task.EndpointsVariable: h.redirects()}
	database := "file:" + filepath.Join(g.t.TempDir(), "golden.sqlite")
	for _, connection := range output.Workflow.Connections {
		switch variable := task.VariableName(task.DatasourceVariable, connection.Name); connection.Kind {
		case ir.Database:
			environment[variable] = "sqlite:" + database
		case ir.FTP:
			environment[variable] = "file://" + g.folder()
		case ir.API:
		}
	}
	for _, function := range functions.All(task.Variables(environment), services) {
		h.functions[task.Substitution(function.Name)] = function
	}
	g.fill(database)
	return h
}

func turns(output compiler.Output) map[string]int {
	n := &normaliser{states: map[string]string{}}
	for _, machine := range output.Machines {
		n.nameStates(machine.Definition)
	}
	places := map[string]int{}
	for i, name := range slices.Sorted(maps.Keys(n.states)) {
		places[name] = i + 1
	}
	return places
}

// turn is how long a task takes: milliseconds by its state and, for the items of a loop, nanoseconds by what it is asked.
func (h *host) turn(called engine.Task) time.Duration {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(compact(called.Payload)))
	return time.Duration(h.turns[called.State])*time.Millisecond + time.Duration(sum.Sum32()%1_000_000)
}

// hosts are the HTTP hosts that definitions name.
var hosts = regexp.MustCompile(`https?://[A-Za-z0-9.:-]+`)

// redirects sends every host that the definitions or jobs name to the server.
func (h *host) redirects() string {
	if h.server == "" {
		return ""
	}
	var pairs []string
	texts := slices.Collect(maps.Values(h.output.Files))
	if jobs := h.output.Workflow.Jobs; jobs != nil {
		for _, declared := range jobs.Declared {
			texts = append(texts, []byte(declared.URL))
		}
	}
	for _, text := range texts {
		for _, found := range hosts.FindAllString(string(text), -1) {
			pairs = append(pairs, found+"="+h.server)
		}
	}
	return strings.Join(pairs, " ")
}

// numberedBlobs is a store whose keys are the same in every run.
type numberedBlobs struct {
	blob.Store
	mutex sync.Mutex
	keys  map[string]string
}

func (b *numberedBlobs) Put(ctx context.Context, content []byte) (string, error) {
	key, err := b.Store.Put(ctx, content)
	b.mutex.Lock()
	defer b.mutex.Unlock()
	number := fmt.Sprintf("%040d", len(b.keys)+1)
	b.keys[number] = key
	return number, err
}

func (b *numberedBlobs) Get(ctx context.Context, key string) ([]byte, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.Store.Get(ctx, b.keys[key])
}

func (g *golden) openDatabase(name string) (*sql.DB, error) { return sql.Open("sqlite", name) }

// fill runs the scripts of the db folder.
func (g *golden) fill(database string) {
	for _, file := range g.archive.Files {
		if !strings.HasPrefix(file.Name, "db/") {
			continue
		}
		db, err := sql.Open("sqlite", database)
		if err != nil {
			g.t.Fatal(err)
		}
		if _, err := db.Exec(string(file.Data)); err != nil {
			g.t.Fatalf("%s: %v", file.Name, err)
		}
		if err := db.Close(); err != nil {
			g.t.Fatal(err)
		}
	}
}

// folder makes one with the files of the ftp folder, all from the beginning of a year.
func (g *golden) folder() string {
	root, then := g.t.TempDir(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, file := range g.archive.Files {
		name, ok := strings.CutPrefix(file.Name, "ftp/")
		if !ok {
			continue
		}
		path := filepath.Join(root, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, file.Data, 0o644)
		}
		for ; err == nil && path != root; path = filepath.Dir(path) {
			err = os.Chtimes(path, then, then)
		}
		if err != nil {
			g.t.Fatalf("%s: %v", file.Name, err)
		}
	}
	return root
}

// route is an answer of the HTTP server: a JSON body, or a text with its content type, or what was sent, as
// JSON that tells of it (echo) or as it is (mirror). The content type is application/json where none is given.
type route struct {
	Status      int             `json:"status"`
	Body        json.RawMessage `json:"body"`
	ContentType string          `json:"contentType"`
	Text        string          `json:"text"`
	Echo        bool            `json:"echo"`
	Mirror      bool            `json:"mirror"`
	Gzip        bool            `json:"gzip"` // packed, of which no header tells
}

func (a route) write(w http.ResponseWriter, r *http.Request) error {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if a.Mirror {
		w.Header().Set("Content-Type", cmp.Or(a.ContentType, r.Header.Get("Content-Type")))
		_, err = w.Write(sent)
		return err
	}
	w.Header().Set("Content-Type", cmp.Or(a.ContentType, "application/json"))
	w.WriteHeader(a.Status)
	if a.Echo {
		return json.NewEncoder(w).Encode(map[string]string{"contentType": r.Header.Get("Content-Type"), "text": string(sent)})
	}
	content := append([]byte(a.Text), a.Body...)
	if a.Gzip {
		packer := gzip.NewWriter(w)
		_, err = packer.Write(content)
		return errors.Join(err, packer.Close())
	}
	_, err = w.Write(content)
	return err
}

// serve starts an HTTP server with fixed answers: {"GET /path?query": {"status": 200, "body": …}}.
func (g *golden) serve(text []byte) string {
	var routes map[string]route
	if err := json.Unmarshal(text, &routes); err != nil {
		g.t.Fatalf("server.json: %v", err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		route, ok := routes[r.Method+" "+r.URL.RequestURI()]
		if !ok {
			http.Error(w, `{"message": "no such route"}`, http.StatusNotFound)
			return
		}
		if err := route.write(w, r); err != nil {
			g.t.Error(err)
		}
	}))
	g.t.Cleanup(server.Close)
	return server.URL
}

// run executes an operation and notes the states that it passes.
func (h *host) run(ctx context.Context, operation string, input any) engine.Result {
	for _, machine := range h.output.Machines {
		if machine.Operation == operation {
			return h.runMachine(ctx, machine, input)
		}
	}
	h.t.Fatalf("there is no operation %q", operation)
	return engine.Result{}
}

func (h *host) runMachine(ctx context.Context, machine compiler.Machine, input any) engine.Result {
	definition, err := asl.Unmarshal(h.output.Files[machine.Path()])
	if err != nil {
		h.t.Fatal(err)
	}
	program, err := engine.Prepare(definition)
	if err != nil {
		h.t.Fatal(err)
	}
	options := engine.Options{Name: machine.Name, Machine: machine.Name, Express: machine.Mode == ir.Express, Observer: h.observe}
	return engine.Run(ctx, program, input, engine.Host{Clock: h.clock, Invoker: h, Random: func() float64 { return 0.5 }}, options)
}

func (h *host) note(format string, arguments ...any) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	fmt.Fprintf(&h.trace, format+"\n", arguments...)
}

func (h *host) observe(event engine.Event) {
	switch details := event.Details.(type) {
	case engine.StateEntered:
		h.note("%s %s", event.Timestamp.Format("15:04:05"), details.Name)
	case engine.StateExited:
		for _, variable := range details.Assigned {
			h.note("         $%s = %s", variable.Name, compact(variable.Value))
		}
	}
}

func compact(value any) string {
	text, err := jsonata.Encode(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Invoke answers a task and notes request and answer.
func (h *host) Invoke(ctx context.Context, called engine.Task) (any, error) {
	switch called.Resource {
	case "arn:aws:states:::aws-sdk:sfn:startSyncExecution":
		return h.startSync(ctx, called)
	case "arn:aws:states:::states:startExecution.sync:2":
		return h.startNested(ctx, called)
	}
	name := strings.TrimSuffix(strings.TrimPrefix(called.FunctionName, "${"), "}")
	if err := engine.Sleep(ctx, h.clock, h.turn(called)); err != nil {
		return nil, err
	}
	h.note("         -> %s %s", name, h.anonymous(compact(called.Payload)))
	result, err := h.call(ctx, name, called.Payload)
	if err != nil {
		h.note("         <- %s", h.anonymous(err.Error()))
		return nil, err
	}
	h.note("         <- %s", h.anonymous(compact(result)))
	return result, nil
}

// anonymous hides the port of the server, which changes from run to run.
func (h *host) anonymous(text string) string {
	if h.server == "" {
		return text
	}
	return strings.ReplaceAll(text, h.server, "http://server")
}

func (h *host) call(ctx context.Context, name string, payload any) (any, error) {
	function := strings.ToLower(strings.TrimSuffix(name, "FunctionArn"))
	if answer, ok := h.next(function); ok {
		return answer.give()
	}
	real, ok := h.functions[name]
	if !ok {
		return nil, fmt.Errorf("there is no function %s", name)
	}
	request, err := jsonata.Encode(payload)
	if err != nil {
		return nil, err
	}
	response, err := real.Invoke(ctx, request)
	if err != nil {
		failure := task.AsError(err)
		return nil, &engine.TaskError{Name: failure.Name, Cause: failure.Cause()}
	}
	return jsonata.Decode(response)
}

// next takes the next stand-in of a function. Once a case brings one, running out of them is an error.
func (h *host) next(function string) (standIn, bool) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	left, ok := h.standIns[function]
	if !ok {
		return standIn{}, false
	}
	if len(left) == 0 {
		return standIn{Error: "Test.Unexpected", Message: "no answer is left"}, true
	}
	h.standIns[function] = left[1:]
	return left[0], true
}

func (s standIn) give() (any, error) {
	if s.Error == "" {
		return s.Result, nil
	}
	failure := &task.Error{Name: s.Error, Message: s.Message, Detail: s.Detail}
	return nil, &engine.TaskError{Name: failure.Name, Cause: failure.Cause()}
}

// startSync runs the Express machine that a task names, as StartSyncExecution does.
func (h *host) startSync(ctx context.Context, called engine.Task) (any, error) {
	machine, text := h.callee(called.Arguments)
	input, err := jsonata.Decode([]byte(text.(string)))
	if err != nil {
		return nil, err
	}
	result := h.runMachine(ctx, machine, input)
	answer := jsonata.NewObject()
	answer.Set("Status", result.Status)
	if result.Status == engine.Succeeded {
		answer.Set("Output", compact(result.Output))
		return answer, nil
	}
	answer.Set("Error", result.Error)
	answer.Set("Cause", result.Cause)
	return answer, nil
}

// startNested runs a Standard machine and waits, as startExecution.sync:2 does.
func (h *host) startNested(ctx context.Context, called engine.Task) (any, error) {
	machine, input := h.callee(called.Arguments)
	result := h.runMachine(ctx, machine, input)
	if result.Status != engine.Succeeded {
		return nil, &engine.TaskError{Name: "States.TaskFailed", Cause: compact(map[string]any{"Error": result.Error, "Cause": result.Cause})}
	}
	answer := jsonata.NewObject()
	answer.Set("Output", result.Output)
	return answer, nil
}

func (h *host) callee(arguments any) (compiler.Machine, any) {
	object := arguments.(*jsonata.Object)
	arn, _ := object.Get("StateMachineArn")
	input, _ := object.Get("Input")
	for _, machine := range h.output.Machines {
		if "${"+substitution(machine)+"}" == arn {
			return machine, input
		}
	}
	h.t.Fatalf("no machine %v", arn)
	return compiler.Machine{}, nil
}
