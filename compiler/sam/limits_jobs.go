package sam

import (
	"regexp"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/task"
)

// brokerLimit is how many brokers a mapping takes (Lambda API, SelfManagedEventSource).
const brokerLimit = 10

// lambdaTopic is what Lambda takes as a topic (Lambda API, CreateEventSourceMapping): Kafka itself takes names of one character, too.
var lambdaTopic = regexp.MustCompile(`^[^.][a-zA-Z0-9_.-]+$`)

// checkJobs refuses what of jobs cannot be deployed.
func (p consumers) checkJobs(t *cfn.Template) {
	if !p.hasJobs() {
		return
	}
	p.checkJobAPI()
	if n := len(strings.FieldsFunc(p.jobSetting(task.Brokers), func(r rune) bool { return r == ',' })); n > brokerLimit {
		p.problems.Add(report.Error("SAM031", p.app.Workflow.Jobs.Range, "there are %d brokers, Lambda takes %d", n, brokerLimit).
			Fix("name some of them: each knows all others"))
	}
	for _, declared := range p.declared() {
		p.checkJob(declared)
	}
	p.checkJobResources(t)
}

// checkJobAPI refuses what would stand before a job API that asks callers itself.
func (p consumers) checkJobAPI() {
	if p.behindJobs() == nil {
		return
	}
	at := p.app.Workflow.Jobs.Range
	if p.options.API == APIDirect {
		p.problems.Add(report.Error("SAM030", at, "the job API needs a function, which direct mode leaves out").Fix("leave out --api direct"))
	}
	if p.options.Authorizer != Open {
		p.problems.Add(report.Error("SAM030", at, "--authorizer %s would stand before a job API that asks for a user and a password itself", p.options.Authorizer).
			Why("Both would read what one request shows.").Fix("leave out --authorizer"))
	}
}

// checkJob refuses what Lambda and CloudFormation would refuse of one job.
func (p consumers) checkJob(declared ir.DeclaredJob) {
	for i, topic := range declared.Topics {
		if !lambdaTopic.MatchString(topic) {
			tell := report.Warning
			if p.written {
				tell = report.Error
			}
			p.problems.Add(tell("SAM031", declared.TopicRange(i), "Lambda takes no topic called %q", topic).
				Why("The name of a topic has two characters at least there, and does not begin with a dot. Here the job works, but build refuses it.").Fix("give the topic another name where the job is deployed"))
		}
	}
	if n := len(seedText(seed{declared.Job, declared.Secrets})) + len("[]"); n > seedsLimit {
		p.problems.Add(report.Error("SAM031", declared.Range, "the job %s is %d bytes long as JSON, there is room for %d", declared.ID, n, seedsLimit).
			Why("CloudFormation tells the function of it in an event of 256 KB, with what it was before.").Fix("post the job to the job API instead"))
	}
}

// checkJobResources refuses jobs for which CloudFormation has no room, at the first of them.
func (p consumers) checkJobResources(t *cfn.Template) {
	total := t.Count()
	if total <= resourceLimit || len(p.declared()) == 0 {
		return
	}
	room := resourceLimit - total
	for _, declared := range p.declared() {
		room += 1 + len(declared.Topics)
	}
	for i, declared := range p.declared() {
		if room -= 1 + len(declared.Topics); room < 0 {
			p.problems.Add(report.Error("SAM007", declared.Range, "the stack would have %d resources, CloudFormation takes %d: job %d of %d, %q, has no room",
				total, resourceLimit, i+1, len(p.declared()), declared.ID).
				Why("A job takes one resource, and one more for each topic.").Fix("post this job and those behind it to the job API, which needs no resources of the stack, or move them into another folder"))
			return
		}
	}
}
