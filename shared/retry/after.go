package retry

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/steploom/steploom/shared/pytext"
)

// ParseRetryAfter reads a Retry-After header: seconds, or a date of which the time that is left is taken, 0 where it has passed, retry_after_max at most.
// A date is what email.utils.parsedate_tz reads. Anything else is an InvalidHeader.
func (r Retry) ParseRetryAfter(header string, now time.Time) (time.Duration, error) {
	most, err := number(r.policy.retryAfterMax)
	if err != nil {
		return 0, err
	}
	seconds, ok := wholeSeconds(header)
	if !ok {
		var date date
		if date, ok = parseDate(header); !ok {
			return 0, pytext.Errorf("InvalidHeader", "Invalid Retry-After header: %s", header)
		}
		at, err := date.unix()
		if err != nil {
			return 0, err
		}
		seconds = float64(at) - float64(now.UnixMicro())/1e6
	}
	return duration(min(max(seconds, 0), most)), nil
}

// wholeSeconds reads digits with space around them.
func wholeSeconds(header string) (float64, bool) {
	digits := strings.TrimFunc(header, isSpace)
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	seconds, err := strconv.ParseFloat(digits, 64)
	return seconds, err == nil || seconds > 0
}

// isSpace tells of what str.split separates words at.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1C && r <= 0x1F }

// date is a point in time with its offset from UTC in seconds.
type date struct {
	year, month, day, hour, minute, second *big.Int
	offset                                 int64
}

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
var monthNames = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
var days = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// zones are offsets from UTC as hours and minutes in one number.
var zones = map[string]int64{
	"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "AST": -400, "ADT": -300, "EST": -500, "EDT": -400, "CST": -600, "CDT": -500, "MST": -700, "MDT": -600, "PST": -800, "PDT": -700,
}

// parseDate reads a date as email.utils.parsedate_tz does; one without a zone is in UTC.
func parseDate(text string) (date, bool) {
	words := dateWords(text)
	if len(words) < 5 {
		return date{}, false
	}
	day, month, year, clock, zone := words[0], words[1], words[2], words[3], words[4]
	if day == "" || month == "" || year == "" {
		return date{}, false
	}
	number, ok := monthNumber(month)
	if !ok {
		day, month = month, day
		if number, ok = monthNumber(month); !ok {
			return date{}, false
		}
	}
	day = strings.TrimSuffix(day, ",")
	if strings.Index(year, ":") > 0 {
		year, clock = clock, year
	}
	if year, ok = yearWord(year); !ok {
		return date{}, false
	}
	if first := []rune(year)[0]; !unicode.IsDigit(first) {
		year, zone = zone, year
	}
	d := date{month: big.NewInt(number), offset: offset(zone)}
	ok = pythonInt(year, &d.year) && pythonInt(day, &d.day) && d.clock(strings.TrimSuffix(clock, ","))
	if ok && d.year.Cmp(big.NewInt(100)) < 0 {
		century := int64(2000)
		if d.year.Cmp(big.NewInt(68)) > 0 {
			century = 1900
		}
		d.year.Add(d.year, big.NewInt(century))
	}
	return d, ok
}

// yearWord takes the comma from a year.
func yearWord(year string) (string, bool) {
	year = strings.TrimSuffix(year, ",")
	return year, year != ""
}

// dateWords splits a date into day, month, year, time and zone.
func dateWords(text string) []string {
	words := strings.FieldsFunc(text, isSpace)
	if len(words) == 0 {
		return nil
	}
	if strings.HasSuffix(words[0], ",") || slices.Contains(days, strings.ToLower(words[0])) {
		words = words[1:]
	} else if comma := strings.LastIndex(words[0], ","); comma >= 0 {
		words[0] = words[0][comma+1:]
	}
	if len(words) == 3 { // RFC 850
		if parts := strings.Split(words[0], "-"); len(parts) == 3 {
			words = append(parts, words[1:]...)
		}
	}
	if len(words) == 4 {
		sign := strings.Index(words[3], "+")
		if sign < 0 {
			sign = strings.Index(words[3], "-")
		}
		zone := ""
		if sign > 0 {
			words[3], zone = words[3][:sign], words[3][sign:]
		}
		words = append(words, zone)
	}
	return words
}

