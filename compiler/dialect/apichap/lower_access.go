package apichap

import (
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers reads and updates, exceptions and responses.

// access lowers the instructions: the first whose condition holds is carried out.
func (s sequence) access(ff *fulfillment) []ir.Step {
	stale := s.stale(ff)
	defer func() { s.visible[ff.label] = s.visible[ff.label] || !ff.onlyCollects() }()
	if len(ff.instructions) == 1 && ff.instructions[0].when == nil {
		return s.call(ff, ff.instructions[0], ff.label)
	}
	choice := &ir.Branch{Header: head(ff.label+": instruction", placeOf(ff))}
	certain := false
	var dates []ir.Step
	for i, one := range ff.instructions {
		steps := s.call(ff, one, ff.label+" "+strconv.Itoa(i+1))
		if one.when == nil {
			choice.Else, certain = steps, true
			break
		}
		choice.Cases = append(choice.Cases, ir.Case{When: s.condition(one.when), Body: steps, Range: one.at})
		dates = append(dates, s.names.dates.steps(ff.label+": instruction")...)
	}
	if !certain {
		choice.Else = s.reset(ff, stale)
	}
	if len(choice.Cases) == 0 {
		return choice.Else
	}
	return append(dates, choice)
}

func (s sequence) call(ff *fulfillment, one *instruction, label string) []ir.Step {
	if one.sql != nil && one.sql.collects != nil {
		return s.collected(ff, one, label)
	}
	found := s.names.results[ff.label]
	c := &ir.Call{Header: head(label, one.at), Writes: s.writes(ff, one)}
	if s.names.used.value[found.name] || s.names.used.index[found.name] && ff.index != nil {
		c.Bind = found.variable
	}
	if one.request != nil {
		return requests{s.scope}.steps(c, found, one.request)
	}
	if one.file != nil {
		return fileCalls{s.scope}.steps(c, ff, one.file)
	}
	if one.sql.commits != nil {
		s.commit(c, ff, one.sql)
	} else {
		s.statement(c, ff, one)
	}
	if s.names.used.exception[found.name] && found.failing {
		c.More = append(c.More, ir.Binding{Name: found.exceptionVariable(), Value: nil})
	}
	if s.names.used.status[found.name] && found.request {
		c.More = append(c.More, ir.Binding{Name: found.statusVariable(), Value: nil})
	}
	return append(s.names.dates.steps(label), c)
}

// statement completes a call that runs one statement.
func (s sequence) statement(c *ir.Call, ff *fulfillment, one *instruction) {
	c.Function, c.Arguments = task.SQL, s.sqlCallArguments(ff, one)
	c.Result = build.Field(ir.Result(), task.SQLRows)
	if one.sql.allowFailure {
		c.OnError = []ir.Handler{s.failure(c, s.names.results[ff.label])}
	}
}

// sqlCallArguments gives a call's arguments; without a datasource, which has been reported, the query is still looked at.
func (s *scope) sqlCallArguments(ff *fulfillment, one *instruction) ir.Value {
	if ff.datasource == nil {
		s.sqlParameters(one.sql, s.query(ff, one.sql.query))
		return nil
	}
	return s.sqlArguments(ff, one.sql)
}

// writes tells whether running an instruction twice may do harm.
func (s *scope) writes(ff *fulfillment, one *instruction) bool {
	if ff.kind == update {
		return true
	}
	if one.file != nil {
		return one.file.changes(ff.kind)
	}
	if one.request != nil {
		return !slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, one.request.method)
	}
	if one.sql.query == nil {
		return true
	}
	return !sqltext.Reads(ff.engine(), sqlParts(s.queryParts(one.sql.query)))
}

// stale lists the variables that hold a value of the iteration before if a fulfillment does not run in this one.
func (s sequence) stale(ff *fulfillment) []string { return s.staleIn([]*fulfillment{ff}) }

func (s sequence) staleIn(list []*fulfillment) []string {
	if len(s.loops) == 0 {
		return nil
	}
	var variables []string
	for _, ff := range list {
		switch ff.kind {
		case read, update, refer:
			variables = append(variables, s.variablesOf(ff)...)
		case branch:
			variables = append(variables, s.staleIn(ff.then)...)
			variables = append(variables, s.staleIn(ff.els)...)
		case loop, generic:
		}
	}
	slices.Sort(variables)
	return slices.Compact(variables)
}

// variablesOf gives the variables that a read or an update sets, unless an earlier one of the same name has set them.
func (s sequence) variablesOf(ff *fulfillment) []string {
	found, used := s.names.results[ff.label], s.names.used
	if s.visible[ff.label] || found == nil {
		return nil
	}
	var variables []string
	if used.value[found.name] || used.index[found.name] && found.indexed() {
		variables = append(variables, found.variable)
	}
	if used.status[found.name] && found.request {
		variables = append(variables, found.statusVariable())
	}
	if used.exception[found.name] && found.failing {
		variables = append(variables, found.exceptionVariable())
	}
	return variables
}

// reset sets variables to null.
func (s sequence) reset(ff *fulfillment, variables []string) []ir.Step {
	if len(variables) == 0 {
		return nil
	}
	step := &ir.Assign{Header: head(ff.label+": no result", placeOf(ff))}
	for _, variable := range variables {
		step.Bindings = append(step.Bindings, ir.Binding{Name: variable, Value: nil})
	}
	return []ir.Step{step}
}

// exceptions lowers the checks that end an operation.
func (s sequence) exceptions(ff *fulfillment) []ir.Step {
	if len(ff.exceptions) == 0 {
		return nil
	}
	var dates []ir.Step
	checks := &ir.Branch{Header: head(ff.label+": exceptions", ff.exceptions[0].at)}
	for i, one := range ff.exceptions {
		answer := s.exception(one, numbered(ff.label, "exception", i+1))
		if one.when == nil {
			checks.Else = answer
			break
		}
		checks.Cases = append(checks.Cases, ir.Case{When: s.condition(one.when), Body: answer, Range: one.when.place()})
		dates = append(dates, s.names.dates.steps(ff.label+": exceptions")...)
	}
	if len(checks.Cases) == 0 {
		return checks.Else
	}
	return append(dates, checks)
}
