package sam

import (
	"encoding/json"
	"strconv"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/job"
)

// Seeds tell the function behind the job API of the jobs of files, each time they change. A job that it knows already stays as it is.

const (
	seedsID      = "DeclaredJobs"
	seedsKind    = "Custom::Jobs"
	seedsSeconds = 300
	// seedsLimit is how long the text of a custom resource's jobs may be. The function is told of an update with the old text and the new one, in an event
	// of 256 KB (Lambda quotas, asynchronous invocation).
	seedsLimit = 100_000
)

// seed is a job as the function is told of it.
type seed struct {
	Job     job.Job     `json:"job"`
	Secrets job.Secrets `json:"secrets,omitzero"`
}

// composeSeeds adds as many custom resources as the jobs take.
func (p jobComposer) composeSeeds(t *cfn.Template) {
	f := p.behindJobs()
	if f == nil {
		return
	}
	for i, text := range p.seeds() {
		attributes := cfn.Map{{Key: "Stack", Value: cfn.Text(strconv.FormatBool(i == 0))}}
		if len(p.declared()) > 0 { // otherwise there is no such condition
			attributes = attributes.With("State", cfn.Choose(withEnabledJobs, string(job.Running), string(job.Stopped)))
		}
		t.Resources = append(t.Resources, cfn.Resource{
			Name: numbered(seedsID, i), Comment: "The jobs of the workflow's files, which become jobs of the stack unless there are such.",
			Body: &cfn.Custom{Kind: seedsKind, Function: cfn.Ref(f.resource() + ".Alias"), Seconds: seedsSeconds, Attributes: attributes.With("Jobs", cfn.Text(text))},
		})
	}
}

// seedNames name the custom resources. Mappings come after them: records of a job that nobody knows are taken for those of one that was taken away.
func (p jobComposer) seedNames() []string {
	if p.behindJobs() == nil {
		return nil
	}
	var names []string
	for i := range p.seeds() {
		names = append(names, numbered(seedsID, i))
	}
	return names
}

// seeds are lists of jobs as JSON, each short enough for a custom resource, one at least: the first stays as long as the stack does, and what reads topics
// for posted jobs goes with it. A job that is too long by itself is refused by [limiter].
func (p consumers) seeds() []string {
	var texts []string
	text := ""
	for _, declared := range p.declared() {
		one := seedText(seed{declared.Job, declared.Secrets})
		if text != "" && len(text)+len(one)+2 > seedsLimit {
			texts, text = append(texts, "["+text+"]"), ""
		}
		if text != "" {
			text += ","
		}
		text += one
	}
	if text != "" || len(texts) == 0 {
		texts = append(texts, "["+text+"]")
	}
	return texts
}

func seedText(one seed) string {
	text, err := json.Marshal(one)
	if err != nil {
		panic(err) // texts, and a retry that was read from JSON
	}
	return string(text)
}
