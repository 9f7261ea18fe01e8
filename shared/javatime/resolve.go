//lint:file-ignore ST1005 the texts are those of java.time

package javatime

import (
	"errors"
	"fmt"
)

// This file makes dates and times of the fields that have been read, as java.time.format.Parsed does, but for dates that do not exist.

// resolve gives what the fields say together.
func (r *parsed) resolve(week weekRule) (Temporal, error) {
	var t Temporal
	if err := r.date(&t, week); err != nil {
		return t, err
	}
	excess, err := r.clock(&t)
	if err != nil {
		return t, err
	}
	if err := r.agrees(t, week); err != nil {
		return t, err
	}
	if t.Has == 0 {
		return t, errors.New("it is neither a date nor a time")
	}
	if excess && t.Has&HasDate != 0 {
		t = t.plusDays(1)
	}
	return r.place(t)
}

// place gives a date with a time its offset and zone. An offset decides over a zone where there are both.
func (r *parsed) place(t Temporal) (Temporal, error) {
	hasZone := r.zone != (Zone{})
	if t.Has != HasDate|HasTime || !hasZone && !r.has[offsetSeconds] {
		return t, nil
	}
	if limit := offsetSeconds.fact(); r.has[offsetSeconds] && (r.values[offsetSeconds] < limit.least || r.values[offsetSeconds] > limit.most) {
		return t, errors.New("Zone offset not in valid range: -18:00 to +18:00")
	}
	zone := r.zone
	if !hasZone {
		zone = offsetZone(int(r.values[offsetSeconds]))
	}
	seconds := t.localSeconds() - r.values[offsetSeconds]
	if !r.has[offsetSeconds] {
		seconds = zone.resolve(t.localSeconds())
	}
	at, _ := zone.at(seconds)
	placed := local(seconds+int64(at), int(t.Nano%nanosOfSecond))
	placed.Offset, placed.Zone, placed.Has = at, zone, HasDate|HasTime|HasOffset|HasZone
	return placed, nil
}

// take gives a field's value and removes it.
func (r *parsed) take(f field) (value int64, ok bool) {
	ok, r.has[f] = r.has[f], false
	return r.values[f], ok
}

// add sets a field that others say; contradictions are errors.
func (r *parsed) add(f field, value int64) error {
	if r.has[f] && r.values[f] != value {
		return fmt.Errorf("Conflict found: Field %s %d differs from %d", f.fact().name, r.values[f], value)
	}
	r.values[f], r.has[f] = value, true
	return nil
}

// valid refuses a value that a field never has.
func valid(f field, value int64) error {
	if limit := f.fact(); value < limit.least || value > limit.most {
		return fmt.Errorf("Invalid value for %s (valid values %d - %d): %d", limit.name, limit.least, limit.most, value)
	}
	return nil
}

// date finds the date: of year, month and day; of the day of the year; of the day by number; of the week of the year.
func (r *parsed) date(t *Temporal, week weekRule) error {
	if err := r.yearOfEra(); err != nil {
		return err
	}
	var err error
	switch {
	case r.has[year] && r.has[monthOfYear] && r.has[dayOfMonth]:
		err = r.ofMonth(t)
	case r.has[year] && r.has[dayOfYear]:
		err = r.ofYear(t)
	}
	if err != nil || t.Has != 0 {
		return err
	}
	switch {
	case r.has[modifiedJulianDay]:
		err = r.ofNumber(t)
	case r.has[weekBasedYear] && r.has[weekOfWeekBasedYear]:
		err = r.ofWeek(t, week)
	case r.has[year] && r.has[monthOfYear] && r.has[weekOfMonth]:
		err = r.ofWeekOfMonth(t, week)
	}
	return err
}

// yearOfEra makes a year of the era and the year in it.
func (r *parsed) yearOfEra() error {
	ofEra, ok := r.take(yearOfEra)
	if !ok {
		return nil
	}
	if err := valid(yearOfEra, ofEra); err != nil {
		return err
	}
	which, hasEra := r.take(era)
	if hasEra && which == 0 || !hasEra && r.has[year] && r.values[year] < 1 {
		ofEra = 1 - ofEra
	}
	return r.add(year, ofEra)
}

