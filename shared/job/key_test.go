package job_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/steploom/steploom/shared/job"
)

var (
	plainID  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,39}$`)
	hashedID = regexp.MustCompile(`-[a-z2-7]{10}$`)
	legalKey = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,59}$`)
)

// TestKeys: every id has a legal key; one that is plain and does not end as if it had a hash is its own, and no two share one.
func TestKeys(t *testing.T) {
	seen := map[string]string{}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9_ /-]{0,45}`), rapid.StringMatching(`[a-zA-Z][a-z0-9_-]{0,38}`), rapid.StringMatching(`[a-z]{0,3}-[a-z2-8]{9,11}`)).Draw(t, "id")
		tenant := rapid.SampledFrom([]string{"", "", "one"}).Draw(t, "tenant")
		key := job.Key(tenant, id)
		if !legalKey.MatchString(key) || (key == id) != (tenant == "" && plainID.MatchString(id) && !hashedID.MatchString(id)) {
			t.Fatalf("%q of %q has the key %q", id, tenant, key)
		}
		if other, known := seen[key]; known && other != tenant+"\x00"+id {
			t.Fatalf("%q and %q have the key %q", other, tenant+"\x00"+id, key)
		}
		seen[key] = tenant + "\x00" + id
	})
	for id, want := range map[string]string{"ä b": "b-", "": "job-", "9 lives": "job-9-lives-", "a--": "a--", "-a-": "a-", "x_": "x_"} {
		if got := job.Key("", id); !strings.HasPrefix(got, want) {
			t.Errorf("%q has the key %q", id, got)
		}
	}
}

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
