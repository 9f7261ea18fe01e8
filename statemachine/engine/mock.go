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

// Mocks is a mock configuration in the shape of AWS Step Functions Local: test cases name, for each state, a list of responses, which say call by
// call what the task returns or throws.
//
//	{"StateMachines": {"Orders": {"TestCases": {"Happy": {"Charge": "Charged"}}}},
//	 "MockedResponses": {"Charged": {"0": {"Throw": {"Error": "Http.Timeout", "Cause": "slow"}}, "1-3": {"Return": {"StatusCode": 200, "Payload": {}}}}}}
type Mocks struct {
	cases map[string]map[string]string // by test case: state and name of responses
	names []string
	calls map[string][]mockedCall
}

// mockedCall answers the calls from first to last.
type mockedCall struct {
	first, last int
	result      any
	err         *TaskError
}

// Whole is a result that an Invoker gives for a state as a whole: it is not put into an envelope.
type Whole struct{ Result any }

// ParseMocks reads a mock configuration. Every response that a test case names must be there.
func ParseMocks(data []byte) (*Mocks, error) {
	value, err := jsonata.Decode(data)
	if err != nil {
		return nil, err
	}
	root, ok := value.(*jsonata.Object)
	if !ok {
		return nil, errors.New("a mock configuration is an object with StateMachines and MockedResponses")
	}
	m := &Mocks{cases: map[string]map[string]string{}, calls: map[string][]mockedCall{}}
	for name, responses := range entries(root, "MockedResponses") {
		if m.calls[name], err = mockedCalls(name, responses); err != nil {
			return nil, err
		}
	}
	for _, machine := range entries(root, "StateMachines") {
		for name, states := range entries(object(machine), "TestCases") {
			if err := m.add(name, object(states)); err != nil {
				return nil, err
			}
		}
	}
	if len(m.names) == 0 {
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

func (m *Mocks) add(name string, states *jsonata.Object) error {
	test := map[string]string{}
	for state, v := range states.All() {
		responses, _ := v.(string)
		if _, ok := m.calls[responses]; !ok {
			return fmt.Errorf("test case %q, state %q: there are no mocked responses %q", name, state, responses)
		}
		test[state] = responses
	}
	if _, again := m.cases[name]; again {
		return fmt.Errorf("the test case %q is there twice", name)
	}
	m.cases[name] = test
	m.names = append(m.names, name)
	return nil
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
	if call.first, err = strconv.Atoi(first); err != nil {
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

// Cases are the names of the test cases, in the order of the file.
func (m *Mocks) Cases() []string { return slices.Clone(m.names) }

// Invoker answers the tasks of one execution as a test case says. An empty name is the only case. Calls are counted for each state, retries included.
// Tasks of states that the case does not name, and calls beyond those it names, fail with States.Runtime.
func (m *Mocks) Invoker(name string) (Invoker, error) {
	if name == "" && len(m.names) == 1 {
		name = m.names[0]
	}
	test, ok := m.cases[name]
	if !ok {
		return nil, fmt.Errorf("there is no test case %q; the file has %s", name, strings.Join(m.names, ", "))
	}
	return &mockInvoker{mocks: m, test: test, made: map[string]int{}}, nil
}

type mockInvoker struct {
	mocks *Mocks
	test  map[string]string
	mutex sync.Mutex
	made  map[string]int
}

func (m *mockInvoker) Invoke(_ context.Context, task Task) (any, error) {
	m.mutex.Lock()
	number := m.made[task.State]
	m.made[task.State]++
	m.mutex.Unlock()
	for _, call := range m.mocks.calls[m.test[task.State]] {
		if call.first <= number && number <= call.last {
			if call.err != nil {
				return nil, call.err
			}
			return Whole{call.result}, nil
		}
	}
	return nil, &TaskError{Name: errorRuntime, Cause: fmt.Sprintf("no mocked response for the state '%s', call %d", task.State, number)}
}
