package message

import (
	"fmt"
	"slices"

	"github.com/steploom/steploom/shared/jsonpathng"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// Policy decides which records a job sees, and what of them. It may be used by several goroutines.
type Policy struct {
	flag    *flag // nil where every record passes
	masking masking
}

// NewPolicy makes the policy of settings. Its error is a path that does not parse.
func NewPolicy(settings Settings) (*Policy, error) {
	flag, err := settings.flag()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", EmitFlagFieldPath, err)
	}
	return &Policy{flag, settings.masking()}, nil
}

// Apply returns what a job sees of a record, and false for one that does not pass the emit flag. The flag is looked for before fields are masked.
func (p *Policy) Apply(record Record) (Record, bool, error) {
	passes, err := p.Passes(record)
	if err != nil || !passes {
		return Record{}, false, err
	}
	masked, err := p.Mask(record)
	return masked, err == nil, err
}

// Passes reports whether a record has the emit flag, or needs none. Its error, [task.StreamEmitFlag], says that the path cannot be evaluated on the record.
func (p *Policy) Passes(record Record) (bool, error) {
	if p.flag == nil {
		return true, nil
	}
	found, err := p.flag.path.Find(record.Message)
	if err != nil {
		return false, task.Errorf(task.StreamEmitFlag, "%s of the record cannot be evaluated: %v", EmitFlagFieldPath, err)
	}
	return len(found) > 0 && p.flag.passes(found[0]), nil
}

// Mask returns a record without the fields whose level is above the emit level, and with their names in Masked. Levels are those of the fields of its
// schema, not of fields further inside; a record without schema stays as it is. A level that is not in the list is the error [task.StreamMasking].
func (p *Policy) Mask(record Record) (Record, error) { return p.masking.apply(record) }

// flag is what an emit flag must be.
type flag struct {
	path   *jsonpathng.Path
	values []any
}

func (f *flag) passes(value any) bool {
	return slices.ContainsFunc(f.values, func(wanted any) bool { return pytext.Equal(wanted, value) })
}

// flag is the emit flag of settings, nil where none is required.
func (s Settings) flag() (*flag, error) {
	if !s.EmitFlagRequired {
		return nil, nil
	}
	values, several := s.EmitFlagValues.([]any)
	if !several {
		values = []any{s.EmitFlagValues}
	}
	path, err := jsonpathng.Parse(s.EmitFlagFieldPath)
	return &flag{path, values}, err
}
