package sam

import (
	"strings"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/task"
)

// This file adds what operations need for which requests do not wait.

// asynchronous are the machines behind HTTP for which requests do not wait.
func asynchronous(machines []*machinePlan) []*machinePlan {
	var found []*machinePlan
	for _, m := range machines {
		if m.http != nil && m.http.Async {
			found = append(found, m)
		}
	}
	return found
}

// asynchronousNames are the names of those machines, as the function behind the API reads them.
func asynchronousNames(machines []*machinePlan) string {
	var names []string
	for _, m := range asynchronous(machines) {
		names = append(names, m.Name)
	}
	return strings.Join(names, ",")
}

// composeExecutions adds the route under which executions are told of. Whoever may start one may ask for it.
func (p composer) composeExecutions(t *cfn.Template) {
	if len(asynchronous(p.machines)) == 0 {
		return
	}
	t.Resources = append(t.Resources, cfn.Resource{
		Name: "ExecutionRoute", Comment: "Whoever has started an execution that requests do not wait for asks here how it stands.",
		Body: p.guarded(p.behindAPI().row.Executions),
	})
}

// executionGrants let the function behind the API ask how executions stand.
func (p granter) executionGrants(f *functionPlan, permission task.Permission) []Grant {
	var grants []Grant
	for _, m := range f.starts {
		if m.http.Async {
			grants = append(grants, Grant{
				Role: f.role(), Actions: []string{permission.Action},
				Resources: cfn.List{cfn.Sub("arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:" + namePrefix + m.Name + ":*")},
				Reason:    "It tells how executions of " + m.Operation.Name + " stand.", Places: distinct([]string{placeOfRange(m.http.Range)}),
			})
		}
	}
	return grants
}
