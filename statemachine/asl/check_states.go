package asl

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

func isResource(c *checker, p place, v any) {
	text, ok := v.(string)
	switch {
	case !ok || text == "":
		c.schema(p.pointer, "Expected value of type String")
	case isDelimited(text):
		c.schema(p.pointer, "JSONata expressions are not supported in the field 'Resource'")
	case strings.HasPrefix(text, "${"): // a substitution that deployment fills in
	case !strings.HasPrefix(text, "arn:"):
		c.schema(p.pointer, "Value is not a valid resource ARN")
	case c.options.Express:
		c.expressResource(p, text)
	}
}

func (c *checker) expressResource(p place, arn string) {
	for _, pattern := range []string{".waitForTaskToken", ".sync", ".sync:2"} {
		if strings.HasSuffix(arn, pattern) {
			c.schema(p.pointer, "Express state machine does not support '%s' service integration ", strings.TrimSuffix(pattern, ":2"))
			return
		}
	}
	if strings.Contains(arn, ":activity:") {
		c.schema(p.pointer, "Express state machine does not support activities")
	}
}

// rules checks a list of objects.
func (c *checker) rules(p place, v any, check func(p place, o *jsonata.Object, last bool)) {
	list, ok := v.([]any)
	if !ok {
		c.schema(p.pointer, "Expected value of type Array")
		return
	}
	for i, item := range list {
		o, ok := item.(*jsonata.Object)
		if !ok {
			c.schema(p.index(i).pointer, "Expected value of type Object")
			continue
		}
		check(p.index(i), o, i == len(list)-1)
	}
}

func isChoices(c *checker, p place, v any) {
	if list, ok := v.([]any); ok && len(list) == 0 {
		c.schema(p.pointer, "At least one choice rule is required")
	}
	c.rules(p, v, func(p place, o *jsonata.Object, _ bool) {
		c.required(p.pointer, o, "Condition", "Next")
		c.fields(p, o, []field{{"Comment", isText}, {"Condition", isCondition}, {"Output", isData}, {"Assign", isAssign}, {"Next", isText}})
	})
}

func isCondition(c *checker, p place, v any) { orExpression(isBool)(c, p, v) }

func isBranches(c *checker, p place, v any) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		c.schema(p.pointer, "Expected a non-empty value of type Array")
		return
	}
	for i, branch := range list {
		c.inner(p.index(i), branch, p.scope)
	}
}

func isCatch(c *checker, p place, v any) {
	p.result = false
	c.rules(p, v, func(p place, o *jsonata.Object, last bool) {
		p.failure = true
		c.required(p.pointer, o, "ErrorEquals", "Next")
		c.fields(p, o, []field{{"Comment", isText}, {"ErrorEquals", errorNames(last)}, {"Output", isData}, {"Assign", isAssign}, {"Next", isText}})
	})
}

func isRetry(c *checker, p place, v any) {
	c.rules(p, v, func(p place, o *jsonata.Object, last bool) {
		c.required(p.pointer, o, "ErrorEquals")
		c.fields(p, o, []field{{"Comment", isText}, {"ErrorEquals", errorNames(last)},
			{"IntervalSeconds", wholeBetween(1, maxSeconds)}, {"MaxAttempts", wholeBetween(0, maxSeconds)}, {"BackoffRate", isBackoffRate},
			{"MaxDelaySeconds", wholeBetween(1, maxRetrySeconds)}, {"JitterStrategy", oneOf("FULL", "NONE")}})
		interval, hasInterval := o.Get("IntervalSeconds")
		delay, _ := o.Get("MaxDelaySeconds")
		if !hasInterval {
			interval = 1.0
		}
		seconds, _ := jsonata.Float(interval)
		if limit, ok := jsonata.Float(delay); ok && limit <= seconds {
			c.schema(p.at("MaxDelaySeconds").pointer, "MaxDelaySeconds must be greater than IntervalSeconds")
		}
	})
}

func isBackoffRate(c *checker, p place, v any) {
	if rate, ok := jsonata.Float(v); !ok || rate < 1 {
		c.schema(p.pointer, "BackoffRate must be a number of at least 1.0")
	}
}

// errorNames checks an ErrorEquals list. States.ALL stands alone and in the last entry.
func errorNames(last bool) func(*checker, place, any) {
	return func(c *checker, p place, v any) {
		list, ok := v.([]any)
		if !ok || len(list) == 0 {
			c.schema(p.pointer, "Expected a non-empty value of type Array")
			return
		}
		for i, item := range list {
			name, ok := item.(string)
			switch {
			case !ok:
				c.schema(p.index(i).pointer, "Expected value of type String")
			case name == "States.ALL" && len(list) > 1:
				c.schema(p.index(i).pointer, "States.ALL must appear alone in ErrorEquals")
			case name == "States.ALL" && !last:
				c.schema(p.index(i).pointer, "States.ALL is only allowed in the last entry")
			case strings.HasPrefix(name, "States.") && !reservedError(name):
				c.schema(p.index(i).pointer, "The error name '%s' is not one of the language; names of your own must not begin with 'States.'", name)
			}
		}
	}
}

