package jsonpathng

import "fmt"

// Limits bounds what an evaluation does, whatever path and document are.
type Limits struct {
	Steps int // values looked at, and characters read by regular expressions
	Bytes int // memory for what is found and made, without the document
}

// DefaultLimits are those of Find and Select: about a second of work.
func DefaultLimits() Limits { return Limits{Steps: 10_000_000, Bytes: 64 << 20} }

// LimitError is an evaluation that reached a limit.
type LimitError struct {
	What  string // "steps", "bytes" or "levels"
	Limit int
}

// Error says which limit it was.
func (e *LimitError) Error() string {
	return fmt.Sprintf("the path takes more than %d %s on this document", e.Limit, e.What)
}

const (
	// matchSize is about what a match that is kept takes.
	matchSize = 96
	// mostLevels is how deep an evaluation goes: the parts of a path, and what they go down in the document, together. Python ends at some 500.
	mostLevels = 20_000
)

// evaluation is one use of a path.
type evaluation struct {
	limits       Limits
	steps, bytes int
	levels       int
	start        *match // the document before any part looked at it
	document     *match
}

// step pays for work.
func (e *evaluation) step(n int) error {
	if n > e.limits.Steps-e.steps {
		return &LimitError{"steps", e.limits.Steps}
	}
	e.steps += n
	return nil
}

// keep pays for memory.
func (e *evaluation) keep(n int) error {
	if n > e.limits.Bytes-e.bytes {
		return &LimitError{"bytes", e.limits.Bytes}
	}
	e.bytes += n
	return nil
}

// repeat pays for the memory of something of a size, many times.
func (e *evaluation) repeat(size, times int) error {
	if size > 0 && times > e.limits.Bytes/size {
		return &LimitError{"bytes", e.limits.Bytes}
	}
	return e.keep(max(size*times, 0))
}

// down goes a level deeper; what calls it goes up again itself.
func (e *evaluation) down() error {
	if e.levels++; e.levels > mostLevels {
		return &LimitError{"levels", mostLevels}
	}
	return e.step(1)
}
