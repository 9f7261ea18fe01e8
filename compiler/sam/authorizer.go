package sam

import (
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/access"
)

// This file checks that a request can show what Options.Authorizer asks for together with what the workflow asks for.

// authorizing checks a plan.
type authorizing struct{ *plan }

// check reports guards that no request can satisfy: what they ask for stands in the header that the authorizer reads, too. Operations with
// the same guards are told of once.
func (p authorizing) check() {
	told := map[string]bool{}
	for _, m := range p.machines {
		if m.http == nil || len(m.http.Guards) == 0 || told[m.http.Guards.String()] {
			continue
		}
		told[m.http.Guards.String()] = true
		p.checkGuards(m)
	}
}

func (p authorizing) checkGuards(m *machinePlan) {
	var shut []string
	for _, guard := range m.http.Guards {
		if p.clashes(guard) {
			shut = append(shut, guard.Authentication)
		}
	}
	if len(shut) == 0 {
		return
	}
	names := strings.Join(shut, ", ")
	problem := report.Warning("SAM011", m.http.Range, "nobody can call %s as %s beside --authorizer %s", m.Operation.Name, names, p.options.Authorizer)
	if len(shut) == len(m.http.Guards) {
		problem = report.Error("SAM011", m.http.Range, "nobody can call %s: --authorizer %s asks for something besides %s", m.Operation.Name, p.options.Authorizer, names)
	}
	p.problems.Add(problem.Why("Both stand in the header %s, and a request must show both.", p.options.Authorizer.header()).
		Fix("leave out --authorizer, for %s guards the operations already, or name another authentication in x-steploom-authentication", names))
}

// clashes tells whether what a guard asks for stands in the header of the authorizer, where a request has one value. A token may satisfy both.
func (p authorizing) clashes(guard access.Guard) bool {
	method := p.policy().Authentications[guard.Authentication]
	switch p.options.Authorizer {
	case JWT:
		return method.Kind == access.Basic || method.Kind == access.Key && strings.EqualFold(method.Header, JWT.header())
	case APIKey:
		return method.Kind == access.Key && strings.EqualFold(method.Header, APIKey.header())
	}
	return false
}

// header is what an authorizer reads.
func (a Authorizer) header() string {
	if a == JWT {
		return "Authorization"
	}
	return "X-API-Key"
}
