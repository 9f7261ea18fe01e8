package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

const maxDepth = 500

// read parses the definition and refuses fields that stand twice in an object.
func (c *checker) read(definition []byte) (any, bool) {
	if len(bytes.TrimSpace(definition)) == 0 {
		c.schema(position{}, "Definition must be a valid JSON object")
		return nil, false
	}
	s := newScan(definition)
	err := s.value(position{}, 0)
	if err == nil {
		err = s.rest()
	}
	if err != nil {
		c.problem(InvalidJSONDescription, position{}, "%s", err)
		return nil, false
	}
	for _, at := range s.repeated {
		c.problem(InvalidJSONDescription, at, "Duplicate field")
	}
	value, err := jsonata.Decode(definition)
	if err != nil {
		c.problem(InvalidJSONDescription, position{}, "%s", err)
		return nil, false
	}
	return value, len(s.repeated) == 0
}

// Locate answers where the value of a JSON pointer stands in a definition, in byte offsets, end exclusive. For a field that is not there it is the
// innermost object that is.
func Locate(definition []byte, pointer string) (start, end int) {
	s := newScan(definition)
	s.places = map[string][2]int{}
	if s.value(position{}, 0) != nil {
		return 0, 0
	}
	for {
		if place, ok := s.places[pointer]; ok {
			return place[0], place[1]
		}
		cut := strings.LastIndexByte(pointer, '/')
		if cut < 0 {
			return 0, 0
		}
		pointer = pointer[:cut]
	}
}

var origin = regexp.MustCompile(`^\S+:[0-9]+`)

// PlaceOf is the place in a source, file:line, that the Comment of a compiled state begins with; "" for other comments.
func PlaceOf(comment string) string { return origin.FindString(comment) }

// Origin answers where the state in which a JSON pointer points was compiled from: file:line, as the Comment of a state says that our compiler has
// written. It is empty for other states.
func Origin(definition []byte, pointer string) string {
	value, err := jsonata.Decode(definition)
	if err != nil {
		return ""
	}
	found := ""
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch v := value.(type) {
		case *jsonata.Object:
			value, _ = v.Get(strings.NewReplacer("~1", "/", "~0", "~").Replace(token))
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v) {
				return found
			}
			value = v[i]
		}
		if o, ok := value.(*jsonata.Object); ok {
			comment, _ := o.Get("Comment")
			text, _ := comment.(string)
			if place := PlaceOf(text); place != "" {
				found = place
			}
		}
	}
	return found
}

// scan walks JSON text with the position of each value.
type scan struct {
	text     []byte
	decoder  *json.Decoder
	repeated []position
	places   map[string][2]int
}

func newScan(text []byte) *scan {
	return &scan{text: text, decoder: json.NewDecoder(bytes.NewReader(text))}
}

// start is the offset of the next value: that of the last token's end, past white space and punctuation.
func (s *scan) start() int {
	offset := int(s.decoder.InputOffset())
	for offset < len(s.text) && bytes.IndexByte([]byte(" \t\r\n,:"), s.text[offset]) >= 0 {
		offset++
	}
	return offset
}

func (s *scan) value(at position, depth int) error {
	if depth > maxDepth {
		return errors.New("the definition is nested too deeply")
	}
	start := s.start()
	defer func() {
		if s.places != nil {
			s.places[at.pointer] = [2]int{start, int(s.decoder.InputOffset())}
		}
	}()
	token, err := s.decoder.Token()
	if err != nil {
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	switch token {
	case json.Delim('{'):
		err = s.object(at, depth)
	case json.Delim('['):
		err = s.list(at, depth)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.decoder.Token()
	return err
}

func (s *scan) object(at position, depth int) error {
	seen := map[string]bool{}
	for s.decoder.More() {
		token, err := s.decoder.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		field := at.at(key)
		if seen[key] {
			s.repeated = append(s.repeated, field)
		}
		seen[key] = true
		if err := s.value(field, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (s *scan) list(at position, depth int) error {
	for i := 0; s.decoder.More(); i++ {
		if err := s.value(at.index(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// rest makes sure that nothing follows the value.
func (s *scan) rest() error {
	if _, err := s.decoder.Token(); err != io.EOF {
		return errors.New("unexpected text after the definition")
	}
	return nil
}
