package mappings_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/lambdaapi"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/mappings"
	"github.com/steploom/steploom/shared/task"
)

const function = "arn:aws:lambda:eu-central-1:123456789012:function:stack-stream"

// cloud is Lambda with brokers behind it.
type cloud struct {
	*lambdaapi.Service
	*mappings.Consumers
	environment task.Environment
	commits     []string
	failure     error
}

func (c brokers) Commit(_ context.Context, group string, topics []string, positions []job.Position) error {
	for _, one := range c.Mappings("one") {
		if one.Topic == topics[0] && one.State() != "Disabled" {
			c.commits = append(c.commits, "while "+one.State())
		}
	}
	c.commits = append(c.commits, fmt.Sprint(group, topics, positions[0].Offset))
	return c.failure
}

func (c brokers) Lag(_ context.Context, group string, topics []string) ([]job.Lag, error) {
	return []job.Lag{{Topic: topics[0] + " of " + group, Behind: 1}}, c.failure
}

func newCloud(t *testing.T, variables ...string) *cloud {
	t.Helper()
	c := &cloud{Service: &lambdaapi.Service{}}
	server := httptest.NewServer(c.Service)
	t.Cleanup(server.Close)
	environment := map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL_LAMBDA": server.URL,
		mappings.FunctionVariable: function, "KAFKA_URL": "b1:9092,b2:9092",
	}
	for i := 0; i+1 < len(variables); i += 2 {
		environment[variables[i]] = variables[i+1]
	}
	c.environment = task.Variables(environment)
	c.Consumers = c.consumers(time.Minute)
	return c
}

func (c *cloud) consumers(patience time.Duration) *mappings.Consumers {
	return mappings.New(mappings.Config{
		Client: aws.New(c.environment), Environment: c.environment, Offsets: func(context.Context) (mappings.Offsets, error) { return brokers{c}, nil },
		Patience: patience, Pause: time.Nanosecond,
	})
}

// brokers know offsets.
type brokers struct{ *cloud }

func record(topics ...string) job.Record {
	return job.Record{Job: job.Job{ID: "one", Topics: topics}, Key: "one", State: job.Running}
}