// ofMonth: days that a month does not have are errors.
func (r *parsed) ofMonth(t *Temporal) error {
	for _, f := range []field{year, monthOfYear, dayOfMonth} {
		if err := valid(f, r.values[f]); err != nil {
			return err
		}
	}
	y, m, d := r.values[year], int(r.values[monthOfYear]), int(r.values[dayOfMonth])
	if d > lengthOfMonth(y, m) {
		return fmt.Errorf("there is no day %d in month %d of the year %d", d, m, y)
	}
	t.Year, t.Month, t.Day, t.Has = y, m, d, HasDate
	return nil
}

func (r *parsed) ofYear(t *Temporal) error {
	for _, f := range []field{year, dayOfYear} {
		if err := valid(f, r.values[f]); err != nil {
			return err
		}
	}
	if r.values[dayOfYear] > int64(lengthOfYear(r.values[year])) {
		return fmt.Errorf("Invalid date 'DayOfYear 366' as '%d' is not a leap year", r.values[year])
	}
	first := Temporal{Year: r.values[year], Month: 1, Day: 1}
	*t = ofEpochDay(first.epochDay() + r.values[dayOfYear] - 1)
	return nil
}

func (r *parsed) ofNumber(t *Temporal) error {
	if err := valid(modifiedJulianDay, r.values[modifiedJulianDay]); err != nil {
		return err
	}
	*t = ofEpochDay(r.values[modifiedJulianDay] - 40_587)
	return nil
}

// ofWeek needs the day of the week besides.
func (r *parsed) ofWeek(t *Temporal, week weekRule) error {
	day, ok, err := r.dayInWeek(week)
	if !ok || err != nil {
		return err
	}
	for _, f := range []field{weekBasedYear, weekOfWeekBasedYear} {
		if err := valid(f, r.values[f]); err != nil {
			return err
		}
	}
	y := r.values[weekBasedYear]
	first := Temporal{Year: y, Month: 1, Day: 1}
	start := week.start(1, week.day(first))
	days := first.epochDay() - int64(start) + 7*(r.values[weekOfWeekBasedYear]-1) + int64(day) - 1
	found := ofEpochDay(days)
	if week.year(found) != y {
		return fmt.Errorf("the week-based year %d has no week %d", y, r.values[weekOfWeekBasedYear])
	}
	*t = found
	return nil
}

func (r *parsed) ofWeekOfMonth(t *Temporal, week weekRule) error {
	day, ok, err := r.dayInWeek(week)
	if !ok || err != nil {
		return err
	}
	for _, f := range []field{year, monthOfYear, weekOfMonth} {
		if err := valid(f, r.values[f]); err != nil {
			return err
		}
	}
	first := Temporal{Year: r.values[year], Month: int(r.values[monthOfYear]), Day: 1}
	start := week.start(1, week.day(first))
	found := ofEpochDay(first.epochDay() - int64(start) + 7*(r.values[weekOfMonth]-1) + int64(day) - 1)
	if found.Month != first.Month {
		return fmt.Errorf("month %d of %d has no such day in its week %d", first.Month, first.Year, r.values[weekOfMonth])
	}
	*t = found
	return nil
}

// dayInWeek gives the day's place in its week.
func (r *parsed) dayInWeek(week weekRule) (day int, ok bool, err error) {
	switch {
	case r.has[localDayOfWeek]:
		return int(r.values[localDayOfWeek]), true, valid(localDayOfWeek, r.values[localDayOfWeek])
	case r.has[dayOfWeek]:
		return int(floorMod(r.values[dayOfWeek]-int64(week.first), 7)) + 1, true, valid(dayOfWeek, r.values[dayOfWeek])
	}
	return 0, false, nil
}

// clock finds the time of day; excess tells of 24:00, which is midnight of the next day.
func (r *parsed) clock(t *Temporal) (excess bool, err error) {
	for _, step := range []func() error{r.clockHours, r.halfDay, r.ofDay, r.partOfDay} {
		if err := step(); err != nil {
			return false, err
		}
	}
	if !r.has[hourOfDay] || !r.has[minuteOfHour] && (r.has[secondOfMinute] || r.has[nanoOfSecond]) ||
		r.has[minuteOfHour] && !r.has[secondOfMinute] && r.has[nanoOfSecond] {
		return false, r.validTime()
	}
	var parts [4]int64
	for i, f := range []field{hourOfDay, minuteOfHour, secondOfMinute, nanoOfSecond} {
		if r.has[f] {
			parts[i] = r.values[f]
		}
	}
	if excess = parts == [4]int64{24}; excess {
		parts[0], r.values[hourOfDay] = 0, 0
	}
	if err := r.validTime(); err != nil {
		return false, err
	}
	t.Nano = ((parts[0]*60+parts[1])*60+parts[2])*nanosOfSecond + parts[3]
	t.Has |= HasTime
	return excess, nil
}

