package local

import (
	"fmt"
	"maps"
	"slices"
)

// Changes tells what is different in a service after a reload, one line each: operations that are new, gone or changed, and datasources that
// stand elsewhere. It is empty when both do the same.
func (s *Service) Changes(before *Service) []string {
	var changes []string
	now, then := s.definitions(), before.definitions()
	for _, name := range slices.Sorted(maps.Keys(now)) {
		text, known := then[name]
		switch {
		case !known:
			changes = append(changes, "new: "+name)
		case text != now[name]:
			changes = append(changes, "changed: "+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(then)) {
		if _, known := now[name]; !known {
			changes = append(changes, "gone: "+name)
		}
	}
	return slices.Concat(changes, s.newJobs(before), s.movedDatasources(before))
}

// newJobs are the declared jobs that were none before.
func (s *Service) newJobs(before *Service) (changes []string) {
	for _, id := range s.declaredJobs() {
		if !slices.Contains(before.declaredJobs(), id) {
			changes = append(changes, "new: job "+id)
		}
	}
	return changes
}

func (s *Service) declaredJobs() (ids []string) {
	if s.Workflow.Jobs == nil {
		return nil
	}
	for _, declared := range s.Workflow.Jobs.Declared {
		ids = append(ids, declared.ID)
	}
	return ids
}

func (s *Service) movedDatasources(before *Service) []string {
	addresses := map[string]string{}
	for _, datasource := range before.Datasources {
		addresses[datasource.Name] = datasource.Address
	}
	var moved []string
	for _, datasource := range s.Datasources {
		switch address, known := addresses[datasource.Name]; {
		case !known:
			moved = append(moved, "new: "+datasource.String())
		case address != datasource.Address:
			moved = append(moved, fmt.Sprintf("changed: %s; it was %s", datasource, address))
		}
	}
	return moved
}

// definitions are the texts of the definitions by operation.
func (s *Service) definitions() map[string]string {
	texts, names := map[string]string{}, s.Workflow.MachineNames()
	for _, operation := range s.Workflow.Operations {
		if machine, ok := s.machines[names.Of(operation.Name)]; ok {
			texts[operation.Name] = machine.text
		}
	}
	return texts
}
