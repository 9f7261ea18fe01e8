package sam

import (
	"fmt"
	"strings"
	"time"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/task"
)

// composeFunctions adds each function with its role, its log group and its parameters.
func (p composer) composeFunctions(t *cfn.Template, grants []Grant) {
	if p.buildsFunctions() {
		t.Parameters = append(t.Parameters, cfn.Parameter{Name: architectureParameter, Group: groupFunctions, Type: "String",
			Default: string(p.options.Architecture), Allowed: cfn.List{string(ARM64), string(X8664)},
			Description: "Processor that sam build has built the functions for; samconfig.toml says it to both"})
	}
	if len(p.functions) > 0 {
		t.Parameters = append(t.Parameters, cfn.Parameter{Name: "FunctionLogLevel", Group: groupGeneral, Type: "String", Default: "INFO",
			Description: "What functions log: a line for each call from INFO on, only failures from WARN on", Allowed: cfn.List{"DEBUG", "INFO", "WARN", "ERROR"}})
	}
	for _, f := range p.functions {
		p.functionParameters(t, f)
		t.Resources = append(t.Resources,
			cfn.Resource{Name: f.id + "Logs", Body: &cfn.LogGroup{Name: cfn.Sub("/aws/lambda/" + namePrefix + f.row.Name), RetentionDays: cfn.Ref("LogRetentionDays")}},
			cfn.Resource{Name: f.role(), Body: &cfn.Role{Service: "lambda.amazonaws.com", Statements: statements(grants, f.role())}},
			cfn.Resource{Name: f.resource(), Comment: f.comment(), Keep: f.keep(), Body: p.functionBody(f)},
		)
	}
}

// architectureParameter names the parameter with the processor of the functions.
const architectureParameter = "Architecture"

// buildsFunctions tells whether sam build compiles functions.
func (p *plan) buildsFunctions() bool { return p.options.Code != FromBinaries && len(p.functions) > 0 }

func (p composer) functionBody(f *functionPlan) *cfn.Function {
	body := &cfn.Function{
		Name: cfn.Sub(namePrefix + f.row.Name), Description: f.row.Doc, CodeURI: "functions", BuildMethod: "makefile",
		Architecture: cfn.Ref(architectureParameter),
		Memory:       cfn.Ref(f.id + "Memory"), Timeout: cfn.Ref(f.id + "Timeout"),
		Reserved: cfn.Choose(f.id+"Reserved", cfn.Ref(f.id+"Concurrency"), cfn.NoValue),
		Role:     cfn.ARN(f.role()), LogGroup: cfn.Ref(f.id + "Logs"), LogLevel: cfn.Ref("FunctionLogLevel"), Environment: p.environment(f),
		Tracing: cfn.Choose(withTracing, "Active", "PassThrough"),
		Alias:   alias, VersionDescription: cfn.Sub("settings ${" + settingsVersion + ".VersionNumber}"),
		VPC: cfn.Choose(f.networkCondition(), jobsOf(p.plan).network(), cfn.NoValue),
	}
	if f.row.BehindStream { // its aliases are those of jobs, which come and go at run time: they lead to what it is now
		body.Alias, body.VersionDescription = "", nil
	}
	if p.options.Code == FromBinaries {
		body.CodeURI, body.BuildMethod, body.Architecture = "bin/"+f.row.Name, "", string(p.options.Architecture)
	}
	return body
}

func (f *functionPlan) comment() string {
	return strings.TrimSuffix(f.row.Doc, ".") + ". For " + fewOf(distinct(f.calls))
}

// networkCondition is the template condition under which a function stands in the VPC.
func (f *functionPlan) networkCondition() string {
	if f.reaches() {
		return inVPC
	}
	return allInVPC
}

// keep says what stays of a function that is replaced: versions, where it has some.
func (f *functionPlan) keep() cfn.Keep {
	if f.row.BehindStream {
		return ""
	}
	return cfn.KeepReplaced
}

// network is where functions in the VPC stand.
func (p jobComposer) network() cfn.Map {
	listed := func(parameter string) cfn.Value {
		if p.hasJobs() {
			return cfn.Split{Separator: ",", Of: cfn.Ref(parameter)}
		}
		return cfn.Ref(parameter)
	}
	return cfn.Map{{Key: "SecurityGroupIds", Value: listed(groupsParameter)}, {Key: "SubnetIds", Value: listed(subnetsParameter)}}
}

// reaches tells whether a function opens connections to servers that may stand in a VPC: it has datasources, or speaks with brokers.
func (f *functionPlan) reaches() bool {
	return len(f.datasources) > 0 || f.row.Variable(task.Brokers) != ""
}

