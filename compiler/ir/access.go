package ir

import (
	"maps"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Authentication is a way in which callers of the HTTP operations show who they are. The operations say which of them they take: HTTP.Guards.
type Authentication struct {
	Name string
	access.Method
	// Users are those of an access.Basic one.
	Users []User
	// Keys are those of an access.Key one.
	Keys  []Credential
	Range diag.Range
}

// Docs is what an API says of itself.
type Docs struct {
	// Document is the author's OpenAPI document, nil where there is none.
	Document *jsonata.Object
	Range    diag.Range
}

// User is somebody with a password.
type User struct{ Name, Password Credential }

// HasSecret tells whether callers show something that is kept as a secret of the stack.
func (a *Authentication) HasSecret() bool { return a.Kind != access.Token }

// Authentication finds one by its name, nil when there is none.
func (w *Workflow) Authentication(name string) *Authentication {
	at := slices.IndexFunc(w.Authentications, func(a *Authentication) bool { return a.Name == name })
	if at < 0 {
		return nil
	}
	return w.Authentications[at]
}

// Guarding are the authentications that guard an operation at least.
func (w *Workflow) Guarding() []*Authentication {
	var found []*Authentication
	for _, one := range w.Authentications {
		guards := func(route *HTTP) bool {
			return slices.ContainsFunc(route.Guards, func(g access.Guard) bool { return g.Authentication == one.Name })
		}
		if slices.ContainsFunc(w.requests(), guards) {
			found = append(found, one)
		}
	}
	return found
}

func (w *Workflow) requests() []*HTTP {
	var all []*HTTP
	for _, operation := range w.Operations {
		for _, trigger := range operation.Triggers {
			if request, ok := trigger.(*HTTP); ok {
				all = append(all, request)
			}
		}
	}
	return all
}

// Access is who may call what, for the function that checks it. What guards most of the operations is what guards any that it does not name.
// The route that tells how executions stand takes whatever one of the asynchronous operations takes.
func (w *Workflow) Access(executions string) access.Policy {
	policy := access.Policy{}
	for _, one := range w.Guarding() {
		if policy.Authentications == nil {
			policy.Authentications = map[string]access.Method{}
		}
		policy.Authentications[one.Name] = one.Method
	}
	if policy.Authentications == nil {
		return policy
	}
	policy.Guards = w.usual()
	policy.Operations = map[string]access.Guards{}
	for _, request := range w.requests() {
		if !slices.EqualFunc(request.Guards, policy.Guards, access.Guard.Equal) {
			policy.Operations[request.Method+" "+request.Path] = request.Guards
		}
	}
	if told := w.telling(); !slices.EqualFunc(told, policy.Guards, access.Guard.Equal) {
		policy.Operations[executions] = told
	}
	return policy
}

// usual are the guards that most operations have; never none, so that what nobody has thought of is guarded.
func (w *Workflow) usual() access.Guards {
	counts, sets := map[string]int{}, map[string]access.Guards{}
	for _, request := range w.requests() {
		if len(request.Guards) > 0 {
			counts[request.Guards.String()]++
			sets[request.Guards.String()] = request.Guards
		}
	}
	best := slices.MaxFunc(slices.Sorted(maps.Keys(counts)), func(a, b string) int { return counts[a] - counts[b] })
	return sets[best]
}

// telling are the guards of the route that tells how executions stand.
func (w *Workflow) telling() access.Guards {
	var all access.Guards
	open, any := false, false
	for _, request := range w.requests() {
		if !request.Async {
			continue
		}
		any, open = true, open || len(request.Guards) == 0
		for _, guard := range request.Guards {
			if !slices.ContainsFunc(all, guard.Equal) {
				all = append(all, guard)
			}
		}
	}
	if !any {
		return w.usual()
	}
	if open && len(all) > 0 {
		all = append(all, access.Guard{Authentication: access.Anybody})
	}
	slices.SortFunc(all, func(a, b access.Guard) int { return strings.Compare(a.String(), b.String()) })
	return all
}
