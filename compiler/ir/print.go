package ir

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Print gives a workflow as text: one line a step, what stands inside it indented, file and line at the end. Equal workflows give equal
// texts. Credentials are shown by name only.
func Print(workflow *Workflow) string {
	p := &printer{}
	p.line(0, diag.Range{}, "workflow %s", workflow.Name)
	for _, connection := range workflow.Connections {
		p.line(0, connection.Range, "connection %s %s %s%s", connection.Name, connection.Kind, connection.URL, secrets(connection.User, connection.Password)+secret("privateKey", connection.PrivateKey)+secret("passphrase", connection.Passphrase))
	}
	for _, one := range workflow.Authentications {
		p.authentication(one)
	}
	if workflow.Docs != nil {
		p.line(0, workflow.Docs.Range, "describes itself")
	}
	if workflow.AsksCaller {
		p.line(0, diag.Range{}, "asks who calls")
	}
	if workflow.Jobs != nil {
		p.jobs(workflow.Jobs)
	}
	for _, secret := range workflow.Secrets {
		p.line(0, secret.Range, "secret %s=literal", secret.Name)
	}
	for _, operation := range workflow.Operations {
		p.operation(operation)
	}
	return p.text.String()
}

// authentication shows what decides about a caller, and its secrets by name only.
func (p *printer) authentication(one *Authentication) {
	text := fmt.Sprintf("authentication %s %s", one.Name, one.Method)
	for _, user := range one.Users {
		text += secrets(user.Name, user.Password)
	}
	for _, key := range one.Keys {
		text += secret("key", key)
	}
	p.line(0, one.Range, "%s", text)
}

func secrets(user, password Credential) string {
	return secret("user", user) + secret("password", password)
}

func secret(name string, value Credential) string {
	switch {
	case value.Ref != "":
		return " " + name + "=secret(" + value.Ref + ")"
	case value.Literal != "":
		return " " + name + "=literal"
	}
	return ""
}

type printer struct{ text strings.Builder }

// line writes one line and, when it is known, where it comes from.
func (p *printer) line(depth int, at diag.Range, format string, arguments ...any) {
	text := strings.Repeat("  ", depth) + fmt.Sprintf(format, arguments...)
	if at.File != "" {
		text += fmt.Sprintf("  # %s:%d", path.Base(at.File), at.Start.Line)
	}
	p.text.WriteString(strings.TrimRight(text, " ") + "\n")
}

func (p *printer) operation(operation *Operation) {
	mode := "express"
	if operation.Mode == Standard {
		mode = "standard"
	}
	p.line(0, operation.Range, "operation %s %s%s", strconv.Quote(operation.Name), mode, option(" timeout", operation.Limit()))
	if reason := operation.Reason; reason.Text != "" {
		p.line(1, reason.Range, "%s because %s", mode, reason.Text)
	}
	for _, trigger := range operation.Triggers {
		p.trigger(trigger)
	}
	for _, parameter := range operation.Parameters {
		p.parameter(parameter)
	}
	if body := operation.BodyOrNil; body != nil {
		for _, content := range body.Contents {
			p.line(1, content.Range, "request body %s: %s%s%s", content.MediaType, schemaText(content.Schema), flag(" stored", content.Stored), flag(" required", body.Required))
			p.properties(2, content.Schema)
			for _, file := range content.Files {
				p.line(2, file.Range, "file %s%s", strconv.Quote(file.Name), file.limits())
			}
		}
	}
	p.steps(1, operation.Steps)
}

func (p *printer) trigger(trigger Trigger) {
	switch trigger := trigger.(type) {
	case *HTTP:
		p.line(1, trigger.Range, "on http %s %s%s%s", trigger.Method, trigger.Path, flag(" async", trigger.Async), word(" for ", trigger.Guards.String()))
	case *Schedule:
		p.line(1, trigger.Range, "on schedule %s %s", trigger.Expression, trigger.Zone)
	case *Event:
		p.line(1, trigger.Range, "on event %s", ValueText(trigger.Pattern))
	case *Stream:
		p.line(1, trigger.Range, "on stream %s%s%s", strings.Join(trigger.Topics, ", "), word(" format ", trigger.Format), word(" group ", trigger.Group))
	case *Manual:
		p.line(1, trigger.Range, "on demand")
	}
}

