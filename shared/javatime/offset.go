//lint:file-ignore ST1005 the texts are those of java.time

package javatime

import (
	"errors"
	"fmt"
	"strings"
)

// when says when a part of an offset is written.
type when int

const (
	never when = iota
	whenNotZero
	always
)

// offset is the offset from UTC: its sign and hours, minutes and seconds as the pattern wants them.
type offset struct {
	minutes, seconds when
	colon            bool
	zero             string // what stands for no offset
}

// zoneIDOffset is how offsets stand in the names of zones.
func zoneIDOffset(zero string) offset {
	return offset{minutes: always, seconds: whenNotZero, colon: true, zero: zero}
}

func (o offset) print(p *printer) (bool, error) {
	value, ok, err := p.value(offsetSeconds)
	if !ok || err != nil {
		return false, err
	}
	sign, size := "+", value
	if value < 0 {
		sign, size = "-", -value
	}
	minutes, seconds := size/60%60, size%60
	text, written := fmt.Sprintf("%02d", size/3600), size/3600
	colon := ""
	if o.colon {
		colon = ":"
	}
	if o.minutes == always || minutes > 0 {
		text, written = text+fmt.Sprintf("%s%02d", colon, minutes), written+minutes
		if o.seconds == whenNotZero && seconds > 0 {
			text, written = text+fmt.Sprintf("%s%02d", colon, seconds), written+seconds
		}
	}
	if written == 0 {
		sign, text = "", o.zero
	}
	p.writeText(sign + text)
	return true, nil
}

func (o offset) parse(p *parser, at int) (int, bool) {
	if strings.HasPrefix(p.text[at:], o.zero) {
		return p.set(offsetSeconds, 0, at+len(o.zero))
	}
	if at == len(p.text) || p.text[at] != '+' && p.text[at] != '-' {
		return 0, false
	}
	negative := p.text[at] == '-'
	hours, ok := twoDigits(p.text[at+1:])
	if !ok {
		return 0, false
	}
	if hours > 23 {
		p.err = errors.New("Value out of range: Hour[0-23], Minute[0-59], Second[0-59]")
		return 0, false
	}
	minutes, next, ok := o.part(p.text, at+3)
	if !ok && o.minutes == always {
		return 0, false
	}
	seconds := 0
	if ok && o.seconds == whenNotZero {
		seconds, next, _ = o.part(p.text, next)
	}
	value := int64(hours*3600 + minutes*60 + seconds)
	if negative {
		value = -value
	}
	return p.set(offsetSeconds, value, next)
}

// part reads minutes or seconds; where there are none it stays where it is.
func (o offset) part(text string, at int) (value, next int, ok bool) {
	rest := text[at:]
	if o.colon {
		if rest, ok = strings.CutPrefix(rest, ":"); !ok {
			return 0, at, false
		}
	}
	if value, ok = twoDigits(rest); !ok || value > 59 {
		return 0, at, false
	}
	return value, len(text) - len(rest) + 2, true
}

// localizedOffset is "GMT" and the offset, the long form with two digits of hours and with minutes.
type localizedOffset struct{ long bool }

func (o localizedOffset) print(p *printer) (bool, error) {
	value, ok, err := p.value(offsetSeconds)
	if !ok || err != nil {
		return false, err
	}
	p.writeText("GMT")
	if value == 0 {
		return true, nil
	}
	sign, size := "+", value
	if value < 0 {
		sign, size = "-", -value
	}
	hours, minutes, seconds := size/3600, size/60%60, size%60
	text := fmt.Sprintf("%d", hours)
	if o.long {
		text = fmt.Sprintf("%02d", hours)
	}
	if o.long || minutes > 0 || seconds > 0 {
		text += fmt.Sprintf(":%02d", minutes)
	}
	if seconds > 0 {
		text += fmt.Sprintf(":%02d", seconds)
	}
	p.writeText(sign + text)
	return true, nil
}

func (o localizedOffset) parse(p *parser, at int) (int, bool) {
	rest, ok := strings.CutPrefix(p.text[at:], "GMT")
	if !ok {
		return 0, false
	}
	at += len("GMT")
	if rest == "" || rest[0] != '+' && rest[0] != '-' {
		return p.set(offsetSeconds, 0, at)
	}
	hours, width := o.hours(rest[1:])
	at += 1 + width
	minutes, next, ok := offset{colon: true}.part(p.text, at)
	if width == 0 || o.long && !ok {
		return 0, false
	}
	seconds := 0
	if ok {
		seconds, next, _ = offset{colon: true}.part(p.text, next)
	}
	value := int64(hours*3600 + minutes*60 + seconds)
	if rest[0] == '-' {
		value = -value
	}
	return p.set(offsetSeconds, value, next)
}

// hours reads the hours: two digits in the long form, one or two in the short one. Width 0 is none.
func (o localizedOffset) hours(text string) (hours, width int) {
	if value, ok := twoDigits(text); ok {
		return value, 2
	}
	if o.long || text == "" || !isDigit(text[0]) {
		return 0, 0
	}
	return int(text[0] - '0'), 1
}