// validTime refuses values that fields of time never have.
func (r *parsed) validTime() error {
	for f := amPm; f <= nanoOfDay; f++ {
		if r.has[f] {
			if err := valid(f, r.values[f]); err != nil {
				return err
			}
		}
	}
	return nil
}

// clockHours: hours that count from 1; 0 is taken for the last one.
func (r *parsed) clockHours() error {
	for _, pair := range []struct{ from, to field }{{clockHourOfDay, hourOfDay}, {clockHourOfAmPm, hourOfAmPm}} {
		value, ok := r.take(pair.from)
		if !ok {
			continue
		}
		if value != 0 {
			if err := valid(pair.from, value); err != nil {
				return err
			}
		}
		if err := r.add(pair.to, value%pair.from.fact().most); err != nil {
			return err
		}
	}
	return nil
}

func (r *parsed) halfDay() error {
	if !r.has[amPm] || !r.has[hourOfAmPm] {
		return nil
	}
	half, _ := r.take(amPm)
	hour, _ := r.take(hourOfAmPm)
	if err := valid(hourOfAmPm, hour); err != nil {
		return err
	}
	return r.add(hourOfDay, half*12+hour)
}

// ofDay: nanoseconds and milliseconds since midnight.
func (r *parsed) ofDay() error {
	for _, unit := range []struct {
		field field
		size  int64
	}{{nanoOfDay, 1}, {milliOfDay, 1_000_000}} {
		value, ok := r.take(unit.field)
		if !ok {
			continue
		}
		if err := valid(unit.field, value); err != nil {
			return err
		}
		t := Temporal{Nano: value * unit.size}
		if r.has[nanoOfSecond] { // which may say more exactly what is behind the unit
			t.Nano += r.values[nanoOfSecond] % unit.size
		}
		for _, f := range []field{hourOfDay, minuteOfHour, secondOfMinute, nanoOfSecond} {
			if err := r.add(f, t.time(f)); err != nil {
				return err
			}
		}
	}
	return nil
}

// partOfDay: a part of the day says which half the hour lies in, and, with no other part of a time, the minute in its middle.
func (r *parsed) partOfDay() error {
	alone := !r.has[hourOfDay] && !r.has[hourOfAmPm] && !r.has[minuteOfHour] && !r.has[secondOfMinute] && !r.has[nanoOfSecond]
	if r.period == nil && r.has[amPm] && alone {
		r.setMinute(r.values[amPm]*12*60 + 6*60)
	}
	if r.period == nil {
		return nil
	}
	hour, ok := r.take(hourOfAmPm)
	switch {
	case alone:
		r.setMinute(r.period.middle())
		return nil
	case ok:
		if err := valid(hourOfAmPm, hour); err != nil {
			return err
		}
		if minute := hour*60 + r.values[minuteOfHour]; !r.period.includes(minute) && r.period.includes(minute+12*60) {
			hour += 12
		}
		return r.add(hourOfDay, hour)
	case !r.has[hourOfDay]:
		return nil
	case !r.period.includes(r.values[hourOfDay]*60 + r.values[minuteOfHour]):
		return fmt.Errorf("Conflict found: Resolved time %02d:%02d conflicts with %q", r.values[hourOfDay], r.values[minuteOfHour], r.period.name)
	}
	return nil
}

func (r *parsed) setMinute(ofDay int64) {
	r.values[hourOfDay], r.has[hourOfDay] = ofDay/60, true
	r.values[minuteOfHour], r.has[minuteOfHour] = ofDay%60, true
}

// agrees refuses fields that say something else than the date and the time.
func (r *parsed) agrees(t Temporal, week weekRule) error {
	for f := range fieldCount {
		if !r.has[f] || f == offsetSeconds {
			continue
		}
		if value, ok := t.get(f, week); ok && value != r.values[f] {
			return fmt.Errorf("Conflict found: Field %s %d differs from %s %d derived from %s", f.fact().name, value, f.fact().name, r.values[f], t)
		}
	}
	return nil
}
