// Package credentials takes the credentials that a workflow writes out of it, so that none of them gets into a definition, a template or an
// event. It stands between the dialects and package lower.
package credentials

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Move gives a workflow in which every credential that a call of function http writes out has become a secret of the workflow
// (ir.Workflow.Secrets), and a warning for each. Credentials are texts, known when compiling, in headers, query parameters and members of
// bodies and forms whose names say so, and the user and password of an address. A text counts that comes there by way of a variable which is set
// once; the variable loses it where nothing else reads it.
func Move(workflow *ir.Workflow) (*ir.Workflow, diag.List) {
	m := &mover{byLiteral: map[string]string{}, names: map[string]bool{}}
	moved := *workflow
	moved.Operations = make([]*ir.Operation, len(workflow.Operations))
	for i, operation := range workflow.Operations {
		copied := *operation
		copied.Steps = m.operation(operation.Steps)
		moved.Operations[i] = &copied
	}
	moved.Secrets = append(moved.Secrets[:len(moved.Secrets):len(moved.Secrets)], m.secrets...)
	return &moved, m.found
}

// Rules documents the diagnostics of this package.
func Rules() []diag.Rule {
	return []diag.Rule{{Code: codeLiteral, Title: "a credential is written out", Doc: "A header, a query parameter, a member of a body or an address holds a credential as text. It is kept out of every generated file and becomes a secret of the stack, which is to be given its value after the deployment; a local run uses the text. Everybody who can read the workflow still knows it: refer to a secret or to the environment instead. A variable that is set to such a text keeps it, in the definition."}}
}

const codeLiteral = "SEC001"

// mover collects what it takes out.
type mover struct {
	secrets   []ir.Secret
	byLiteral map[string]string // name by literal
	names     map[string]bool
	found     diag.List
	known     constants       // of the operation at hand, so far
	taken     map[string]bool // those of which a request has become free
}

// operation takes the credentials out of one operation.
func (m *mover) operation(steps []ir.Step) []ir.Step {
	m.known, m.taken = constants{}, map[string]bool{}
	once := settled(steps)
	var moved []ir.Step
	for _, step := range steps {
		moved = append(moved, m.steps([]ir.Step{step})...)
		m.known.learn(step, once)
	}
	moved = m.known.withoutUnread(moved, m.taken)
	ir.Walk(moved, func(step ir.Step) bool {
		if assign, ok := step.(*ir.Assign); ok {
			m.variables(assign)
		}
		return true
	})
	return moved
}

func (m *mover) steps(steps []ir.Step) []ir.Step {
	moved := make([]ir.Step, len(steps))
	for i, step := range steps {
		moved[i] = ir.WithBodies(step, m.steps)
		if call, ok := moved[i].(*ir.Call); ok && call.Function == task.HTTP && !call.External {
			m.call(call)
		}
	}
	return moved
}

// variables warns of credentials that are set to variables, from where nothing can take them.
func (m *mover) variables(step *ir.Assign) {
	for _, binding := range step.Bindings {
		if text, ok := literal(binding.Value); ok && text != "" && secret.IsName(binding.Name) {
			m.found.Add(report.Warning(codeLiteral, step.Head().Range, "%q holds a credential", binding.Name).
				Why("It is part of the definition, and everybody who may read the stack may read it.").
				Fix("write it into the request that needs it, from where it becomes a secret, or refer to a secret").Diagnostic())
		}
	}
}

// call takes the credentials out of one request.
func (m *mover) call(call *ir.Call) {
	given, ok := call.Arguments.(*jsonata.Object)
	if !ok {
		return
	}
	r := &request{mover: m, at: call.Head().Range, host: hostOf(given), secrets: jsonata.NewObject()}
	r.parametersName = "query"
	if encoding, _ := given.Get("encoding"); encoding == task.HTTPAsRequests {
		r.parametersName = "params"
	}
	moved := jsonata.NewObject()
	for name, value := range given.All() {
		switch name {
		case "headers", "body", "form", "data", "json", r.parametersName:
			value = r.members(value, "/"+name, name == r.parametersName)
		case "url":
			value = r.address(value)
		}
		moved.Set(name, value)
	}
	if r.query != nil {
		r.addParameters(moved)
	}
	if r.secrets.Len() == 0 {
		return
	}
	have, _ := given.Get("secrets")
	moved.Set("secrets", together(have, r.secrets))
	call.Arguments = moved
}

