package aether

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
)

// workflow gives the IR of everything that was read: one operation for the records of all jobs.
func (p *parser) workflow() *ir.Workflow {
	at := p.at
	if len(p.jobs) > 0 {
		at = p.jobs[0].Range
	}
	return &ir.Workflow{
		Range: at, Operations: []*ir.Operation{deliver(p.topics(), at)}, Secrets: p.credentials,
		Jobs: &ir.Jobs{Declared: p.jobs, Settings: p.values, Secrets: p.secrets, Range: at},
	}
}

// topics are those of all jobs, in order.
func (p *parser) topics() []string {
	var topics []string
	for _, declared := range p.jobs {
		topics = append(topics, declared.Topics...)
	}
	slices.Sort(topics)
	return slices.Compact(topics)
}