func (p *printer) parameter(parameter Parameter) {
	text := fmt.Sprintf("parameter %s: %s%s", parameter.Name, schemaText(parameter.Schema), flag(" required", parameter.Required))
	if parameter.In != "" {
		text += " in " + parameter.In
	}
	if parameter.Separator != "" {
		text += " separated by " + strconv.Quote(parameter.Separator)
	}
	p.line(1, parameter.Range, "%s", text)
}

// properties prints the members that a schema names, a line each.
func (p *printer) properties(depth int, of *schema.Schema) {
	if of == nil {
		return
	}
	if of.ItemsOrNil != nil {
		p.properties(depth, of.ItemsOrNil)
	}
	for _, property := range of.Properties {
		p.line(depth, property.Range, "property %s: %s%s", property.Name, schemaText(property.Schema), flag(" required", property.Required))
		p.properties(depth+1, property.Schema)
	}
	for _, forms := range []struct {
		name    string
		schemas []*schema.Schema
	}{{"all of", of.AllOf}, {"any of", of.AnyOf}, {"one of", of.OneOf}} {
		for _, form := range forms.schemas {
			p.line(depth, form.Range, "%s: %s", forms.name, schemaText(form))
			p.properties(depth+1, form)
		}
	}
}

// schemaText says in one line what a value is.
func schemaText(s *schema.Schema) string {
	if s == nil {
		return "any"
	}
	text := cmp.Or(strings.Join(s.Types, " or "), "any")
	if s.ItemsOrNil != nil && s.Type() == "array" {
		text += " of " + schemaText(s.ItemsOrNil)
	}
	text += flag(" or null", s.Nullable && len(s.Types) > 0) + flag(" closed", s.Closed)
	if s.AdditionalOrNil != nil {
		text += " others " + schemaText(s.AdditionalOrNil)
	}
	if s.NotOrNil != nil {
		text += " not " + schemaText(s.NotOrNil)
	}
	for _, one := range s.Constraints {
		text += " " + one.Keyword + " " + ValueText(one.Value)
	}
	if s.DefaultOrNil != nil {
		text += " default " + ValueText(s.DefaultOrNil)
	}
	return text
}

func (p *printer) steps(depth int, steps []Step) {
	for _, step := range steps {
		p.step(depth, step)
	}
}

// step prints one step. One flat switch over all steps.
func (p *printer) step(depth int, step Step) {
	head := func(format string, arguments ...any) {
		common := step.Head()
		text := fmt.Sprintf(format, arguments...)
		if common.Label != "" {
			text += " " + strconv.Quote(common.Label)
		}
		if common.Note != "" {
			text += " (" + common.Note + ")"
		}
		p.line(depth, common.Range, "%s", text)
	}
	switch step := step.(type) {
	case *Call:
		head("call %s", step.Function)
		p.call(depth+1, step)
	case *Assign:
		head("assign")
		p.bindings(depth+1, step.Bindings)
	case *Branch:
		head("branch")
		p.branch(depth+1, step)
	case *Loop:
		head("loop %s", loopText(step))
		p.steps(depth+1, step.Body)
		p.collects(depth+1, step.Collect)
	case *Parallel:
		head("parallel")
		for _, branch := range step.Branches {
			p.line(depth+1, branch.Range, "branch %s", strconv.Quote(branch.Label))
			p.steps(depth+2, branch.Body)
		}
		p.retry(depth+1, step.Retry)
		p.handlers(depth+1, step.OnError)
	case *Wait:
		head("wait %s", nodeText("seconds ", step.Seconds)+nodeText("until ", step.Until))
	case *Goto:
		head("goto %s%s%s", strconv.Quote(step.Target), option(" max", step.Max), variableText(" count in ", step.Counter))
		p.steps(depth+1, step.Exhausted)
	case *Break:
		head("break")
	case *Invoke:
		head("invoke %s%s", strconv.Quote(step.Operation), variableText(" -> ", step.Bind))
		p.line(depth+1, diag.Range{}, "input %s", ValueText(step.Input))
		p.handlers(depth+1, step.OnError)
	case *Return:
		head("return%s", returnText(step))
	case *Fail:
		head("fail %s %s", ValueText(step.Error), ValueText(step.Cause))
	}
}

