package apichap

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// This file reads the names of operations: endpoints, and names of what is started otherwise.

// operationName splits 'get /news/{id}'; any other name is an operation without an endpoint.
func (r *reader) operationName(op *operation, entry source.Entry) {
	op.name, op.method, op.path = canonical(entry.Name)
	if op.method == "" {
		return
	}
	if !slices.Contains(httpMethods(), op.method) {
		word := strings.Fields(entry.Name)[0]
		at := strings.Index(entry.Name, word)
		entry.Key.Report(report.Error(source.CodeNotOneOf, entry.Key.At(at, at+len(word)), "%q is not an HTTP method", word).Fix("%s", source.DidYouMean(word, httpMethods())))
	}
	op.triggers = []ir.Trigger{&ir.HTTP{Method: op.method, Path: op.path, Range: entry.Key.Range}}
	r.checkPath(op)
}

// canonical is the name under which an operation is known: "GET /news/{id}" whatever the case of its method, or the author's words. The name of an
// endpoint also has a method and a path.
func canonical(text string) (name, method, path string) {
	words := strings.Fields(text)
	if len(words) != 2 || !strings.HasPrefix(words[1], "/") {
		return strings.Join(words, " "), "", ""
	}
	method = strings.ToUpper(words[0])
	return method + " " + words[1], method, words[1]
}

// asyncKey says whether requests wait for the operation's answer: true or false. Without it that follows from what the operation does.
const asyncKey = "x-steploom-async"

// waiting takes over what the operation, or else openapi.yaml, says of requests that wait.
func (o *operation) waiting(own *source.Node) {
	said := own
	if o.described != nil {
		said = cmp.Or(own, o.described.async)
	}
	if said == nil {
		return
	}
	async := source.Flag(said)
	for _, trigger := range o.triggers {
		if request, ok := trigger.(*ir.HTTP); ok {
			request.Async, request.Asked = async, true
			return
		}
	}
	said.Report(report.Warning(codeEndpoint, said.Range, "%s has no effect", asyncKey).Why("No request starts the operation %q.", o.name).Fix("delete it"))
}

func httpMethods() []string {
	return []string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"}
}

// checkPath refuses paths that no request can have, or that API Gateway does not take: a segment is a text or one {name}.
func (r *reader) checkPath(op *operation) {
	refuse := func(fix, why string, arguments ...any) {
		op.key.Report(report.Error(codeEndpoint, op.key.Range, "no request can have the path %s", op.path).Why(why, arguments...).Fix("%s", fix))
	}
	text := regexp.MustCompile(`^(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+$`)
	seen := map[string]bool{}
	path := strings.TrimSuffix(op.path, "/")
	for _, segment := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
		name, parameter := strings.CutPrefix(segment, "{")
		name, closed := strings.CutSuffix(name, "}")
		switch {
		case segment == "" && path != "":
			refuse("delete the second slash", "A segment of it is empty.")
		case path == "":
		case strings.HasPrefix(segment, ":"):
			refuse("write "+strings.Replace(op.path, segment, "{"+segment[1:]+"}", 1), "Parameters stand in braces.")
		case strings.ContainsAny(segment, "?#"):
			refuse("delete what stands behind the path, and describe query parameters in openapi.yaml", "A path has no query.")
		case parameter && closed && name != "" && !strings.ContainsAny(name, "{}"):
			if seen[name] {
				refuse("give each its own name", "The parameter %s stands in it twice.", name)
			}
			seen[name] = true
		case !text.MatchString(segment):
			refuse("write each segment as a text or as one {name}", "The segment %q is neither a text nor one parameter.", segment)
		}
	}
}

// unstarted is an operation without an endpoint and triggers; answers tells that it has responses.
type unstarted struct {
	operation *operation
	answers   bool
}

// checkStart reports an operation without triggers that has no endpoint either: nobody can call it.
func (r *reader) checkStart(op *operation, answers bool) {
	if op.method != "" {
		return
	}
	if !answers {
		op.key.Report(report.Warning(codeEndpoint, op.key.Range, "nothing starts the operation %q but steploom run and StartExecution", op.name).
			Fix("name it after its endpoint, such as %q, or give it triggers", endpointLike(op.name)))
		return
	}
	op.key.Report(report.Error(codeEndpoint, op.key.Range, "%q is no endpoint, so that nobody can call this operation", op.name).
		Why("It has responses, and neither an endpoint nor triggers.").
		Fix("write %q", endpointLike(op.name)))
}

// onlyTriggered warns of an operation with triggers and responses whose name begins as that of an endpoint does, and is none.
func onlyTriggered(op *operation) {
	method, _, _ := strings.Cut(strings.ToUpper(op.name), " ")
	if op.method != "" || !slices.Contains(httpMethods(), method) {
		return
	}
	op.key.Report(report.Warning(codeEndpoint, op.key.Range, "%q is no endpoint: only its triggers start it", op.name).
		Why("The path of an endpoint begins with a slash.").Fix("write %q", endpointLike(op.name)))
}

// endpointLike is the endpoint that a name may mean.
func endpointLike(name string) string {
	method, path := "GET", name
	for _, one := range httpMethods() {
		if len(name) > len(one) && strings.EqualFold(name[:len(one)], one) && strings.ContainsAny(name[len(one):len(one)+1], " /:,-_") {
			method, path = one, name[len(one):]
		}
	}
	path = strings.Trim(path, " :,-_/")
	return method + " /" + strings.ReplaceAll(path, " ", "/")
}
