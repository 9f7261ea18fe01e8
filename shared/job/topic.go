package job

import (
	"fmt"
	"slices"
	"strings"
)

// longestTopic is how many characters the name of a topic may have (Kafka, org.apache.kafka.common.internals.Topic, as what follows).
const longestTopic = 249

// internalTopics are those in which brokers keep what they know themselves: offsets of groups, transactions, share groups, metadata, what was moved to
// remote storage.
var internalTopics = [...]string{"__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata", "__remote_log_metadata"}

// brokerPrefix begins the names of topics in which Amazon MSK keeps what it knows.
const brokerPrefix = "__amazon_msk_"

// TopicFault says why a text cannot be a topic of a job, which is read or put records into, and the way out; "" where it can.
func TopicFault(name string) (fault, fix string) {
	illegal := strings.IndexFunc(name, func(c rune) bool { return !isTopicRune(c) })
	switch {
	case illegal >= 0:
		return fmt.Sprintf("it holds %q", []rune(name[illegal:])[0]), "write letters without accents, digits, dots, _ and -"
	case name == "":
		return "it is empty", "write the name of a topic"
	case name == "." || name == "..":
		return "Kafka keeps . and .. for itself", "write the name of a topic"
	case len(name) > longestTopic:
		return "it is longer than 249 characters", "give the topic a shorter name"
	case slices.Contains(internalTopics[:], name) || strings.HasPrefix(name, brokerPrefix):
		return "brokers keep in it what they know themselves", "name a topic of your own"
	}
	return "", ""
}

func isTopicRune(c rune) bool {
	return isLetter(c) || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-'
}

// topic checks the name of a topic.
func (r *reader) topic(at []any, name string) {
	if fault, fix := TopicFault(name); fault != "" {
		p := r.fault(at, "%q is no topic of a job: %s", shortened(name), fault)
		p.Fix = fix
	}
}

// shortened is a name as messages show it: one that is very long has no end there.
func shortened(name string) string {
	if len(name) <= longestID {
		return name
	}
	return strings.ToValidUTF8(name[:40], "") + "…"
}
