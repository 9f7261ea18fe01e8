package schedule

import (
	"strings"
	"time"
	_ "time/tzdata" // the database of the zones, wherever the compiler runs
)

// IsZone tells whether a name is that of a time zone of the IANA database, as EventBridge Scheduler takes it.
func IsZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}

// Read reads the schedule of a trigger: an EventBridge expression, or a crontab line. An error is an *Error.
func Read(text string) (expression string, err error) {
	read := ParseCrontab
	if text := strings.TrimSpace(text); strings.HasPrefix(text, "rate(") || strings.HasPrefix(text, "cron(") {
		read = ParseEventBridge
	}
	times, err := read(text)
	if err != nil {
		return "", err
	}
	return times.EventBridge()
}
