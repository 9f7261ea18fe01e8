package sheet

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// number is a float64 with the fewest digits that give it back; a text for what is no number in JSON.
func number(value float64) any {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	if size := math.Abs(value); size != 0 && (size < 1e-7 || size >= 1e21) {
		return json.Number(strconv.FormatFloat(value, 'g', -1, 64))
	}
	return json.Number(strconv.FormatFloat(value, 'f', -1, 64))
}

// style is what the number format of a cell says of its number.
type style int

const (
	plain style = iota
	dateOnly
	dateAndTime
	timeOnly
	elapsed // hours, minutes or seconds that go on past a day, hour or minute
)

// builtIn are the styles of the formats that files know by their number alone (ECMA-376, part 1, §18.8.30), those of East Asian languages included.
func builtIn(id int) style {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id >= 34 && id <= 36, id >= 50 && id <= 58:
		return dateOnly
	case id >= 18 && id <= 21, id == 32, id == 33, id == 45, id == 47:
		return timeOnly
	case id == 22:
		return dateAndTime
	case id == 46:
		return elapsed
	}
	return plain
}

// styleOf reads the code of a number format, of whose sections the first counts.
func styleOf(code string) style {
	var letters strings.Builder // those that mean a part of a date or a time, and the digits of numbers
	for len(code) > 0 {
		size := 1
		switch c := code[0]; {
		case c == ';':
			return styleOfLetters(letters.String())
		case c == '"':
			size = enclosed(code, '"')
		case c == '[':
			size = enclosed(code, ']')
			if inner := strings.ToLower(strings.Trim(code[:size], "[]")); inner != "" && strings.Trim(inner, inner[:1]) == "" && strings.ContainsAny(inner[:1], "hms") {
				return elapsed
			}
		case c == '\\' || c == '_' || c == '*':
			size = min(2, len(code))
		case len(code) >= 7 && strings.EqualFold(code[:7], "general"):
			size = 7
		case strings.ContainsRune("ymdhs0#?", rune(c|0x20)) || strings.ContainsRune("0#?", rune(c)):
			letters.WriteByte(c | 0x20)
		}
		code = code[size:]
	}
	return styleOfLetters(letters.String())
}

// enclosed is the length of what stands between a mark and the next end, with both.
func enclosed(code string, end byte) int {
	if at := strings.IndexByte(code[1:], end); at >= 0 {
		return at + 2
	}
	return len(code)
}

func styleOfLetters(letters string) style {
	date, clock := strings.ContainsAny(letters, "yd"), strings.ContainsAny(letters, "hs")
	switch {
	case date && clock:
		return dateAndTime
	case date, !clock && strings.Contains(letters, "m") && !strings.ContainsAny(letters, "0#?"):
		return dateOnly
	case clock:
		return timeOnly
	}
	return plain
}

const (
	dayMilliseconds = 24 * 60 * 60 * 1000
	lastDay         = 2958465 // 9999-12-31
	days1904        = 1462    // how much later the calendar of 1904 begins
)

// calendar tells how days are counted: from 1900, or from 1904.
type calendar struct{ from1904 bool }

// value is a number as a cell of a style has it. A number that is no day of the calendar stays a number: those below 0, above the year 9999, and the
// 29th of February 1900.
func (c calendar) value(serial float64, is style) any {
	if is == plain || math.IsNaN(serial) || serial < 0 || serial >= lastDay+1 {
		return number(serial)
	}
	ms := int64(math.Round(serial * dayMilliseconds))
	day, rest := ms/dayMilliseconds, ms%dayMilliseconds
	if is == elapsed {
		return clock(ms)
	}
	if is == timeOnly && day == 0 {
		return clock(rest)
	}
	date, ok := c.date(day)
	switch {
	case !ok:
		return number(serial)
	case rest == 0 && is != dateAndTime:
		return date
	}
	return date + " " + clock(rest)
}

// date is the day with a number; false where there is none.
func (c calendar) date(day int64) (string, bool) {
	switch {
	case c.from1904:
		day += days1904
	case day < 1 || day == 60:
		return "", false
	case day < 60: // before a day that the calendar has and the year 1900 had not
		day++
	}
	if day > lastDay {
		return "", false
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(day)).Format(time.DateOnly), true
}

// clock is a length of time as hours, minutes and seconds.
func clock(ms int64) string {
	text := fmt.Sprintf("%02d:%02d:%02d", ms/3_600_000, ms/60_000%60, ms/1000%60)
	if fraction := ms % 1000; fraction != 0 {
		text += strings.TrimRight(fmt.Sprintf(".%03d", fraction), "0")
	}
	return text
}
