package expr

import "strings"

// Text is a text that was taken out of a longer one. Each of its bytes knows where it stands there, whatever was left out between them.
type Text struct {
	Value string
	first int // where the first byte would stand if nothing had been left out in front of it
	// places are those of the bytes and of the end; nil when the bytes stand side by side.
	places []int
}

// Verbatim is a text that stands in the longer one as it is, at an offset.
func Verbatim(value string, offset int) Text { return Text{Value: value, first: offset} }

// At gives the place of a byte in the longer text; len(Value) is the end.
func (t Text) At(offset int) int {
	if t.places == nil {
		return t.first + offset
	}
	return t.places[min(max(offset, 0), len(t.places)-1)]
}

// Slice is the part from start to end.
func (t Text) Slice(start, end int) Text {
	if t.places == nil {
		return Verbatim(t.Value[start:end], t.first+start)
	}
	part := Text{Value: t.Value[start:end], first: t.first, places: t.places[start : end+1]}
	if start > 0 {
		part.first = t.places[start-1] + 1
	}
	return part
}

// Escaped tells that something was left out in front of a byte: the backslash that took its meaning away.
func (t Text) Escaped(offset int) bool {
	if t.places == nil {
		return false
	}
	if offset == 0 {
		return t.places[0] != t.first
	}
	return t.places[offset] != t.places[offset-1]+1
}

// Unescape drops the backslashes in front of bytes of a set.
func (t Text) Unescape(set string) Text {
	if !strings.Contains(t.Value, `\`) {
		return t
	}
	result := Text{first: t.At(0), places: make([]int, 0, len(t.Value)+1)}
	var value strings.Builder
	for at := 0; at < len(t.Value); at++ {
		if t.Value[at] == '\\' && at+1 < len(t.Value) && strings.IndexByte(set, t.Value[at+1]) >= 0 {
			at++
		}
		value.WriteByte(t.Value[at])
		result.places = append(result.places, t.At(at))
	}
	result.Value, result.places = value.String(), append(result.places, t.At(len(t.Value)))
	return result
}