// functionParameters lets each stage choose memory, timeout and concurrency.
func (p composer) functionParameters(t *cfn.Template, f *functionPlan) {
	seconds := int(f.row.Timeout / time.Second)
	t.Parameters = append(t.Parameters,
		cfn.Parameter{Name: f.id + "Memory", Group: groupFunctions, Type: "Number", Default: f.row.Memory, Min: 128, Max: 10240,
			Description: fmt.Sprintf("Memory of the function %s in MB", f.row.Name)},
		cfn.Parameter{Name: f.id + "Timeout", Group: groupFunctions, Type: "Number", Default: seconds, Min: f.least(), Max: f.longest(),
			Description: fmt.Sprintf("Longest invocation of the function %s in seconds", f.row.Name)},
		cfn.Parameter{Name: f.id + "Concurrency", Group: groupFunctions, Type: "Number", Default: -1, Min: -1, Max: 10000,
			Description: fmt.Sprintf("How many invocations of the function %s may run at once; -1 shares the account's limit", f.row.Name)},
	)
	t.Conditions = append(t.Conditions, cfn.Condition{Name: f.id + "Reserved", Test: cfn.Negate(cfn.Same(cfn.Ref(f.id+"Concurrency"), -1))})
}

// streamSeconds is how long a function may work that mappings of Kafka topics call (Lambda developer guide, "Configuring Amazon MSK event sources").
const streamSeconds = 14 * 60

// leastStreamSeconds is enough for any delivery (an Express execution lasts five minutes) and for what is written after it. The function begins no record
// for which its time would not suffice: with less, a job with a large budget would do nothing.
const leastStreamSeconds = 5*60 + 20

// least is how many seconds the longest invocation of the function may be set to at least.
func (f *functionPlan) least() int {
	if f.row.BehindStream {
		return leastStreamSeconds
	}
	return 1
}

// longest is how many seconds an invocation of the function may take at most.
func (f *functionPlan) longest() int {
	if f.row.BehindStream {
		return streamSeconds
	}
	return task.LongestSeconds
}

// environment gives a function the addresses of what it needs. Secrets are given as ARNs, never as values.
func (p composer) environment(f *functionPlan) cfn.Map {
	var variables cfn.Map
	for _, variable := range f.row.Variables {
		if value := p.setting(f, variable.Setting); value != nil {
			variables = variables.With(variable.Name, value)
		} else if value := jobsOf(p.plan).jobValue(variable); value != nil {
			variables = variables.With(variable.Name, value)
		}
	}
	for _, need := range f.datasources {
		if p.connection(need.name) != nil {
			variables = variables.With(datasourceVariable(need.name), cfn.Ref(p.datasourceParameter(need.name)))
		}
	}
	for _, s := range p.secretsOf(f) {
		value := s.value
		if s.when != "" {
			value = cfn.Choose(s.when, value, cfn.NoValue)
		}
		variables = variables.With(s.variable, value)
	}
	if name := f.row.Variable(task.Bucket); name != "" && f.touchesObjects() {
		variables = variables.With(name, cfn.Ref(bucketID))
	}
	return variables.With(settingsVariable, cfn.Attribute(settingsVersion, "VersionNumber"))
}

// setting is what the stack gives a function for a setting that has no list of its own; nil for none.
func (p composer) setting(f *functionPlan, setting task.Setting) cfn.Value {
	switch {
	case setting == task.MachinePrefix:
		return cfn.Sub("arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:" + namePrefix)
	case setting == task.MachineAlias:
		return alias
	case setting == task.Asynchronous && asynchronousNames(p.machines) != "":
		return cfn.Text(asynchronousNames(p.machines))
	case setting == task.Access && p.policy().String() != "":
		return cfn.Text(p.policy().String())
	case setting == task.Uploads && TakingFiles(p.app) != "":
		return cfn.Text(TakingFiles(p.app))
	case setting == task.MediaTypes && MediaTypes(p.app) != "":
		return cfn.Text(MediaTypes(p.app))
	case setting == task.Docs && p.describes():
		return cfn.Text(docsName)
	case setting == task.Declared:
		return cfn.Text("")
	case setting == task.AlikeNames:
		return cfn.Value(p.app.Workflow.MachineNames().String())
	case setting == task.PublicURL && len(f.tokens) > 0:
		return cfn.Attribute(apiID, "ApiEndpoint")
	case setting == task.Webhook && len(f.tokens) > 0:
		return cfn.Ref(webhookParameter)
	}
	return nil
}

// datasourceParameter names the parameter that holds a datasource's address.
func (p *plan) datasourceParameter(name string) string { return datasourceStem + p.ownID(name) + "Url" }

// bucketID names the bucket for large payloads.
const bucketID = "Payloads"
