package pytext

import (
	"strconv"
	"strings"
)

// strings reads a string with its prefix, and those that follow it, which are joined.
func (l *literal) strings(prefix string) (any, error) {
	var text []byte
	bytes, raw, ok := stringPrefix(prefix)
	for ok {
		part, err := l.quoted(bytes, raw)
		if err != nil {
			return nil, err
		}
		text = append(text, part...)
		l.space()
		before := l.at
		for l.at < len(l.text) && l.text[l.at] < 0x80 && strings.ContainsRune("rRbBuUfF", l.text[l.at]) {
			l.at++
		}
		if r := l.peek(); r != '"' && r != '\'' {
			l.at = before
			if bytes {
				return Bytes(text), nil
			}
			return string(text), nil
		}
		var nextBytes bool
		nextBytes, raw, ok = stringPrefix(string(l.text[before:l.at]))
		ok = ok && nextBytes == bytes
	}
	return nil, l.fail()
}

// stringPrefix reads the letters before a string.
func stringPrefix(prefix string) (bytes, raw, ok bool) {
	switch strings.ToLower(prefix) {
	case "", "u":
		return false, false, true
	case "r":
		return false, true, true
	case "b":
		return true, false, true
	case "br", "rb":
		return true, true, true
	}
	return false, false, false
}

// quoted reads one string from its quotation mark on.
func (l *literal) quoted(bytes, raw bool) ([]byte, error) {
	mark := l.text[l.at]
	closing := []rune{mark}
	if l.at+2 < len(l.text) && l.text[l.at+1] == mark && l.text[l.at+2] == mark {
		closing = []rune{mark, mark, mark}
	}
	l.at += len(closing)
	var text []byte
	for l.at < len(l.text) {
		r := l.text[l.at]
		switch {
		case l.closes(closing):
			l.at += len(closing)
			return text, nil
		case r == '\n' && len(closing) == 1, bytes && r >= 0x80:
			return nil, l.fail()
		case r == '\\' && raw && l.at+1 < len(l.text):
			text = appendCharacter(append(text, '\\'), l.text[l.at+1])
			l.at += 2
		case r == '\\':
			var err error
			if text, err = l.escape(text, bytes); err != nil {
				return nil, err
			}
		default:
			text = appendCharacter(text, r)
			l.at++
		}
	}
	return nil, Errorf("SyntaxError", "unterminated string literal")
}

func (l *literal) closes(closing []rune) bool {
	for i, r := range closing {
		if l.at+i >= len(l.text) || l.text[l.at+i] != r {
			return false
		}
	}
	return true
}

// simple are the escapes of one letter.
var simple = map[rune]string{'\n': "", '\\': "\\", '\'': "'", '"': "\"", 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v"}

// escape reads an escape; one that Python does not know stands for itself.
func (l *literal) escape(text []byte, bytes bool) ([]byte, error) {
	if l.at+1 >= len(l.text) {
		return nil, l.fail()
	}
	letter := l.text[l.at+1]
	l.at += 2
	if plain, ok := simple[letter]; ok {
		return append(text, plain...), nil
	}
	digits, base := 0, 16
	switch {
	case letter >= '0' && letter <= '7':
		l.at--
		for digits < 3 && l.at+digits < len(l.text) && l.text[l.at+digits] >= '0' && l.text[l.at+digits] <= '7' {
			digits++
		}
		base = 8
	case letter == 'x':
		digits = 2
	case letter == 'u' && !bytes:
		digits = 4
	case letter == 'U' && !bytes:
		digits = 8
	case letter == 'N' && !bytes:
		return nil, Errorf("SyntaxError", "(unicode error) \\N{…} is not supported")
	default:
		return appendCharacter(append(text, '\\'), letter), nil
	}
	return l.coded(text, digits, base, bytes)
}

// coded reads the digits of an escape.
func (l *literal) coded(text []byte, digits, base int, bytes bool) ([]byte, error) {
	end := min(l.at+digits, len(l.text))
	code, err := strconv.ParseUint(string(l.text[l.at:end]), base, 32)
	if err != nil || end-l.at < digits || code > 0x10FFFF {
		return nil, Errorf("SyntaxError", "(unicode error) truncated escape")
	}
	l.at = end
	if bytes {
		return append(text, byte(code)), nil
	}
	return appendCharacter(text, rune(code)), nil
}
