package format

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// DecodeJSON reads one JSON text: nil, bool, json.Number, string, []any and Object. Of equal names the last wins. A number beyond the range of a
// float64 is an error, as no state can carry it.
func DecodeJSON(text []byte) (any, error) {
	return decodeJSON(text, &meter{ctx: context.Background(), body: len(text)})
}

func decodeJSON(text []byte, m *meter) (any, error) {
	reader := jsonReader{json.NewDecoder(bytes.NewReader(text)), m}
	reader.decoder.UseNumber()
	value, err := reader.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := reader.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON value")
	}
	return value, nil
}

// jsonDepthLimit keeps a hostile text from using up the stack.
const jsonDepthLimit = 1000

// jsonReader reads values token by token.
type jsonReader struct {
	decoder *json.Decoder
	*meter
}

func (r jsonReader) value(depth int) (any, error) {
	if depth > jsonDepthLimit {
		return nil, fmt.Errorf("values are nested more than %d deep", jsonDepthLimit)
	}
	token, err := r.decoder.Token()
	if errors.Is(err, io.EOF) {
		return nil, io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			return r.array(depth + 1)
		}
		return r.object(depth + 1)
	case string:
		return token, r.takeText(token)
	case json.Number:
		return token, errors.Join(inRange(token.String()), r.take(len(token)))
	}
	return token, r.take(len("null"))
}

// inRange refuses a number that no float64 is near to.
func inRange(number string) error {
	const always = 300 // digits without an exponent
	if len(number) < always && !strings.ContainsAny(number, "eE") {
		return nil
	}
	if _, err := strconv.ParseFloat(number, 64); err != nil {
		return fmt.Errorf("the number %.20s is out of range", number)
	}
	return nil
}

func (r jsonReader) array(depth int) (any, error) {
	items := []any{}
	for r.decoder.More() {
		item, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		if err := r.take(len(",")); err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := r.decoder.Token()
	return items, errors.Join(err, r.take(len("[")))
}

func (r jsonReader) object(depth int) (any, error) {
	object := builder{meter: r.meter}
	for r.decoder.More() {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, err
		}
		value, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		name := token.(string) // the decoder gives nothing else before a value
		if err := object.set(name, value); err != nil {
			return nil, err
		}
	}
	_, err := r.decoder.Token()
	return object.done(), errors.Join(err, r.take(len("{")))
}
