package job_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/job"
)

// TestTopicGroups: each topic of a job is read in another group, and the first in the job's own.
func TestTopicGroups(t *testing.T) {
	long := strings.Repeat("t", 248)
	topics := []string{"Person", "Household", long + "a", long + "b"}
	seen := map[string]string{}
	for _, topic := range topics {
		group := job.TopicGroup("surveys", topics, topic)
		if other := seen[group]; other != "" || len(group) > 200 || !strings.HasPrefix(group, job.Group("surveys")) {
			t.Errorf("%.20s: %s (%d), also %.20s", topic, group, len(group), other)
		}
		seen[group] = topic
	}
	if got := job.TopicGroup("surveys", topics, "Person"); got != "RESTWorker:surveys" {
		t.Errorf("the first topic is read in %s", got)
	}
	if got := job.TopicGroup("surveys", topics, "Household"); got != "RESTWorker:surveys:Household" {
		t.Errorf("the second topic is read in %s", got)
	}
}
