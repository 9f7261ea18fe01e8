package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Mocks is a mock configuration in the shape of AWS Step Functions Local: the test cases of a machine name, for each state, a list of responses, which
// say call by call what the task returns or throws.
//
//	{"StateMachines": {"Orders": {"TestCases": {"Happy": {"Charge": "Charged"}}}},
//	 "MockedResponses": {"Charged": {"0": {"Throw": {"Error": "Http.Timeout", "Cause": "slow"}}, "1-3": {"Return": {"StatusCode": 200, "Payload": {}}}}}}
type Mocks struct {
	cases     []mockCase
	responses *jsonata.Object // by name, as written
}

// mockCase is a test case. States has the name of the responses for each state.
type mockCase struct {
	machine, name string
	states        *jsonata.Object
}

// mockedCall answers the calls from first to last.
type mockedCall struct {
	first, last int
	result      any
	err         *TaskError
}

// Whole is a result that an Invoker gives for a state as a whole: it is not put into an envelope.
type Whole struct{ Result any }

// ParseMocks reads a mock configuration. Whether the responses of a test case are there, and make sense, is only looked at when the case is used.
func ParseMocks(data []byte) (*Mocks, error) {
	value, err := jsonata.Decode(data)
	if err != nil {
		return nil, err
	}
	root, ok := value.(*jsonata.Object)
	if !ok {
		return nil, errors.New("a mock configuration is an object with StateMachines and MockedResponses")
	}
	responses, _ := root.Get("MockedResponses")
	m := &Mocks{responses: object(responses)}
	for machine, about := range entries(root, "StateMachines") {
		for name, states := range entries(object(about), "TestCases") {
			m.cases = append(m.cases, mockCase{machine, name, object(states)})
		}
	}
	if len(m.cases) == 0 {
		return nil, errors.New("the mock configuration has no test case")
	}
	return m, nil
}

func object(v any) *jsonata.Object {
	if o, ok := v.(*jsonata.Object); ok {
		return o
	}
	return jsonata.NewObject()
}

func entries(o *jsonata.Object, name string) func(func(string, any) bool) {
	v, _ := o.Get(name)
	return object(v).All()
}

func mockedCalls(name string, v any) ([]mockedCall, error) {
	var calls []mockedCall
	for key, response := range object(v).All() {
		call, err := mockedResponse(key, object(response))
		if err != nil {
			return nil, fmt.Errorf("mocked response %q, call %q: %w", name, key, err)
		}
		calls = append(calls, call)
	}
	return calls, nil
}

func mockedResponse(key string, response *jsonata.Object) (call mockedCall, err error) {
	first, last, ranged := strings.Cut(key, "-")
	if !ranged {
		last = first
	}
	if call.first, err = strconv.Atoi(first); err != nil || call.first < 0 {
		return call, errors.New("a call is a number or a range such as 1-3")
	}
	if call.last, err = strconv.Atoi(last); err != nil || call.last < call.first {
		return call, errors.New("a call is a number or a range such as 1-3")
	}
	result, returns := response.Get("Return")
	thrown, throws := response.Get("Throw")
	if returns == throws {
		return call, errors.New("a response has either Return or Throw")
	}
	call.result = result
	if throws {
		call.err = &TaskError{Name: member(object(thrown), "Error"), Cause: member(object(thrown), "Cause")}
	}
	return call, nil
}

// Cases are the names of the test cases in the order of the file; Machine#Case where several machines have a case of that name.
func (m *Mocks) Cases() []string {
	names := make([]string, len(m.cases))
	for i, c := range m.cases {
		names[i] = c.name
		if len(m.named(c.name)) > 1 {
			names[i] = c.machine + "#" + c.name
		}
	}
	return names
}

func (m *Mocks) named(name string) []mockCase {
	var found []mockCase
	for _, c := range m.cases {
		if c.name == name || c.machine+"#"+c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// find answers the test case of a name: that of the machine, or the only one. An empty name is the only case, of the machine or of the file.
func (m *Mocks) find(machine, name string) (mockCase, error) {
	found := m.named(name)
	if name == "" {
		found = m.cases
	}
	if own := slices.DeleteFunc(slices.Clone(found), func(c mockCase) bool { return c.machine != machine }); len(own) > 0 {
		found = own
	}
	all := strings.Join(m.Cases(), ", ")
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0:
		return mockCase{}, fmt.Errorf("there is no test case %q; the file has %s", name, all)
	default:
		return mockCase{}, fmt.Errorf("which test case? The file has %s", all)
	}
}

// Invoker answers the tasks of one execution as a test case says: the case of that name of the machine, or the only one of that name, which may be
// given as Machine#Case. An empty name is the only case. A response that is missing or makes no sense fails the cases that name it, no others. Calls
// are counted for each state, retries included. Tasks of states that the case does not name, and calls beyond those it names, fail with States.Runtime.
func (m *Mocks) Invoker(machine, name string) (Invoker, error) {
	c, err := m.find(machine, name)
	if err != nil {
		return nil, err
	}
	invoker := &mockInvoker{calls: map[string][]mockedCall{}, made: map[string]int{}}
	for state, v := range c.states.All() {
		name, _ := v.(string)
		responses, ok := m.responses.Get(name)
		if !ok {
			return nil, fmt.Errorf("test case %q, state %q: there are no mocked responses %q", c.name, state, name)
		}
		if invoker.calls[state], err = mockedCalls(name, responses); err != nil {
			return nil, fmt.Errorf("test case %q, state %q: %w", c.name, state, err)
		}
	}
	return invoker, nil
}

// mockInvoker answers by state.
type mockInvoker struct {
	calls map[string][]mockedCall
	mutex sync.Mutex
	made  map[string]int
}

// unwrapped is the result of a task that names a function by its ARN: a response in the shape of lambda:invoke has it as its payload.
func unwrapped(task Task, result any) any {
	response, ok := result.(*jsonata.Object)
	if !ok || task.FunctionName != task.Resource || task.Resource == "" {
		return result
	}
	payload, hasPayload := response.Get("Payload")
	if _, hasStatus := response.Get("StatusCode"); hasPayload && hasStatus {
		return payload
	}
	return result
}

func (m *mockInvoker) immediate() bool { return true }

func (m *mockInvoker) Invoke(_ context.Context, task Task) (any, error) {
	m.mutex.Lock()
	number := m.made[task.State]
	m.made[task.State]++
	m.mutex.Unlock()
	for _, call := range m.calls[task.State] {
		if call.first <= number && number <= call.last {
			if call.err != nil {
				return nil, call.err
			}
			return Whole{unwrapped(task, call.result)}, nil
		}
	}
	return nil, &TaskError{Name: errorRuntime, Cause: fmt.Sprintf("no mocked response for the state '%s', call %d", task.State, number)}
}
