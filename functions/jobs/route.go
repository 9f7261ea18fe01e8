package jobs

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/httpevent"
)

// Operation is something that can be asked for.
type Operation struct {
	Method string // HEAD is answered where GET is, and OPTIONS everywhere
	// Path holds names in braces, each for a part between slashes; one at the end with a plus stands for all that is left.
	Path string
	// Doc is a sentence; Since says which generation of clients the route is for.
	Doc   string
	Since Generation
	// Query are the parameters that it reads, by name what they say.
	Query []Parameter
	// Body is what it takes, Answer what it gives, as names of schemas of the OpenAPI document; "" for nothing.
	Body, Answer string
	// Open tells that it needs no credentials and no tenant.
	Open bool

	serve serving
}

// serving answers a request that is in order.
type serving func(service, context.Context, request) (httpevent.Response, error)

// Generation is a generation of clients.
type Generation string

// The generations.
const (
	Design  Generation = "design"  // the README of the Aether REST consumer, with what it planned
	Code    Generation = "code"    // what its code had
	Library Generation = "library" // the later consumer library
)

// Parameter is one of a query.
type Parameter struct{ Name, Doc string }

// Routes are the routes of API Gateway that lead to the function: everything that is no operation's, so that it says itself what is not there, or not
// allowed. The greedy one tells what a mapping of a domain puts before the path; the other one is for the path / alone.
func Routes() []string { return []string{"ANY /{proxy+}", "$default"} }

// pathOf is the path of a request below what a stage or a mapping of the domain puts before it. API Gateway has decoded it.
func pathOf(event httpevent.Event) string { return strings.TrimPrefix(event.RawPath, event.BasePath()) }

// match finds the operation of a method and a path, with what stands for the names in it, and the methods that the path has: none where there is no
// such path. Words go before names: /job/add is no job called add.
func match(method, path string) (found *Operation, values map[string]string, allowed []string) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	best := ""
	for _, operation := range Operations() {
		given, fits := fit(operation.Path, path)
		switch {
		case !fits || best != "" && weight(operation.Path) < weight(best):
			continue
		case weight(operation.Path) > weight(best):
			found, allowed, best = nil, nil, operation.Path
		}
		allowed = append(allowed, operation.Method)
		if operation.Method == method {
			found, values = &operation, given
		}
	}
	return found, values, allowed
}

// misread says which parameter of a query an operation would leave out of account, or read one of two values of: a slip moves no job to where nobody wanted
// it. The clients of older generations may send what they like. It is "" where all is read.
func (o Operation) misread(query map[string]string, twice []string) string {
	if o.Since != Design {
		return ""
	}
	var known []string
	for _, parameter := range o.Query {
		known = append(known, parameter.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		switch {
		case slices.Contains(twice, name):
			return strconv.Quote(name) + " stands twice in the query"
		case slices.Contains(known, name):
		case len(known) == 0:
			return "there is no parameter " + strconv.Quote(name) + ": the route takes none"
		default:
			return "there is no parameter " + strconv.Quote(name) + ", but " + strings.Join(known, " and ")
		}
	}
	return ""
}

// weight orders the paths that a request fits: the more words at the beginning, the heavier.
func weight(path string) int {
	weight := 1
	for i, part := range strings.Split(path, "/") {
		if part != "" && part[0] != '{' {
			weight += 1 << (8 - i)
		}
	}
	return weight
}

// fit tells whether a path is of the form, and what stands for its names. No name stands for an empty text.
func fit(form, path string) (values map[string]string, fits bool) {
	values = map[string]string{}
	parts := strings.Split(path, "/")
	for i, want := range strings.Split(form, "/") {
		name, isName := strings.CutPrefix(want, "{")
		switch {
		case i >= len(parts):
			return nil, false
		case isName && strings.HasSuffix(name, "+}"):
			rest := strings.Join(parts[i:], "/")
			values[strings.TrimSuffix(name, "+}")] = rest
			return values, rest != ""
		case isName && parts[i] != "":
			values[strings.TrimSuffix(name, "}")] = parts[i]
		case isName || want != parts[i]:
			return nil, false
		}
	}
	return values, len(parts) == strings.Count(form, "/")+1
}

// allow is the header Allow of methods (RFC 9110, section 10.2.1).
func allow(methods []string) string {
	all := append(slices.Clone(methods), http.MethodOptions)
	if slices.Contains(methods, http.MethodGet) {
		all = append(all, http.MethodHead)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(a, b) })
	return strings.Join(slices.Compact(all), ", ")
}

func notAllowed(event httpevent.Event, allowed []string) httpevent.Response {
	response := httpevent.Message(http.StatusMethodNotAllowed, event.RequestContext.HTTP.Method+" is not allowed here, but "+allow(allowed))
	response.Headers["allow"] = allow(allowed)
	return response
}