// addParameters puts the parameters that stood in the address among the others. They cannot be where those are one text, or have the same name.
func (r *request) addParameters(request *jsonata.Object) {
	have, _ := request.Get(r.parametersName)
	members, isObject := have.(*jsonata.Object)
	for name := range r.query.All() {
		if isObject {
			_, isObject = members.Get(name)
			isObject = !isObject
		}
	}
	if have != nil && !isObject && r.parametersName == "params" {
		r.found.Add(report.Error(codeLiteral, r.at, "the address of a request holds a credential that cannot be taken out of it").
			Why("The other parameters are one text, or have one of the same name.").Fix("write all parameters as members of params").Diagnostic())
	}
	request.Set(r.parametersName, together(have, r.query))
}

// together are the members of two objects. What is no object yet is nothing, or gives one when it is evaluated.
func together(have ir.Value, more *jsonata.Object) ir.Value {
	if node, ok := have.(jsonata.Node); ok {
		return build.Merge(node, build.Literal(more))
	}
	all := jsonata.NewObject()
	if members, ok := have.(*jsonata.Object); ok {
		for name, value := range members.All() {
			all.Set(name, value)
		}
	}
	for name, value := range more.All() {
		all.Set(name, value)
	}
	return all
}

// request is one call at work.
type request struct {
	*mover
	at      diag.Range
	host    string
	secrets *jsonata.Object // reference by the place of the secret in the request
	query   *jsonata.Object // parameters that stood in the address
	// parametersName is the member of the request that has its parameters.
	parametersName string
}

// members takes the credentials out of an object, and the objects and lists in it: null stays in the place of each, and function http fills it.
func (r *request) members(value ir.Value, pointer string, isQuery bool) ir.Value {
	switch value := value.(type) {
	case *jsonata.Object:
		clean := jsonata.NewObject()
		for name, member := range value.All() {
			isSecret := secret.IsName(name) || isQuery && secret.IsQueryName(name)
			clean.Set(name, r.member(member, pointer+"/"+escape(name), name, isSecret))
		}
		return clean
	case []any:
		clean := make([]any, len(value))
		for i, item := range value {
			clean[i] = r.members(item, pointer+"/"+strconv.Itoa(i), false)
		}
		return clean
	}
	return value
}

// member takes the credentials out of a member: what it has of them itself, where its name says that it is one, or each of a list of them.
func (r *request) member(value ir.Value, pointer, name string, isSecret bool) ir.Value {
	list, isList := value.([]any)
	switch {
	case isSecret && isList:
		clean := make([]any, len(list))
		for i, item := range list {
			clean[i] = r.member(item, pointer+"/"+strconv.Itoa(i), name, isSecret)
		}
		return clean
	case isSecret:
		if text, ok := r.known.text(value); ok && text != "" {
			r.free(value)
			r.take(pointer, name, text, what(pointer, name))
			return nil
		}
		if node, ok := value.(jsonata.Node); ok && r.joined(pieces(node), pointer, name, what(pointer, name)) {
			return nil
		}
	}
	return r.members(value, pointer, false)
}

// free notes the variables that a member which was taken out has read.
func (r *request) free(member ir.Value) {
	for _, name := range ir.FreeVariables(member) {
		if _, isConstant := r.known[name]; isConstant {
			r.taken[name] = true
		}
	}
}

// what says which member of a request stands at a place.
func what(pointer, name string) string {
	return "the " + place(pointer) + " " + strconv.Quote(name) + " of a request"
}

// place says in which part of a request a member stands.
func place(pointer string) string {
	switch part, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/"); part {
	case "headers":
		return "header"
	case "query", "params":
		return "query parameter"
	default:
		return "field"
	}
}

// escape writes a name for a JSON pointer (RFC 6901, section 3).
func escape(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// literal is a text that is known when compiling.
func literal(value ir.Value) (string, bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case *jsonata.String:
		return value.Value, true
	}
	return "", false
}