func monthNumber(name string) (int64, bool) {
	name = strings.ToLower(name)
	for _, names := range [][]string{months, monthNames} {
		if i := slices.Index(names, name); i >= 0 {
			return int64(i + 1), true
		}
	}
	return 0, false
}

// clock reads a time of day.
func (d *date) clock(text string) bool {
	parts := strings.Split(text, ":")
	if len(parts) == 1 && strings.Contains(text, ".") {
		parts = strings.Split(text, ".")
	}
	if len(parts) == 2 {
		parts = append(parts, "0")
	}
	return len(parts) == 3 && pythonInt(parts[0], &d.hour) && pythonInt(parts[1], &d.minute) && pythonInt(parts[2], &d.second)
}

// pythonInt reads what int() reads: a sign, digits, single underscores between them, space around.
func pythonInt(text string, value **big.Int) bool {
	text = strings.TrimFunc(text, isSpace)
	digits := strings.TrimPrefix(text, "-")
	if digits == text {
		digits = strings.TrimPrefix(text, "+")
	}
	if digits == "" || strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") || len(digits) > 4300 {
		return false
	}
	var plain strings.Builder
	for _, r := range strings.ReplaceAll(digits, "_", "") {
		digit := digitValue(r)
		if digit < 0 {
			return false
		}
		plain.WriteByte(byte('0' + digit))
	}
	whole, ok := new(big.Int).SetString(plain.String(), 10)
	if ok && strings.HasPrefix(text, "-") {
		whole.Neg(whole)
	}
	*value = whole
	return ok
}

// digitValue is the value of a decimal digit of any script, -1 of everything else. Unicode lists the digits of a script from 0 to 9.
func digitValue(r rune) int {
	for _, digits := range unicode.Nd.R16 {
		if uint32(r) >= uint32(digits.Lo) && uint32(r) <= uint32(digits.Hi) {
			return int(uint32(r)-uint32(digits.Lo)) % 10
		}
	}
	for _, digits := range unicode.Nd.R32 {
		if uint32(r) >= digits.Lo && uint32(r) <= digits.Hi {
			return int(uint32(r)-digits.Lo) % 10
		}
	}
	return -1
}

// offset is a zone's offset in seconds; one that is no zone is UTC.
func offset(zone string) int64 {
	number, named := zones[strings.ToUpper(zone)]
	if !named {
		var whole *big.Int
		if !pythonInt(zone, &whole) || !whole.IsInt64() {
			return 0
		}
		number = whole.Int64()
	}
	sign := int64(1)
	if number < 0 {
		sign, number = -1, -number
	}
	return sign * (number/100*3600 + number%100*60)
}

// unix is calendar.timegm of the date without its offset.
func (d date) unix() (int64, error) {
	if !d.year.IsInt64() || d.year.Int64() < 1 || d.year.Int64() > 9999 {
		return 0, pytext.Errorf("ValueError", "year %s is out of range", d.year)
	}
	first := time.Date(int(d.year.Int64()), time.Month(d.month.Int64()), 1, 0, 0, 0, 0, time.UTC).Unix()
	seconds := big.NewInt(first - d.offset)
	for _, part := range []struct {
		count *big.Int
		each  int64
	}{{new(big.Int).Sub(d.day, big.NewInt(1)), 86400}, {d.hour, 3600}, {d.minute, 60}, {d.second, 1}} {
		seconds.Add(seconds, new(big.Int).Mul(part.count, big.NewInt(part.each)))
	}
	if !seconds.IsInt64() {
		most := int64(1) << 60
		return int64(seconds.Sign()) * most, nil
	}
	return seconds.Int64(), nil
}
