package sam

import (
	"fmt"
	"slices"

	"github.com/steploom/steploom/compiler/sam/cfn"
)

// What a role's permissions may take, in characters without white space (IAM quotas, "IAM and AWS STS character limits").
const (
	inlineLimit   = 10_240 // all inline policies of a role together
	managedLimit  = 6_144  // a managed policy
	managedPerOne = 10     // managed policies attached to a role
)

// statements are the grants of one role as they stand in its policy: one for each thing that may be done, with a list of what to.
func statements(grants []Grant, role string) []cfn.Statement {
	var found []cfn.Statement
	for _, grant := range grants {
		if grant.Role != role {
			continue
		}
		one := cfn.Statement{Comment: grant.comment(), Actions: grant.Actions, Resources: slices.Clone(grant.Resources), Condition: grant.Condition, When: grant.When}
		at := slices.IndexFunc(found, func(other cfn.Statement) bool { return goTogether(one, other) })
		if at < 0 {
			found = append(found, one)
			continue
		}
		found[at] = together(found[at], one)
	}
	return found
}

// goTogether tells whether statements differ in nothing but what they are about.
func goTogether(a, b cfn.Statement) bool {
	return slices.Equal(a.Actions, b.Actions) && a.When == b.When && len(a.Condition) == 0 && len(b.Condition) == 0
}

// together is a statement about the resources of both. The reason of each stands at its resources then.
func together(a, b cfn.Statement) cfn.Statement {
	both := a
	both.Comment, both.Resources = "", nil
	for _, one := range []cfn.Statement{a, b} {
		for i, resource := range one.Resources {
			if i == 0 && one.Comment != "" {
				resource = cfn.Noted{Comment: one.Comment, Value: resource}
			}
			both.Resources = append(both.Resources, resource)
		}
	}
	return both
}

// packPolicies moves what roles have no room for into managed policies, each a resource behind its role.
func (p composer) packPolicies(t *cfn.Template, grants []Grant) {
	lengths := p.lengths()
	var packed []cfn.Resource
	for _, resource := range t.Resources {
		packed = append(packed, resource)
		role, ok := resource.Body.(*cfn.Role)
		if !ok || lengths.of(role.Statements) <= inlineLimit {
			continue
		}
		policies := lengths.pack(role.Statements)
		role.Statements = policies[0]
		for i, statements := range policies[1:] {
			packed = append(packed, cfn.Resource{
				Name: fmt.Sprintf("%sPolicy%d", resource.Name, i+1), Comment: "What " + resource.Name + " has no room for.",
				Body: &cfn.ManagedPolicy{Role: resource.Name, Statements: statements},
			})
		}
		if len(policies) > 1+managedPerOne {
			limiter{p.plan}.tooMuch(resource.Name, policies, grants)
		}
	}
	t.Resources = packed
}

// pack cuts statements into policies: the first as large as an inline one may be, the others as large as managed ones. Where a statement does not
// fit as a whole, its list of resources is cut.
func (l lengths) pack(statements []cfn.Statement) [][]cfn.Statement {
	policies := [][]cfn.Statement{nil}
	for _, statement := range statements {
		for len(statement.Resources) > 0 {
			last := len(policies) - 1
			first, rest := l.cut(policies[last], statement, limitOf(last))
			if len(first.Resources) > 0 {
				policies[last] = append(policies[last], first)
			}
			if statement = rest; len(rest.Resources) > 0 {
				policies = append(policies, nil)
			}
		}
	}
	return policies
}

// limitOf is how long the policy with an index may be: the first stands in the role.
func limitOf(index int) int {
	if index == 0 {
		return inlineLimit
	}
	return managedLimit
}

// cut gives as much of a statement as fits into a policy, and the rest. An empty policy takes one resource at least.
func (l lengths) cut(policy []cfn.Statement, statement cfn.Statement, limit int) (first, rest cfn.Statement) {
	n := len(statement.Resources)
	for ; n > 0; n-- {
		first = statement
		first.Resources = statement.Resources[:n]
		if l.of(append(slices.Clone(policy), first)) <= limit || n == 1 && len(policy) == 0 {
			break
		}
	}
	first, rest = statement, statement
	first.Resources, rest.Resources = statement.Resources[:n], statement.Resources[n:]
	return first, rest
}
