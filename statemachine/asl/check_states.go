package asl

import (
	"github.com/steploom/steploom/statemachine/jsonata"
)

// rules checks a list of objects.
func (c *checker) rules(p place, v any, check func(p place, o *jsonata.Object, last bool)) {
	list, ok := v.([]any)
	if !ok {
		c.mistyped(p.position, "ARRAY")
		return
	}
	for i, item := range list {
		o, ok := item.(*jsonata.Object)
		if !ok {
			c.mistyped(p.index(i).position, "OBJECT")
			continue
		}
		check(p.index(i), o, i == len(list)-1)
	}
}

// filled reports whether a value is a list with something in it, and refuses it when it is not.
func (c *checker) filled(p place, v any) ([]any, bool) {
	list, ok := v.([]any)
	switch {
	case !ok:
		c.mistyped(p.position, "ARRAY")
	case len(list) == 0:
		c.schema(p.position, "Value cannot be empty")
	}
	return list, len(list) > 0
}

func isChoices(c *checker, p place, v any) {
	if _, ok := c.filled(p, v); !ok {
		return
	}
	c.rules(p, v, func(p place, o *jsonata.Object, _ bool) {
		c.required(p.position, o, "Condition", "Next")
		c.fields(p, o, []field{{"Comment", isText}, {"Condition", isCondition}, {"Output", isData}, {"Assign", isAssign}, {"Next", isText}}, testNames()...)
	})
}

func isCondition(c *checker, p place, v any) { orExpression(isBool)(c, p, v) }

func isBranches(c *checker, p place, v any) {
	list, _ := c.filled(p, v)
	for i, branch := range list {
		c.inner(p.index(i), branch, p.scope)
	}
}

func isCatch(c *checker, p place, v any) {
	p.result = false
	c.rules(p, v, func(p place, o *jsonata.Object, last bool) {
		p.failure = true
		c.required(p.position, o, "ErrorEquals", "Next")
		allowed := []field{{"Comment", isText}, {"ErrorEquals", errorNames(last)}, {"Next", isText}}
		if p.language == JSONPath {
			c.fields(p, o, append(allowed, field{"ResultPath", orNull(isResultPath)}, field{"Assign", isTemplateAssign}), "Output")
			return
		}
		c.fields(p, o, append(allowed, field{"Output", isData}, field{"Assign", isAssign}), "ResultPath")
	})
}

func isRetry(c *checker, p place, v any) {
	c.rules(p, v, func(p place, o *jsonata.Object, last bool) {
		c.required(p.position, o, "ErrorEquals")
		c.fields(p, o, []field{{"Comment", isText}, {"ErrorEquals", errorNames(last)},
			{"IntervalSeconds", wholeBetween(0, maxSeconds)}, {"MaxAttempts", wholeBetween(0, maxSeconds)}, {"BackoffRate", isBackoffRate},
			{"MaxDelaySeconds", wholeBetween(1, maxRetrySeconds)}, {"JitterStrategy", oneOf("NONE", "FULL")}})
		interval, hasInterval := o.Get("IntervalSeconds")
		delay, _ := o.Get("MaxDelaySeconds")
		if !hasInterval {
			interval = 1.0
		}
		seconds, _ := jsonata.Float(interval)
		if limit, ok := jsonata.Float(delay); ok && limit <= seconds {
			c.schema(p.at("MaxDelaySeconds").position, "MaxDelaySeconds must be greater than IntervalSeconds")
		}
	})
}

func isBackoffRate(c *checker, p place, v any) {
	if rate, ok := jsonata.Float(v); !ok || rate < 1 {
		c.schema(p.position, "BackoffRate must be a number of at least 1.0")
	}
}

// errorNames checks an ErrorEquals list. States.ALL stands alone and in the last entry.
func errorNames(last bool) func(*checker, place, any) {
	return func(c *checker, p place, v any) {
		list, _ := c.filled(p, v)
		for i, item := range list {
			name, ok := item.(string)
			switch {
			case !ok:
				c.mistyped(p.index(i).position, "STRING")
			case name == ErrorAll && (len(list) > 1 || !last):
				c.schema(p.index(i).position, "%s must appear alone and at end of list", name)
			case claimsReservedError(name) && !IsReservedError(name):
				c.warn(NoEffect, p.index(i).position, "No error is named '%s': names that begin with '%s' are those of the language", name, reservedErrorPrefix)
			}
		}
	}
}

// processorMode is the mode of a Map's item processor, INLINE where it does not say.
func processorMode(state *jsonata.Object) string {
	v, named := state.Get("ItemProcessor")
	if !named {
		v, _ = state.Get("Iterator")
	}
	if processor, ok := v.(*jsonata.Object); ok {
		v, _ = processor.Get("ProcessorConfig")
		if config, ok := v.(*jsonata.Object); ok {
			if mode, _ := config.Get("Mode"); mode == Distributed {
				return Distributed
			}
		}
	}
	return Inline
}

func isItemProcessor(c *checker, p place, v any) {
	scope := p.scope
	if processorMode(p.state) == Distributed {
		scope = nil // child executions have none of the parent's variables
	}
	c.inner(p, v, scope, field{"ProcessorConfig", isProcessorConfig})
}

func isProcessorConfig(c *checker, p place, v any) {
	config, ok := v.(*jsonata.Object)
	if !ok {
		c.mistyped(p.position, "OBJECT")
		return
	}
	c.fields(p, config, []field{{"Mode", oneOf(Inline, Distributed)}, {"ExecutionType", oneOf(Standard, Express)}})
	_, typed := config.Get("ExecutionType")
	mode, _ := config.Get("Mode")
	switch {
	case mode == Distributed && !typed:
		c.required(p.position, config, "ExecutionType")
	case mode == Inline && typed:
		c.schema(p.position, "Field 'ExecutionType' is not supported")
	case mode != Distributed && typed:
		c.warn(NoEffect, p.position, "ExecutionType has no effect: the Map is inline")
	}
	if mode == Distributed && c.options.Express {
		c.schema(p.at("Mode").position, "Express state machine does not support Map states in DISTRIBUTED mode")
	}
}

// distribution checks the fields that only a distributed Map uses. The service accepts them in an inline one, too.
func (c *checker) distribution(p place) {
	has := func(name string) bool { _, ok := p.state.Get(name); return ok }
	if processorMode(p.state) == Distributed {
		if has("Items") && has("ItemReader") {
			c.schema(p.position, "Only one of these fields is allowed: [Items, ItemReader]")
		}
		return
	}
	for _, name := range []string{"ItemReader", "ItemBatcher", "ResultWriter", "Label"} {
		if has(name) {
			c.warn(NoEffect, p.position.at(name), "%s has no effect: the Map is inline", name)
		}
	}
}
