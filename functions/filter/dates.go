package filter

import (
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"

	"github.com/steploom/steploom/shared/javatime"
	"github.com/steploom/steploom/shared/task"
)

// zeroDate is how MariaDB writes the date that is none.
var zeroDate = regexp.MustCompile(`^0000-00-00([ T]00:00(:00(\.0+)?)?)?$`)

// dates writes dates by a pattern of java.time: one date, or a list of them as an object.
func (f *filter) dates(ctx context.Context, request Request) (any, error) {
	writer, err := newDateWriter(request)
	if err != nil {
		return nil, err
	}
	var one *string
	if err := json.Unmarshal(request.Input, &one); err == nil {
		return writer.one(one)
	}
	var input any
	if err := json.Unmarshal(request.Input, &input); err != nil {
		return nil, task.Errorf(task.RequestInvalid, "input: %v", err)
	}
	list, ok := texts(input)
	if !ok {
		return nil, task.Errorf(task.RequestInvalid, "input is neither a date, as a text, nor a list of dates")
	}
	written := make(map[string]any, len(list))
	for _, text := range list {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		output, err := writer.one(&text)
		written[text] = output
		if err != nil {
			written[text] = map[string]string{"error": task.AsError(err).Message}
		}
	}
	return written, nil
}

// texts gives the texts of a list and of the lists in it; ok is false where there is anything else.
func texts(value any) (all []string, ok bool) {
	switch value := value.(type) {
	case string:
		return []string{value}, true
	case []any:
		for _, inner := range value {
			more, ok := texts(inner)
			if !ok {
				return nil, false
			}
			all = append(all, more...)
		}
		return all, true
	}
	return nil, false
}

// dateWriter is what all dates of a request have in common.
type dateWriter struct {
	pattern *javatime.Pattern
	read    *javatime.Pattern // nil for ISO 8601
	zone    javatime.Zone
}

func newDateWriter(request Request) (dateWriter, error) {
	options := map[string]string{"zone": "UTC", "locale": "en", "read": ""}
	for _, name := range slices.Sorted(maps.Keys(request.Args)) {
		text, isText := request.Args[name].(string)
		if _, known := options[name]; !known || !isText {
			return dateWriter{}, task.Errorf(task.RequestInvalid, "args of java.time are the texts zone, locale and read, not %q", name)
		}
		options[name] = text
	}
	locale, err := javatime.ParseLocale(options["locale"])
	if err != nil {
		return dateWriter{}, task.Errorf(task.FilterInvalid, "java.time: %v", err)
	}
	writer := dateWriter{}
	if writer.zone, err = javatime.ParseZone(options["zone"]); err != nil {
		return dateWriter{}, task.Errorf(task.FilterInvalid, "java.time: %v", err)
	}
	if writer.pattern, err = javatime.Parse(request.Program, locale); err != nil {
		return dateWriter{}, task.Errorf(task.FilterInvalid, "java.time: the pattern %q: %v", request.Program, err)
	}
	if options["read"] == "" {
		return writer, nil
	}
	if writer.read, err = javatime.Parse(options["read"], locale); err != nil {
		return dateWriter{}, task.Errorf(task.FilterInvalid, "java.time: the pattern %q: %v", options["read"], err)
	}
	return writer, nil
}

// one writes a date; null and the zero date stay null.
func (w dateWriter) one(text *string) (any, error) {
	if text == nil || w.read == nil && zeroDate.MatchString(*text) {
		return nil, nil
	}
	read, err := w.parse(*text)
	if err != nil {
		return nil, task.Errorf(task.FilterFailed, "%v", err)
	}
	written, err := w.pattern.Format(read)
	if err != nil {
		return nil, task.Errorf(task.FilterFailed, "%q cannot be written by the pattern: %v", *text, err)
	}
	return written, nil
}

// parse reads a date and moves it to the zone; what says nothing of an offset is in UTC, a date without a time begins its day.
func (w dateWriter) parse(text string) (javatime.Temporal, error) {
	read, err := javatime.ParseISO(text)
	if w.read != nil {
		read, err = w.read.Parse(text)
	}
	if err != nil || read.Has&javatime.HasDate == 0 {
		return read, err
	}
	if read.Has&javatime.HasOffset == 0 {
		read.Has |= javatime.HasTime | javatime.HasOffset
	}
	moment, _ := read.Moment()
	return javatime.In(moment, w.zone), nil
}
