package message

// Names of the settings, as the files and the environment of the consumer have them.
const (
	EmitFlagRequired  = "aether_emit_flag_required"
	EmitFlagFieldPath = "aether_emit_flag_field_path"
	EmitFlagValues    = "aether_emit_flag_values"
	MaskingAnnotation = "aether_masking_schema_annotation"
	MaskingLevels     = "aether_masking_schema_levels"
	MaskingEmitLevel  = "aether_masking_schema_emit_level"
)

// Settings say which records a job sees, and what of them. Values are those of package pytext. Package job has their defaults and checks them where they are
// read: a path that parses, a value that may pass, at least one level and none of them twice.
type Settings struct {
	EmitFlagRequired  bool   // only records with an emit flag pass
	EmitFlagFieldPath string // JSONPath of the flag in a record; its first match counts, a record without one does not pass
	EmitFlagValues    any    // what the flag may be: one of the values of a list, or this one value; 1 and True are equal, as in Python
	MaskingAnnotation string // attribute of the fields of a schema that tells their level
	MaskingLevels     []any  // all levels, the lowest first
	MaskingEmitLevel  any    // fields of a higher level are removed; one that is no level has every annotated field removed
}