func reservedError(name string) bool {
	return strings.HasPrefix(name, "States.Http.StatusCode.") || slices.Contains([]string{"States.ALL", "States.BranchFailed", "States.DataLimitExceeded",
		"States.ExceedToleratedFailureThreshold", "States.HeartbeatTimeout", "States.Http.Socket", "States.IntrinsicFailure", "States.ItemReaderFailed",
		"States.NoChoiceMatched", "States.ParameterPathFailure", "States.Permissions", "States.QueryEvaluationError", "States.ResultPathMatchFailure",
		"States.ResultWriterFailed", "States.Runtime", "States.TaskFailed", "States.Timeout"}, name)
}

// processorMode is the mode of a Map's item processor, INLINE where it does not say.
func processorMode(state *jsonata.Object) string {
	v, _ := state.Get("ItemProcessor")
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
		c.schema(p.pointer, "Expected value of type Object")
		return
	}
	c.fields(p, config, []field{{"Mode", oneOf(Inline, Distributed)}, {"ExecutionType", oneOf(Standard, Express)}})
	_, typed := config.Get("ExecutionType")
	mode, _ := config.Get("Mode")
	switch {
	case mode == Distributed && !typed:
		c.required(p.pointer, config, "ExecutionType")
	case mode != Distributed && typed:
		c.schema(p.pointer, "Field 'ExecutionType' is only supported for the DISTRIBUTED mode")
	}
	if mode == Distributed && c.options.Express {
		c.schema(p.at("Mode").pointer, "Express state machine does not support Map states in DISTRIBUTED mode")
	}
}

// distribution refuses fields that only a distributed Map has.
func (c *checker) distribution(p place) {
	if processorMode(p.state) == Distributed {
		return
	}
	for _, name := range []string{"ItemReader", "ItemBatcher", "ResultWriter", "Label"} {
		if _, ok := p.state.Get(name); ok {
			c.schema(p.pointer, "Field '%s' is only supported for the DISTRIBUTED mode", name)
		}
	}
}

// parts checks an object with given fields.
func parts(allowed []field, required ...string) func(*checker, place, any) {
	return func(c *checker, p place, v any) {
		o, ok := v.(*jsonata.Object)
		if !ok {
			c.schema(p.pointer, "Expected value of type Object")
			return
		}
		c.required(p.pointer, o, required...)
		c.fields(p, o, allowed)
	}
}

func isItemReader(c *checker, p place, v any) {
	config := []field{
		{"InputType", oneOf("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")}, {"Transformation", oneOf("NONE", "LOAD_AND_FLATTEN")},
		{"CSVDelimiter", oneOf("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB")}, {"CSVHeaderLocation", oneOf("FIRST_ROW", "GIVEN")},
		{"CSVHeaders", isTexts}, {"ManifestType", oneOf("ATHENA_DATA", "S3_INVENTORY")}, {"ItemsPointer", isText},
		{"MaxItems", wholeOrExpression(0, 100_000_000)},
	}
	parts([]field{{"Resource", isResource}, {"Arguments", isData}, {"ReaderConfig", parts(config)}}, "Resource")(c, p, v)
}

func isTexts(c *checker, p place, v any) {
	list, ok := v.([]any)
	if !ok {
		c.schema(p.pointer, "Expected value of type Array")
	}
	for i, item := range list {
		isText(c, p.index(i), item)
	}
}

func isItemBatcher(c *checker, p place, v any) {
	parts([]field{{"MaxItemsPerBatch", wholeOrExpression(1, maxConstant)}, {"MaxInputBytesPerBatch", wholeOrExpression(1, 262_144)}, {"BatchInput", isData}})(c, p, v)
	if o, ok := v.(*jsonata.Object); ok {
		_, items := o.Get("MaxItemsPerBatch")
		if _, bytes := o.Get("MaxInputBytesPerBatch"); !items && !bytes {
			c.schema(p.pointer, "One of these fields is required: [MaxItemsPerBatch, MaxInputBytesPerBatch]")
		}
	}
}

func isResultWriter(c *checker, p place, v any) {
	config := []field{{"Transformation", oneOf("NONE", "COMPACT", "FLATTEN")}, {"OutputType", oneOf("JSON", "JSONL")}}
	parts([]field{{"Resource", isResource}, {"Arguments", isData}, {"WriterConfig", parts(config)}})(c, p, v)
}
