package ftp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// Path is a path below the datasource's folder, as it stands in a request: a text, or a list of what it is put together from.
//
//	"in/a.csv"
//	["in/", {"value": "a"}, ".csv"]
//	["done/", {"listed": "in/a.csv"}]
//
// Texts are the workflow's own and may lead through folders. A value is data: a name or a part of one, never several. What a listing gave as a path may
// lead through folders, too, but not out of one.
type Path []Piece

// Piece is a stretch of a path.
type Piece struct {
	Text string
	// Value is data, nil for a text: a JSON text, number or truth value.
	Value json.RawMessage
	// Listed tells that the value is a path of a listing: names with slashes between.
	Listed bool
}

// UnmarshalJSON reads both forms.
func (p *Path) UnmarshalJSON(text []byte) error {
	var list []json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		list = []json.RawMessage{text}
	}
	for _, item := range list {
		piece, err := readPiece(item)
		if err != nil {
			return err
		}
		*p = append(*p, piece)
	}
	return nil
}

func readPiece(text json.RawMessage) (Piece, error) {
	var piece Piece
	if json.Unmarshal(text, &piece.Text) == nil {
		return piece, nil
	}
	var data struct {
		Value  json.RawMessage `json:"value"`
		Listed json.RawMessage `json:"listed"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&data); err != nil {
		return piece, fmt.Errorf(`a path is a text, or a list of texts, {"value": …} and {"listed": …}`)
	}
	if piece.Value = data.Value; data.Listed != nil {
		piece.Value, piece.Listed = data.Listed, true
	}
	if piece.Value == nil {
		piece.Value = json.RawMessage("null")
	}
	return piece, nil
}

// resolve gives the path as text, without a slash at either end. What could lead elsewhere than the workflow says is task.FtpPath; field names the
// member of the request that it stands in.
func (p Path) resolve(field string) (string, error) {
	r := resolver{field: field}
	for _, piece := range p {
		r.add(piece)
	}
	r.end()
	return strings.Join(r.segments, "/"), r.err
}

// resolver takes the pieces of a path apart into its segments.
type resolver struct {
	field    string
	segments []string
	segment  string // the one that is being put together
	data     bool   // there is data in it
	err      error
}

func (r *resolver) refuse(format string, arguments ...any) {
	if r.err == nil {
		r.err = task.Errorf(task.FtpPath, r.field+" "+format, arguments...)
	}
}

func (r *resolver) add(piece Piece) {
	switch {
	case piece.Listed:
		r.addListed(piece.Value)
		return
	case piece.Value != nil:
		r.addValue(piece.Value)
		return
	}
	r.printable(piece.Text)
	for i, part := range strings.Split(piece.Text, "/") {
		if i > 0 {
			r.end()
		}
		r.segment += part
	}
}

func (r *resolver) addValue(raw json.RawMessage) {
	text, ok := textOf(raw)
	switch {
	case !ok:
		r.refuse("has a value in it that is missing, or is no text, number or truth value")
	case strings.ContainsAny(text, `/\`):
		r.refuse("has a value in it with a slash or a backslash, %q, which would lead to another folder", text)
	}
	r.printable(text)
	r.segment, r.data = r.segment+text, true
}

// addListed adds a path of a listing, name by name: each is data.
func (r *resolver) addListed(raw json.RawMessage) {
	text, ok := textOf(raw)
	if !ok || strings.Trim(text, "/") == "" {
		r.refuse("has a listed path in it that is missing, or is no text")
		return
	}
	for i, name := range strings.Split(strings.Trim(text, "/"), "/") {
		if i > 0 {
			r.end()
		}
		if strings.Contains(name, `\`) {
			r.refuse("has a listed path in it with a backslash, %q", text)
		}
		r.printable(name)
		r.segment, r.data = r.segment+name, true
	}
}

// printable refuses what ends a command of the protocol.
func (r *resolver) printable(text string) {
	if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		r.refuse("holds a control character")
	}
}

// end ends a segment. Dots and blanks alone are a folder above on some servers, and nothing is the folder itself.
func (r *resolver) end() {
	segment := r.segment
	switch {
	case r.data && strings.Trim(segment, ". ") == "":
		r.refuse("has a value in it that makes %q of a name", segment)
	case leadsUp(segment):
		r.refuse(`holds ".."`)
	case segment != "" && segment != ".":
		r.segments = append(r.segments, segment)
	}
	r.segment, r.data = "", false
}

func leadsUp(segment string) bool {
	for part := range strings.SplitSeq(segment, `\`) {
		if strings.HasPrefix(part, "..") && strings.Trim(part, ". ") == "" {
			return true
		}
	}
	return false
}

// textOf is the text of a JSON text, number or truth value.
func textOf(raw json.RawMessage) (string, bool) {
	var text string
	switch {
	case json.Unmarshal(raw, &text) == nil && raw[0] == '"':
		return text, true
	case raw[0] == '[', raw[0] == '{', raw[0] == 'n':
		return "", false
	}
	return string(raw), true
}
