package sam

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// What AWS takes: CloudFormation quotas, Lambda quotas, API Gateway quotas, Step Functions quotas and EventBridge quotas.
const (
	resourceLimit    = 500
	parameterLimit   = 200
	outputLimit      = 200
	templateLimit    = 1_000_000 // bytes of a template in S3, where sam deploy puts it
	valueLimit       = 4_096     // bytes of a parameter's value
	environmentLimit = 4_096     // bytes of a function's variables, written as JSON
	routeLimit       = 300       // routes of an HTTP API, resources of a REST API
	definitionLimit  = 1 << 20   // bytes of a definition
	patternLimit     = 4_096     // characters of an event pattern
)

const splitFix = "move operations into another folder: each folder is a stack of its own"

// limiter refuses what AWS would refuse of the plan's resources.
type limiter struct{ *plan }

func (p limiter) check(t *cfn.Template) {
	p.checkResources(t)
	consumersOf(p.plan).checkJobs(t)
	p.checkCounts(t)
	p.checkNames(t)
	p.checkRoutes()
	p.checkValues(t)
	for _, f := range p.functions {
		p.checkEnvironment(f)
	}
	for _, m := range p.machines {
		p.checkDefinition(m)
	}
}

// checkResources refuses a stack with more resources than CloudFormation takes, at the first operation that it has no room for.
func (p limiter) checkResources(t *cfn.Template) {
	total := t.Count()
	if total <= resourceLimit || len(consumersOf(p.plan).declared()) > 0 { // of those checkJobs tells
		return
	}
	own := make([]int, len(p.machines))
	shared := total
	for i, m := range p.machines {
		for _, resource := range t.Resources {
			if isOf(m, resource.Name) {
				own[i] += cfn.CountOf(resource)
			}
		}
		shared -= own[i]
	}
	for i, m := range p.machines {
		if shared += own[i]; shared > resourceLimit {
			p.problems.Add(report.Error("SAM007", m.Operation.Range, "the stack would have %d resources, CloudFormation takes %d: operation %d of %d, %q, has no room",
				total, resourceLimit, i+1, len(p.machines), m.Operation.Name).
				Why("An operation takes %s.", p.shareOf(m, own[i])).
				Fix("move this operation and those behind it into another folder: each folder is a stack of its own"))
			return
		}
	}
	p.problems.Add(report.Error("SAM007", p.app.Workflow.Range, "the stack would have %d resources, CloudFormation takes %d", total, resourceLimit).Fix(splitFix))
}

// isOf tells whether a resource exists for one machine alone.
func isOf(m *machinePlan, name string) bool {
	rest, ok := strings.CutPrefix(name, m.stem())
	return ok && (strings.HasPrefix(rest, machineEnd) || rest == "Role" || rest == "Route" || strings.HasPrefix(rest, "Rule"))
}

// shareOf says what the resources of an operation are.
func (p limiter) shareOf(m *machinePlan, n int) string {
	text := fmt.Sprintf("%d resources: its state machine with a version and an alias", n)
	if m.http != nil {
		text += ", a route"
	}
	if k := len(m.schedules); k > 0 {
		text += fmt.Sprintf(", %d for its schedules", k)
	}
	return text
}

// checkCounts refuses too many parameters and outputs.
func (p limiter) checkCounts(t *cfn.Template) {
	refuse := func(at diag.Range, n, limit int, what string) {
		if n > limit {
			p.problems.Add(report.Error("SAM022", at, "the template would have %d %s, CloudFormation takes %d", n, what, limit).Fix(splitFix))
		}
	}
	refuse(p.placeOfParameter(t), len(t.Parameters), parameterLimit, "parameters (one for each datasource, several for each function)")
	refuse(p.placeOfOutput(t), len(t.Outputs), outputLimit, "outputs (one for each state machine and each secret)")
}

// placeOfParameter is the first datasource whose parameter has no room.
func (p limiter) placeOfParameter(t *cfn.Template) diag.Range {
	for _, parameter := range t.Parameters[min(parameterLimit, len(t.Parameters)):] {
		for _, connection := range p.app.Workflow.Connections {
			if p.datasourceParameter(connection.Name) == parameter.Name {
				return connection.Range
			}
		}
	}
	return p.app.Workflow.Range
}

// placeOfOutput is the first operation whose state machine has no room among the outputs.
func (p limiter) placeOfOutput(t *cfn.Template) diag.Range {
	room := outputLimit - (len(t.Outputs) - len(p.machines))
	if room >= 0 && room < len(p.machines) {
		return p.machines[room].Operation.Range
	}
	return p.app.Workflow.Range
}

// checkNames refuses two things of one name in the template. What has been refused already, such as questions to people in direct mode, may have
// two of a kind.
func (p limiter) checkNames(t *cfn.Template) {
	if p.problems.HasErrors() {
		return
	}
	taken := map[string]bool{}
	refuse := func(name string) {
		if taken[name] {
			p.problems.Add(report.Error("SAM004", p.app.Workflow.Range, "two resources of the stack would be called %s", name).
				Fix("rename the operation, the datasource or the secret that it is called after"))
		}
		taken[name] = true
	}
	for _, parameter := range t.Parameters {
		refuse(parameter.Name)
	}
	for _, resource := range t.Resources {
		refuse(resource.Name)
	}
}

