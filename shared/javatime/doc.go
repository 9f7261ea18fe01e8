// Package javatime formats and parses dates by the patterns of java.time.format.DateTimeFormatter.ofPattern, as OpenJDK 17 reads them: letters and
// their counts, padding, optional sections, quoted text, names by locale, weeks by locale, zones and offsets.
//
//	zone, err := javatime.ParseZone("Europe/Berlin")
//	pattern, err := javatime.Parse("EEE d MMM uuuu, HH:mm z", english)
//	text, err := pattern.Format(javatime.In(moment, zone)) // "Sun 1 Mar 2026, 10:05 CET"
//
// Parsing is strict about dates: 30 February is an error, where Java's default takes the month's last day. Names come from the Unicode CLDR 39;
// [Locales] lists the locales. Zones are those of the time zone database, its history included, which is linked into the program.
package javatime
