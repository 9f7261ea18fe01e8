package message

// Policy decides which records a job sees, and what of them. It may be used by several goroutines.
type Policy struct {
	masking masking
}

// NewPolicy makes the policy of settings. Its error is the first [Problem] of them.
func NewPolicy(settings Settings) (*Policy, error) {
	if problems := settings.Check(); len(problems) > 0 {
		return nil, problems[0]
	}
	return &Policy{masking: settings.masking()}, nil
}

// Mask returns a record without the fields whose level is above the emit level, and with their names in Masked. Levels are those of the fields of its
// schema, not of fields further inside; a record without schema stays as it is. A level that is not in the list is the error [task.StreamMasking].
func (p *Policy) Mask(record Record) (Record, error) { return p.masking.apply(record) }
