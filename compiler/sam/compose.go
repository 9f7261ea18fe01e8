package sam

import (
	"fmt"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/statemachine/asl"
)

// The machine types, in the template's words, and the alias that callers use.
const (
	express  = asl.Express
	standard = asl.Standard
	alias    = "live"
)

// withCORS is the template condition for pages that may call the API.
const withCORS = "WithCors"

// composer writes the plan down as resources, a method for each kind of them.
type composer struct{ *plan }

// template writes the plan down.
func (p composer) template() *cfn.Template {
	t := &cfn.Template{
		Comment:     fmt.Sprintf("Written by `steploom build`. Change the workflow %s, not this file.", p.app.Workflow.Name),
		Description: p.app.Workflow.Name + ", an integration compiled by Steploom",
	}
	grants := granter{p.plan}.grants()
	p.composeGeneral(t)
	p.composeAPI(t, grants)
	p.composeMachines(t, grants)
	p.composeTriggers(t, grants)
	p.composeFunctions(t, grants)
	jobsOf(p.plan).composeJobs(t)
	p.composeData(t)
	watcher(p).compose(t)
	p.packPolicies(t, grants)
	fitTexts(t)
	secure(t)
	retain(t)
	p.composeSettings(t) // knows what the others ask functions to be
	jobsOf(p.plan).prune(t)
	return t
}

// composeGeneral declares what every application has.
func (p composer) composeGeneral(t *cfn.Template) {
	t.Parameters = append(t.Parameters,
		cfn.Parameter{Name: "LogRetentionDays", Group: groupGeneral, Type: "Number", Description: "How many days logs are kept", Default: 30,
			Allowed: cfn.List{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}},
		cfn.Parameter{Name: "LogLevel", Group: groupGeneral, Type: "String", Description: "What state machines log: ALL events, those of an ERROR, only FATAL ends, or nothing",
			Default: "ERROR", Allowed: cfn.List{"ALL", "ERROR", "FATAL", cfn.Text("OFF")}},
		yesOrNo("Tracing", groupGeneral, "true", "Whether X-Ray follows requests through API, state machines and functions"),
	)
	t.Conditions = append(t.Conditions, isYes(withTracing, "Tracing"))
}

// withTracing is the template condition for X-Ray.
const withTracing = "WithTracing"

// yesOrNo is a parameter that is true or false.
func yesOrNo(name, group, usual, description string) cfn.Parameter {
	return cfn.Parameter{Name: name, Group: group, Type: "String", Default: cfn.Text(usual), Allowed: cfn.List{cfn.Text("true"), cfn.Text("false")}, Description: description}
}

// isYes is the condition that such a parameter is true.
func isYes(condition, parameter string) cfn.Condition {
	return cfn.Condition{Name: condition, Test: cfn.Same(cfn.Ref(parameter), cfn.Text("true"))}
}

// given is the condition that a text parameter is not empty.
func given(condition, parameter string) cfn.Condition {
	return cfn.Condition{Name: condition, Test: cfn.Negate(cfn.Same(cfn.Ref(parameter), cfn.Text("")))}
}

// The headings of parameters.
const (
	groupGeneral    = "Logs and traces"
	groupAlarms     = "Alarms"
	groupDeployment = "Deployment"
	groupSecurity   = "Security"
	groupAPI        = "API"
	groupData       = "Data"
	groupNetwork    = "Network"
	groupKafka      = "Kafka"
	groupSchedules  = "Schedules"
	groupFunctions  = "Functions"
)

// composeMachines adds each state machine with its role, and the log group that they share.
func (p composer) composeMachines(t *cfn.Template, grants []Grant) {
	if len(p.machines) == 0 {
		return
	}
	t.Resources = append(t.Resources, cfn.Resource{
		Name: "StateMachineLogs", Comment: "Every state machine of the stack logs here.",
		Body: &cfn.LogGroup{Name: cfn.Sub(vendedLogs + "states/${AWS::StackName}"), RetentionDays: cfn.Ref("LogRetentionDays")},
	})
	p.deploymentParameters(t)
	for i, m := range p.machines {
		p.addMachineRole(t, m, grants)
		t.Resources = append(t.Resources,
			cfn.Resource{Name: m.id, Comment: m.comment(), Body: &cfn.StateMachine{
				Name: cfn.Sub(namePrefix + m.Name), Kind: m.Type(), Definition: definitionPath(m.Name), Substitutions: p.substitutions(m),
				Role: cfn.ARN(m.role()), LogLevel: cfn.Ref("LogLevel"), LogGroup: cfn.ARN("StateMachineLogs"), Tracing: cfn.Choose(withTracing, true, false),
			}},
		)
		p.publish(t, i, m)
		t.Outputs = append(t.Outputs, cfn.Output{Name: m.id + "Arn", Description: "State machine of " + m.Operation.Name, Value: cfn.Ref(m.id)})
	}
}

// definitionPath is where the definition of a machine lies, relative to the template.
func definitionPath(name string) string { return "statemachine/" + name + ".asl.json" }

// sameAccount keeps other accounts from making the service act for them.
func sameAccount() cfn.Map {
	return cfn.Map{{Key: "StringEquals", Value: cfn.Map{{Key: "aws:SourceAccount", Value: cfn.Ref("AWS::AccountId")}}}}
}

// comment says which operation the machine is and why it has its type.
func (m *machinePlan) comment() string {
	head := m.Operation.Name
	if place := placeOfRange(m.Operation.Range); place != "" {
		head += " (" + place + ")"
	}
	reason := m.typeName() + ": " + m.Operation.Reason.Text + "."
	if place := m.reasonPlace(); place != "" {
		reason += " " + place
	}
	return head + "\n" + reason
}

// typeName is the machine's type as people write it.
func (m *machinePlan) typeName() string {
	if m.Type() == standard {
		return "Standard"
	}
	return "Express"
}

// reasonPlace is the place of what decides the machine's type, "" where that is the operation itself.
func (m *machinePlan) reasonPlace() string {
	place := placeOfRange(m.Operation.Reason.Range)
	if place == placeOfRange(m.Operation.Range) {
		return ""
	}
	return place
}

// substitutions give the definition what only the stack knows.
func (p composer) substitutions(m *machinePlan) cfn.Map {
	var found cfn.Map
	for _, u := range m.uses {
		arn := p.pinned(u.target)
		if _, literal := arn.(string); literal || found.Has(u.target) {
			continue
		}
		found = found.With(u.target, arn)
	}
	return found
}
