package sam

import (
	"fmt"
	"slices"

	"github.com/steploom/steploom/compiler/sam/cfn"
)

// sharingFrom is the number of state machines and schedules below which no stack can have too many resources.
const sharingFrom = 50

// fit lets state machines share roles where the stack would have more resources than CloudFormation takes. Machines that share one need the same
// permissions, so that none gets any that it does not need.
func (p *plan) fit() {
	n := len(p.machines)
	for _, m := range p.machines {
		n += len(m.schedules)
	}
	if n < sharingFrom {
		return
	}
	probe := *p
	if template := (composer{&probe}).template(); template.Count() > resourceLimit {
		p.shareRoles()
	}
}

// shareRoles gives machines that may do the same one role, called after the first of them.
func (p *plan) shareRoles() {
	names := map[string]string{}
	for _, m := range p.machines {
		permissions := ""
		for _, grant := range (granter{p}).machineGrants(m) {
			permissions += fmt.Sprint(grant.Actions, grant.Resources, grant.Condition, grant.When)
		}
		if names[permissions] == "" {
			names[permissions] = m.role()
		}
		m.sharedRole = names[permissions]
	}
}

// sharers are the machines that have a role.
func (p *plan) sharers(role string) []*machinePlan {
	var found []*machinePlan
	for _, m := range p.machines {
		if m.role() == role {
			found = append(found, m)
		}
	}
	return found
}

// addMachineRole adds the role of a machine unless another machine brought it.
func (p composer) addMachineRole(t *cfn.Template, m *machinePlan, grants []Grant) {
	sharers := p.sharers(m.role())
	if sharers[0] != m {
		return
	}
	comment := ""
	if len(sharers) > 1 {
		var operations []string
		for _, sharer := range sharers {
			operations = append(operations, sharer.Operation.Name)
		}
		comment = "For operations that may do the same: " + fewOf(slices.Clip(operations))
	}
	t.Resources = append(t.Resources, cfn.Resource{
		Name: m.role(), Comment: comment, Body: &cfn.Role{Service: "states.amazonaws.com", Trust: sameAccount(), Statements: statements(grants, m.role())},
	})
}