// checkValues refuses texts that are longer than what holds them.
func (p limiter) checkValues(t *cfn.Template) {
	for _, parameter := range t.Parameters {
		text, _ := parameter.Default.(cfn.Text)
		if len(text) <= valueLimit {
			continue
		}
		at := p.app.Workflow.Range
		for _, connection := range p.app.Workflow.Connections {
			if connection.URL == string(text) {
				at = connection.Range
			}
		}
		p.problems.Add(report.Error("SAM024", at, "the address is %d bytes long, a parameter of a stack holds %d", len(text), valueLimit).Fix("shorten the address"))
	}
	for _, m := range p.machines {
		for _, event := range m.events {
			if text, err := jsonata.Encode(cfn.Data(literal(event.Pattern))); err == nil && len(text) > patternLimit {
				p.problems.Add(report.Error("SAM024", event.Range, "the event pattern is %d characters long, EventBridge takes %d", len(text), patternLimit).
					Fix("match on fewer values, or divide the pattern among several triggers"))
			}
		}
	}
}

// checkEnvironment refuses more variables than a function takes, at the first thing that has no room among them, and two names that would share one.
func (p limiter) checkEnvironment(f *functionPlan) {
	variables, lengths := composer{p.plan}.environment(f), p.lengths()
	for _, connection := range p.app.Workflow.Connections {
		lengths.texts[p.datasourceParameter(connection.Name)] = connection.URL
	}
	taken, size, full := map[string]bool{}, len("{}"), false
	for _, variable := range variables {
		text, err := jsonata.Encode(cfn.Data(cfn.Map{{Key: variable.Key, Value: lengths.longest(variable.Value)}}))
		if err != nil {
			panic(err) // texts
		}
		if taken[variable.Key] {
			p.problems.Add(report.Error("SAM025", p.placeOfVariable(f, variable.Key), "function %s would have the variable %s twice", f.row.Name, variable.Key).
				Why("The names of datasources and secrets become variables, in upper case and with _ for every other character.").Fix("rename one of them"))
		}
		taken[variable.Key] = true
		if size += len(text) - 1; size > environmentLimit && !full {
			full = true
			p.problems.Add(report.Error("SAM026", p.placeOfVariable(f, variable.Key), "the variables of function %s would take more than %d bytes: %s has no room", f.row.Name, environmentLimit, variable.Key).
				Why("Lambda takes %d bytes of names and values; every datasource takes its address and, with credentials, the ARN of a secret.", environmentLimit).Fix(splitFix))
		}
	}
}

// placeOfVariable is the place of the last thing that makes a variable necessary.
func (p limiter) placeOfVariable(f *functionPlan, variable string) diag.Range {
	at := p.app.Workflow.Range
	if n := len(f.datasources); n > 0 {
		if connection := p.connection(f.datasources[n-1].name); connection != nil {
			at = connection.Range
		}
	}
	for _, connection := range p.app.Workflow.Connections {
		if name := datasourceVariable(connection.Name); name == variable || datasourceSecretVariable(connection.Name) == variable {
			at = connection.Range
		}
	}
	for _, s := range p.secretsOf(f) {
		if s.variable == variable && len(s.places) > 0 && !strings.HasPrefix(variable, task.DatasourceVariable) {
			at = rangeOf(s.places[len(s.places)-1])
		}
	}
	return at
}

// rangeOf is the place of a line, "file:line".
func rangeOf(place string) diag.Range {
	file, number, _ := strings.Cut(place, ":")
	line, err := strconv.Atoi(number)
	if err != nil {
		return diag.Range{}
	}
	return diag.Range{File: file, Start: diag.Pos{Line: line, Column: 1}, End: diag.Pos{Line: line, Column: 1}}
}

// checkDefinition refuses a definition that grows too large when its substitutions are made.
func (p limiter) checkDefinition(m *machinePlan) {
	text, err := asl.Marshal(m.Definition)
	if err != nil {
		return // told when it is written
	}
	lengths, size := p.lengths(), len(text)
	for _, entry := range (composer{p.plan}).substitutions(m) {
		name := "${" + entry.Key + "}"
		value, _ := lengths.longest(entry.Value).(string)
		size += strings.Count(string(text), name) * (len(value) - len(name))
	}
	if size > definitionLimit {
		p.problems.Add(report.Error("SAM027", m.Operation.Range, "the definition of %q would be %d bytes long with all names filled in, Step Functions takes %d", m.Operation.Name, size, definitionLimit).
			Fix("move a part of the operation into another one that it runs"))
	}
}

// checkText refuses a template that is too long, at the operation behind which there is no room.
func (p limiter) checkText(template []byte) {
	n, size := len(p.machines), len(template)
	if size <= templateLimit || n == 0 {
		return
	}
	room := n * templateLimit / size
	p.problems.Add(report.Error("SAM028", p.machines[min(room, n-1)].Operation.Range, "the template would be %d bytes long, CloudFormation takes %d: there is room for about %d of %d operations",
		size, templateLimit, room, n).Fix("move this operation and those behind it into another folder: each folder is a stack of its own"))
}

// tooMuch refuses a role that may do more than can be written down, at what has no room.
func (p limiter) tooMuch(role string, policies [][]cfn.Statement, grants []Grant) {
	at := p.app.Workflow.Range
	first := policies[1+managedPerOne][0].Resources[0]
	for _, grant := range grants {
		if grant.Role == role && len(grant.Places) > 0 && slices.ContainsFunc(grant.Resources, func(r cfn.Value) bool { return bare(r) == bare(first) }) {
			at = cmp.Or(rangeOf(grant.Places[0]), at)
		}
	}
	p.problems.Add(report.Error("SAM021", at, "the permissions of %s would take %d policies, IAM takes one of %d characters and %d of %d", role, len(policies), inlineLimit, managedPerOne, managedLimit).
		Fix(splitFix))
}

// bare is a value without its comment.
func bare(value cfn.Value) cfn.Value {
	if noted, ok := value.(cfn.Noted); ok {
		return noted.Value
	}
	return value
}
