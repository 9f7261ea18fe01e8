package sam

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// Grant is one permission of one role, with the reason for it.
type Grant struct {
	// Role names the role's resource.
	Role string
	// Actions are IAM actions.
	Actions []string
	// Resources say what they may be done to, as they stand in the template.
	Resources cfn.List
	// Reason is one sentence.
	Reason string
	// Places are the "file:line" that need it, without repetition; empty when the reason lies in the service itself.
	Places []string
	// Condition restricts the statement further.
	Condition cfn.Map
	// When is the template condition under which the grant exists, "" for always.
	When string
}

// The template conditions for functions inside a VPC: those that reach databases, and all others.
const (
	inVPC    = "InVpc"
	allInVPC = "AllInVpc"
)

// granter says what each role of the plan may do.
type granter struct{ *plan }

// grants lists the permissions of every role, functions first.
func (p granter) grants() []Grant {
	var all []Grant
	for _, f := range p.functions {
		all = append(all, p.functionGrants(f)...)
	}
	for _, m := range p.machines {
		for _, grant := range p.machineGrants(m) {
			all = merge(all, grant)
		}
	}
	all = append(all, p.schedulerGrants()...)
	all = append(all, p.eventGrants()...)
	return append(all, p.directGrants()...)
}

func (f *functionPlan) role() string { return f.id + "Role" }

func (p granter) functionGrants(f *functionPlan) []Grant {
	role := f.role()
	grants := []Grant{
		{Role: role, Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: cfn.List{cfn.ARN(f.id + "Logs")}, Reason: "It writes its log."},
		traceGrant(role),
	}
	for _, permission := range f.row.Permissions {
		grants = append(grants, p.permissionGrants(f, permission)...)
	}
	for _, grant := range p.mappingGrants(f) {
		grants = merge(grants, grant)
	}
	return append(grants, networkGrant(role, f.networkCondition()), keyGrant(role))
}

// permissionGrants turns a row of the catalogue into grants on exactly what the workflow names; none when it names nothing.
func (p granter) permissionGrants(f *functionPlan, permission task.Permission) []Grant {
	switch permission.Resource {
	case "secret":
		return p.secretGrants(f, permission.Action)
	case "bucket":
		places := f.fetches
		if permission.Action == "s3:PutObject" {
			places = f.keeps
		}
		if len(places) == 0 {
			return nil
		}
		return []Grant{{
			Role: f.role(), Actions: []string{permission.Action}, Resources: cfn.List{cfn.Sub("${" + bucketID + ".Arn}/blobs/*")},
			Reason: "It handles stored objects: " + permission.When + ".", Places: distinct(places),
		}}
	case "state machine":
		return p.startGrants(f, permission)
	case "execution":
		return p.executionGrants(f, permission)
	}
	if grants, ok := p.jobGrants(f, permission); ok {
		return grants
	}
	p.problems.Add(problem(p.app.Workflow.Range, "SAM002",
		fmt.Sprintf("function %s: the template knows no resource %q for the permission %s", f.row.Name, permission.Resource, permission.Action)))
	return nil
}

func (p granter) secretGrants(f *functionPlan, action string) []Grant {
	var grants []Grant
	for _, s := range p.secretsOf(f) {
		grants = append(grants, Grant{
			Role: f.role(), Actions: []string{action}, Resources: cfn.List{s.value}, When: s.when,
			Reason: s.reason, Places: distinct(s.places),
		})
	}
	return grants
}

// startGrants let a function start executions, or answer the tokens of those that wait. IAM knows a machine by its ARN
// without version or alias (Step Functions developer guide, "Authorization for versions and aliases").
func (p granter) startGrants(f *functionPlan, permission task.Permission) []Grant {
	machines, reason := f.starts, "It serves "
	if strings.HasPrefix(permission.Action, "states:SendTask") {
		machines, reason = f.tokens, "It brings people's answers to "
	}
	if f.row.BehindStream {
		reason = "It hands records to "
	}
	var grants []Grant
	for _, machine := range machines {
		if !allows(machine, permission.Action) {
			continue
		}
		grants = append(grants, Grant{
			Role: f.role(), Actions: []string{permission.Action}, Resources: cfn.List{p.startTarget(machine)},
			Reason: reason + machine.Operation.Name + ".", Places: distinct(machine.placesFor(permission.Action)),
		})
	}
	return grants
}

// startTarget is the machine's ARN. Where machines call the api function in turn, it is written by name: a reference would close a circle.
func (p *plan) startTarget(machine *machinePlan) cfn.Value {
	if p.asks() {
		return cfn.Sub("arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:" + namePrefix + machine.Name)
	}
	return cfn.Ref(machine.id)
}

// placesFor are the lines because of which the api function may do something with the machine.
func (m *machinePlan) placesFor(action string) []string {
	if m.http != nil && strings.HasPrefix(action, "states:Start") {
		return []string{placeOfRange(m.http.Range)}
	}
	var places []string
	for _, u := range m.uses {
		if u.token() {
			places = append(places, u.place)
		}
	}
	return places
}

// allows tells whether an action has a meaning for a machine's type.
func allows(machine *machinePlan, action string) bool {
	switch action {
	case "states:StartSyncExecution":
		return machine.Type() == express
	case "states:StartExecution":
		return machine.Type() == standard
	}
	return true
}

