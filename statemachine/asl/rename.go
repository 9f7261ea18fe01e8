package asl

import "slices"

// Rename copies a machine with other names for its states and for the ways to them, in the machines inside it too. Whatever else the
// states hold is shared with the machine, which stays as it was.
func Rename(machine *Machine, name func(string) string) *Machine {
	if machine == nil {
		return nil
	}
	renamed := *machine
	renamed.StartAt, renamed.States = name(machine.StartAt), NewStates()
	target := func(next string) string {
		if next == "" {
			return ""
		}
		return name(next)
	}
	for old, state := range machine.States.All() {
		renamed.States.Set(name(old), retarget(state, target, name))
	}
	return &renamed
}

// retarget copies a state with other names for the ways out of it and for the states inside it.
func retarget(state State, target, name func(string) string) State {
	catches := func(catchers []Catcher) []Catcher {
		renamed := slices.Clone(catchers)
		for i := range renamed {
			renamed[i].Next = target(renamed[i].Next)
		}
		return renamed
	}
	switch state := state.(type) {
	case *Pass:
		renamed := *state
		renamed.Next = target(state.Next)
		return &renamed
	case *Wait:
		renamed := *state
		renamed.Next = target(state.Next)
		return &renamed
	case *Task:
		renamed := *state
		renamed.Next, renamed.Catch = target(state.Next), catches(state.Catch)
		return &renamed
	case *Choice:
		renamed := *state
		renamed.Default, renamed.Choices = target(state.Default), slices.Clone(state.Choices)
		for i := range renamed.Choices {
			renamed.Choices[i].Next = target(renamed.Choices[i].Next)
		}
		return &renamed
	case *Parallel:
		renamed := *state
		renamed.Next, renamed.Catch, renamed.Branches = target(state.Next), catches(state.Catch), slices.Clone(state.Branches)
		for i, branch := range renamed.Branches {
			renamed.Branches[i] = Rename(branch, name)
		}
		return &renamed
	case *Map:
		renamed := *state
		renamed.Next, renamed.Catch, renamed.ItemProcessor = target(state.Next), catches(state.Catch), Rename(state.ItemProcessor, name)
		return &renamed
	default: // *Succeed and *Fail lead nowhere
		return state
	}
}