// states are the mappings of the job as "topic:group:state", once they have settled.
func (c *cloud) states() string {
	c.Settle()
	var all []string
	for _, one := range c.Mappings("one") {
		all = append(all, one.Topic+" "+strings.TrimPrefix(one.Group, "RESTWorker:")+" "+one.State())
	}
	return strings.Join(all, ", ")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (c *cloud) want(t *testing.T, want string) {
	t.Helper()
	if got := c.states(); got != want {
		t.Errorf("the mappings are %q, want %q", got, want)
	}
}

// TestSwitch: mappings are enabled and disabled as the job says; none is made, none deleted, and nothing else of one is changed.
func TestSwitch(t *testing.T) {
	c := newCloud(t, mappings.PollersVariable, "7")
	c.Steps = 2
	one := record("a", "b")
	must(t, c.Switch(t.Context(), one))
	c.want(t, "")
	must(t, c.Apply(t.Context(), one))
	c.want(t, "a one Enabled, b one:b Enabled")
	elsewhere := mappings.New(mappings.Config{
		Client: aws.New(c.environment), Environment: task.Variables(map[string]string{mappings.FunctionVariable: function}), Patience: time.Minute, Pause: time.Nanosecond,
	})
	for _, step := range []struct {
		state  job.State
		topics []string
		want   string
	}{
		{job.Stopped, []string{"a", "b"}, "a one Disabled, b one:b Disabled"}, {job.Running, []string{"b", "c"}, "a one Disabled, b one:b Enabled"},
		{job.Running, []string{"a", "b"}, "a one Enabled, b one:b Enabled"}, {job.Failed, []string{"a", "b"}, "a one Disabled, b one:b Disabled"},
		{job.Running, []string{"a", "b"}, "a one Enabled, b one:b Enabled"}, {"", nil, "a one Disabled, b one:b Disabled"},
	} {
		changed := record(step.topics...)
		changed.State = step.state
		for range 2 {
			must(t, elsewhere.Switch(t.Context(), changed))
			c.want(t, step.want)
		}
	}
	for _, mapping := range c.Mappings("one") {
		if pollers, _ := mapping.Input["ProvisionedPollerConfig"].(map[string]any); fmt.Sprint(pollers["MaximumPollers"]) != "7" {
			t.Errorf("%v", mapping.Input)
		}
	}
}

// TestApply: whatever there is becomes what the job asks for, and stays so however often that is said.
func TestApply(t *testing.T) {
	for _, steps := range []int{0, 3} {
		c := newCloud(t)
		c.Steps, c.PageSize = steps, 1
		apply := func(want string, state job.State, topics ...string) {
			t.Helper()
			one := record(topics...)
			one.State = state
			for range 2 {
				must(t, c.Apply(t.Context(), one))
				c.want(t, want)
			}
		}
		apply("", job.Stopped, "a")
		apply("a one Enabled, b one:b Enabled", job.Running, "a", "b")
		apply("a one Disabled, b one:b Disabled", job.Failed, "a", "b")
		apply("b one:b Enabled, c one:c Enabled", job.Running, "c", "b")
		apply("b one:b Enabled", job.Running, "b")
		apply("b one:b Disabled", job.Stopped, "b", "d")
		apply("b one:b Enabled, d one:d Enabled", job.Running, "b", "d")
		must(t, c.Remove(t.Context(), record("b", "d")))
		c.want(t, "")
		if aliases := c.Aliases(); len(aliases) != 0 {
			t.Errorf("left: %v", aliases)
		}
		must(t, c.Remove(t.Context(), record("b")))
	}
}

// TestFirstTopicChanges: the group that the first topic had stays with it.
func TestFirstTopicChanges(t *testing.T) {
	c := newCloud(t)
	must(t, c.Apply(t.Context(), record("a")))
	must(t, c.Apply(t.Context(), record("b", "a")))
	c.want(t, "a one Enabled, b one:b Enabled")
	lag, err := c.lags(t, record("b", "a"))
	if want := "b of RESTWorker:one:b, a of RESTWorker:one"; err != nil || lag != want {
		t.Errorf("%q, %v, want %q", lag, err, want)
	}
}

// lags are what the consumers say of the lag.
func (c *cloud) lags(t *testing.T, record job.Record) (string, error) {
	lag, err := c.Consumers.Lag(t.Context(), record)
	var all []string
	for _, one := range lag {
		all = append(all, one.Topic)
	}
	return strings.Join(all, ", "), err
}

// TestStackOwnsMappings: those of a declared job are never taken away.
func TestStackOwnsMappings(t *testing.T) {
	c := newCloud(t)
	declared := record("a", "b")
	must(t, c.Apply(t.Context(), declared))
	declared.Declared, declared.Topics = true, []string{"b"}
	must(t, c.Apply(t.Context(), declared))
	c.want(t, "a one Disabled, b one:b Enabled")
	must(t, c.Remove(t.Context(), declared))
	c.want(t, "a one Disabled, b one:b Disabled")
	if len(c.Aliases()) != 1 {
		t.Errorf("the stack's alias is gone")
	}
}

// TestImpatience: what takes longer is told, and gone on with.
func TestImpatience(t *testing.T) {
	c := newCloud(t)
	c.Steps = 1 << 30
	one := record("a")
	must(t, c.Apply(t.Context(), one))
	hurried := c.consumers(time.Nanosecond)
	one.State = job.Stopped
	for name, err := range map[string]error{
		"stop": hurried.Apply(t.Context(), one), "remove": hurried.Remove(t.Context(), one), "offset": hurried.SetOffset(t.Context(), one, []job.Position{{Partition: -1}}),
	} {
		if !errors.Is(err, job.ErrBusy) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(c.commits) != 0 {
		t.Errorf("committed all the same: %v", c.commits)
	}
	c.Settle()
	must(t, hurried.Apply(t.Context(), one))
	c.want(t, "a one Disabled")
}

// TestSetOffset: offsets are committed while nobody reads, and a job that runs goes on.
func TestSetOffset(t *testing.T) {
	for _, state := range []job.State{job.Running, job.Stopped} {
		c := newCloud(t)
		c.Steps = 2
		one := record("a", "b")
		must(t, c.Apply(t.Context(), one))
		one.State = state
		must(t, c.Apply(t.Context(), one))
		must(t, c.SetOffset(t.Context(), one, []job.Position{{Topic: "b", Offset: 7}}))
		must(t, c.SetOffset(t.Context(), one, []job.Position{{Partition: -1, Offset: job.Earliest}}))
		want := []string{"RESTWorker:one:b[b] 7", "RESTWorker:one[a] -2", "RESTWorker:one:b[b] -2"}
		if diff := cmp.Diff(want, c.commits); diff != "" {
			t.Error(diff)
		}
		if state == job.Running {
			c.want(t, "a one Enabled, b one:b Enabled")
		} else {
			c.want(t, "a one Disabled, b one:b Disabled")
		}
		c.failure = fmt.Errorf("%w: 99", job.ErrPosition)
		if err := c.SetOffset(t.Context(), one, []job.Position{{Partition: -1, Offset: 99}}); !errors.Is(err, job.ErrPosition) {
			t.Errorf("%v", err)
		}
		if got := c.states(); strings.Contains(got, "Enabled") != (state == job.Running) {
			t.Errorf("after a failure: %s", got)
		}
	}
}

// TestInputs: what mappings are made of, by the settings.
func TestInputs(t *testing.T) {
	const secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:"
	for name, test := range map[string]struct {
		variables []string
		edit      func(*job.Record)
		want      map[string]any
	}{
		"brokers of one's own": {
			variables: []string{
				"SECURITY_PROTOCOL", "SASL_SSL", "SASL_MECHANISM", "SCRAM-SHA-256", "KAFKA_CREDENTIALS", secret + "user", "KAFKA_AUTHORITY", secret + "ca",
				mappings.SubnetsVariable, "subnet-1,subnet-2", mappings.GroupsVariable, "sg-1", mappings.PollerGroupVariable, "stack-posted",
				mappings.DestinationVariable, "arn:aws:sqs:eu-central-1:123456789012:queue",
			},
			want: map[string]any{
				"FunctionName": function + ":one", "Topics": []any{"a"}, "Enabled": true, "StartingPosition": "TRIM_HORIZON", "BatchSize": 100.0, "MaximumBatchingWindowInSeconds": 1.0,
				"SelfManagedEventSource":            map[string]any{"Endpoints": map[string]any{"KAFKA_BOOTSTRAP_SERVERS": []any{"b1:9092", "b2:9092"}}},
				"SelfManagedKafkaEventSourceConfig": map[string]any{"ConsumerGroupId": "RESTWorker:one"}, "FunctionResponseTypes": []any{"ReportBatchItemFailures"},
				"ProvisionedPollerConfig": map[string]any{"MinimumPollers": 1.0, "MaximumPollers": 2.0, "PollerGroupName": "stack-posted"}, "MaximumRetryAttempts": -1.0,
				"SourceAccessConfigurations": []any{
					source("VPC_SUBNET", "subnet:subnet-1"), source("VPC_SUBNET", "subnet:subnet-2"), source("VPC_SECURITY_GROUP", "security_group:sg-1"),
					source("SASL_SCRAM_256_AUTH", secret+"user"), source("SERVER_ROOT_CA_CERTIFICATE", secret+"ca"),
				},
			},
		},
		"a cluster, limits and a way out": {
			variables: []string{
				mappings.ClusterVariable, "arn:aws:kafka:eu-central-1:123456789012:cluster/c/1", "AUTO_OFFSET_RESET", "latest", "SECURITY_PROTOCOL", "SSL",
				"KAFKA_CERTIFICATE", secret + "client", "KAFKA_AUTHORITY", secret + "ca", mappings.SubnetsVariable, "subnet-1", mappings.PollersVariable, "5",
				mappings.SizeVariable, "10", mappings.SecondsVariable, "0", mappings.DestinationVariable, "arn:aws:sqs:eu-central-1:123456789012:queue",
			},
			edit: func(r *job.Record) { r.RateLimit, r.OnFailure = 0.5, job.Skip },
			want: map[string]any{
				"FunctionName": function + ":one", "Topics": []any{"a"}, "Enabled": true, "StartingPosition": "LATEST", "BatchSize": 10.0, "MaximumBatchingWindowInSeconds": 0.0,
				"EventSourceArn":                      "arn:aws:kafka:eu-central-1:123456789012:cluster/c/1",
				"AmazonManagedKafkaEventSourceConfig": map[string]any{"ConsumerGroupId": "RESTWorker:one"}, "FunctionResponseTypes": []any{"ReportBatchItemFailures"},
				"ProvisionedPollerConfig": map[string]any{"MinimumPollers": 1.0, "MaximumPollers": 1.0}, "MaximumRetryAttempts": 10.0,
				"DestinationConfig":          map[string]any{"OnFailure": map[string]any{"Destination": "arn:aws:sqs:eu-central-1:123456789012:queue"}},
				"SourceAccessConfigurations": []any{source("CLIENT_CERTIFICATE_TLS_AUTH", secret+"client")},
			},
		},
	} {
		c := newCloud(t, test.variables...)
		one := record("a")
		if test.edit != nil {
			test.edit(&one)
		}
		must(t, c.Apply(t.Context(), one))
		if diff := cmp.Diff(test.want, c.Mappings("one")[0].Input); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func source(kind, uri string) map[string]any { return map[string]any{"Type": kind, "URI": uri} }

// TestChangesOfJobs reach the mappings that are there.
func TestChangesOfJobs(t *testing.T) {
	c := newCloud(t, mappings.DestinationVariable, "arn:queue")
	one := record("a")
	must(t, c.Apply(t.Context(), one))
	one.RateLimit, one.OnFailure = 1, job.Topic
	must(t, c.Apply(t.Context(), one))
	input := c.Mappings("one")[0].Input
	if got := fmt.Sprint(input["ProvisionedPollerConfig"], input["DestinationConfig"], input["MaximumRetryAttempts"]); got != "map[MaximumPollers:1 MinimumPollers:1] map[OnFailure:map[Destination:arn:queue]] 10" {
		t.Error(got)
	}
	c.want(t, "a one Enabled")
}

// TestRefusals: throttling is waited for, and other refusals are told.
func TestRefusals(t *testing.T) {
	c := newCloud(t)
	times := 0
	c.Refuse = func(method, _ string) (int, string) {
		if times++; times < 8 && method == "GET" {
			return 429, "TooManyRequestsException"
		}
		return 0, ""
	}
	if err := c.Apply(t.Context(), record("a")); err != nil {
		t.Errorf("throttled: %v", err)
	}
	c.Refuse = func(method, _ string) (int, string) {
		if method == "PUT" {
			return 403, "AccessDeniedException"
		}
		return 0, ""
	}
	one := record("a")
	one.State = job.Stopped
	if err := c.Apply(t.Context(), one); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("denied: %v", err)
	}
	broken := newCloud(t, mappings.FunctionVariable, "")
	for name, err := range map[string]error{"apply": broken.Apply(t.Context(), one), "remove": broken.Remove(t.Context(), one), "offset": broken.SetOffset(t.Context(), one, nil)} {
		if err == nil || !strings.Contains(err.Error(), mappings.FunctionVariable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRemoveAll: when the stack goes, nothing is left that reads topics, whoever made it, also where mappings are still on their way.
func TestRemoveAll(t *testing.T) {
	c := newCloud(t)
	for _, key := range []string{"one", "two"} {
		if err := c.Apply(t.Context(), job.Record{Key: key, State: job.Running, Declared: key == "two", Job: job.Job{ID: key, Topics: []string{"a", "b"}}}); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.Mappings("one")) != 2 || len(c.Mappings("two")) != 2 || len(c.Aliases()) != 2 {
		t.Fatalf("%v: %d and %d mappings", c.Aliases(), len(c.Mappings("one")), len(c.Mappings("two")))
	}
	for range 2 { // the second time there is nothing
		if err := c.RemoveAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.Settle()
	}
	if len(c.Mappings("one"))+len(c.Mappings("two")) != 0 || len(c.Aliases()) != 0 {
		t.Errorf("left are %v", c.Aliases())
	}
}
