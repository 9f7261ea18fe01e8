package sam_test

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// repository is the root of the module, seen from this package.
const repository = "../.."

// vendorSamples is the folder of projects that nobody here wrote.
func vendorSamples() string {
	return filepath.Join(cmp.Or(os.Getenv("STEPLOOM_SAMPLES"), repository+"/../shared/samples"), "apichap")
}

// compiled gives the application of a workflow's folder.
func compiled(t testing.TB, name, folder string) sam.Application {
	t.Helper()
	return output(t, folder).Application(name)
}

func output(t testing.TB, folder string) compiler.Output {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var files source.Files
	for _, entry := range entries {
		if entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, source.File{Path: entry.Name(), Bytes: content})
	}
	output, list := compiler.Compile(files, compiler.Options{})
	noErrors(t, list)
	return output
}

func noErrors(t testing.TB, list diag.List) {
	t.Helper()
	for _, d := range list {
		if d.Severity == diag.Error {
			t.Errorf("%s:%d: %s %s", d.Range.File, d.Range.Start.Line, d.Code, d.Summary)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}

func newsroom(t testing.TB) sam.Application {
	return compiled(t, "newsroom", repository+"/workflows/newsroom/specs")
}

// applications are all that the tools are tried on: the samples, the vendor's projects, and one that uses everything.
func applications(t *testing.T) map[string]sam.Application {
	all := map[string]sam.Application{
		"newsroom": newsroom(t), "publisher": compiled(t, "publisher", repository+"/workflows/publisher"), "everything": everything(t), "asynchronous": asynchronous(t),
		"jobs": surveys(t), "no jobs of files": jobsOf(t, &ir.Jobs{Range: at(1)}),
	}
	projects, err := os.ReadDir(vendorSamples())
	if errors.Is(err, fs.ErrNotExist) {
		t.Logf("%s is not there: the vendor's projects are left out", vendorSamples())
	}
	for _, project := range projects {
		all[project.Name()] = compiled(t, project.Name(), filepath.Join(vendorSamples(), project.Name(), "specs"))
	}
	return all
}

// everything is a workflow that uses every trigger, every function of the catalogue and every kind of resource.
func everything(t testing.TB) sam.Application {
	t.Helper()
	workflow := &ir.Workflow{
		Name: "everything",
		Connections: []*ir.Connection{
			{Name: "shop", Kind: ir.Database, URL: "jdbc:postgresql://db.internal:5432/shop", User: ir.Credential{Literal: "shop"}, Password: ir.Credential{Literal: literalPassword}},
			{Name: "drop-box", Kind: ir.FTP, URL: "sftp://files.internal/in", User: ir.Credential{Ref: "FTP_USER"}, Password: ir.Credential{Ref: "FTP_PASSWORD"}},
		},
		Authentications: []*ir.Authentication{
			{Name: "callers", Method: access.Method{Kind: access.Basic}, Users: []ir.User{{Name: ir.Credential{Literal: "me"}, Password: ir.Credential{Literal: literalPassword}}}, Range: at(2)},
			{Name: "partners", Method: access.Method{Kind: access.Key, Header: "X-Partner"}, Keys: []ir.Credential{{Literal: literalPassword}}, Range: at(3)},
			{Name: "staff", Method: access.Method{Kind: access.Token, Issuer: "https://issuer.internal", Audience: []string{"things"}, Algorithms: []string{"RS256"}}, Range: at(4)},
		},
	}
	calls := []ir.Step{}
	for _, row := range functions.Rows() {
		if !row.BehindAPI && !row.BehindStream && len(row.JobRoutes) == 0 {
			calls = append(calls, callOf(row, len(calls)))
		}
	}
	answer := &ir.Return{Status: 200.0, Body: "costs ${price} and $${x}", HasBody: true, Header: ir.Header{Common: ir.Head{Label: "answer", Range: at(30)}}}
	workflow.Operations = []*ir.Operation{
		{Name: "GET /things/{id}", Triggers: []ir.Trigger{&ir.HTTP{Method: "GET", Path: "/things/{id}", Range: at(10), Guards: access.Guards{{Authentication: "callers"}, {Authentication: "partners"}}}}, Range: at(10),
			Parameters: []ir.Parameter{{Name: "id", In: "path", Schema: schema.Of("integer"), Required: true}}, Steps: []ir.Step{answer}},
		{Name: "POST /things", Triggers: []ir.Trigger{&ir.HTTP{Method: "POST", Path: "/things", Range: at(20), Guards: access.Guards{{Authentication: "callers"}, {Authentication: "staff", Scopes: []string{"things:write"}}}}}, Range: at(20),
			BodyOrNil: &ir.RequestBody{Required: true, Contents: []ir.Content{{MediaType: "application/json", Schema: schema.Of("object")}}}, Steps: append(calls, answer)},
		{Name: "nightly", Range: at(40), Steps: []ir.Step{
			&ir.Invoke{Header: ir.Header{Common: ir.Head{Label: "child", Range: at(41)}}, Operation: "GET /things/{id}"},
			&ir.Invoke{Header: ir.Header{Common: ir.Head{Label: "long", Range: at(42)}}, Operation: "on order"},
		}, Triggers: []ir.Trigger{
			&ir.Schedule{Name: "night", Expression: "cron(0 3 * * ? *)", Zone: "Europe/Berlin", Range: at(43)},
			&ir.Schedule{Name: "hourly", Expression: "rate(1 hour)", Range: at(44)},
		}},
		{Name: "on order", Range: at(50), Steps: []ir.Step{
			&ir.Wait{Header: ir.Header{Common: ir.Head{Label: "pause", Range: at(51)}}, Seconds: build.Number(60)},
			&ir.Call{Header: ir.Header{Common: ir.Head{Label: "other", Range: at(52)}}, External: true,
				Function: "arn:aws:lambda:eu-central-1:123456789012:function:other", Arguments: jsonata.NewObject()},
			&ir.Call{Header: ir.Header{Common: ir.Head{Label: "ask", Range: at(55)}}, Function: "api", WaitForToken: true,
				Arguments: object("question", object("kind", "approval", "node", "ask", "token", ir.TaskToken()))},
		}, Triggers: []ir.Trigger{
			&ir.Event{Name: "order", Pattern: object("source", []any{"shop"}, "detail", object("total", []any{object("numeric", []any{">", 100.0})})), Range: at(53)},
			&ir.Manual{Range: at(54)},
		}},
	}
	workflow = ir.Decide(workflow)
	app := sam.Application{Workflow: workflow, Catalogue: functions.Rows()}
	for _, operation := range workflow.Operations {
		definition, list := lower.Operation(workflow, operation, app.Catalogue)
		noErrors(t, list)
		app.Machines = append(app.Machines, sam.Machine{Name: task.MachineName(operation.Name), Operation: operation, Definition: definition})
	}
	return app
}

// literalPassword is written into sources and must come out nowhere.
const literalPassword = "hunter2-Correct-Horse"

func callOf(row task.Row, n int) *ir.Call {
	call := &ir.Call{Header: ir.Header{Common: ir.Head{Label: row.Name, Range: at(21 + n)}}, Function: row.Name}
	switch row.Name {
	case "http":
		call.Arguments = object("method", "POST", "url", "https://api.example.com/things", "auth", object("type", "bearer", "secret", "things-api#token"),
			"body", object("blob", "0123456789abcdef0123456789abcdef01234567"))
	case "sql":
		call.Arguments = object("datasource", "shop", "statements", []any{object("sql", "SELECT '${literal}'", "parameters", []any{})})
	case "ftp":
		call.Arguments = object("datasource", "drop-box", "operation", "list", "path", "/")
	default:
		call.Arguments = object("language", "jq", "program", ".", "input", nil)
	}
	return call
}

func at(line int) diag.Range {
	return diag.Range{File: "everything.yaml", Start: diag.Pos{Line: line, Column: 1}, End: diag.Pos{Line: line, Column: 2}}
}

// object makes an ordered object of keys and values.
func object(pairs ...any) *jsonata.Object {
	made := jsonata.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		made.Set(pairs[i].(string), pairs[i+1])
	}
	return made
}

// written generates an application into a folder.
func written(t testing.TB, app sam.Application, options sam.Options) (string, map[string][]byte) {
	t.Helper()
	options.Sources = os.DirFS(repository)
	files, list := sam.Generate(app, options)
	noErrors(t, list)
	folder := t.TempDir()
	for path, content := range files {
		full := filepath.Join(folder, filepath.FromSlash(path))
		if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, content, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return folder, files
}
