package ir

import (
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/job"
)

// Jobs are the consumers of Kafka topics that a workflow has, and what they have in common. The records go through the operation with the trigger
// [Stream], which delivers each of them by a request; jobs come and go without it.
type Jobs struct {
	// Declared are the jobs of the workflow's files. One that is known at run time already stays as it is.
	Declared []DeclaredJob
	// Settings are those of the workflow's files by the names of the environment variables that functions read them from, as texts (shared/job,
	// Settings). None holds a credential.
	Settings map[string]string
	// Secrets are the names of the stack's secrets that settings refer to, by the names of the variables that hold the references.
	Secrets map[string]string
	Range   diag.Range
}

// DeclaredJob is a job of a file. It has no credentials: its secrets are references to those of the workflow.
type DeclaredJob struct {
	job.Job
	Secrets job.Secrets
	Range   diag.Range
	// TopicRanges are the places of the topics, in their order.
	TopicRanges []diag.Range
}

// TopicRange is the place of the topic with an index, that of the job where it has none.
func (d DeclaredJob) TopicRange(i int) diag.Range {
	if i < len(d.TopicRanges) {
		return d.TopicRanges[i]
	}
	return d.Range
}
