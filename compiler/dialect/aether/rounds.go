package aether

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/job"
)

// rounds looks for topics that jobs put failed records into from one to the next, and back to the first.
type rounds struct {
	jobs  []ir.DeclaredJob
	reads map[string][]int // indexes of the jobs that read a topic
	way   []int            // the jobs that have led to where the search is
	place map[string]int   // how many jobs of the way come before a topic; behind for one that leads to no round
}

const behind = -1

// rounds warns of jobs that put failed records aside for one another, so that a record which none of them can deliver goes round for ever. It tells of the
// first such round. A job that reads what it puts aside itself is refused by job.Read.
func (p *parser) rounds() {
	r := rounds{jobs: p.jobs, reads: map[string][]int{}, place: map[string]int{}}
	for i, declared := range p.jobs {
		for _, topic := range declared.Topics {
			r.reads[topic] = append(r.reads[topic], i)
		}
	}
	var round []int
	for i := 0; i < len(p.jobs) && round == nil; i++ {
		for _, topic := range p.jobs[i].Topics {
			if round = r.from(topic); round != nil {
				break
			}
		}
	}
	if round == nil {
		return
	}
	first := slices.Index(round, slices.Min(round))
	var ids []string
	for _, i := range append(round[first:], round[:first+1]...) {
		ids = append(ids, p.jobs[i].ID)
	}
	p.Report(codeDelivery.Warning(p.jobs[round[first]].Range, "what fails in the job %q comes back to it: %s", ids[0], strings.Join(ids, " → ")).
		Why("Each job reads what the one before puts aside, so that a record which none of them can deliver goes round for ever.").
		Fix("let one of them skip, or name an x-steploom-error-topic that none of them reads"))
}

// from follows failed records from a topic on, each topic once, and gives the jobs of the first round that it finds.
func (r *rounds) from(topic string) []int {
	if _, seen := r.place[topic]; seen {
		return nil
	}
	r.place[topic] = len(r.way)
	for _, i := range r.reads[topic] {
		aside := asideOf(r.jobs[i])
		if aside == "" || slices.Contains(r.jobs[i].Topics, aside) {
			continue
		}
		r.way = append(r.way, i)
		if at, seen := r.place[aside]; seen && at != behind {
			return slices.Clone(r.way[at:])
		}
		if round := r.from(aside); round != nil {
			return round
		}
		r.way = r.way[:len(r.way)-1]
	}
	r.place[topic] = behind
	return nil
}

// asideOf is the topic of a job's failed records, "" where they go into none.
func asideOf(declared ir.DeclaredJob) string {
	if declared.OnFailure != job.Topic {
		return ""
	}
	return declared.FailedTopic(job.Key("", declared.ID))
}
