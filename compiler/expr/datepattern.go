package expr

import "strings"

// DatePicture translates a pattern of java.time.format.DateTimeFormatter into a picture string of JSONata's $fromMillis (XPath and
// XQuery Functions and Operators, section 9.8.4.1). Letters that a picture cannot say are errors.
func DatePicture(pattern string) (string, error) {
	var picture strings.Builder
	for s := (scanner{text: pattern}); !s.end(); {
		start := s.at
		switch b := s.peek(); {
		case b == '\'':
			literal, err := quotedLiteral(&s)
			if err != nil {
				return "", err
			}
			picture.WriteString(escapePicture(literal))
		case isLetter(b):
			run := s.while(func(next byte) bool { return next == b })
			component, ok := dateComponents()[run]
			if !ok {
				return "", problem(start, s.at, "the date pattern letters %q are not supported", run)
			}
			picture.WriteString(component)
		case strings.IndexByte("[]{}#", b) >= 0:
			return "", problem(start, start+1, "%q is not supported in a date pattern", string(b))
		default:
			s.at++
			picture.WriteByte(b)
		}
	}
	return picture.String(), nil
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// quotedLiteral reads 'text'; two quotes are one.
func quotedLiteral(s *scanner) (string, error) {
	start := s.at
	if s.take("''") {
		return "'", nil
	}
	var literal strings.Builder
	for s.at++; !s.end(); s.at++ {
		if s.peek() != '\'' {
			literal.WriteByte(s.peek())
			continue
		}
		if s.at++; s.peek() != '\'' {
			return literal.String(), nil
		}
		literal.WriteByte('\'')
	}
	return "", problem(start, len(s.text), "the closing ' is missing in a date pattern")
}

func escapePicture(literal string) string {
	return strings.NewReplacer("[", "[[", "]", "]]").Replace(literal)
}

// dateComponents maps runs of one pattern letter to picture components.
func dateComponents() map[string]string {
	return map[string]string{
		"y": "[Y]", "yy": "[Y01]", "yyyy": "[Y0001]", "u": "[Y]", "uu": "[Y01]", "uuuu": "[Y0001]",
		"M": "[M]", "MM": "[M01]", "MMM": "[MNn,3-3]", "MMMM": "[MNn]",
		"L": "[M]", "LL": "[M01]", "LLL": "[MNn,3-3]", "LLLL": "[MNn]",
		"d": "[D]", "dd": "[D01]", "D": "[d]", "DDD": "[d001]",
		"E": "[FNn,3-3]", "EE": "[FNn,3-3]", "EEE": "[FNn,3-3]", "EEEE": "[FNn]",
		"H": "[H]", "HH": "[H01]", "h": "[h]", "hh": "[h01]", "a": "[PN]",
		"m": "[m1]", "mm": "[m01]", "s": "[s1]", "ss": "[s01]", "SSS": "[f001]",
		"SSSSSS": "[f001]000", "SSSSSSSSS": "[f001]000000",
		"XX": "[Z0101t]", "XXX": "[Z01:01t]", "xx": "[Z0101]", "xxx": "[Z01:01]", "Z": "[Z0101]", "ZZ": "[Z0101]", "ZZZ": "[Z0101]",
	}
}
