package convert

import (
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func (s *lowering) mapState(v *asl.Map) *asl.Map {
	f := s.begin(v.Processing)
	converted := &asl.Map{Comment: v.Comment, QueryLanguage: asl.JSONata, Label: v.Label, ItemProcessor: v.ItemProcessor, Iterator: v.Iterator,
		Retry: v.Retry, Next: v.Next, End: v.End,
		MaxConcurrency:             s.number("MaxConcurrencyPath", v.MaxConcurrency, v.MaxConcurrencyPath, f.input),
		ToleratedFailureCount:      s.number("ToleratedFailureCountPath", v.ToleratedFailureCount, v.ToleratedFailureCountPath, f.input),
		ToleratedFailurePercentage: s.number("ToleratedFailurePercentagePath", v.ToleratedFailurePercentage, v.ToleratedFailurePercentagePath, f.input),
	}
	if v.ItemReader == nil {
		converted.Items = s.items(v.ItemsPath, f.input)
	} else if v.ItemsPath.IsPresent() {
		s.field = "ItemsPath"
		s.refuse("a Map that reads its items has no Items beside")
	}
	selector := v.ItemSelector
	if selector == nil {
		selector = v.Parameters
	}
	if selector != nil {
		s.field = "ItemSelector"
		converted.ItemSelector = s.data(s.template(selector, f.input))
	}
	s.distributed(v, converted, f.input)
	converted.Output, converted.Assign = s.hand(f, v.Processing, s.selected(v.ResultSelector), v.Assign, statesField("result"))
	converted.Catch = s.catchers(f, v.Catch)
	s.remark(v.Retry, v.Catch)
	return converted
}

// items are the items of a Map. Only a list is one of items in JSONPath mode, where JSONata mode takes an object, too.
func (s *lowering) items(path asl.Path, input any) any {
	items := input
	if path.IsPresent() {
		items = s.pathField("ItemsPath", path, input)
	}
	s.field = "Items"
	if list, ok := items.([]any); ok {
		return s.data(list)
	}
	s.fails = true
	return asl.Expression(build.Once(unchecked(s, items), func(v jsonata.Node) jsonata.Node {
		if kind(v) == "array" {
			return v
		}
		return build.If(build.HasType(v, "array"), v, failure("The items of the Map are no list"))
	}))
}

// distributed converts what only a distributed Map has.
func (s *lowering) distributed(v, converted *asl.Map, input any) {
	if r := v.ItemReader; r != nil {
		reader := &asl.ItemReader{Resource: r.Resource}
		if r.Parameters != nil {
			s.field = "ItemReader/Parameters"
			reader.Arguments = s.data(s.template(r.Parameters, input))
		}
		if r.ReaderConfig != nil {
			config := *r.ReaderConfig
			config.MaxItems, config.MaxItemsPath = s.number("MaxItemsPath", config.MaxItems, config.MaxItemsPath, input), asl.Path{}
			reader.ReaderConfig = &config
		}
		converted.ItemReader = reader
	}
	if b := v.ItemBatcher; b != nil {
		converted.ItemBatcher = &asl.ItemBatcher{
			MaxItemsPerBatch:      s.number("MaxItemsPerBatchPath", b.MaxItemsPerBatch, b.MaxItemsPerBatchPath, input),
			MaxInputBytesPerBatch: s.number("MaxInputBytesPerBatchPath", b.MaxInputBytesPerBatch, b.MaxInputBytesPerBatchPath, input),
		}
		if b.BatchInput != nil {
			s.field = "ItemBatcher/BatchInput"
			converted.ItemBatcher.BatchInput = s.data(s.template(b.BatchInput, input))
		}
	}
	if w := v.ResultWriter; w != nil {
		converted.ResultWriter = &asl.ResultWriter{Resource: w.Resource, WriterConfig: w.WriterConfig}
		if w.Parameters != nil {
			s.field = "ResultWriter/Parameters"
			converted.ResultWriter.Arguments = s.data(s.template(w.Parameters, input))
		}
	}
}
