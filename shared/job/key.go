package job

import (
	"regexp"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// Key is the name of a job in stores, consumer groups and AWS: letters, digits, - and _, at most 60 of them, beginning with a letter. An id that is so
// already is its own key; any other has a hash of the whole id at its end, and so has every id of a tenant.
func Key(tenant, id string) string {
	if tenant == "" && plain.MatchString(id) && !hashed.MatchString(id) {
		return id
	}
	readable := strings.Trim(regexp.MustCompile(`[^A-Za-z0-9_-]+`).ReplaceAllString(id, "-"), "-_")
	if readable == "" || !letter.MatchString(readable) {
		readable = "job-" + readable
	}
	return strings.TrimRight(readable[:min(len(readable), 40)], "-") + "-" + task.Hash(tenant+"\x00"+id)
}

var (
	plain  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,39}$`)
	hashed = regexp.MustCompile(`-[a-z2-7]{10}$`) // of task.Hash
	letter = regexp.MustCompile(`^[A-Za-z]`)
)

// Group is the consumer group of a job: "RESTWorker:" and its key.
func Group(key string) string { return "RESTWorker:" + key }

// Deliver is the operation that every record goes through, and the name of its state machine.
const Deliver = "deliver"

// TopicGroup is the consumer group in which Lambda reads a topic of a job. Each event source mapping reads one topic, and no two may have one group
// (Lambda developer guide, "Customizable consumer group ID"): the job's first topic has the job's own group, each other one of its own.
func TopicGroup(key string, topics []string, topic string) string {
	if len(topics) == 0 || topics[0] == topic {
		return Group(key)
	}
	if group := Group(key) + ":" + topic; len(group) <= groupLimit {
		return group
	}
	return Group(key) + ":" + task.OwnName(topic, groupLimit-len(Group(key))-1)
}

// groupLimit is the longest consumer group of an event source mapping (CreateEventSourceMapping).
const groupLimit = 200
