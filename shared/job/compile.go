package job

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/steploom/steploom/shared/jsonpathng"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/strformat"
	"github.com/steploom/steploom/shared/task"
)

// Compiled is a job that requests are made by. It may be used concurrently.
type Compiled struct {
	job      Job
	picks    []pick
	url      []strformat.Part
	constant *pytext.Dict
	budget   json.RawMessage
}

// pick is an entry of the datamap.
type pick struct {
	name string
	path *jsonpathng.Path
	// ours tells that what it picks is the author's: a constant.
	ours bool
}

// Context is what a datamap's paths see of a record, beside the job's constants: values of package pytext. Schema is nil where there is none.
type Context struct{ Schema, Message any }

// Compile makes requests possible. What [Read] has no errors for compiles; otherwise the error is [task.StreamJob].
func Compile(j Job) (*Compiled, error) {
	c := &Compiled{job: j, constant: &pytext.Dict{}}
	url, err := strformat.Parse(j.URL)
	if err != nil {
		return nil, task.Errorf(task.StreamJob, "url: %s", message(err))
	}
	c.url = url.Parts()
	for _, name := range slices.Sorted(maps.Keys(j.DataMap)) {
		path, err := jsonpathng.Parse(j.DataMap[name])
		if err != nil {
			return nil, task.Errorf(task.StreamJob, "datamap.%s: %v", name, err)
		}
		_, ours := constantOf(path)
		c.picks = append(c.picks, pick{name, path, ours})
	}
	for _, constant := range j.Constant {
		var value any
		if constant.Text != nil {
			value = *constant.Text
		}
		if err := c.constant.Set(constant.Name, value); err != nil {
			return nil, task.Errorf(task.StreamJob, "constant.%s: %v", constant.Name, err)
		}
	}
	if c.budget, err = j.Budget(); err != nil {
		return nil, task.Errorf(task.StreamJob, "retry: %v", err)
	}
	return c, nil
}

// Job is the job that was compiled.
func (c *Compiled) Job() Job { return c.job }

// picked is what the datamap makes of a record: what a path does not match is left out.
func (c *Compiled) picked(context Context) (*pytext.Dict, error) {
	document := pytext.NewDict("schema", context.Schema, "msg", context.Message, "constant", c.constant)
	picked := &pytext.Dict{}
	for _, pick := range c.picks {
		value, found, err := jsonpathng.Select(pick.path, document)
		if err != nil {
			return nil, task.Errorf(task.StreamDataMap, "datamap.%s: %v", pick.name, err)
		}
		if found {
			if err := picked.Set(pick.name, value); err != nil {
				return nil, task.Errorf(task.StreamDataMap, "datamap.%s: %v", pick.name, err)
			}
		}
	}
	return picked, nil
}
