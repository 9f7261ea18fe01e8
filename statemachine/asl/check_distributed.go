package asl

import "github.com/steploom/steploom/statemachine/jsonata"

// This file checks the fields of a Map that only a distributed one uses.

// parts checks an object with fields that it has in both query languages and with those that it has in one of them.
func parts(both, inJSONata, inJSONPath []field) func(*checker, place, any) {
	return func(c *checker, p place, v any) {
		o, ok := v.(*jsonata.Object)
		if !ok {
			c.mistyped(p.position, "OBJECT")
			return
		}
		own, others := inJSONata, inJSONPath
		if p.language == JSONPath {
			own, others = others, own
		}
		var other []string
		for _, f := range others {
			other = append(other, f.name)
		}
		c.fields(p, o, append(append([]field{}, both...), own...), other...)
	}
}

func isItemReader(c *checker, p place, v any) {
	parts([]field{{"Resource", isResourceOf("getObject", "listObjectsV2")}, {"ReaderConfig", isReaderConfig}},
		[]field{{"Arguments", isData}}, []field{{"Parameters", isTemplate}})(c, p, v)
	if o, ok := v.(*jsonata.Object); ok {
		c.required(p.position, o, "Resource")
	}
}

func isReaderConfig(c *checker, p place, v any) {
	both := []field{
		{"InputType", oneOf("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")}, {"Transformation", oneOf("NONE", "LOAD_AND_FLATTEN")},
		{"CSVDelimiter", oneOf("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB")}, {"CSVHeaderLocation", oneOf("FIRST_ROW", "GIVEN")},
		{"CSVHeaders", isTexts}, {"ManifestType", oneOf("ATHENA_DATA", "S3_INVENTORY")}, {"ItemsPointer", isText},
	}
	parts(both, []field{{"MaxItems", wholeOrExpression(0, maxItems)}}, []field{{"MaxItems", wholeBetween(0, maxItems)}, {"MaxItemsPath", isPath}})(c, p, v)
	o, ok := v.(*jsonata.Object)
	if !ok {
		return
	}
	if p.language == JSONPath {
		c.atMostOne(p.position, o, "MaxItems", "MaxItemsPath")
	}
	_, located := o.Get("CSVHeaderLocation")
	kind, _ := o.Get("InputType")
	location, _ := o.Get("CSVHeaderLocation")
	switch {
	case kind == "CSV" && !located:
		c.schema(p.position, "The field 'CSVHeaderLocation' is required")
	case kind == "JSON" && located:
		c.schema(p.position, "Field 'CSVHeaderLocation' is not supported")
	case location == "GIVEN":
		c.required(p.position, o, "CSVHeaders")
	}
}

func isTexts(c *checker, p place, v any) {
	list, ok := v.([]any)
	if !ok {
		c.mistyped(p.position, "ARRAY")
	}
	for i, item := range list {
		isText(c, p.index(i), item)
	}
}

func isItemBatcher(c *checker, p place, v any) {
	parts(nil,
		[]field{{"MaxItemsPerBatch", wholeOrExpression(1, maxInteger)}, {"MaxInputBytesPerBatch", wholeOrExpression(1, maxPayload)}, {"BatchInput", isData}},
		[]field{{"MaxItemsPerBatch", wholeBetween(1, maxInteger)}, {"MaxItemsPerBatchPath", isPath},
			{"MaxInputBytesPerBatch", wholeBetween(1, maxPayload)}, {"MaxInputBytesPerBatchPath", isPath}, {"BatchInput", isTemplate}})(c, p, v)
	o, ok := v.(*jsonata.Object)
	if !ok {
		return
	}
	if p.language == JSONPath {
		c.atMostOne(p.position, o, "MaxItemsPerBatch", "MaxItemsPerBatchPath")
		c.atMostOne(p.position, o, "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath")
	}
	limits := []string{"MaxItemsPerBatch", "MaxInputBytesPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath"}
	if processorMode(p.state) == Distributed && count(o, limits) == 0 {
		c.schema(p.position, "At least one of these fields is required: [MaxItemsPerBatch, MaxInputBytesPerBatch]")
	}
}

// isResultWriter checks a ResultWriter: a Resource with Arguments, a WriterConfig, or both.
func isResultWriter(c *checker, p place, v any) {
	parts([]field{{"Resource", isResourceOf("putObject")}, {"WriterConfig", isWriterConfig}},
		[]field{{"Arguments", isData}}, []field{{"Parameters", isTemplate}})(c, p, v)
	o, ok := v.(*jsonata.Object)
	if !ok {
		return
	}
	has := func(name string) bool { _, ok := o.Get(name); return ok }
	switch {
	case has("Resource") != (has("Arguments") || has("Parameters")):
		c.required(p.position, o, "Resource", p.named("Parameters", "Arguments"))
	case !has("Resource") && !has("WriterConfig"):
		c.schema(p.position, "At least one of these fields is required: [Resource, WriterConfig]")
	}
}

// named is the name of a field in the query language in force.
func (p place) named(jsonPath, jsonata string) string {
	if p.language == JSONPath {
		return jsonPath
	}
	return jsonata
}

func isWriterConfig(c *checker, p place, v any) {
	parts([]field{{"Transformation", oneOf("NONE", "COMPACT", "FLATTEN")}, {"OutputType", oneOf("JSON", "JSONL")}}, nil, nil)(c, p, v)
	if o, ok := v.(*jsonata.Object); ok {
		c.required(p.position, o, "Transformation", "OutputType")
	}
}
