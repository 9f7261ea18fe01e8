package expr

import "fmt"

// Error is a problem in an embedded expression. Start and End are byte offsets in the text that was given.
type Error struct {
	Start, End int
	Message    string
	Fix        string
}

func (e *Error) Error() string { return e.Message }

func problem(start, end int, format string, arguments ...any) *Error {
	return &Error{Start: start, End: max(end, start+1), Message: fmt.Sprintf(format, arguments...)}
}

// scanner reads a text from left to right.
type scanner struct {
	text string
	at   int
}

func (s *scanner) end() bool { return s.at >= len(s.text) }

// peek is the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.end() {
		return 0
	}
	return s.text[s.at]
}

// take moves over a prefix if it is there.
func (s *scanner) take(prefix string) bool {
	if len(s.text)-s.at < len(prefix) || s.text[s.at:s.at+len(prefix)] != prefix {
		return false
	}
	s.at += len(prefix)
	return true
}

// while moves over the bytes that the predicate accepts and gives them.
func (s *scanner) while(accept func(byte) bool) string {
	start := s.at
	for !s.end() && accept(s.text[s.at]) {
		s.at++
	}
	return s.text[start:s.at]
}
