//lint:file-ignore ST1005 the texts are those of java.time

package javatime

import "fmt"

// elementOf gives what a run of a letter stands for.
func elementOf(letter byte, count int) (element, error) {
	switch letter {
	case 'G', 'M', 'L', 'Q', 'q', 'E', 'e', 'c', 'a':
		return textElement(letter, count)
	case 'V', 'v', 'z', 'O', 'X', 'x', 'Z':
		return zoneElement(letter, count)
	case 'B':
		return periodElement(count)
	default:
		return numberElement(letter, count)
	}
}

func tooMany(letter byte) error { return fmt.Errorf("Too many pattern letters: %c", letter) }

func wrongNumber(letter byte) error { return fmt.Errorf("Wrong number of pattern letters: %c", letter) }

// fieldOfLetter gives the field of a letter that always stands for a number, and whether any count of it is taken, or two at most.
func fieldOfLetter(letter byte) (f field, anyCount, ok bool) {
	switch letter {
	case 'u':
		return year, true, true
	case 'y':
		return yearOfEra, true, true
	case 'Y':
		return weekBasedYear, true, true
	case 'g':
		return modifiedJulianDay, true, true
	case 'A':
		return milliOfDay, true, true
	case 'n':
		return nanoOfSecond, true, true
	case 'N':
		return nanoOfDay, true, true
	case 'w':
		return weekOfWeekBasedYear, false, true
	case 'd':
		return dayOfMonth, false, true
	case 'h':
		return clockHourOfAmPm, false, true
	case 'H':
		return hourOfDay, false, true
	case 'k':
		return clockHourOfDay, false, true
	case 'K':
		return hourOfAmPm, false, true
	case 'm':
		return minuteOfHour, false, true
	case 's':
		return secondOfMinute, false, true
	}
	return 0, false, false
}

// numberElement makes the letters that are numbers whatever their count.
func numberElement(letter byte, count int) (element, error) {
	switch letter {
	case 'S':
		return fraction(count)
	case 'D':
		return dayOfYearElement(count)
	case 'F':
		return single(letter, count, plain(alignedDayOfWeekInMonth))
	case 'W':
		return single(letter, count, &number{field: weekOfMonth, least: 1, most: 1, sign: notNegative, fixed: true})
	}
	f, anyCount, ok := fieldOfLetter(letter)
	switch {
	case !ok:
		return nil, fmt.Errorf("Unknown pattern letter: %c", letter)
	case !anyCount && count > 2:
		return nil, tooMany(letter)
	case count > 19 && letter != 'Y':
		return nil, fmt.Errorf("The minimum width must be from 1 to 19 inclusive but was %d", count)
	}
	return sized(letter, f, count), nil
}

// sized makes a number that as many letters as count stand for.
func sized(letter byte, f field, count int) element {
	switch letter {
	case 'u', 'y', 'Y':
		return yearElement(f, count)
	case 'g':
		return &number{field: f, least: count, most: 19, sign: normal}
	case 'A', 'n', 'N':
		return &number{field: f, least: count, most: 19, sign: notNegative, fixed: count == 19}
	case 'w':
		return &number{field: f, least: count, most: 2, sign: notNegative, fixed: count == 2}
	}
	if count == 1 {
		return plain(f)
	}
	return fixedWidth(f, count)
}

// yearElement: two letters are the last two digits, from 2000 to 2099; more than three are as many digits at least.
func yearElement(f field, count int) element {
	switch {
	case count == 2:
		return &number{field: f, least: 2, most: 2, sign: notNegative, fixed: true, reduced: true}
	case count < 4:
		return &number{field: f, least: count, most: 19, sign: normal, fixed: false}
	default:
		return &number{field: f, least: count, most: 19, sign: exceedsPad, fixed: f == weekBasedYear && count == 19}
	}
}

func dayOfYearElement(count int) (element, error) {
	switch count {
	case 1:
		return plain(dayOfYear), nil
	case 2, 3:
		return &number{field: dayOfYear, least: count, most: 3, sign: notNegative, fixed: count == 3}, nil
	}
	return nil, tooMany('D')
}

func single(letter byte, count int, one element) (element, error) {
	if count > 1 {
		return nil, tooMany(letter)
	}
	return one, nil
}

// textElement makes the letters that are a number or a name, as their count says.
func textElement(letter byte, count int) (element, error) {
	f := map[byte]field{'G': era, 'M': monthOfYear, 'L': monthOfYear, 'Q': quarterOfYear, 'q': quarterOfYear, 'E': dayOfWeek, 'e': dayOfWeek, 'c': dayOfWeek, 'a': amPm}[letter]
	switch {
	case letter == 'a' && count == 1, letter == 'G' && count < 3, letter == 'E' && count < 3:
		return text{f, short}, nil
	case letter == 'a', count > 5:
		return nil, tooMany(letter)
	case letter == 'c' && count == 2:
		return nil, fmt.Errorf(`Invalid pattern "cc"`)
	case (letter == 'e' || letter == 'c') && count < 3:
		return &number{field: localDayOfWeek, least: count, most: count, sign: notNegative, fixed: true}, nil
	case count == 1:
		return plain(f), nil
	case count == 2:
		return fixedWidth(f, 2), nil
	}
	style := textStyle(count - 3)
	if letter == 'L' || letter == 'q' || letter == 'c' {
		style += shortAlone
	}
	return text{f, style}, nil
}

// periodElement makes B, a part of the day.
func periodElement(count int) (element, error) {
	switch count {
	case 1:
		return period{short}, nil
	case 4:
		return period{full}, nil
	case 5:
		return period{narrow}, nil
	}
	return nil, wrongNumber('B')
}

// zoneElement makes the letters of zones and offsets.
func zoneElement(letter byte, count int) (element, error) {
	switch letter {
	case 'V':
		if count != 2 {
			return nil, fmt.Errorf("Pattern letter count must be 2: V")
		}
		return zoneID{}, nil
	case 'v':
		return zoneTextElement(letter, count, inGeneral)
	case 'z':
		return zoneTextElement(letter, count, standard)
	case 'O':
		if count != 1 && count != 4 {
			return nil, fmt.Errorf("Pattern letter count must be 1 or 4: O")
		}
		return localizedOffset{long: count == 4}, nil
	default:
		return offsetElement(letter, count)
	}
}

func zoneTextElement(letter byte, count int, kind zoneTextKind) (element, error) {
	switch {
	case count == 4:
		return zoneText{kind, full}, nil
	case count == 1 || letter == 'z' && count < 4:
		return zoneText{kind, short}, nil
	case letter == 'v':
		return nil, wrongNumber(letter)
	}
	return nil, tooMany(letter)
}

// offsetElement makes X, x and Z.
func offsetElement(letter byte, count int) (element, error) {
	switch {
	case count > 5:
		return nil, tooMany(letter)
	case letter == 'Z' && count < 4:
		return offset{minutes: always, zero: "+0000"}, nil
	case letter == 'Z' && count == 4:
		return localizedOffset{long: true}, nil
	}
	one := offset{minutes: always, colon: count == 3 || count == 5, zero: "Z"}
	if letter == 'x' {
		one.zero = [...]string{"+00", "+0000", "+00:00", "+0000", "+00:00"}[count-1]
	}
	if count == 1 {
		one.minutes = whenNotZero
	}
	if count > 3 {
		one.seconds = whenNotZero
	}
	return one, nil
}
