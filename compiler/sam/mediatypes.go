package sam

import (
	"maps"
	"slices"
	"strings"
)

// mediaTypesLimit bounds what the types of bodies take of the 4,096 bytes of a function's environment. Operations that do not fit are left out: then
// a body that cannot be read is refused for that and not for its type.
const mediaTypesLimit = 1_000

// MediaTypes tells which types of body state machines take, as the function behind the API reads it.
func MediaTypes(app Application) string {
	machines := map[string][]string{}
	for _, machine := range app.Machines {
		if types := takenTypes(machine); types != "" {
			machines[types] = append(machines[types], machine.Name)
		}
	}
	var out strings.Builder
	for _, types := range slices.Sorted(maps.Keys(machines)) {
		before := " " + types + "="
		for _, name := range machines[types] {
			if out.Len()+len(before)+len(name) > mediaTypesLimit {
				break
			}
			out.WriteString(before + name)
			before = ","
		}
	}
	return strings.TrimSpace(out.String())
}

// takenTypes are the types of body that an operation's definition lets through, "" where it is any.
func takenTypes(machine Machine) string {
	if machine.Operation == nil || machine.Operation.BodyOrNil == nil {
		return ""
	}
	var types []string
	for _, content := range machine.Operation.BodyOrNil.Contents {
		types = append(types, content.MediaType)
	}
	if slices.Contains(types, "*/*") {
		return ""
	}
	return strings.Join(types, "|")
}
