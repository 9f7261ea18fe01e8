package message

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

func parsed(t testing.TB, text string) any {
	t.Helper()
	value, err := pytext.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// defaults are the settings of a consumer whose files say nothing.
func defaults(t fatal) Settings {
	read, err := job.ReadSettings(nil)
	if err != nil {
		t.Fatal(err)
	}
	return Settings{read.EmitFlagRequired, read.EmitFlagFieldPath, read.EmitFlagValues, read.MaskingAnnotation, read.MaskingLevels, read.MaskingEmitLevel}
}

// fatal is what a test and a property have in common.
type fatal interface{ Fatal(...any) }

func policyOf(t testing.TB, change func(*Settings)) *Policy {
	t.Helper()
	settings := defaults(t)
	change(&settings)
	policy, err := NewPolicy(settings)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// annotated is a schema of fields f0, f1, … that have the levels of a JSON list, null for none.
func annotated(t testing.TB, annotation string, levels ...string) any {
	t.Helper()
	var fields []string
	for i, level := range levels {
		attribute := ""
		if level != "" {
			attribute = fmt.Sprintf(`, %q: %s`, annotation, level)
		}
		fields = append(fields, fmt.Sprintf(`{"name": "f%d", "type": "int"%s}`, i, attribute))
	}
	return parsed(t, `{"type": "record", "name": "R", "fields": [`+strings.Join(fields, ",")+`]}`)
}

// numbered is a message of as many fields.
func numbered(fields int) *pytext.Dict {
	message := &pytext.Dict{}
	for i := range fields {
		set(message, fmt.Sprintf("f%d", i), int64(i))
	}
	return message
}

// TestMaskingTable is that of the consumer's library: how many of seven fields are left, by emit level.
func TestMaskingTable(t *testing.T) {
	numbers := annotated(t, "aetherMaskingLevel", "", "0", "1", "2", "3", "4", "5")
	words := annotated(t, "aetherMaskingLevel", "", "", `"public"`, `"confidential"`, `"secret"`, `"top secret"`, `"ufos"`)
	wordLevels := []any{"public", "confidential", "secret", "top secret", "ufos"}
	rows, same := 0, 0
	for _, test := range []struct {
		schema any
		levels []any
		emit   any
		want   int
	}{
		{numbers, defaults(t).MaskingLevels, int64(0), 2},
		{numbers, defaults(t).MaskingLevels, int64(1), 3},
		{numbers, defaults(t).MaskingLevels, int64(2), 4},
		{numbers, defaults(t).MaskingLevels, int64(3), 5},
		{numbers, defaults(t).MaskingLevels, int64(4), 6},
		{numbers, defaults(t).MaskingLevels, int64(5), 7},
		{numbers, defaults(t).MaskingLevels, true, 3}, // True == 1
		{numbers, defaults(t).MaskingLevels, "1", 1},
		{words, wordLevels, "uncategorized", 2},
		{words, wordLevels, "public", 3},
		{words, wordLevels, "confidential", 4},
		{words, wordLevels, "secret", 5},
		{words, wordLevels, "top secret", 6},
		{words, wordLevels, "ufos", 7},
	} {
		rows++
		policy := policyOf(t, func(s *Settings) { s.MaskingLevels, s.MaskingEmitLevel = test.levels, test.emit })
		masked, err := policy.Mask(Record{Schema: test.schema, Message: numbered(7)})
		if err != nil || masked.Message.(*pytext.Dict).Len() != test.want || len(masked.Masked) != 7-test.want {
			t.Errorf("%v: %v, %v", test.emit, masked, err)
			continue
		}
		same++
	}
	t.Logf("MaskingTable: %d of %d", same, rows)
}

// TestMasking: what is masked is gone whatever its value, and nothing else is.
func TestMasking(t *testing.T) {
	for _, test := range []struct{ schema, message, want, masked string }{
		{`{"type": "record", "fields": [{"name": "a", "aetherMaskingLevel": 3}, {"name": "b", "aetherMaskingLevel": 3}, {"name": "c", "aetherMaskingLevel": 3}, {"name": "d", "aetherMaskingLevel": 3}]}`,
			`{"a": 0, "b": "", "c": false, "d": null, "e": 1}`, `{'e': 1}`, `[a b c d]`},
		{`{"type": "record", "fields": [{"name": "a", "aetherMaskingLevel": 3}]}`, `{"b": 1}`, `{'b': 1}`, `[a]`},
		{`{"type": "record", "fields": [{"name": "a", "aetherMaskingLevel": 1.0}]}`, `{"a": 1}`, `{}`, `[a]`},
		{`{"type": "record", "fields": [{"name": "a", "aetherMaskingLevel": false}]}`, `{"a": 1}`, `{'a': 1}`, `[]`},
		{`{"type": "record", "fields": [{"name": "in", "type": {"type": "record", "fields": [{"name": "a", "aetherMaskingLevel": 5}]}}]}`,
			`{"in": {"a": 1}}`, `{'in': {'a': 1}}`, `[]`},
		{`["null", {"type": "record", "fields": [{"name": "a", "aetherMaskingLevel": 5}]}, {"type": "record", "fields": [{"name": "b", "aetherMaskingLevel": 5}]}]`,
			`{"a": 1, "b": 2, "c": 3}`, `{'c': 3}`, `[a b]`},
		{`{"type": "map", "values": "int"}`, `{"a": 1}`, `{'a': 1}`, `[]`},
		{`"string"`, `"a"`, `'a'`, `[]`},
		{`null`, `{"a": 1}`, `{'a': 1}`, `[]`},
	} {
		record := Record{Schema: parsed(t, test.schema), Message: parsed(t, test.message), Index: 4}
		masked, err := policyOf(t, func(*Settings) {}).Mask(record)
		if got := pytext.Repr(masked.Message); err != nil || got != test.want || fmt.Sprint(masked.Masked) != test.masked || masked.Index != 4 {
			t.Errorf("%s: %s, masked %v, %v; want %s, %s", test.schema, got, masked.Masked, err, test.want, test.masked)
		}
		if got := pytext.Repr(record.Message); got != pytext.Repr(parsed(t, test.message)) {
			t.Errorf("the record itself has become %s", got)
		}
	}
}

// TestUnknownLevel: a level that is not in the list stops the record, unless no annotated field is kept anyway.
func TestUnknownLevel(t *testing.T) {
	for _, level := range []string{"6", `"0"`, "null", "[0]", "-1"} {
		record := Record{Schema: annotated(t, "aetherMaskingLevel", "", level), Message: numbered(2)}
		_, emitted, err := policyOf(t, func(*Settings) {}).Apply(record)
		wantFailure(t, err, task.StreamMasking, `field "f1" has the level `+pytext.Repr(parsed(t, level)))
		if detail := task.AsError(err).Detail; emitted || fmt.Sprint(detail) != "map[field:f1]" {
			t.Errorf("%s: emitted %v, detail %v", level, emitted, detail)
		}
		masked, err := policyOf(t, func(s *Settings) { s.MaskingEmitLevel = "none" }).Mask(record)
		if got := pytext.Repr(masked.Message); err != nil || got != "{'f0': 0}" {
			t.Errorf("%s: %s, %v", level, got, err)
		}
	}
}

// TestPublishTable is that of the consumer's library, and what follows from Python's equality.
func TestPublishTable(t *testing.T) {
	half := `[{"publish": true}, {"publish": false}, {"publish": true}, {"publish": false}]`
	rows, same := 0, 0
	for _, test := range []struct {
		required       bool
		path           string
		values, record string
		want           int
	}{
		{true, "$.publish", `[true]`, half, 2},
		{true, "$.publish", `true`, half, 2},
		{false, "$.publish", `[true]`, half, 4},
		{true, "$.publish", `[true, false]`, half, 4},
		{true, "$.publish", `[false]`, half, 2},
		{true, "$.publish", `["true"]`, half, 0},
		{true, "$.publish", `1`, half, 2}, // 1 == True
		{true, "$.publish", `[0.0]`, half, 2},
		{true, "$.approved", `[true]`, half, 0},
		{true, "$.publish", `[true]`, `[{"publish": 1}, {"publish": 1.0}, {"publish": "True"}, {"publish": [true]}, {"publish": null}]`, 2},
		{true, "$.publish", `["a", null]`, `[{"publish": null}, {"publish": "a"}, {"publish": "b"}, {}]`, 2},
		{true, "$.publish", `[[1]]`, `[{"publish": [1]}, {"publish": 1}]`, 1},
		{true, "$.publish", `{"a": 1}`, `[{"publish": {"a": 1.0}}, {"publish": {}}]`, 1},
		{true, "$.flags[*]", `[true]`, `[{"flags": [true, false]}, {"flags": [false, true]}, {"flags": []}]`, 1}, // the first match counts
		{true, "$..approved", `[true]`, `[{"a": {"approved": true}}, {"a": [{"approved": false}]}]`, 1},
		{true, "$.publish", `[true]`, `["text", 1, null, [{"publish": true}]]`, 0},
		{true, "$", `["yes"]`, `["yes", "no"]`, 1},
		{true, "$.flags[?(@.on == true)].name", `["x"]`, `[{"flags": [{"on": false, "name": "y"}, {"on": true, "name": "x"}]}]`, 1},
	} {
		rows++
		policy := policyOf(t, func(s *Settings) {
			s.EmitFlagRequired, s.EmitFlagFieldPath, s.EmitFlagValues = test.required, test.path, parsed(t, test.values)
		})
		passed := 0
		for _, message := range parsed(t, test.record).([]any) {
			record, emitted, err := policy.Apply(Record{Message: message})
			if err != nil || emitted && !pytext.Equal(record.Message, message) {
				t.Errorf("%+v: %v, %v", test, record, err)
			}
			if emitted {
				passed++
			}
		}
		if passed != test.want {
			t.Errorf("%+v: %d passed", test, passed)
			continue
		}
		same++
	}
	t.Logf("PublishTable: %d of %d", same, rows)
}

// TestFlagIsMasked: the flag may be a field that the job does not see.
func TestFlagIsMasked(t *testing.T) {
	policy := policyOf(t, func(s *Settings) { s.EmitFlagRequired, s.EmitFlagFieldPath = true, "$.f0" })
	record, emitted, err := policy.Apply(Record{Schema: annotated(t, "aetherMaskingLevel", "5", ""), Message: pytext.NewDict("f0", true, "f1", int64(1))})
	if got := pytext.Repr(record.Message); err != nil || !emitted || got != "{'f1': 1}" {
		t.Errorf("%s, %v, %v", got, emitted, err)
	}
}

// TestFlagFailures: a path that Python fails on is a failure of the record, with its name.
func TestFlagFailures(t *testing.T) {
	policy := policyOf(t, func(s *Settings) { s.EmitFlagRequired, s.EmitFlagFieldPath = true, "$.a.`sorted`" })
	_, emitted, err := policy.Apply(Record{Message: parsed(t, `{"a": ["private", 1]}`)})
	wantFailure(t, err, task.StreamEmitFlag, EmitFlagFieldPath)
	if emitted || strings.Contains(fmt.Sprint(err), "private") {
		t.Errorf("emitted %v, %v", emitted, err)
	}
}

// TestSettings: a path that does not parse makes no policy; an empty list lets nothing pass.
func TestSettings(t *testing.T) {
	settings := defaults(t)
	settings.EmitFlagRequired, settings.EmitFlagFieldPath = true, "$.["
	if _, err := NewPolicy(settings); err == nil || !strings.HasPrefix(err.Error(), EmitFlagFieldPath) {
		t.Errorf("%v", err)
	}
	policy := policyOf(t, func(s *Settings) { s.EmitFlagRequired, s.EmitFlagValues = true, []any{} })
	if _, emitted, err := policy.Apply(Record{Message: parsed(t, `{"approved": true}`)}); emitted || err != nil {
		t.Errorf("%v, %v", emitted, err)
	}
}

// TestSamples: the messages and settings of the consumer's own repository.
func TestSamples(t *testing.T) {
	folder := conformance.Sample(t, "aether")
	text, err := os.ReadFile(filepath.Join(folder, "message_unit_test.json"))
	if err != nil {
		t.Fatal(err)
	}
	records, err := decode(t, Detect, text)
	if err != nil || pytext.Repr(records[0].Message) != "{'id': 'theid', 'val1': 'value1', 'val2': 'value2'}" {
		t.Errorf("%v, %v", records, err)
	}
	for _, name := range []string{"conf_kafka.json", "conf_kafka-test.json"} {
		var file map[string]any
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		policy := policyOf(t, func(s *Settings) {
			s.EmitFlagRequired, s.MaskingLevels, s.MaskingEmitLevel = file[EmitFlagRequired].(bool), file[MaskingLevels].([]any), file[MaskingEmitLevel]
		})
		record, emitted, err := policy.Apply(Record{Schema: annotated(t, "aetherMaskingLevel", "", `"false"`, `"true"`), Message: numbered(3)})
		if got := pytext.Repr(record.Message); err != nil || !emitted || got != "{'f0': 0, 'f1': 1}" {
			t.Errorf("%s: %s, %v, %v", name, got, emitted, err)
		}
	}
}

// TestMaskingModel compares with a model that reads settings, schema and message as plain maps and lists.
func TestMaskingModel(t *testing.T) {
	scalars := []any{nil, true, false, int64(0), int64(1), int64(2), 1.0, "a", "b", "1", ""}
	rapid.Check(t, func(t *rapid.T) {
		settings := defaults(t)
		settings.MaskingLevels = rapid.SliceOfNDistinct(rapid.SampledFrom([]any{int64(0), int64(1), int64(2), "a", "b", nil}), 1, 4, rapid.ID).Draw(t, "levels")
		settings.MaskingEmitLevel = rapid.SampledFrom(scalars).Draw(t, "emit")
		message, fields := &pytext.Dict{}, []any{}
		levels := map[string]any{}
		for i := range rapid.IntRange(0, 5).Draw(t, "fields") {
			name := fmt.Sprintf("f%d", i)
			field := pytext.NewDict("name", name, "type", "int")
			if rapid.Bool().Draw(t, "annotated") {
				levels[name] = rapid.SampledFrom(scalars).Draw(t, "level")
				set(field, settings.MaskingAnnotation, levels[name])
			}
			fields = append(fields, field)
			if rapid.Bool().Draw(t, "present") {
				set(message, name, rapid.SampledFrom(scalars).Draw(t, "value"))
			}
		}
		policy, err := NewPolicy(settings)
		if err != nil {
			t.Fatal(err)
		}
		masked, err := policy.Mask(Record{Schema: pytext.NewDict("type", "record", "name", "R", "fields", fields), Message: message})
		kept, raises := maskingModel(settings, levels, message)
		if raises != (err != nil) {
			t.Fatalf("%v, the model says %v", err, raises)
		}
		if err == nil && !pytext.Equal(masked.Message, kept) {
			t.Fatalf("%s, the model has %s", pytext.Repr(masked.Message), pytext.Repr(kept))
		}
	})
}

// maskingModel is list.index of Python, written with the text of values.
func maskingModel(settings Settings, levels map[string]any, message *pytext.Dict) (kept map[string]any, raises bool) {
	alike := func(level any) string {
		switch level {
		case true:
			return "1"
		case false:
			return "0"
		}
		return strings.TrimSuffix(pytext.Repr(level), ".0")
	}
	index := map[string]int{}
	for i, level := range settings.MaskingLevels {
		index[alike(level)] = i
	}
	emit, known := index[alike(settings.MaskingEmitLevel)]
	kept = map[string]any{}
	for _, item := range message.Items() {
		kept[item.Key.(string)] = item.Value
	}
	for name, level := range levels {
		at, listed := index[alike(level)]
		if known && !listed {
			return nil, true
		}
		if !known || at > emit {
			delete(kept, name)
		}
	}
	return kept, false
}
