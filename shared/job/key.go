package job

import (
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// Key is the name of a job in stores, consumer groups and AWS: letters, digits, - and _, at most 60 of them, beginning with a letter. An id that is so
// already is its own key; any other has a hash of the whole id at its end, and so has every id of a tenant.
func Key(tenant, id string) string {
	if tenant == "" && isPlain(id) && !isHashed(id) {
		return id
	}
	readable := strings.Trim(strings.Join(strings.FieldsFunc(id, func(r rune) bool { return !isKeyRune(r) }), "-"), "-_")
	if readable == "" || !isLetter(rune(readable[0])) {
		readable = "job-" + readable
	}
	return strings.TrimRight(readable[:min(len(readable), 40)], "-") + "-" + task.Hash(tenant+"\x00"+id)
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func isKeyRune(r rune) bool { return isLetter(r) || r >= '0' && r <= '9' || r == '_' || r == '-' }

// isPlain tells whether an id may be a key as it is.
func isPlain(id string) bool {
	return id != "" && len(id) <= 40 && isLetter(rune(id[0])) && !strings.ContainsFunc(id, func(r rune) bool { return !isKeyRune(r) })
}

// isHashed tells whether an id ends as those keys do that have a hash.
func isHashed(id string) bool {
	const hash = 10 // of task.Hash
	at := len(id) - hash - 1
	return at >= 0 && id[at] == '-' && !strings.ContainsFunc(id[at+1:], func(r rune) bool { return (r < 'a' || r > 'z') && (r < '2' || r > '7') })
}

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
