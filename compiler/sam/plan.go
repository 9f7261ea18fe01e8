package sam

import (
	"fmt"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
)

// plan is what an application needs, before it is written down as resources.
type plan struct {
	app       Application
	options   Options
	functions []*functionPlan // in the order of the catalogue
	machines  []*machinePlan
	secrets   []*secretPlan
	blobs     bool
	problems  diag.List
	// written tells that files are made, and not only what would be wrong with them.
	written bool
}

// functionPlan is a function that the application holds.
type functionPlan struct {
	row task.Row
	// id begins the names of its resources: "Http".
	id          string
	datasources []need
	secrets     []need
	// ofCaller tells that it is sent secrets of callers.
	ofCaller bool
	// keeps are the places at which it stores objects, fetches those at which it needs stored ones.
	keeps, fetches []string
	// calls are the places that call it.
	calls []string
	// starts are the machines that it starts (the functions behind the API and behind streams).
	starts []*machinePlan
	// tokens are the machines whose task tokens it sends back.
	tokens []*machinePlan
}

// touchesObjects tells whether it stores objects or fetches stored ones.
func (f *functionPlan) touchesObjects() bool { return len(f.keeps)+len(f.fetches) > 0 }

// resource names the function's own resource: "HttpFunction".
func (f *functionPlan) resource() string { return f.id + "Function" }

// need is something named and the places that need it.
type need struct {
	name   string
	places []string
}

// machinePlan is a state machine.
type machinePlan struct {
	*Machine
	// id names its resource: "GetNewsIdStateMachine".
	id        string
	uses      []use
	http      *ir.HTTP
	schedules []*ir.Schedule
	events    []*ir.Event
	stream    *ir.Stream
	// uploads tells that it reads uploaded files, answersStored that a stored object may be in its output.
	uploads, answersStored bool
	// sharedRole names a role that it has together with others, "" for one of its own.
	sharedRole string
}

// secretPlan is a secret of the stack, created empty unless its value is generated.
type secretPlan struct {
	// id names its resource, path is its name after the stack's.
	id, path, doc string
	// variable is the environment variable by which functions find it.
	variable string
	// generated tells that its value is made by random, with a user's name beside it where there is one.
	generated bool
	user      string
	// when is the template condition under which the stack has it, "" for always.
	when string
	// told begins the description of its output where a generated one has one: "Read this secret: ".
	told string
}

func newPlan(app Application, options Options) *plan {
	p := &plan{app: app, options: options.withDefaults()}
	for i := range app.Machines {
		p.machines = append(p.machines, p.planMachine(&app.Machines[i]))
	}
	for _, row := range app.Catalogue {
		if f := p.planFunction(row); f != nil {
			p.functions = append(p.functions, f)
		}
	}
	p.planSecrets()
	p.planBlobs()
	p.fit()
	return p
}

func (p *plan) planMachine(machine *Machine) *machinePlan {
	stored := storageOf(machine, p.app.Catalogue)
	known, unknown := uses(machine, stored)
	for _, task := range unknown {
		p.problems = append(p.problems, problem(machine.Operation.Range, "SAM001",
			fmt.Sprintf("operation %q: the template has no resource for the task %s", machine.Operation.Name, task)))
	}
	m := &machinePlan{Machine: machine, id: p.machineID(machine.Name), uses: known, uploads: stored.readsUploads() || stored.body, answersStored: stored.outputs[machine.Definition]}
	for _, trigger := range machine.Operation.Triggers {
		switch trigger := trigger.(type) {
		case *ir.HTTP:
			m.http = trigger
		case *ir.Schedule:
			m.schedules = append(m.schedules, trigger)
		case *ir.Event:
			m.events = append(m.events, trigger)
		case *ir.Stream:
			m.stream = trigger
		case *ir.Manual: // started by hand or by another operation
		}
	}
	return m
}

func problem(at diag.Range, code, summary string) diag.Diagnostic {
	return report.Error(code, at, "%s", summary).Diagnostic()
}

