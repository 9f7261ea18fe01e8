package engine

import (
	"math"
	"strconv"
	"time"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// passState is the action of Pass and Succeed. Result stands for the input where there is one.
type passState struct{ result *template }

func (s *stateCompiler) pass(v *asl.Pass) {
	action := passState{constant("Result", v.Result)}
	if action.result == nil {
		action.result = s.template("Parameters", v.Parameters)
	}
	s.state.action = action
}

func (s passState) start(f *frame) bool {
	if s.result == nil {
		return f.pass(&f.state.outcome, f.state.next)
	}
	result, failed := s.result.evaluate(&environment{frame: f})
	if failed != nil {
		return f.fail(failed)
	}
	return f.succeed(result)
}

// failState is the action of Fail.
type failState struct{ failed, cause *template }

func (s failState) start(f *frame) bool {
	e := &environment{frame: f}
	name, failed := text(s.failed, e)
	if failed != nil {
		return f.fail(failed)
	}
	cause, failed := text(s.cause, e)
	if failed != nil {
		return f.fail(failed)
	}
	name, cause = shortened(name, cause)
	return f.fail(&failure{name: name, cause: cause, task: true})
}

// text evaluates a template that must give a string. An absent one is empty.
func text(t *template, e *environment) (string, *failure) {
	if t == nil {
		return "", nil
	}
	v, failed := t.evaluate(e)
	if failed != nil {
		return "", failed
	}
	s, ok := v.data.(string)
	if !ok {
		return "", unexpected(t.source, t.location, "string", v.data)
	}
	return s, nil
}

// choiceState is the action of Choice.
type choiceState struct {
	rules []rule
}

type rule struct {
	condition *template
	test      *test // in JSONPath mode
	outcome   outcome
	next      *state
}

func (s *stateCompiler) choice(v *asl.Choice) {
	var rules []rule
	for i, r := range v.Choices {
		prefix := "Choices[" + strconv.Itoa(i) + "]/"
		if !s.jsonPath() && !r.Condition.IsPresent() {
			s.fail(prefix+"Condition", "the rule has no condition")
			continue
		}
		rules = append(rules, rule{
			condition: s.template(prefix+"Condition", r.Condition.Data()),
			test:      s.test(prefix, r.Test),
			outcome:   s.outcome(prefix, r.Output, r.Assign),
			next:      s.transition(prefix+"Next", r.Next, false),
		})
	}
	s.state.action = choiceState{rules}
	s.state.outcome = s.outcome("", v.Output, v.Assign)
	s.state.next = s.transition("Default", v.Default, true)
}

func (s choiceState) start(f *frame) bool {
	e := &environment{frame: f}
	for i := range s.rules {
		r := &s.rules[i]
		holds, failed := r.holds(e)
		if failed != nil {
			return f.fail(failed)
		}
		if holds {
			return f.leave(e, &r.outcome, f.input, r.next)
		}
	}
	if f.state.next == nil {
		return f.fail(interpreterFailure("%sFailed to transition out of the state. The state does not point to a next state.", f.prefix()))
	}
	return f.leave(e, &f.state.outcome, f.input, f.state.next)
}

func (r *rule) holds(e *environment) (bool, *failure) {
	if r.test != nil {
		return r.test.holds(e)
	}
	return condition(r.condition, e)
}

func condition(t *template, e *environment) (bool, *failure) {
	v, failed := t.evaluate(e)
	if failed != nil {
		return false, failed
	}
	holds, ok := v.data.(bool)
	if !ok {
		return false, unexpected(t.source, t.location, "boolean", v.data)
	}
	return holds, nil
}

// waitState is the action of Wait. One of the two is set.
type waitState struct{ seconds, until *template }

func (s waitState) start(f *frame) bool {
	delay, failed := s.delay(f)
	if failed != nil {
		return f.fail(failed)
	}
	if delay <= 0 {
		return f.pass(&f.state.outcome, f.state.next)
	}
	f.execution.observeWait(f, delay)
	f.waiting.timer = f.after(delay, func() {
		f.halt()
		if f.pass(&f.state.outcome, f.state.next) {
			f.run()
		}
	})
	return false
}

const maxWaitSeconds = 99_999_999

func (s waitState) delay(f *frame) (time.Duration, *failure) {
	e := &environment{frame: f}
	if s.seconds != nil {
		seconds, failed := whole(s.seconds, e, 0, maxWaitSeconds)
		return time.Duration(seconds) * time.Second, failed
	}
	v, failed := s.until.evaluate(e)
	if failed != nil {
		return 0, failed
	}
	stamp, isText := v.data.(string)
	if !isText && s.until.query == nil {
		return 0, unexpected(s.until.source, s.until.location, "string", v.data)
	}
	until, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		return 0, s.until.notATime(e, v.data)
	}
	return until.Sub(f.execution.now()), nil
}

// notATime is the failure of a Wait whose Timestamp is none.
func (t *template) notATime(e *environment, data any) *failure {
	if t.query != nil {
		return e.frame.runtime("The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: %s == %s", t.query.text, plainText(data))
	}
	late := evaluation(t.location, "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: %s", plainText(data))
	late.late = true
	return late
}

// whole evaluates a template that must give a whole number within bounds.
func whole(t *template, e *environment, low, high int) (int, *failure) {
	v, failed := t.evaluate(e)
	if failed != nil {
		return 0, failed
	}
	if t.query != nil {
		return t.wholeFound(e, v.data, low, high)
	}
	number, ok := jsonata.Float(v.data)
	if !ok {
		return 0, unexpected(t.source, t.location, "number", v.data)
	}
	if number != math.Trunc(number) {
		return 0, unexpected(t.source, t.location, "integer", v.data)
	}
	if number < float64(low) || number > float64(high) {
		return 0, evaluation(t.location, "The value specified for the field '%s' is out of range: %s is not between %d and %d.", t.location, jsonText(number), low, high)
	}
	return clamped(number), nil
}

func clamped(number float64) int {
	if number >= math.MaxInt {
		return math.MaxInt
	}
	return int(number)
}
