package stream

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

const (
	// entityLimit bounds, in bytes, what is logged of a record, and messageLimit what is said of its failure.
	entityLimit, messageLimit = 4096, 1024
	// mostEntries are gathered before they are written, for writeAfter at most.
	mostEntries = 25
	writeAfter  = 5 * time.Second
)

// report gathers what there is to say of a batch, so that the store is asked seldom.
type report struct {
	*Stream
	key     string
	counts  job.Counts
	entries []job.Entry
	since   time.Time
}

// delivered counts a record, and logs it where the settings ask for so much.
func (r *report) delivered(origin job.Origin, status int) {
	r.counts.Delivered++
	r.add("DEBUG", origin, "delivered: "+strconv.Itoa(status), "")
}

// failed logs a failure with what may be seen of its record.
func (r *report) failed(origin job.Origin, failure *task.Error, seen any) {
	text := cut(failure.Error(), messageLimit)
	r.counts.LastError, r.counts.LastFailed = text, r.Now().UTC()
	entity := ""
	if seen != nil {
		if written, err := pytext.JSON(seen, pytext.Options{Unicode: true}); err == nil {
			entity = cut(written, entityLimit)
		}
	}
	r.add("ERROR", origin, "message send failed with: "+text, entity)
}

// waits logs that a record is left for what is no fault of its.
func (r *report) waits(record Record, failure error) {
	text := cut(failure.Error(), messageLimit)
	r.counts.LastError, r.counts.LastFailed = text, r.Now().UTC()
	r.add("WARNING", job.Origin{Topic: record.Topic, Partition: record.Partition, Offset: record.Offset}, "the record waits: "+text, "")
}

// weight orders the levels of entries, and the words by which the settings name the least of them.
func weight(level string) int {
	switch level {
	case "DEBUG":
		return 0
	case "INFO", "":
		return 1
	case "WARNING", "WARN":
		return 2
	}
	return 3 // nothing is more than an error here
}

func (r *report) add(level string, origin job.Origin, text, entity string) {
	if weight(level) < weight(r.settings.LogLevel) {
		return
	}
	r.entries = append(r.entries, job.Entry{
		Time: r.Now().UTC(), Level: level, Message: text,
		Topic: origin.Topic, Partition: origin.Partition, Offset: origin.Offset, Index: origin.Index, Entity: entity,
	})
}

// cut shortens a text to some bytes, at the end of a character.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.ToValidUTF8(text[:end], "") + "…"
}

// flushSometimes writes what has been gathered for a while.
func (r *report) flushSometimes(ctx context.Context) {
	if r.since.IsZero() {
		r.since = r.Now()
	}
	if len(r.entries) >= mostEntries || r.Now().Sub(r.since) >= writeAfter {
		r.flush(ctx)
	}
}

// flush writes what has been gathered. A store that is down stops nothing: the log of the function takes the entries, and the counts are kept for the next
// time.
func (r *report) flush(ctx context.Context) {
	ctx, cancel := atTheEnd(ctx)
	defer cancel()
	r.since = r.Now()
	r.count(ctx)
	if len(r.entries) == 0 {
		return
	}
	if err := r.Store.Log(ctx, r.key, r.entries...); err != nil {
		r.Log.ErrorContext(ctx, "the log of a job cannot be written", "job", r.key, "error", err.Error())
		for _, entry := range r.entries {
			text, _ := format.EncodeJSON(entry) // texts and numbers
			r.Log.ErrorContext(ctx, entry.Message, "job", r.key, "entry", string(text))
		}
	}
	r.entries = nil
}

// count adds to the job's counts.
func (r *report) count(ctx context.Context) {
	counts := r.unwritten.with(r.key, r.counts)
	r.counts = job.Counts{}
	if counts == (job.Counts{}) {
		return
	}
	if err := r.Store.Count(ctx, r.key, counts); err != nil {
		r.unwritten.keep(r.key, counts)
		r.Log.ErrorContext(ctx, "counts of a job cannot be written", "job", r.key, "error", err.Error())
	}
}

// unwritten are counts that the store did not take.
type unwritten struct {
	mutex sync.Mutex
	known map[string]job.Counts
}

// with gives counts and those that are kept, which are kept no longer.
func (u *unwritten) with(key string, more job.Counts) job.Counts {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	sum := add(u.known[key], more)
	delete(u.known, key)
	return sum
}

// keep keeps counts for the next time.
func (u *unwritten) keep(key string, counts job.Counts) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	if u.known == nil {
		u.known = map[string]job.Counts{}
	}
	u.known[key] = add(u.known[key], counts)
}

// add gives the sum of counts, with the last failure of the later ones.
func add(a, b job.Counts) job.Counts {
	sum := job.Counts{
		Delivered: a.Delivered + b.Delivered, Filtered: a.Filtered + b.Filtered, Failed: a.Failed + b.Failed, LastError: a.LastError, LastFailed: a.LastFailed,
	}
	if b.LastError != "" {
		sum.LastError, sum.LastFailed = b.LastError, b.LastFailed
	}
	return sum
}
