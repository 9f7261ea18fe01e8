package sam

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// This file finds what jobs need: the function behind streams, the one behind the job API, their tables. Jobs that are posted at run time get what the
// template gives to those of files, by the Lambda API.

// consumers are the jobs of a plan.
type consumers struct{ *plan }

func consumersOf(p *plan) consumers { return consumers{p} }

// hasJobs tells whether the workflow has consumers of topics, or can have.
func (p consumers) hasJobs() bool { return p.app.Workflow.Jobs != nil }

// declared are the jobs of the workflow's files.
func (p consumers) declared() []ir.DeclaredJob {
	if !p.hasJobs() {
		return nil
	}
	return p.app.Workflow.Jobs.Declared
}

// planForJobs gives the functions that work for jobs their reasons: the jobs, and the machines that records go through.
func (p consumers) planForJobs(f *functionPlan) {
	if !p.hasJobs() || !f.worksForJobs() {
		return
	}
	f.calls = append(f.calls, placeOfRange(p.app.Workflow.Jobs.Range))
	for _, declared := range p.declared() {
		f.calls = append(f.calls, placeOfRange(declared.Range))
	}
	if f.row.BehindStream {
		for _, machine := range p.machines {
			if machine.stream != nil {
				f.starts = append(f.starts, machine)
			}
		}
	}
}

// worksForJobs tells whether a function is the one behind streams or the one behind the job API.
func (f *functionPlan) worksForJobs() bool { return f.row.BehindStream || len(f.row.JobRoutes) > 0 }

// delivers tells whether a function sends the requests of jobs: the machine that records go through calls it, and it opens sealed secrets.
func (p consumers) delivers(f *functionPlan) bool {
	return f.row.Variable(task.CallerKey) != "" && slices.ContainsFunc(p.machines, func(m *machinePlan) bool {
		return m.stream != nil && slices.ContainsFunc(m.uses, func(u use) bool { return u.target == f.row.Substitution() })
	})
}

// behindStream is the function that records come to, nil where there are no jobs.
func (p consumers) behindStream() *functionPlan {
	return functionWhere(p.functions, func(f *functionPlan) bool { return f.row.BehindStream })
}

// behindJobs is the function that answers for the job API, nil where there are no jobs.
func (p consumers) behindJobs() *functionPlan {
	return functionWhere(p.functions, func(f *functionPlan) bool { return len(f.row.JobRoutes) > 0 })
}

// functionWhere is the first function that is something, nil where none is.
func functionWhere(functions []*functionPlan, is func(*functionPlan) bool) *functionPlan {
	at := slices.IndexFunc(functions, is)
	if at < 0 {
		return nil
	}
	return functions[at]
}

// tables are those of the planned functions, each once.
func (p consumers) tables() []task.Table {
	var found []task.Table
	for _, f := range p.functions {
		for _, table := range f.row.Tables {
			if !slices.ContainsFunc(found, func(have task.Table) bool { return have.Name == table.Name }) {
				found = append(found, table)
			}
		}
	}
	return found
}

// tableID names the resource of a table.
func tableID(name string) string { return task.LogicalID(name) + "Table" }

// jobKey is the key of a job of a file, which has no tenant.
func jobKey(declared ir.DeclaredJob) string { return job.Key("", declared.ID) }

// jobID begins the names of all resources that a job has, with a hash where another's would be the same.
func (p consumers) jobID(key string) string {
	id := words(key)
	for _, other := range p.declared() {
		if name := jobKey(other); name != key && words(name) == id {
			return "Job" + id + "X" + task.Hash(key)
		}
	}
	return "Job" + id
}

// jobAlias names the resource of a job's alias of the function behind streams.
func (p consumers) jobAlias(declared ir.DeclaredJob) string {
	return p.jobID(jobKey(declared)) + "Alias"
}
