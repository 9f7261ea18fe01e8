package api

import (
	"mime"
	"path"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// MediaTypesVariable tells which types of body state machines take, where the API's document says it: groups separated by blanks, in each the types,
// separated by "|", behind "=" the names of the state machines, separated by commas. The definitions refuse any other type; the variable is for bodies
// that cannot be read, and so never get to a definition: what is of another type is that first.
const MediaTypesVariable = "STEPLOOM_MEDIA_TYPES"

// mediaTypes are those that the operation of a route takes; none where nothing says so.
func (g gateway) mediaTypes(route string) []string {
	machine := g.machineName(route)
	for group := range strings.FieldsSeq(g.Environment.Value(MediaTypesVariable)) {
		if types, machines, _ := strings.Cut(group, "="); slices.Contains(strings.Split(machines, ","), machine) {
			return strings.Split(types, "|")
		}
	}
	return nil
}

// typeError is a body that cannot be read and has none of the types that its operation takes.
type typeError struct{ types []string }

// Error is what the definitions say of such a type.
func (e *typeError) Error() string {
	return "the content type must be " + strings.Join(e.types, " or ")
}

// unreadable is why a body was refused: its type, where that is none of the operation's, rather than what is wrong in it.
func (g gateway) unreadable(event Event, contentType string, err error) error {
	types := g.mediaTypes(event.RouteKey)
	mediaType, _, _ := mime.ParseMediaType(contentType)
	switch task.AsError(err).Name {
	case task.FormatInvalid, task.RequestInvalid:
	default:
		return err
	}
	isTaken := slices.ContainsFunc(types, func(pattern string) bool {
		taken, _ := path.Match(pattern, mediaType)
		return taken
	})
	if len(types) == 0 || isTaken || mediaType == "" {
		return err
	}
	return &typeError{types}
}
