package jobs

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// bodyOf reads a body as JSON.
func bodyOf(event httpevent.Event) (any, error) {
	body, err := event.Content()
	coding, unknown := errors.AsType[*format.CodingError](err)
	switch {
	case unknown:
		return nil, refuse(http.StatusUnsupportedMediaType, coding.Error())
	case len(body) > bodyLimit, errors.Is(err, &task.Error{Name: task.PayloadTooLarge}):
		return nil, refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", bodyLimit))
	case err != nil:
		return nil, refuse(http.StatusBadRequest, task.AsError(err).Message)
	}
	value, err := format.DecodeJSON(body)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the body is not JSON: "+err.Error())
	}
	return value, nil
}

// named gives a job the id of the path where it has none, and refuses one that has another.
func named(value any, id string) (any, error) {
	object, isObject := value.(format.Object)
	if !isObject {
		return value, nil
	}
	for _, member := range object {
		if !strings.EqualFold(member.Name, "id") {
			continue
		}
		if text, isText := member.Value.(string); isText && text != id {
			return nil, refuse(http.StatusBadRequest, fmt.Sprintf("the job's id is %q, and the path's is %q", text, id))
		}
		return value, nil
	}
	return append(format.Object{{Name: "id", Value: id}}, object...), nil
}

// invalid is a job that cannot be taken.
type invalid struct{ problems []job.Problem }

func (i *invalid) Error() string {
	texts := make([]string, len(i.problems))
	for at, problem := range i.problems {
		texts[at] = problem.String()
	}
	return "the job cannot be taken: " + strings.Join(texts, "; ")
}

// problemsBody is the answer to an invalid job.
type problemsBody struct {
	Message  string        `json:"message"`
	Problems []job.Problem `json:"problems"`
}
