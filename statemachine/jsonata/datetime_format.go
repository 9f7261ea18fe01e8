package jsonata

import (
	"math"
	"strings"
	"unicode/utf8"
)

var (
	dayNames   = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	monthNames = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
)

func fromMillis(st *state, args []any) (any, error) {
	value, given, err := amount(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	picture, hasPicture, err := text(args, 1)
	if err != nil {
		return nil, err
	}
	if !hasPicture {
		picture = isoPicture
	}
	zone, hasZone, err := text(args, 2)
	if err != nil {
		return nil, err
	}
	f := dateFormatter{}
	if hasZone {
		offset := parseInt(zone)
		f.hours, f.minutes = math.Floor(offset/100), math.Mod(offset, 100)
	}
	parts, err := st.pictures.dates.get(picture, analyseDate)
	if err != nil {
		return nil, err
	}
	f.time = civilOf(value + (60*f.hours+f.minutes)*millisPerMinute)
	mark := len(st.buffer)
	for i := range parts {
		b, err := f.part(st.buffer, &parts[i])
		if err != nil {
			st.buffer = st.buffer[:mark]
			return nil, err
		}
		st.buffer = b
	}
	text := string(st.buffer[mark:])
	st.buffer = st.buffer[:mark]
	return text, st.allocate(len(text))
}

// dateFormatter writes a time that has been moved into a zone.
type dateFormatter struct {
	time           civil
	hours, minutes float64 // offset
}

// part appends a part of the time.
func (f *dateFormatter) part(b []byte, p *datePart) ([]byte, error) {
	if p.component == 0 {
		return append(b, p.literal...), nil
	}
	value, text := f.time.part(p.component)
	switch {
	case strings.IndexByte("YMDdFWwXxHhms", p.component) >= 0:
		if p.component == 'Y' && p.digits != -1 && p.digits != 0 {
			value = math.Mod(value, math.Pow(10, p.digits))
		}
		if p.names != caseNone {
			return p.name(b, value)
		}
		return p.format.append(b, value)
	case p.component == 'f':
		if p.format == nil {
			return b, &Error{Code: "D3133", Value: "f"}
		}
		return p.format.append(b, value)
	case p.component == 'Z' || p.component == 'z':
		text, err := f.zone(p)
		return append(b, text...), err
	case p.component == 'P' && p.names == caseUpper:
		text = strings.ToUpper(text)
	}
	return append(b, text...), nil
}

// name appends a month or a day by name.
func (p *datePart) name(b []byte, value float64) ([]byte, error) {
	var names []string
	switch p.component {
	case 'M', 'x':
		names = monthNames
	case 'F':
		names = dayNames
	default:
		return b, &Error{Code: "D3133", Value: string(p.component)}
	}
	if !(value >= 1 && int(value) <= len(names)) { // a time that is none
		if p.names == caseTitle && !p.hasWidth {
			return append(b, "undefined"...), nil
		}
		return b, &Error{Code: "D1001", Value: value}
	}
	name := names[int(value)-1]
	switch p.names {
	case caseUpper:
		name = strings.ToUpper(name)
	case caseLower:
		name = strings.ToLower(name)
	}
	if float64(len(name)) > p.maxWidth {
		name = name[:int(math.Max(0, p.maxWidth))]
	}
	return append(b, name...), nil
}

// zone writes the offset (9.8.4.6).
func (f *dateFormatter) zone(p *datePart) (string, error) {
	offset := f.hours*100 + f.minutes
	text, err := f.offset(p, offset)
	if err != nil {
		return "", err
	}
	if offset >= 0 {
		text = "+" + text
	}
	if p.component == 'z' {
		text = "GMT" + text
	}
	if offset == 0 && p.modifier == 't' {
		text = "Z"
	}
	return text, nil
}

func (f *dateFormatter) offset(p *datePart, offset float64) (string, error) {
	switch digits := p.format.mandatory; {
	case p.format.regular > 0 || digits == 3 || digits == 4:
		return p.format.format(offset)
	case digits == 1 || digits == 2:
		text, err := p.format.format(f.hours)
		if err == nil && f.minutes != 0 {
			var minutes string
			minutes, err = (&integerFormat{zero: '0', mandatory: 2}).format(math.Floor(f.minutes))
			text += ":" + minutes
		}
		return text, err
	default:
		return "", &Error{Code: "D3134", Value: digits}
	}
}

// firstRunes is the beginning of a name, as wide as the picture says.
func firstRunes(name string, width float64) string {
	if math.IsNaN(width) || width == 0 || float64(utf8.RuneCountInString(name)) <= width {
		return name
	}
	return name[:int(width)]
}
