package mappings

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/task"
)

// The variables that say what mappings are made of, beside those of [job.Settings].
const (
	FunctionVariable    = "STEPLOOM_STREAM_FUNCTION"
	ClusterVariable     = "STEPLOOM_KAFKA_CLUSTER"
	SubnetsVariable     = "STEPLOOM_KAFKA_SUBNETS"
	GroupsVariable      = "STEPLOOM_KAFKA_SECURITY_GROUPS"
	SizeVariable        = "STEPLOOM_BATCH_SIZE"
	SecondsVariable     = "STEPLOOM_BATCH_SECONDS"
	PollersVariable     = "STEPLOOM_POLLERS"
	PollerGroupVariable = "STEPLOOM_POLLER_GROUP"
	DestinationVariable = "STEPLOOM_FAILURE_DESTINATION"
)

// Variables are those of a function that makes mappings.
func Variables() []task.Variable {
	return []task.Variable{
		FunctionName(),
		{Name: ClusterVariable, Doc: "ARN of the MSK cluster; without it the brokers are those of KAFKA_URL", Setting: task.Cluster},
		{Name: SubnetsVariable, Doc: "the subnets in which brokers of one's own are reached, separated by commas", Setting: task.Subnets},
		{Name: GroupsVariable, Doc: "the security groups there, separated by commas", Setting: task.SecurityGroups},
		{Name: SizeVariable, Doc: "most records that a job is given at once, 100 when it is not set", Setting: task.BatchSize},
		{Name: SecondsVariable, Doc: "how many seconds records are gathered for, 1 when it is not set", Setting: task.BatchSeconds},
		{Name: PollersVariable, Doc: "most pollers of a topic, 2 when it is not set; a job with a ratelimit has one", Setting: task.Pollers},
		{Name: PollerGroupVariable, Doc: "the name of the pollers that mappings in a VPC share", Setting: task.PollerGroup},
		{Name: DestinationVariable, Doc: "ARN of what is told of batches that are given up, of jobs that do not stop at failures", Setting: task.FailureDestination},
	}
}

// FunctionName is the variable of a function that looks for mappings, or changes whether they are enabled.
func FunctionName() task.Variable {
	return task.Variable{Name: FunctionVariable, Doc: "ARN of the function behind streams, without a version", Setting: task.StreamFunction}
}

// Permissions are what consumers need.
func Permissions(when string) []task.Permission {
	var all []task.Permission
	for _, action := range []string{"CreateAlias", "DeleteAlias", "ListAliases"} {
		all = append(all, task.Permission{Action: "lambda:" + action, Resource: "stream", When: when})
	}
	for _, action := range []string{"CreateEventSourceMapping", "UpdateEventSourceMapping", "DeleteEventSourceMapping", "ListEventSourceMappings"} {
		all = append(all, task.Permission{Action: "lambda:" + action, Resource: "mappings", When: when})
	}
	return all
}

// settings are what a mapping is made of.
type settings struct {
	job.Settings
	function, cluster, group, destination string
	subnets, securityGroups               []string
	size, seconds, pollers                int
}

// read reads the settings from the environment.
func read(environment task.Environment) (settings, error) {
	all, err := job.ReadSettings(environment)
	read := settings{
		Settings: all, function: environment.Value(FunctionVariable), cluster: environment.Value(ClusterVariable), group: environment.Value(PollerGroupVariable),
		destination: environment.Value(DestinationVariable),
		subnets:     words(environment.Value(SubnetsVariable)), securityGroups: words(environment.Value(GroupsVariable)),
	}
	for _, one := range []struct {
		into     *int
		variable string
		unset    int
	}{{&read.size, SizeVariable, 100}, {&read.seconds, SecondsVariable, 1}, {&read.pollers, PollersVariable, 2}} {
		number, failure := strconv.Atoi(cmp.Or(environment.Value(one.variable), strconv.Itoa(one.unset)))
		if failure != nil && err == nil {
			err = task.Errorf(task.Internal, "%s is no number", one.variable)
		}
		*one.into = number
	}
	if read.function == "" && err == nil {
		err = task.Errorf(task.Internal, "%s is not set", FunctionVariable)
	}
	return read, err
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// wanted is what a mapping of a job is to be, beside its topic and its group.
func (s settings) wanted(record job.Record) mapping {
	wanted := mapping{
		BatchSize: record.Batch(s.size), MaximumBatchingWindowInSeconds: &s.seconds, FunctionResponseTypes: []string{"ReportBatchItemFailures"},
		ProvisionedPollerConfig: &pollers{MinimumPollers: 1, MaximumPollers: s.pollers, PollerGroupName: s.group},
		MaximumRetryAttempts:    unlimited, DestinationConfig: &destination{},
	}
	if record.RateLimit > 0 {
		wanted.ProvisionedPollerConfig.MaximumPollers = 1
	}
	if s.destination != "" && (record.OnFailure == job.Skip || record.OnFailure == job.Topic) {
		wanted.MaximumRetryAttempts, wanted.DestinationConfig.OnFailure.Destination = givenUpAfter, s.destination
	}
	return wanted
}

const (
	// unlimited tries a batch again for as long as it takes.
	unlimited = -1
	// givenUpAfter is how often a batch is tried again at which the function itself breaks down, where something takes it then.
	givenUpAfter = 10
)

// sources adds where records come from, which cannot be changed later, and how one logs in there.
func (s settings) sources(m *mapping, group string) {
	if s.cluster != "" {
		m.EventSourceArn, m.AmazonManagedKafkaEventSourceConfig = s.cluster, &groupConfig{group}
	} else {
		m.SelfManagedEventSource, m.SelfManagedKafkaEventSourceConfig = &brokers{}, &groupConfig{group}
		m.SelfManagedEventSource.Endpoints.Brokers = s.Brokers
	}
	m.StartingPosition = "TRIM_HORIZON"
	if s.OffsetReset == "latest" {
		m.StartingPosition = "LATEST"
	}
	m.SourceAccessConfigurations = s.access()
}

// access is how Lambda reaches brokers and logs in to them (Lambda API, SourceAccessConfiguration).
func (s settings) access() []access {
	var all []access
	if s.cluster == "" {
		for _, subnet := range s.subnets {
			all = append(all, access{"VPC_SUBNET", "subnet:" + subnet})
		}
		for _, group := range s.securityGroups {
			all = append(all, access{"VPC_SECURITY_GROUP", "security_group:" + group})
		}
	}
	kinds := map[string]string{"PLAIN": "BASIC_AUTH", "SCRAM-SHA-256": "SASL_SCRAM_256_AUTH", "SCRAM-SHA-512": "SASL_SCRAM_512_AUTH"}
	if kind := kinds[s.Mechanism]; kind != "" && s.Credentials != "" {
		all = append(all, access{kind, s.Credentials})
	}
	if s.Certificate != "" {
		all = append(all, access{"CLIENT_CERTIFICATE_TLS_AUTH", s.Certificate})
	}
	if s.Authority != "" && s.cluster == "" {
		all = append(all, access{"SERVER_ROOT_CA_CERTIFICATE", s.Authority})
	}
	return all
}
