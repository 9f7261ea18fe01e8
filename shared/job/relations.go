package job

import (
	"math"
	"slices"
	"time"
)

// relations checks what members of the job say about one another.
func (r *reader) relations() {
	before := len(r.problems)
	r.paths()
	r.advise(before, "write a path of jsonpath_ng, such as $.msg.id")
	before = len(r.problems)
	r.url()
	r.advise(before, "for example https://example.com/{id}")
	r.picks("query_params", r.job.QueryParams)
	r.picks("json_body", r.job.JSONBody)
	r.putAside()
	if r.job.BasicAuth != nil && r.at["token"] != nil {
		p := r.warn(r.at["token"], "the token has no effect")
		p.Why, p.Fix = "Basic authentication takes its place.", "leave out one of token and basic_auth"
	}
	r.budgetEnds()
}

// picks checks that names are those of the datamap.
func (r *reader) picks(field string, names []string) {
	if r.job.DataMap == nil {
		return
	}
	seen := map[string]bool{}
	for i, name := range names {
		place := then(r.at[field], i)
		if _, there := r.job.DataMap[name]; !there {
			p := r.warn(place, "the datamap gives no %q", name)
			p.Why, p.Fix = "It is left out of every request.", nearOr(name, r.job.DataMap, "add it to the datamap")
		}
		if seen[name] {
			r.warn(place, "%q stands there twice", name).Fix = "leave one out"
		}
		seen[name] = true
	}
}

// putAside checks where records go that cannot be delivered: never into a topic that the job reads.
func (r *reader) putAside() {
	at := r.at["x-steploom-error-topic"]
	if r.job.OnFailure != Topic {
		if at != nil {
			p := r.warn(at, "the error topic has no effect")
			p.Why, p.Fix = "Records are put into it with on_failure: topic.", "write it, or leave this out"
		}
		return
	}
	name := r.job.FailedTopic(Key("", r.job.ID))
	if !slices.Contains(r.job.Topics, name) {
		return
	}
	if at == nil {
		at = r.at["on_failure"]
	}
	p := r.fault(at, "records that fail go into %q, which the job reads", name)
	p.Why, p.Fix = "Each would come back for ever.", "name another x-steploom-error-topic"
}

// FailedTopic is the topic of records that cannot be delivered: the one that the job names, or one by the job's key.
func (j Job) FailedTopic(key string) string {
	if j.ErrorTopic != "" {
		return j.ErrorTopic
	}
	return key + ".failed"
}

// budgetEnds refuses a retry that lasts longer than an execution may.
func (r *reader) budgetEnds() {
	longest := r.job.longestSeconds()
	if longest <= longestDelivery {
		return
	}
	at := r.at["retry"]
	if at == nil {
		at = r.at["x-steploom-timeout"]
	}
	p := r.fault(at, "the requests of a record may take %s in all, longer than %d seconds", (time.Duration(min(longest, 1e9)) * time.Second).String(), longestDelivery)
	if math.IsInf(longest, 1) {
		p.Message = "the requests of a record may go on for ever"
	}
	p.Why = "That is the longest that an Express execution lasts; attempts count with their timeouts, and waits with retry_after_max."
	p.Fix = "write a smaller total, backoff_max, retry_after_max or x-steploom-timeout"
}
