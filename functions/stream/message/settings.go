package message

import (
	"fmt"

	"github.com/steploom/steploom/shared/pytext"
)

// Names of the settings, as the files and the environment of the consumer have them.
const (
	EmitFlagRequired  = "aether_emit_flag_required"
	EmitFlagFieldPath = "aether_emit_flag_field_path"
	EmitFlagValues    = "aether_emit_flag_values"
	MaskingAnnotation = "aether_masking_schema_annotation"
	MaskingLevels     = "aether_masking_schema_levels"
	MaskingEmitLevel  = "aether_masking_schema_emit_level"
)

// Settings say which records a job sees, and what of them. Values are those of package pytext.
type Settings struct {
	EmitFlagRequired  bool   // only records with an emit flag pass
	EmitFlagFieldPath string // JSONPath of the flag in a record; its first match counts, a record without one does not pass
	EmitFlagValues    any    // what the flag may be: one of the values of a list, or this one value; 1 and True are equal, as in Python
	MaskingAnnotation string // attribute of the fields of a schema that tells their level
	MaskingLevels     []any  // all levels, the lowest first
	MaskingEmitLevel  any    // fields of a higher level are removed; one that is no level has every annotated field removed
}

// DefaultSettings are those of a consumer whose files say nothing: all records pass, and of the levels 0 to 5 only fields of level 0 and fields without
// one are kept. (Version 1.0.0 of the consumer's library had EmitFlagRequired true; its files, and later versions, have it false.)
func DefaultSettings() Settings {
	return Settings{
		EmitFlagFieldPath: "$.approved",
		EmitFlagValues:    []any{true},
		MaskingAnnotation: "aetherMaskingLevel",
		MaskingLevels:     []any{int64(0), int64(1), int64(2), int64(3), int64(4), int64(5)},
		MaskingEmitLevel:  int64(0),
	}
}

// Problem is what is wrong with a setting.
type Problem struct{ Setting, Message string }

// Error returns "setting: message".
func (p Problem) Error() string { return p.Setting + ": " + p.Message }

// Check returns what is wrong with the settings, nil for nothing.
func (s Settings) Check() []Problem {
	_, problems := s.flag()
	if s.MaskingAnnotation == "" {
		problems = append(problems, Problem{MaskingAnnotation, "the name of an attribute is missing"})
	}
	if len(s.MaskingLevels) == 0 {
		problems = append(problems, Problem{MaskingLevels, "there must be at least one level"})
	}
	for i, level := range s.MaskingLevels {
		if first := levelOf(s.MaskingLevels, level); first >= 0 && first < i {
			problems = append(problems, Problem{MaskingLevels, fmt.Sprintf("%s is the same level as %s, as in Python",
				pytext.Repr(level), pytext.Repr(s.MaskingLevels[first]))})
		}
	}
	return problems
}
