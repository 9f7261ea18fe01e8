package sam

import (
	"fmt"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// The parameters about what jobs read.
const (
	enabledParameter     = "JobsEnabled"
	batchParameter       = "JobBatchSize"
	windowParameter      = "JobBatchSeconds"
	pollersParameter     = "JobMaximumPollers"
	destinationParameter = "JobFailureDestinationArn"

	withEnabledJobs = "WithEnabledJobs"
	withDestination = "WithJobFailureDestination"
)

// jobComposer writes down what jobs need.
type jobComposer struct{ consumers }

func jobsOf(p *plan) jobComposer { return jobComposer{consumersOf(p)} }

// composeJobs adds the tables of jobs, and for each job of a file an alias of the function behind streams with a mapping for each topic.
func (p jobComposer) composeJobs(t *cfn.Template) {
	if !p.hasJobs() {
		return
	}
	p.composeTables(t)
	if p.behindStream() == nil {
		return
	}
	p.brokerParameters(t)
	p.mappingParameters(t)
	mappings := 0
	for _, declared := range p.declared() {
		t.Resources = append(t.Resources, cfn.Resource{
			Name: p.jobAlias(declared), Comment: placeOfRange(declared.Range), Body: &cfn.FunctionAlias{Function: p.behindStream().resource(), Name: jobKey(declared)},
		})
		for i, topic := range declared.Topics {
			mapping := p.mapping(declared, topic)
			mapping.PollerGroup = pollerGroup(numbered("jobs", mappings/mappingsInGroup))
			t.Resources = append(t.Resources, cfn.Resource{Name: numbered(p.jobID(jobKey(declared))+"Mapping", i), Comment: placeOfRange(declared.Range), DependsOn: p.seedNames(), Body: mapping})
			mappings++
		}
	}
	p.composeSeeds(t)
}

func (p jobComposer) composeTables(t *cfn.Template) {
	for _, table := range p.tables() {
		body := &cfn.Table{Key: keyAttribute(table.Key), Sort: keyAttribute(table.Sort), Expires: table.Expires}
		for _, index := range table.Indexes {
			body.Indexes = append(body.Indexes, cfn.TableIndex{Name: index.Name, Key: keyAttribute(index.Key), Sort: keyAttribute(index.Sort)})
		}
		t.Resources = append(t.Resources, cfn.Resource{Name: tableID(table.Name), Comment: table.Doc, Body: body})
		t.Outputs = append(t.Outputs, cfn.Output{Name: tableID(table.Name) + "Name", Description: table.Doc, Value: cfn.Ref(tableID(table.Name))})
	}
}

func keyAttribute(attribute task.Attribute) cfn.KeyAttribute {
	if attribute.Type == task.TypeNumber {
		return cfn.KeyAttribute{Name: attribute.Name, Kind: "N"}
	}
	return cfn.KeyAttribute{Name: attribute.Name, Kind: "S"}
}

// mappingParameters say how topics are read, by jobs of files and by those that are posted.
func (p jobComposer) mappingParameters(t *cfn.Template) {
	if len(p.declared()) > 0 {
		t.Parameters = append(t.Parameters,
			yesOrNo(enabledParameter, groupKafka, "true", "Whether the jobs of the workflow's files begin to read when the stack makes them; later the job API starts and stops them"))
		t.Conditions = append(t.Conditions, isYes(withEnabledJobs, enabledParameter))
	}
	t.Parameters = append(t.Parameters,
		cfn.Parameter{Name: batchParameter, Group: groupKafka, Type: "Number", Default: defaultBatch, Min: 1, Max: 10_000, Description: "Most records that a job is given at once"},
		cfn.Parameter{Name: windowParameter, Group: groupKafka, Type: "Number", Default: 1, Min: 0, Max: 300, Description: "How many seconds records are gathered for, before a job is given them"},
		cfn.Parameter{Name: pollersParameter, Group: groupKafka, Type: "Number", Default: 2, Min: 1, Max: mostPollers,
			Description: "Most pollers of a topic of a job, each good for 5 MB a second; a job with a ratelimit has one. Each costs by the hour"},
		cfn.Parameter{Name: destinationParameter, Group: groupKafka, Type: "String", Default: cfn.Text(""), Pattern: "(arn:[a-z-]+:(sqs|sns):[a-z0-9-]+:[0-9]{12}:.+|arn:[a-z-]+:s3:::.+)?",
			Constraint:  "must be the ARN of an SQS queue, an SNS topic or an S3 bucket, or empty",
			Description: "What is told of batches at which a job that does not stop at failures has broken down ten times; empty tries again for ever"},
	)
	t.Conditions = append(t.Conditions, given(withDestination, destinationParameter))
}

// Mappings in a VPC share pollers in groups: 100 mappings with 2,000 pollers together (Lambda API, ProvisionedPollerConfig).
const (
	mappingsInGroup = 100
	mostPollers     = 20
)

// pollerGroup is the name of pollers that mappings share, in a VPC.
func pollerGroup(name string) cfn.Value {
	return cfn.Choose(withInterfaces, cfn.Sub("${AWS::StackName}-"+name), cfn.NoValue)
}

// givenUpAfter is how often a batch is tried again at which the function itself breaks down, where something takes it then.
const givenUpAfter = 10

// defaultBatch is how many records a job is given at once where nobody says another number.
const defaultBatch = 100

// mapping reads one topic of a job. A job that stops at a failure keeps its offset for as long as it takes.
func (p jobComposer) mapping(declared ir.DeclaredJob, topic string) *cfn.EventSourceMapping {
	mapping := &cfn.EventSourceMapping{
		Alias: p.jobAlias(declared), Topic: topic, Group: job.TopicGroup(jobKey(declared), declared.Topics, topic),
		Managed: onMSK, Cluster: cfn.Ref(clusterParameter), Brokers: cfn.Ref(brokersParameter), Access: sourceAccess(), Start: p.startingPosition(),
		Size: cfn.Ref(batchParameter), Seconds: cfn.Ref(windowParameter), Pollers: cfn.Ref(pollersParameter), Retries: -1,
		Enabled: cfn.Choose(withEnabledJobs, true, false),
	}
	if declared.RateLimit > 0 {
		mapping.Pollers = 1
		if most := declared.Batch(defaultBatch); most < defaultBatch {
			mapping.Size = most
		}
	}
	if declared.OnFailure == job.Skip || declared.OnFailure == job.Topic {
		mapping.Retries = cfn.Choose(withDestination, givenUpAfter, -1)
		mapping.Destination = cfn.Choose(withDestination, cfn.Map{{Key: "OnFailure", Value: cfn.Map{{Key: "Destination", Value: cfn.Ref(destinationParameter)}}}}, cfn.NoValue)
	}
	return mapping
}

// startingPosition is where a job begins for whose group the brokers know no offset.
func (p jobComposer) startingPosition() string {
	if p.jobSetting(task.OffsetReset) == "latest" {
		return "LATEST"
	}
	return "TRIM_HORIZON"
}

// prune takes away the conditions about brokers that nothing hangs on: without jobs of files there are no mappings.
func (p jobComposer) prune(t *cfn.Template) {
	if !p.hasJobs() {
		return
	}
	used := cfn.References{}
	for _, resource := range t.Resources {
		used[resource.Condition] = true
		used.Add(resource.Body.Properties())
	}
	for _, output := range t.Outputs {
		used[output.Condition] = true
		used.Add(output.Value)
	}
	for before := -1; before < len(used); { // conditions may name conditions
		before = len(used)
		for _, condition := range t.Conditions {
			if used[condition.Name] {
				used.Add(condition.Test)
			}
		}
	}
	t.Conditions = slices.DeleteFunc(t.Conditions, func(c cfn.Condition) bool { return !used[c.Name] })
}

// jobParameter are the settings of functions that the stage's parameters give.
func jobParameter(setting task.Setting) cfn.Value {
	switch setting {
	case task.Brokers:
		return cfn.Join{Separator: ",", Of: cfn.Ref(brokersParameter)}
	case task.BrokerProtocol:
		return cfn.Ref(protocolParameter)
	case task.BrokerMechanism:
		return cfn.Ref(mechanismParameter)
	case task.Cluster:
		return cfn.Ref(clusterParameter)
	case task.Subnets:
		return cfn.Ref(subnetsParameter)
	case task.SecurityGroups:
		return cfn.Ref(groupsParameter)
	case task.BatchSize:
		return cfn.Ref(batchParameter)
	case task.BatchSeconds:
		return cfn.Ref(windowParameter)
	case task.Pollers:
		return cfn.Ref(pollersParameter)
	case task.PollerGroup:
		return pollerGroup("posted")
	case task.FailureDestination:
		return cfn.Ref(destinationParameter)
	}
	return nil
}

// jobValue is what a function that works for jobs finds in a variable, nil for nothing.
func (p jobComposer) jobValue(variable task.Variable) cfn.Value {
	if !p.hasJobs() {
		return nil
	}
	for _, table := range p.tables() {
		if variable.Setting == table.Setting {
			return cfn.Ref(tableID(table.Name))
		}
	}
	switch variable.Setting {
	case task.JobSetting, task.OffsetReset, task.TenancyHeader:
		if text, ok := p.app.Workflow.Jobs.Settings[variable.Name]; ok {
			return cfn.Text(text)
		}
		return nil
	case task.StreamFunction:
		return p.streamARN("")
	}
	return jobParameter(variable.Setting)
}

// streamARN is the ARN of the function behind streams with something behind it, by name: a reference from its own role would close a circle.
func (p consumers) streamARN(end string) cfn.Value {
	return cfn.Sub(fmt.Sprintf("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:%s%s%s", namePrefix, p.behindStream().row.Name, end))
}
