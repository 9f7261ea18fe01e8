package job

import (
	"fmt"

	"github.com/steploom/steploom/shared/format"
)

// Constants are texts or nulls by names, in the order in which they were written: paths that pick several give them so. Names are unique. In JSON they are
// an object.
type Constants []Constant

// Constant is a name and its text, nil for null.
type Constant struct {
	Name string
	Text *string
}

// Get gives the text of a name, nil where it is null or there is no such name.
func (c Constants) Get(name string) *string {
	for _, constant := range c {
		if constant.Name == name {
			return constant.Text
		}
	}
	return nil
}

// MarshalJSON writes an object.
func (c Constants) MarshalJSON() ([]byte, error) {
	object := format.Object{}
	for _, constant := range c {
		var value any
		if constant.Text != nil {
			value = *constant.Text
		}
		object = append(object, format.Member{Name: constant.Name, Value: value})
	}
	return format.EncodeJSON(object)
}

// UnmarshalJSON reads an object of texts and nulls, or null.
func (c *Constants) UnmarshalJSON(text []byte) error {
	value, err := format.DecodeJSON(text)
	if err != nil {
		return err
	}
	object, isObject := value.(format.Object)
	if !isObject && value != nil {
		return fmt.Errorf("constants are an object, not %s", kind(value))
	}
	*c = nil
	for _, member := range object {
		constant := Constant{Name: member.Name}
		switch text := member.Value.(type) {
		case nil:
		case string:
			constant.Text = &text
		default:
			return fmt.Errorf("constant %q is a text, not %s", member.Name, kind(member.Value))
		}
		*c = append(*c, constant)
	}
	return nil
}