// planFunction gathers what calls a function and what those calls name; nil when nothing does.
func (p *plan) planFunction(row task.Row) *functionPlan {
	f := &functionPlan{row: row, id: task.LogicalID(row.Name)}
	for _, machine := range p.machines {
		for _, u := range machine.uses {
			if u.target == row.Substitution() {
				f.row = f.row.Allowing(u.seconds)
				f.add(u)
				f.addToken(machine, u)
			}
		}
	}
	if row.BehindAPI {
		p.planBehindAPI(f)
	}
	consumersOf(p).planForJobs(f)
	consumersOf(p).planRequestSecrets(f)
	if len(f.calls) == 0 {
		return nil
	}
	return f
}

func (f *functionPlan) add(u use) {
	f.calls = append(f.calls, u.place)
	for _, name := range u.datasources {
		f.datasources = addNeed(f.datasources, name, u.place)
	}
	f.ofCaller = f.ofCaller || u.ofCaller
	for _, name := range u.secrets {
		f.secrets = addNeed(f.secrets, name, u.place)
	}
	if u.keeps {
		f.keeps = append(f.keeps, u.place)
	}
	if u.fetches || u.keeps && f.row.BehindAPI { // a question is kept until somebody has answered it
		f.fetches = append(f.fetches, u.place)
	}
}

// addToken notes that the function behind the API is asked to put a question to people, and answers for them.
func (f *functionPlan) addToken(machine *machinePlan, u use) {
	if f.row.BehindAPI && u.token() && !slices.Contains(f.tokens, machine) {
		f.tokens = append(f.tokens, machine)
	}
}

// asks tells whether the workflow puts questions to people.
func (p *plan) asks() bool {
	f := p.behindAPI()
	return f != nil && len(f.tokens) > 0
}

func addNeed(needs []need, name, place string) []need {
	at := slices.IndexFunc(needs, func(n need) bool { return n.name == name })
	if at < 0 {
		return append(needs, need{name: name, places: []string{place}})
	}
	if !slices.Contains(needs[at].places, place) {
		needs[at].places = append(needs[at].places, place)
	}
	return needs
}

// planBehindAPI gives the function behind the API the machines behind routes. It stores the uploads that they read, and reads the stored objects
// that they answer with. In direct mode it only says who may call, where that is not everybody.
func (p *plan) planBehindAPI(f *functionPlan) {
	if p.options.API == APIDirect {
		for _, one := range p.app.Workflow.Guarding() { // it is the authorizer
			f.calls = append(f.calls, placeOfRange(one.Range))
		}
		return
	}
	for _, machine := range p.machines {
		if machine.http != nil {
			f.starts = append(f.starts, machine)
			f.calls = append(f.calls, placeOfRange(machine.http.Range))
			if machine.uploads {
				f.keeps = append(f.keeps, placeOfRange(machine.http.Range))
			}
			if machine.answersStored {
				f.fetches = append(f.fetches, placeOfRange(machine.http.Range))
			}
		}
	}
}

// placeOfRange is "file:line".
func placeOfRange(r diag.Range) string {
	if r.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", r.File, r.Start.Line)
}

// planBlobs decides whether there is a bucket: when a call passes a stored object on.
func (p *plan) planBlobs() {
	for _, f := range p.functions {
		p.blobs = p.blobs || f.touchesObjects()
	}
}

// behindAPI finds the planned function behind the API, nil when the application needs none.
func (p *plan) behindAPI() *functionPlan {
	return functionWhere(p.functions, func(f *functionPlan) bool { return f.row.BehindAPI })
}

// connection finds a connection of the workflow by name.
func (p *plan) connection(name string) *ir.Connection {
	at := slices.IndexFunc(p.app.Workflow.Connections, func(c *ir.Connection) bool { return c.Name == name })
	if at < 0 {
		return nil
	}
	return p.app.Workflow.Connections[at]
}