func (p *printer) call(depth int, step *Call) {
	p.line(depth, diag.Range{}, "arguments %s", ValueText(step.Arguments))
	if step.Bind != "" {
		p.line(depth, diag.Range{}, "bind $%s = %s", step.Bind, jsonata.Print(step.Answer()))
	}
	p.bindings(depth, step.More)
	for _, setting := range []string{
		flag("external", step.External), option("timeout", step.TimeoutSeconds), flag("writes", step.Writes), flag("waits for token", step.WaitForToken),
	} {
		if setting != "" {
			p.line(depth, diag.Range{}, "%s", setting)
		}
	}
	p.retry(depth, step.Retry)
	p.handlers(depth, step.OnError)
}

func (p *printer) bindings(depth int, bindings []Binding) {
	for _, binding := range bindings {
		p.line(depth, diag.Range{}, "$%s = %s%s", binding.Name, ValueText(binding.Value), nodeText(" if ", binding.IfOrNil))
	}
}

func (p *printer) branch(depth int, step *Branch) {
	for _, way := range step.Cases {
		p.line(depth, way.Range, "when %s%s", jsonata.Print(way.When), quoted(way.Label))
		p.steps(depth+1, way.Body)
	}
	if len(step.Else) > 0 {
		p.line(depth, diag.Range{}, "else")
		p.steps(depth+1, step.Else)
	}
}

func (p *printer) collects(depth int, collects []Collect) {
	for _, collect := range collects {
		p.line(depth, diag.Range{}, "collect $%s%s = %s", collect.Name, nodeText(" by ", collect.Key), jsonata.Print(collect.Value))
	}
}

func number(prefix string, value float64) string {
	if value == 0 {
		return ""
	}
	return prefix + strconv.FormatFloat(value, 'g', -1, 64)
}

func (p *printer) handlers(depth int, handlers []Handler) {
	for _, handler := range handlers {
		p.line(depth, diag.Range{}, "on error %s", matchText(handler.Errors))
		p.bindings(depth+1, handler.Assign)
		p.steps(depth+1, handler.Body)
	}
}

func loopText(step *Loop) string {
	text := variableText("", step.Variable) + variableText(", ", step.IndexOrEmpty) + nodeText(" over ", step.Items) + nodeText(" times ", step.Count)
	if step.Until != nil {
		text += nodeText(" until ", step.Until) + option(" max", step.Max)
	}
	return strings.TrimSpace(text + option(" concurrency", step.Concurrency))
}

func returnText(step *Return) string {
	text := ""
	if step.Status != nil {
		text += " status " + ValueText(step.Status)
	}
	if step.Headers != nil {
		text += " headers " + ValueText(step.Headers)
	}
	text += word(" csv-separator ", step.CSVSeparator) + word(" csv-columns ", strings.Join(step.CSVColumns, ","))
	if step.HasBody || step.Status == nil {
		text += " body " + ValueText(step.Body)
	}
	return text
}

func option(name string, value int) string {
	if value == 0 {
		return ""
	}
	return name + " " + strconv.Itoa(value)
}

// word is a text with what stands before it, "" for an empty text.
func word(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func flag(name string, set bool) string {
	if !set {
		return ""
	}
	return name
}

func quoted(label string) string {
	if label == "" {
		return ""
	}
	return " " + strconv.Quote(label)
}

func variableText(prefix, name string) string {
	if name == "" {
		return ""
	}
	return prefix + "$" + name
}

func nodeText(prefix string, node jsonata.Node) string {
	if node == nil {
		return ""
	}
	return prefix + jsonata.Print(node)
}

// ValueText writes a value as one line of JSON in which expressions stand as they are.
func ValueText(value Value) string {
	switch value := value.(type) {
	case jsonata.Node:
		return jsonata.Print(value)
	case []any:
		items := make([]string, len(value))
		for i, item := range value {
			items[i] = ValueText(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case *jsonata.Object:
		var members []string
		for key, member := range value.All() {
			members = append(members, strconv.Quote(key)+": "+ValueText(member))
		}
		return "{" + strings.Join(members, ", ") + "}"
	case map[string]any:
		var members []string
		for _, key := range sortedNames(value) {
			members = append(members, strconv.Quote(key)+": "+ValueText(value[key]))
		}
		return "{" + strings.Join(members, ", ") + "}"
	default:
		text, err := jsonata.Encode(value)
		if err != nil {
			return fmt.Sprintf("?(%T)", value)
		}
		return string(text)
	}
}

func sortedNames(values map[string]any) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
