package javatime

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones and their history are the same on every machine
)

// Zone is a time zone: an offset from UTC, or a zone of the time zone database. The zero Zone is none.
type Zone struct {
	id       string
	isOffset bool // java.time.ZoneOffset: the zone is nothing but an offset
	offset   int  // in seconds, where location is nil
	location *time.Location
}

// UTC is the offset zero.
func UTC() Zone { return offsetZone(0) }

func offsetZone(seconds int) Zone {
	return Zone{id: offsetID(seconds), isOffset: true, offset: seconds}
}

// ID is the zone's name: "Europe/Berlin", "UTC", "+02:00", "Z".
func (z Zone) ID() string { return z.id }

// Fixed gives the offset in seconds of a zone whose clock has never changed and never will: "UTC", "+02:00", "Etc/GMT-2".
func (z Zone) Fixed() (seconds int, ok bool) { return z.offset, z.location == nil }

// ParseZone reads what java.time.ZoneId.of takes: "Z", offsets such as "+2", "+02:00" and "+020000", "UTC", "GMT" and "UT" alone or with an offset,
// and the names of the time zone database, in their own case.
func ParseZone(id string) (Zone, error) {
	if strings.HasPrefix(id, "+") || strings.HasPrefix(id, "-") || id == "Z" {
		seconds, ok := parseOffsetID(id)
		if !ok {
			return Zone{}, fmt.Errorf("%q is not an offset from UTC: write it as in +02:00, up to 18 hours", id)
		}
		return offsetZone(seconds), nil
	}
	for _, prefix := range []string{"UTC", "GMT", "UT"} {
		rest, found := strings.CutPrefix(id, prefix)
		if !found {
			continue
		}
		if rest == "" {
			return prefixed(prefix, 0), nil
		}
		if seconds, ok := parseOffsetID(rest); ok && rest != "Z" {
			return prefixed(prefix, seconds), nil
		}
	}
	return parseRegion(id)
}

// prefixed is a zone like "UTC+02:00".
func prefixed(prefix string, seconds int) Zone {
	if seconds == 0 {
		return Zone{id: prefix}
	}
	return Zone{id: prefix + offsetID(seconds), offset: seconds}
}

// parseRegion finds a zone of the time zone database. Some file systems do not tell upper case from lower; Java does.
func parseRegion(id string) (Zone, error) {
	unknown := fmt.Errorf("%q is not a time zone", id)
	for known := range zoneNames() {
		if known != id && strings.EqualFold(known, id) {
			return Zone{}, fmt.Errorf("%w: did you mean %q?", unknown, known)
		}
	}
	if !isRegion(id) {
		return Zone{}, unknown
	}
	location, err := time.LoadLocation(id)
	if err != nil {
		return Zone{}, unknown
	}
	moment := time.Unix(0, 0).In(location)
	if start, end := moment.ZoneBounds(); start.IsZero() && end.IsZero() {
		_, offset := moment.Zone()
		return Zone{id: id, offset: offset}, nil
	}
	return Zone{id: id, location: location}, nil
}

// isRegion tells whether a text is written like a zone's name: letters first, and no way out of the database.
func isRegion(id string) bool {
	if len(id) < 2 || id == "Local" || id == "Factory" || id == "localtime" || id == "posixrules" {
		return false
	}
	for i, char := range []byte(id) {
		isLetter := char >= 'A' && char <= 'Z' || char >= 'a' && char <= 'z'
		if !isLetter && (i == 0 || strings.IndexByte("0123456789/+-_", char) < 0) {
			return false
		}
	}
	return true
}

// offsetID is the name of an offset: "Z", "+02:00", "-00:44:30".
func offsetID(seconds int) string {
	if seconds == 0 {
		return "Z"
	}
	sign, size := '+', seconds
	if seconds < 0 {
		sign, size = '-', -seconds
	}
	id := fmt.Sprintf("%c%02d:%02d", sign, size/3600, size/60%60)
	if size%60 != 0 {
		id += fmt.Sprintf(":%02d", size%60)
	}
	return id
}

// parseOffsetID reads an offset as java.time.ZoneOffset.of does: +h, +hh, +hhmm, +hhmmss, with colons or without.
func parseOffsetID(id string) (seconds int, ok bool) {
	if id == "Z" {
		return 0, true
	}
	if id == "" || id[0] != '+' && id[0] != '-' {
		return 0, false
	}
	digits := id[1:]
	if len(digits) == 5 || len(digits) == 8 {
		parts := strings.Split(digits, ":")
		if slices.ContainsFunc(parts, func(part string) bool { return len(part) != 2 }) {
			return 0, false
		}
		digits = strings.Join(parts, "")
	}
	if len(digits) == 1 {
		digits = "0" + digits
	}
	if len(digits) != 2 && len(digits) != 4 && len(digits) != 6 {
		return 0, false
	}
	var parts [3]int
	for i := range len(digits) / 2 {
		value, isNumber := twoDigits(digits[2*i:])
		if !isNumber || i > 0 && value > 59 {
			return 0, false
		}
		parts[i] = value
	}
	seconds = parts[0]*3600 + parts[1]*60 + parts[2]
	if seconds > 18*3600 {
		return 0, false
	}
	if id[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

// twoDigits reads a number of two digits at the beginning of a text.
func twoDigits(text string) (value int, ok bool) {
	if len(text) < 2 || !isDigit(text[0]) || !isDigit(text[1]) {
		return 0, false
	}
	return int(text[0]-'0')*10 + int(text[1]-'0'), true
}

func isDigit(char byte) bool { return char >= '0' && char <= '9' }

// at gives the offset that holds at a moment, in seconds, and whether it is daylight saving time.
func (z Zone) at(unix int64) (offset int, daylight bool) {
	if z.location == nil {
		return z.offset, false
	}
	moment := time.Unix(unix, 0).In(z.location)
	_, offset = moment.Zone()
	if savesInWinter(z.id) {
		return offset, !moment.IsDST() && nearSaving(moment, offset)
	}
	return offset, moment.IsDST()
}

// savesInWinter names the zones of which the database says that winter is the exception, by an hour less, in some of their years. Java calls the
// summer of these years daylight time, as everywhere else.
func savesInWinter(id string) bool {
	switch id {
	case "Europe/Dublin", "Eire", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Windhoek", "Europe/Prague", "Europe/Bratislava":
		return true
	}
	return false
}

// nearSaving tells whether the clock, now on standard time, is put back by a saving next.
func nearSaving(moment time.Time, offset int) bool {
	start, end := moment.ZoneBounds()
	for _, beside := range []time.Time{end, start.Add(-time.Second)} {
		if _, other := beside.Zone(); !beside.IsZero() && beside.IsDST() && other < offset {
			return true
		}
	}
	return false
}

// resolve gives the moment, in seconds since 1970, at which clocks in the zone show a date and time: the earlier of two where the clock was put
// back, the one as much later as the clock was put forward where they never show it.
func (z Zone) resolve(clock int64) int64 {
	const day = 24 * 60 * 60
	before, _ := z.at(clock - day)
	after, _ := z.at(clock + day)
	for _, offset := range []int{before, after} {
		if there, _ := z.at(clock - int64(offset)); there == offset {
			return clock - int64(offset)
		}
	}
	return clock - int64(before)
}
