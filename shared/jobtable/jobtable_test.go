package jobtable_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/jobtable"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

var tables atomic.Int64

// open makes a store on an empty table, which is made as the description says.
func open(t *testing.T) job.Store {
	t.Helper()
	environment := task.Variables(map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL_DYNAMODB": servers.DynamoDB(t),
		jobtable.Variable: fmt.Sprint("jobs-", tables.Add(1)),
	})
	client := aws.New(environment)
	if err := jobstore.CreateTable(t.Context(), client, jobtable.Tables()[0], environment.Value(jobtable.Variable)); err != nil {
		t.Fatal(err)
	}
	return jobtable.New(client, environment)
}

func TestConformance(t *testing.T) { jobstore.Conformance(t, open) }

// TestManyJobs: a list is whole where it takes several pages.
func TestManyJobs(t *testing.T) {
	store := open(t)
	const number = 12
	for i := range number {
		_, err := store.Put(t.Context(), job.Record{
			Job: job.Job{ID: fmt.Sprint("job", i), URL: strings.Repeat("x", 200<<10)}, Key: fmt.Sprintf("job%02d", i), State: job.Running,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	list, err := store.List(t.Context(), "")
	if err != nil || len(list) != number || list[0].Key != "job00" || list[number-1].Key != "job11" {
		t.Errorf("%d, %v", len(list), err)
	}
}

// TestLongLines: lines that are longer than an item are cut, and many of them come back over several pages.
func TestLongLines(t *testing.T) {
	store := open(t)
	for range 30 {
		if err := store.Log(t.Context(), "one", job.Entry{Message: "m", Entity: strings.Repeat("e", 1<<20)}); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := store.Logs(t.Context(), "one", 25)
	if err != nil || len(lines) != 25 || len(lines[0].Entity) < 1<<10 {
		t.Errorf("%d, %v", len(lines), err)
	}
}

func TestTableIsNotNamed(t *testing.T) {
	store := jobtable.New(aws.New(nil), nil)
	if _, err := store.Get(t.Context(), "one"); err == nil || !strings.Contains(err.Error(), jobtable.Variable) {
		t.Errorf("%v", err)
	}
}

// TestFailed: failed jobs are found whatever their tenants are and over several pages, and a job that is started again is none of them.
func TestFailed(t *testing.T) {
	store := open(t).(*jobtable.Store)
	failed := func(want ...string) {
		t.Helper()
		got, err := store.Failed(t.Context())
		slices.Sort(got)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
	}
	failed()
	var again job.Record
	for i := range 12 {
		key := fmt.Sprintf("job%02d", i)
		record, err := store.Put(t.Context(), job.Record{Job: job.Job{ID: key, URL: strings.Repeat("x", 200<<10)}, Key: key, Tenant: fmt.Sprint("t", i%3), State: job.Running})
		if err == nil && i%5 == 1 {
			err = store.Fail(t.Context(), key, record.Version, "broken")
			again = record
		}
		if err == nil {
			err = store.Log(t.Context(), key, job.Entry{Message: "failed"})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	failed("job01", "job06", "job11")
	again.Version++ // by which it failed
	if _, err := store.Put(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	failed("job01", "job06")
	if err := store.Delete(t.Context(), "job01"); err != nil {
		t.Fatal(err)
	}
	failed("job06")
}