// address takes user, password and secret parameters out of a URL. They stand in its literal parts; the parts between are data.
func (r *request) address(value ir.Value) ir.Value {
	if text, ok := value.(string); ok {
		return r.parameters(r.user(text), true)
	}
	node, ok := value.(jsonata.Node)
	if !ok {
		return value
	}
	parts := r.joinedParameters(pieces(node))
	for i, part := range parts {
		text, isText := part.(*jsonata.String)
		if !isText {
			continue
		}
		clean := text.Value
		if i == 0 {
			clean = r.user(clean)
		}
		parts[i] = build.Text(r.parameters(clean, i == len(parts)-1))
	}
	joined := build.Concat(parts...)
	if text, isText := joined.(*jsonata.String); isText {
		return text.Value
	}
	return joined
}

// pieces are the operands of joined texts, in order.
func pieces(node jsonata.Node) []jsonata.Node {
	if joined, ok := node.(*jsonata.Binary); ok && joined.Operator == "&" {
		return append(pieces(joined.Left), pieces(joined.Right)...)
	}
	return []jsonata.Node{node}
}

// user takes "user:password@" out of the beginning of an address (RFC 3986, section 3.2.1).
func (r *request) user(text string) string {
	scheme, rest, found := strings.Cut(text, "://")
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	at := strings.LastIndexByte(authority, '@')
	if !found || at < 0 {
		return text
	}
	user, password, hasPassword := strings.Cut(authority[:at], ":")
	if hasPassword {
		r.take("/user", "user", unescaped(user)+":"+unescaped(password), "the address of a request")
	} else {
		r.take("/user", "user", unescaped(user)+":", "the address of a request")
	}
	return scheme + "://" + rest[at+1:]
}

func unescaped(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// parameter is one name=value of a query.
var parameter = regexp.MustCompile(`([?&])([^=&?#]+)=([^&#]*)`)

// parameters takes the secret parameters out of a literal part of an address. The last parameter of a part that is not the last goes on in data:
// joinedParameters has seen to it.
func (r *request) parameters(text string, last bool) string {
	out, from := "", 0
	for _, at := range parameter.FindAllStringSubmatchIndex(text, -1) {
		name, value := unescaped(text[at[4]:at[5]]), text[at[6]:at[7]]
		if !secret.IsQueryName(name) || value == "" || at[1] == len(text) && !last {
			continue
		}
		plain, err := url.QueryUnescape(value)
		if err != nil {
			plain = value
		}
		pointer := "/" + r.parametersName + "/" + escape(name)
		r.take(pointer, name, plain, what(pointer, name))
		r.withParameter(name)
		out += text[from:at[0]]
		from = at[1]
		if text[at[2]:at[3]] == "?" && from < len(text) && text[from] == '&' {
			out += "?"
			from++
		}
	}
	return out + text[from:]
}

// withParameter makes a place for the secret of a parameter that stood in the address.
func (r *request) withParameter(name string) {
	if r.query == nil {
		r.query = jsonata.NewObject()
	}
	r.query.Set(name, nil)
}

// take makes a secret of a literal, one for equal literals, and warns.
func (r *request) take(pointer, field, text, what string) {
	name, known := r.byLiteral[text]
	if !known {
		name = r.freeName(r.host + "-" + field)
		r.byLiteral[text] = name
		r.mover.secrets = append(r.mover.secrets, ir.Secret{Name: name, Literal: text, Range: r.at})
	}
	r.secrets.Set(pointer, name)
	r.found.Add(report.Warning(codeLiteral, r.at, "%s holds a credential", what).
		Why("It is kept out of every generated file and becomes the secret %s of the stack, but everybody who can read this file knows it.", name).
		Fix("refer to a secret or to a variable of the environment").Diagnostic())
}

var notInName = regexp.MustCompile(`[^A-Za-z0-9]+`)

// freeName makes a name of a secret of letters, digits and "-".
func (m *mover) freeName(text string) string {
	base := strings.Trim(strings.ToLower(notInName.ReplaceAllString(text, "-")), "-")
	name := base
	for n := 2; m.names[strings.ToUpper(name)]; n++ {
		name = base + "-" + strconv.Itoa(n)
	}
	m.names[strings.ToUpper(name)] = true
	return name
}

// hostOf is the host of a request, as far as its address says it before anything is computed.
func hostOf(request *jsonata.Object) string {
	address, _ := request.Get("url")
	text, ok := literal(address)
	if node, isNode := address.(jsonata.Node); isNode && !ok {
		text, _ = literal(pieces(node)[0])
	}
	_, rest, _ := strings.Cut(text, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest[strings.LastIndexByte(rest, '@')+1:]
}
