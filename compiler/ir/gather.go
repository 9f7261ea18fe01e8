package ir

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Gather gives what each iteration of the loop sets a variable of its own, named by own, and collects the values as a list under the name that the
// variable had. The body is made of calls, of invocations, and of assignments of what those gave.
func (l *Loop) Gather(own func(name string) string) {
	renamed := map[string]string{}
	rename := func(name *string) {
		if *name == "" {
			return
		}
		if renamed[*name] == "" {
			renamed[*name] = own(*name)
			l.Collect = append(l.Collect, Collect{Name: *name, Value: build.Var(renamed[*name])})
		}
		*name = renamed[*name]
	}
	inner := func(name string) jsonata.Node {
		if renamed[name] == "" {
			return nil
		}
		return build.Var(renamed[name])
	}
	for _, step := range l.Body {
		switch step := step.(type) {
		case *Call:
			rename(&step.Bind)
			for i := range step.More {
				rename(&step.More[i].Name)
			}
		case *Invoke:
			rename(&step.Bind)
		case *Assign:
			for i := range step.Bindings {
				step.Bindings[i].Value = ReplaceValue(step.Bindings[i].Value, inner)
				rename(&step.Bindings[i].Name)
			}
		}
	}
}
