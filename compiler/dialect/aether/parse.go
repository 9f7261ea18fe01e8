package aether

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/job"
)

// parser reads the files of a project.
type parser struct {
	source.Reader
	settings
	jobs        []ir.DeclaredJob
	ids         map[string]diag.Range // where each job's name is
	credentials []ir.Secret
}

// file reads a job, a list of them, or a mapping with the list jobs.
func (p *parser) file(file source.File) {
	root := p.Read(file)
	switch {
	case root == nil:
	case root.Kind == source.Sequence:
		p.list(root)
	case root.Kind == source.Mapping && listKey(root) != "":
		fields := root.Map("a list of jobs")
		p.list(fields.Take(listKey(root)))
		fields.Done()
	case root.Kind == source.Mapping:
		p.job(root)
	default:
		root.Report(codeShape.Error(root.Range, "a file holds a job or a list of jobs").Fix("write a mapping with id, owner, type, topic, datamap and url"))
	}
}

const listName = "jobs"

// listKey is the key of a mapping that holds a list of jobs, as it is written; "" where there is none.
func listKey(root *source.Node) string {
	for _, entry := range root.Entries() {
		if strings.EqualFold(entry.Name, listName) {
			return entry.Name
		}
	}
	return ""
}

func (p *parser) list(list *source.Node) {
	if list.Kind != source.Sequence {
		list.Report(codeShape.Error(list.Range, "%s holds a list of jobs", listName).Fix("write a dash before each job, or the list in brackets"))
		return
	}
	for _, item := range list.List("jobs") {
		p.job(item)
	}
}

// job reads one job.
func (p *parser) job(node *source.Node) {
	value, secrets := withoutReferences(node, valueOf(node))
	read, problems := job.Read(value)
	for _, problem := range problems {
		p.problem(node, problem)
	}
	dropReferenced(&read, secrets)
	at := node.Range
	if node.Kind == source.Mapping {
		at = source.Head(node)
	}
	if id := memberValue(node, "id"); id != nil && read.ID != "" {
		at = id.Range
	}
	declared := ir.DeclaredJob{Job: read, Secrets: secrets, Range: at, TopicRanges: topicRanges(node)}
	p.distinct(declared)
	p.takeSecrets(&declared, node)
	p.jobs = append(p.jobs, declared)
}

func topicRanges(node *source.Node) (ranges []diag.Range) {
	seen := map[string]bool{}
	for _, topic := range memberValue(node, "topic").Items() {
		if !seen[topic.Value()] { // as job.Read takes them
			ranges = append(ranges, topic.Range)
		}
		seen[topic.Value()] = true
	}
	return ranges
}

// distinct refuses two jobs of one name.
func (p *parser) distinct(declared ir.DeclaredJob) {
	if declared.ID == "" {
		return
	}
	if first, twice := p.ids[declared.ID]; twice {
		p.Report(codeName.Error(declared.Range, "there are two jobs named %q", declared.ID).Why("Only one of them could be kept.").
			Fix("give one of them another id").Also(first, "the first one"))
		return
	}
	p.ids[declared.ID] = declared.Range
}

// problem reports what is wrong with a job where it stands.
func (p *parser) problem(node *source.Node, problem job.Problem) {
	at := place(node, problem)
	draft := report.New(problem.Severity, string(codeOf(problem)), at, "%s", problem.Message)
	if problem.Why != "" {
		draft = draft.Why("%s", problem.Why)
	}
	p.Report(draft.Fix("%s", problem.Fix))
}

// codeOf is the code of a problem by the field that has it.
func codeOf(problem job.Problem) report.Code {
	if len(problem.Path) == 0 {
		return codeField
	}
	field, _ := problem.Path[0].(string)
	switch strings.ToLower(field) {
	case "id":
		return codeName
	case "datamap", "query_params", "json_body":
		return codePath
	case "url":
		return codeURL
	case "retry", "ratelimit", "on_failure", "x-steploom-error-topic", "x-steploom-timeout":
		return codeDelivery
	}
	return codeField
}

// place finds where a problem stands: a value, a place in its text, or a key.
func place(node *source.Node, problem job.Problem) diag.Range {
	at, key := node, (*source.Node)(nil)
	for _, step := range problem.Path {
		next, nextKey := child(at, step)
		if next == nil {
			break
		}
		at, key = next, nextKey
	}
	switch {
	case problem.Key && key != nil:
		return key.Range
	case problem.Offset >= 0 && at.Kind == source.Scalar:
		return at.At(problem.Offset, problem.Offset+1)
	case at.Kind == source.Mapping:
		return source.Head(at)
	}
	return at.Range
}

func child(node *source.Node, step any) (value, key *source.Node) {
	switch step := step.(type) {
	case string:
		for _, entry := range node.Entries() {
			if entry.Name == step {
				return entry.Value, entry.Key
			}
		}
	case int:
		if items := node.Items(); step >= 0 && step < len(items) {
			return items[step], nil
		}
	}
	return nil, nil
}

// memberValue is the value of a field however its key is written, nil where there is none.
func memberValue(node *source.Node, field string) *source.Node {
	if node == nil || node.Kind != source.Mapping {
		return nil
	}
	for _, entry := range node.Entries() {
		if isField(entry.Name, field) {
			return entry.Value
		}
	}
	return nil
}

// isField tells whether a key is one of a field, in any case.
func isField(key, field string) bool { return strings.EqualFold(key, field) }

// valueOf is what a posted job of the same text would be.
func valueOf(node *source.Node) any {
	switch node.Kind {
	case source.Mapping:
		object := format.Object{}
		for _, entry := range node.Entries() {
			object = append(object, format.Member{Name: entry.Name, Value: valueOf(entry.Value)})
		}
		return object
	case source.Sequence:
		list := make([]any, len(node.Items()))
		for i, item := range node.Items() {
			list[i] = valueOf(item)
		}
		return list
	}
	literal, _ := node.Literal()
	return literal
}
