package message

import (
	"fmt"
	"slices"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// masking removes fields by the levels that the schema gives them.
type masking struct {
	annotation string
	levels     []any
	emit       int // index of the highest level that is kept, -1 to keep none
}

func (s Settings) masking() masking {
	return masking{s.MaskingAnnotation, s.MaskingLevels, levelOf(s.MaskingLevels, s.MaskingEmitLevel)}
}

// levelOf is the index of a level among all, -1 for what is none.
func levelOf(levels []any, level any) int {
	return slices.IndexFunc(levels, func(known any) bool { return pytext.Equal(known, level) })
}

// apply returns a record without the fields that are masked, whatever their values.
func (m masking) apply(record Record) (Record, error) {
	masked, err := m.fields(record.Schema)
	if err != nil || len(masked) == 0 {
		return record, err
	}
	record.Masked = masked
	if message, ok := record.Message.(*pytext.Dict); ok {
		record.Message = without(message, masked)
	}
	return record, nil
}

func without(message *pytext.Dict, names []string) *pytext.Dict {
	kept := make([]any, 0, 2*message.Len())
	for _, item := range message.Items() {
		if name, ok := item.Key.(string); !ok || !slices.Contains(names, name) {
			kept = append(kept, item.Key, item.Value)
		}
	}
	return pytext.NewDict(kept...)
}

// fields names the fields of a schema that are masked. The branches of a union are alternatives of which a record has one: what one of them masks is masked.
func (m masking) fields(schema any) ([]string, error) {
	branches, ok := schema.([]any)
	if !ok {
		branches = []any{schema}
	}
	var names []string
	for _, branch := range branches {
		masked, err := m.recordFields(branch)
		if err != nil {
			return nil, err
		}
		names = append(names, masked...)
	}
	return names, nil
}

// recordFields names the fields of a record's schema that are masked; other schemas have none.
func (m masking) recordFields(schema any) ([]string, error) {
	record, _ := schema.(*pytext.Dict)
	if record == nil {
		return nil, nil
	}
	fields, _ := record.Get("fields")
	list, _ := fields.([]any)
	var names []string
	for _, field := range list {
		name, masked, err := m.field(field)
		if err != nil {
			return nil, err
		}
		if masked {
			names = append(names, name)
		}
	}
	return names, nil
}

// field reports whether a field is masked.
func (m masking) field(field any) (name string, masked bool, err error) {
	attributes, _ := field.(*pytext.Dict)
	if attributes == nil {
		return "", false, nil
	}
	level, annotated := attributes.Get(m.annotation)
	if !annotated {
		return "", false, nil
	}
	given, _ := attributes.Get("name")
	name, _ = given.(string)
	index := levelOf(m.levels, level)
	if index < 0 && m.emit >= 0 {
		return "", false, &task.Error{
			Name:    task.StreamMasking,
			Message: fmt.Sprintf("field %q has the level %s, which is not in %s", name, pytext.Repr(level), MaskingLevels),
			Detail:  map[string]any{"field": name},
		}
	}
	return name, m.emit < 0 || index > m.emit, nil
}
