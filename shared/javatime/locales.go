package javatime

// The names that the Unicode CLDR 39 (Unicode License) gives, as OpenJDK 17 uses them. All tables here are read only.

var localeTable = []struct {
	tag   string
	week  weekRule
	facts *localeFacts
}{
	{"en", weekRule{7, 1}, &englishFacts},
	{"en-US", weekRule{7, 1}, &englishFacts},
	{"en-GB", weekRule{1, 4}, &britishFacts},
	{"de", weekRule{7, 1}, &germanFacts},
	{"de-DE", weekRule{1, 4}, &germanFacts},
	{"und", weekRule{7, 1}, &rootFacts},
}

var englishFacts = localeFacts{
	months: [6][]string{
		short:       {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		full:        {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		narrow:      {"J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"},
		shortAlone:  {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		fullAlone:   {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		narrowAlone: {"J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"},
	},
	quarters: [6][]string{
		short:       {"Q1", "Q2", "Q3", "Q4"},
		full:        {"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"},
		narrow:      {"1", "2", "3", "4"},
		shortAlone:  {"Q1", "Q2", "Q3", "Q4"},
		fullAlone:   {"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"},
		narrowAlone: {"1", "2", "3", "4"},
	},
	days: [6][]string{
		short:       {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		full:        {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
		narrow:      {"M", "T", "W", "T", "F", "S", "S"},
		shortAlone:  {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		fullAlone:   {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
		narrowAlone: {"M", "T", "W", "T", "F", "S", "S"},
	},
	eras: [3][]string{
		short:  {"BC", "AD"},
		full:   {"Before Christ", "Anno Domini"},
		narrow: {"B", "A"},
	},
	halves: []string{"AM", "PM"},
	periods: [3][]dayPeriod{
		short:  {{0, "midnight"}, {1, "at night"}, {360, "in the morning"}, {720, "noon"}, {721, "in the afternoon"}, {1080, "in the evening"}, {1260, "at night"}},
		full:   {{0, "midnight"}, {1, "at night"}, {360, "in the morning"}, {720, "noon"}, {721, "in the afternoon"}, {1080, "in the evening"}, {1260, "at night"}},
		narrow: {{0, "mi"}, {1, "at night"}, {360, "in the morning"}, {720, "n"}, {721, "in the afternoon"}, {1080, "in the evening"}, {1260, "at night"}},
	},
	zones: zonesEnglish,
}

var britishFacts = localeFacts{
	months: [6][]string{
		short:       {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"},
		full:        {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		narrow:      {"J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"},
		shortAlone:  {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"},
		fullAlone:   {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		narrowAlone: {"J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"},
	},
	quarters: [6][]string{
		short:       {"Q1", "Q2", "Q3", "Q4"},
		full:        {"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"},
		narrow:      {"1", "2", "3", "4"},
		shortAlone:  {"Q1", "Q2", "Q3", "Q4"},
		fullAlone:   {"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"},
		narrowAlone: {"1", "2", "3", "4"},
	},
	days: [6][]string{
		short:       {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		full:        {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
		narrow:      {"M", "T", "W", "T", "F", "S", "S"},
		shortAlone:  {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		fullAlone:   {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
		narrowAlone: {"M", "T", "W", "T", "F", "S", "S"},
	},
	eras: [3][]string{
		short:  {"BC", "AD"},
		full:   {"Before Christ", "Anno Domini"},
		narrow: {"B", "A"},
	},
	halves: []string{"am", "pm"},
	periods: [3][]dayPeriod{
		short:  {{0, "midnight"}, {1, "at night"}, {360, "in the morning"}, {720, "noon"}, {721, "in the afternoon"}, {1080, "in the evening"}, {1260, "at night"}},
		full:   {{0, "midnight"}, {1, "at night"}, {360, "in the morning"}, {720, "noon"}, {721, "in the afternoon"}, {1080, "in the evening"}, {1260, "at night"}},
		narrow: {{0, "mi"}, {1, "at night"}, {360, "in the morning"}, {720, "n"}, {721, "in the afternoon"}, {1080, "in the evening"}, {1260, "at night"}},
	},
	zones: zonesBritish,
}

var germanFacts = localeFacts{
	months: [6][]string{
		short:       {"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
		full:        {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
		narrow:      {"J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"},
		shortAlone:  {"Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"},
		fullAlone:   {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
		narrowAlone: {"J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"},
	},
	quarters: [6][]string{
		short:       {"Q1", "Q2", "Q3", "Q4"},
		full:        {"1. Quartal", "2. Quartal", "3. Quartal", "4. Quartal"},
		narrow:      {"1", "2", "3", "4"},
		shortAlone:  {"Q1", "Q2", "Q3", "Q4"},
		fullAlone:   {"1. Quartal", "2. Quartal", "3. Quartal", "4. Quartal"},
		narrowAlone: {"1", "2", "3", "4"},
	},
	days: [6][]string{
		short:       {"Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."},
		full:        {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
		narrow:      {"M", "D", "M", "D", "F", "S", "S"},
		shortAlone:  {"Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"},
		fullAlone:   {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
		narrowAlone: {"M", "D", "M", "D", "F", "S", "S"},
	},
	eras: [3][]string{
		short:  {"v. Chr.", "n. Chr."},
		full:   {"v. Chr.", "n. Chr."},
		narrow: {"v. Chr.", "n. Chr."},
	},
	halves: []string{"AM", "PM"},
	periods: [3][]dayPeriod{
		short:  {{0, "Mitternacht"}, {1, "nachts"}, {300, "morgens"}, {600, "vormittags"}, {720, "mittags"}, {780, "nachmittags"}, {1080, "abends"}},
		full:   {{0, "Mitternacht"}, {1, "nachts"}, {300, "morgens"}, {600, "vormittags"}, {720, "mittags"}, {780, "nachmittags"}, {1080, "abends"}},
		narrow: {{0, "Mitternacht"}, {1, "nachts"}, {300, "morgens"}, {600, "vorm."}, {720, "mittags"}, {780, "nachm."}, {1080, "abends"}},
	},
	zones: zonesGerman,
}

var rootFacts = localeFacts{
	months: [6][]string{
		short:       {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		full:        {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		narrow:      {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
		shortAlone:  {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		fullAlone:   {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		narrowAlone: {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
	},
	quarters: [6][]string{
		short:       {"Q1", "Q2", "Q3", "Q4"},
		full:        {"Q1", "Q2", "Q3", "Q4"},
		narrow:      {"1", "2", "3", "4"},
		shortAlone:  {"1", "2", "3", "4"},
		fullAlone:   {"Q1", "Q2", "Q3", "Q4"},
		narrowAlone: {"1", "2", "3", "4"},
	},
	days: [6][]string{
		short:       {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		full:        {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		narrow:      {"M", "T", "W", "T", "F", "S", "S"},
		shortAlone:  {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		fullAlone:   {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		narrowAlone: {"M", "T", "W", "T", "F", "S", "S"},
	},
	eras: [3][]string{
		short:  {"BC", "AD"},
		full:   {"BCE", "CE"},
		narrow: {"BCE", "CE"},
	},
	halves: []string{"AM", "PM"},
	periods: [3][]dayPeriod{
		short:  {{0, "AM"}, {720, "PM"}},
		full:   {{0, "AM"}, {720, "PM"}},
		narrow: {{0, "AM"}, {720, "PM"}},
	},
	zones: zonesRoot,
}
