package asl

// Path is a field of JSONPath mode that holds a path, or null: InputPath: "$.order", ResultPath: null. The zero Path is an absent field, which does
// not mean the same as null.
type Path struct {
	text    string
	present bool
	null    bool
}

// PathTo is a field with a path.
func PathTo(text string) Path { return Path{text: text, present: true} }

// NullPath is a field with null.
func NullPath() Path { return Path{present: true, null: true} }

// IsPresent reports whether there is such a field, be it null.
func (p Path) IsPresent() bool { return p.present }

// IsNull reports whether the field is null.
func (p Path) IsNull() bool { return p.null }

// Text is the field's path; "" when it is null or absent.
func (p Path) Text() string { return p.text }

// Data is the field as JSON data: nil when it is absent, [Null] or the path's text.
func (p Path) Data() any {
	switch {
	case !p.present:
		return nil
	case p.null:
		return Null{}
	}
	return p.text
}
