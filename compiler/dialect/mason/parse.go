package mason

import (
	"path"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/schedule"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// parser reads the files of a project.
type parser struct {
	source.Reader
	settings  settings
	workflows []*workflow
	inert     map[string]bool // fields without effect that have been told of
	uids      map[string]diag.Range
}

// file reads one workflow, a list of them, or the steps of one that is named after its file.
func (p *parser) file(file source.File) {
	root := p.Read(file)
	switch {
	case root == nil:
	case root.Kind == source.Mapping:
		p.workflow(root)
	case root.Kind == source.Sequence && holdsSteps(root):
		name := strings.TrimSuffix(path.Base(file.Path), path.Ext(file.Path))
		root.Report(codeShape.Note(source.Head(root.Items()[0]), "the list of steps is workflow %q", name).Why("It is named after its file.").
			Fix("write name: and steps: to say otherwise"))
		w := &workflow{name: name, at: source.Head(root.Items()[0]), retry: ir.DefaultBudget()}
		w.steps = p.steps(root)
		p.add(w)
	case root.Kind == source.Sequence:
		for _, item := range root.Items() {
			p.workflow(item)
		}
	default:
		root.Report(codeShape.Error(root.Range, "a file holds a workflow or a list of workflows").Fix("write a mapping with name and steps"))
	}
}

// holdsSteps tells whether a list is one of steps rather than of workflows.
func holdsSteps(list *source.Node) bool {
	items := list.Items()
	return len(items) > 0 && items[0].Kind == source.Mapping && items[0].Get("apispec") != nil && items[0].Get("steps") == nil
}

// workflow reads the fields of a workflow.
func (p *parser) workflow(node *source.Node) {
	fields := node.Map("a workflow")
	w := &workflow{at: source.Head(node), retry: ir.DefaultBudget()}
	if name := fields.Need("name"); name != nil {
		w.name, w.at = p.name(name, "a workflow"), name.Range
	}
	p.identity(fields, w)
	if deleted := take(fields, "deleted"); deleted != nil {
		w.deleted, _ = deleted.Bool()
	}
	if retry := take(fields, "default_retry"); retry != nil {
		w.retry = p.retry(retry)
	}
	p.schedule(fields, w)
	w.steps = p.steps(stepsOf(fields))
	fields.Done()
	p.add(w)
}

// identity reads who and what a workflow is for; but for the workspace it describes.
func (p *parser) identity(fields *source.Fields, w *workflow) {
	if uid := take(fields, "uid"); uid != nil && check(uid, "a UUID", isUUID) {
		if first, twice := p.uids[canonicalUUID(uid.Value())]; twice {
			uid.Report(codeName.Error(uid.Range, "two workflows have the same uid").Fix("give one of them another, or none").Also(first, "the first one"))
		} else if p.uids == nil {
			p.uids = map[string]diag.Range{}
		}
		p.uids[canonicalUUID(uid.Value())] = uid.Range
	}
	if scope := take(fields, "scope"); scope != nil {
		w.scope, _ = scope.OneOf("workspace", "global")
	}
	if id := take(fields, "workspace_id"); id != nil && check(id, "a UUID", isUUID) {
		w.workspaceID = canonicalUUID(id.Value())
	}
	if user := take(fields, "user_id"); user != nil {
		check(user, "an email address", isEmail)
	}
	for _, name := range []string{"created", "updated"} {
		if when := take(fields, name); when != nil {
			check(when, "a date with a time, such as 2026-01-31T08:00:00Z", isDateTime)
		}
	}
}

// stepsOf gives the list of steps, which the prose of the language calls flow.
func stepsOf(fields *source.Fields) *source.Node {
	flow, hasFlow := fields.Entry("flow")
	if !hasFlow {
		return fields.Need("steps")
	}
	if steps, both := fields.Entry("steps"); both {
		steps.Key.Report(codeShape.Error(steps.Key.Range, "the workflow has both steps and flow").Fix("put all steps into steps").Also(flow.Key.Range, "flow is here"))
	}
	return flow.Value
}

// add adds a workflow that has something to do.
func (p *parser) add(w *workflow) {
	p.workflows = append(p.workflows, w)
	if w.deleted {
		p.Report(codeDeleted.Note(w.at, "workflow %q is deleted: nothing is deployed of it", w.name).Fix("write deleted: false to deploy it"))
	}
}

// distinct refuses workflows of one name, and of names that start by the same request.
func (p *parser) distinct() {
	names, paths := map[string]*workflow{}, map[string]*workflow{}
	for _, w := range p.workflows {
		if w.name == "" || w.deleted {
			continue
		}
		start := startPath(w.name)
		if first := names[w.name]; first != nil {
			p.Report(codeName.Error(w.at, "there are two workflows named %q", w.name).Fix("give one of them another name").Also(first.at, "the first one"))
		} else if first := paths[start]; first != nil {
			p.Report(codeName.Error(w.at, "workflows %q and %q are both started by POST %s", first.name, w.name, start).
				Why("What cannot stand in a path becomes a hyphen.").Fix("give one of them another name").Also(first.at, "the first one"))
		}
		names[w.name], paths[start] = w, w
	}
}

// schedule reads how a workflow is started by the clock.
func (p *parser) schedule(fields *source.Fields, w *workflow) {
	cron, zone := take(fields, "x-steploom-schedule"), take(fields, "x-steploom-timezone")
	switch {
	case cron == nil && zone == nil:
		return
	case cron == nil:
		zone.Report(codeStart.Error(zone.Range, "a time zone without a schedule").Fix("add x-steploom-schedule, or delete the line"))
		return
	case zone != nil && !schedule.IsZone(source.Text(zone)):
		zone.Report(codeStart.Error(zone.Range, "there is no time zone %q", source.Text(zone)).Fix("write the name of a zone, such as Europe/Berlin or UTC"))
	}
	text, ok := cron.Str()
	if !ok {
		return
	}
	expression, err := schedule.Read(text)
	if err != nil {
		reportSchedule(cron, err)
		return
	}
	w.triggers = append(w.triggers, &ir.Schedule{Name: w.name, Expression: expression, Zone: source.Text(zone), Range: cron.Range})
}

// take gives the value of a key, nil when it is absent or null.
func take(fields *source.Fields, name string) *source.Node {
	node := fields.Take(name)
	if node == nil || node.Kind == source.Null {
		return nil
	}
	return node
}