func traceGrant(role string) Grant {
	return Grant{
		Role: role, Actions: []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, Resources: cfn.List{"*"},
		Reason: "It sends traces; X-Ray has no ARN for them.",
	}
}

func networkGrant(role, condition string) Grant {
	return Grant{
		Role: role, When: condition, Resources: cfn.List{"*"},
		Actions: []string{"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface",
			"ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"},
		Reason: "Lambda connects it to the VPC; the interfaces do not exist yet, so they have no ARN.",
	}
}

func (m *machinePlan) role() string { return cmp.Or(m.sharedRole, m.stem()+"Role") }

func (p granter) machineGrants(m *machinePlan) []Grant {
	role := m.role()
	grants := []Grant{
		{
			Role: role, Resources: cfn.List{"*"},
			Actions: []string{"logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
				"logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"},
			Reason: "Step Functions delivers its log; the delivery API has no ARNs.",
		},
		{
			Role: role, Actions: []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"},
			Resources: cfn.List{"*"}, Reason: "It sends traces; X-Ray has no ARN for them.",
		},
		keyGrant(role),
	}
	return append(grants, p.taskGrants(m)...)
}

// taskGrants are what the tasks of a machine need, one grant for each thing they call.
func (p granter) taskGrants(m *machinePlan) []Grant {
	var grants []Grant
	for _, u := range m.uses {
		for _, grant := range p.taskGrant(m, u) {
			grants = merge(grants, grant)
		}
	}
	return grants
}

func (p granter) taskGrant(m *machinePlan, u use) []Grant {
	grant := Grant{Role: m.role(), Places: distinct([]string{u.place})}
	if !u.resource.StartsExecution() {
		grant.Actions, grant.Resources = []string{"lambda:InvokeFunction"}, cfn.List{p.callable(u.target)}
		grant.Reason = "It calls the function."
		return []Grant{grant}
	}
	child := p.machineOf(u.target)
	grant.Resources, grant.Reason = cfn.List{p.targetARN(u.target)}, "It runs another operation."
	if u.resource.RunsExpress() {
		grant.Actions = []string{"states:StartSyncExecution"}
		return []Grant{grant}
	}
	grant.Actions = []string{"states:StartExecution"}
	if u.resource.Pattern == asl.RequestResponse || child == nil {
		return []Grant{grant}
	}
	watch := Grant{
		Role: m.role(), Actions: []string{"states:DescribeExecution", "states:StopExecution"}, Places: grant.Places,
		Resources: cfn.List{cfn.Sub("arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${" + child.id + ".Name}:*")},
		Reason:    "It waits for the other operation to end.",
	}
	notify := Grant{
		Role: m.role(), Actions: []string{"events:PutTargets", "events:PutRule", "events:DescribeRule"}, Places: grant.Places,
		Resources: cfn.List{cfn.Sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")},
		Reason:    "Step Functions learns by this rule of its own that the other operation ended.",
	}
	return []Grant{grant, watch, notify}
}

// callable is a function's ARN as those need it who call its versions, or the ARN that is written there.
func (p *plan) callable(target string) cfn.Value {
	if arn, own := p.targetARN(target).(cfn.GetAtt); own {
		return cfn.Sub("${" + arn.Resource + ".Arn}:*")
	}
	return target
}

// pinned is what a definition's substitution stands for: a version, so that a version of the calling machine keeps what it was made with.
func (p *plan) pinned(target string) cfn.Value {
	switch arn := p.targetARN(target).(type) {
	case cfn.GetAtt:
		return cfn.Ref(arn.Resource + ".Version")
	case cfn.Ref:
		return cfn.Ref(p.machineOf(target).version())
	}
	return target
}

// targetARN is the ARN of what a definition's substitution stands for, or the ARN that is written there.
func (p *plan) targetARN(target string) cfn.Value {
	for _, f := range p.functions {
		if f.row.Substitution() == target {
			return cfn.ARN(f.resource())
		}
	}
	if machine := p.machineOf(target); machine != nil {
		return cfn.Ref(machine.id)
	}
	return target
}

// machineOf finds the machine that a substitution names.
func (p *plan) machineOf(target string) *machinePlan {
	at := slices.IndexFunc(p.machines, func(m *machinePlan) bool { return m.substitution() == target })
	if at < 0 {
		return nil
	}
	return p.machines[at]
}

// substitution is the name by which other definitions refer to the machine.
func (m *machinePlan) substitution() string { return task.MachineSubstitution(m.Name) }

// merge adds a grant, or its places to one that grants the same.
func merge(grants []Grant, more Grant) []Grant {
	for i, have := range grants {
		if have.Role == more.Role && slices.Equal(have.Actions, more.Actions) && have.Resources[0] == more.Resources[0] && have.When == more.When {
			grants[i].Places = distinct(append(have.Places, more.Places...))
			return grants
		}
	}
	return append(grants, more)
}

// distinct drops empty texts and repetitions, and keeps the order.
func distinct(texts []string) []string {
	var kept []string
	for _, text := range texts {
		if text != "" && !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	return kept
}

// commentPlaces is how many places a comment in the template names at most.
const commentPlaces = 3

func (g Grant) comment() string {
	if len(g.Places) == 0 {
		return g.Reason
	}
	return g.Reason + " " + fewOf(g.Places)
}

// fewOf names the first places and counts the rest.
func fewOf(places []string) string {
	text := strings.Join(places[:min(len(places), commentPlaces)], ", ")
	if rest := len(places) - commentPlaces; rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return text
}
