package jsonata

import (
	"math"
	"strings"
	"unicode"
)

// datePart is a literal or a component of a date picture (XPath F&O 3.1, 9.8.4.1).
type datePart struct {
	literal   string
	component byte // 0 for a literal
	style     string
	modifier  byte // a, t, c or o
	names     letterCase
	hasWidth  bool
	minWidth  float64 // NaN when not given
	maxWidth  float64
	format    *integerFormat // nil for names
	digits    float64        // of a year, month or day; -1: all, 0: not such a component
}

// defaultStyles are the presentation modifiers that components have when none is given.
var defaultStyles = map[byte]string{'Y': "1", 'M': "1", 'D': "1", 'd': "1", 'F': "n", 'W': "1", 'w': "1", 'X': "1", 'x': "1", 'H': "1", 'h': "1",
	'P': "n", 'm': "01", 's': "01", 'f': "1", 'Z': "01:01", 'z': "01:01", 'C': "n", 'E': "n"}

const isoPicture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"

// analyseDate takes a date picture apart.
func analyseDate(picture string) ([]datePart, error) {
	var parts []datePart
	literal := func(text string) {
		if text != "" {
			parts = append(parts, datePart{literal: strings.ReplaceAll(text, "]]", "]")})
		}
	}
	for {
		before, after, found := strings.Cut(picture, "[")
		literal(before)
		if !found {
			return parts, nil
		}
		if rest, doubled := strings.CutPrefix(after, "["); doubled {
			parts = append(parts, datePart{literal: "["})
			picture = rest
			continue
		}
		marker, rest, closed := strings.Cut(after, "]")
		if !closed {
			return nil, &Error{Code: "D3135"}
		}
		part, err := analyseMarker(removeSpace(marker))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		picture = rest
	}
}

func removeSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == 0xFEFF {
			return -1
		}
		return r
	}, s)
}

// analyseMarker reads what stands between brackets: the component, how it is presented and, after a comma, its width.
func analyseMarker(marker string) (datePart, error) {
	p := datePart{minWidth: math.NaN(), maxWidth: math.NaN()}
	modifiers := ""
	if marker != "" {
		p.component, modifiers = marker[0], marker[1:]
		if p.component >= 0x80 {
			return p, &Error{Code: "D3132", Value: marker}
		}
	}
	if at := strings.LastIndexByte(modifiers, ','); at >= 0 {
		p.width(modifiers[at+1:])
		modifiers = modifiers[:at]
	}
	p.style = modifiers
	if n := len(modifiers); n > 1 && strings.IndexByte("atco", modifiers[n-1]) >= 0 {
		p.style, p.modifier = modifiers[:n-1], modifiers[n-1]
	}
	if modifiers == "" {
		var known bool
		if p.style, known = defaultStyles[p.component]; !known {
			return p, &Error{Code: "D3132", Value: strings.TrimRight(string(rune(p.component)), "\x00")}
		}
	}
	return p, p.present()
}

func (p *datePart) width(text string) {
	p.hasWidth = true
	minimum, maximum, ranged := strings.Cut(text, "-")
	p.minWidth = parseWidth(minimum)
	if ranged {
		p.maxWidth = parseWidth(maximum)
	}
}

func parseWidth(text string) float64 {
	if text == "*" {
		return math.NaN()
	}
	return parseInt(text)
}

// present decides between a name and a number, and how wide a number is.
func (p *datePart) present() error {
	switch {
	case strings.HasPrefix(p.style, "Nn"):
		p.names = caseTitle
	case strings.HasPrefix(p.style, "N"):
		p.names = caseUpper
	case strings.HasPrefix(p.style, "n"):
		p.names = caseLower
	case strings.IndexByte("YMDdFWwXxHhmsf", p.component) >= 0:
		if err := p.numeric(); err != nil {
			return err
		}
	}
	if p.component == 'Z' || p.component == 'z' {
		format, err := analyseInteger(p.style)
		p.format = format
		return err
	}
	return nil
}

func (p *datePart) numeric() error {
	picture := p.style
	if p.modifier != 0 {
		picture += ";" + string(p.modifier)
	}
	format, err := analyseInteger(picture)
	if err != nil {
		return err
	}
	p.format = format
	decimal := format.style == styleDecimal
	if decimal && format.mandatory < p.minWidth {
		format.mandatory = p.minWidth
	}
	if strings.IndexByte("YMD", p.component) < 0 {
		return nil
	}
	p.digits = -1
	if !math.IsNaN(p.maxWidth) {
		p.digits = p.maxWidth
		format.mandatory = p.maxWidth
	} else if all := format.mandatory + float64(format.optional); decimal && all >= 2 {
		p.digits = all
	}
	return nil
}
