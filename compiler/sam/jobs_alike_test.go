package sam_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/mappings"
	"github.com/steploom/steploom/shared/task"
)

// stage is a template with what its parameters are.
type stage struct {
	document
	given map[string]string
}

// text is the value of a parameter, or a name that stands for a resource.
func (s stage) text(name string) string {
	if value, ok := s.given[name]; ok {
		return value
	}
	if parameter, ok := s.Parameters[name]; ok {
		return fmt.Sprint(parameter["Default"])
	}
	if name == "AWS::StackName" {
		return "stack"
	}
	return "arn:" + name
}

var inText = regexp.MustCompile(`\$\{[^}]*\}`)

// value is what CloudFormation makes of a value; nil of AWS::NoValue, which falls away.
func (s stage) value(value any) any {
	switch value := value.(type) {
	case []any:
		items := []any{}
		for _, item := range value {
			if found := s.value(item); found != nil {
				items = append(items, found)
			}
		}
		return items
	case map[string]any:
		if len(value) == 1 {
			for name, of := range value {
				if found, ok := s.function(name, of); ok {
					return found
				}
			}
		}
		members := map[string]any{}
		for name, member := range value {
			if found := s.value(member); found != nil {
				members[name] = found
			}
		}
		return members
	}
	return value
}

// function is the value of an intrinsic function; ok tells whether it is one.
func (s stage) function(name string, of any) (value any, ok bool) {
	list, _ := of.([]any)
	switch name {
	case "Ref":
		if of == "AWS::NoValue" {
			return nil, true
		}
		if parameter, ok := s.Parameters[of.(string)]; ok && parameter["Type"] == "CommaDelimitedList" {
			return strings.Split(s.text(of.(string)), ","), true
		}
		return s.text(of.(string)), true
	case "Fn::Sub":
		return inText.ReplaceAllStringFunc(of.(string), func(found string) string { return s.text(found[2 : len(found)-1]) }), true
	case "Fn::If":
		if s.holds(s.Conditions[list[0].(string)]) {
			return s.value(list[1]), true
		}
		return s.value(list[2]), true
	case "Fn::Join":
		return s.join(list), true
	case "Fn::Split":
		return strings.Split(s.value(list[1]).(string), list[0].(string)), true
	case "Fn::Select":
		return s.value(list[1]).([]string)[list[0].(int)], true
	}
	return nil, false
}

func (s stage) join(list []any) string {
	var texts []string
	switch of := s.value(list[1]).(type) {
	case []string:
		texts = of
	case []any:
		for _, one := range of {
			texts = append(texts, one.(string))
		}
	}
	return strings.Join(texts, list[0].(string))
}

// holds tells whether a condition holds.
func (s stage) holds(condition map[string]any) bool {
	for name, of := range condition {
		list, _ := of.([]any)
		each := func(one any) bool { return s.holds(one.(map[string]any)) }
		switch name {
		case "Condition":
			return s.holds(s.Conditions[of.(string)])
		case "Fn::Equals":
			return fmt.Sprint(s.value(list[0])) == fmt.Sprint(s.value(list[1]))
		case "Fn::Not":
			return !each(list[0])
		case "Fn::And":
			return !slices.ContainsFunc(list, func(one any) bool { return !each(one) })
		case "Fn::Or":
			return slices.ContainsFunc(list, each)
		}
	}
	panic(fmt.Sprint("no condition: ", condition))
}

// TestPostedJobsAreReadAlike: the mappings that the function behind the job API makes of a job, with the variables that the template gives it, are those that
// the template has of the same job in a file, whatever a stage chooses.
func TestPostedJobsAreReadAlike(t *testing.T) {
	app := surveys(t)
	_, files := written(t, app, sam.Options{})
	template := parsed(t, files[sam.TemplateFile])
	own := "arn:aws:secretsmanager:eu-central-1:123456789012:secret:"
	for name, given := range map[string]map[string]string{
		"nothing chosen":     {},
		"in a VPC":           {"VpcSubnetIds": "subnet-1,subnet-2", "VpcSecurityGroupIds": "sg-1", "JobBatchSize": "7", "JobBatchSeconds": "0", "JobMaximumPollers": "9"},
		"PLAIN":              {"KafkaSaslMechanism": "PLAIN"},
		"SCRAM of a secret":  {"KafkaSaslMechanism": "SCRAM-SHA-256", "KafkaCredentialsArn": own + "login"},
		"certificates":       {"KafkaClientCertificateArn": own + "client", "KafkaAuthorityArn": own + "authority", "VpcSubnetIds": "subnet-1,subnet-2,subnet-3,subnet-4", "VpcSecurityGroupIds": "sg-1,sg-2,sg-3"},
		"MSK":                {"MskClusterArn": "arn:aws:kafka:eu-central-1:123456789012:cluster/c/1", "KafkaSaslMechanism": "SCRAM-SHA-512", "VpcSubnetIds": "subnet-1", "VpcSecurityGroupIds": "sg-1", "KafkaAuthorityArn": own + "authority"},
		"failures are taken": {"JobFailureDestinationArn": "arn:aws:sqs:eu-central-1:123456789012:failures"},
	} {
		t.Run(name, func(t *testing.T) {
			s := stage{template, given}
			want := map[string]any{}
			for id, resource := range template.ofType("AWS::Lambda::EventSourceMapping") {
				if strings.HasPrefix(id, "JobSurveys") {
					mapping := s.value(resource).(map[string]any)
					want[mapping["Topics"].([]any)[0].(string)] = comparable(mapping)
				}
			}
			declared := app.Workflow.Jobs.Declared[0]
			variables := s.value(template.ofType("AWS::Serverless::Function")["JobsFunction"]["Environment"].(map[string]any)["Variables"]).(map[string]any)
			if len(want) != 2 {
				t.Fatalf("%d mappings", len(want))
			}
			if diff := cmp.Diff(want, posted(t, declared.Job, variables)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// posted are the mappings that a posted job gets, by their topics.
func posted(t *testing.T, one job.Job, variables map[string]any) map[string]any {
	made := map[string]any{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		var mapping map[string]any
		if r.Method == http.MethodPost && json.Unmarshal(text, &mapping) == nil && mapping["Topics"] != nil {
			made[mapping["Topics"].([]any)[0].(string)] = comparable(mapping)
		}
		_, _ = io.WriteString(w, `{"EventSourceMappings": []}`)
	}))
	defer server.Close()
	environment := map[string]string{"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
	for name, value := range variables {
		environment[name] = fmt.Sprint(value)
	}
	environment["AWS_ENDPOINT_URL_LAMBDA"] = server.URL
	consumers := mappings.New(mappings.Config{Client: aws.New(task.Variables(environment)), Environment: task.Variables(environment)})
	if err := consumers.Apply(t.Context(), job.Record{Job: one, Key: "surveys", State: job.Running}); err != nil {
		t.Fatal(err)
	}
	return made
}

// comparable is a mapping without what tells its maker: the alias is referred to here and named there, and the pollers of posted jobs are apart. Numbers that
// are parameters are texts in a template.
func comparable(mapping map[string]any) any {
	kept := maps.Clone(mapping)
	delete(kept, "FunctionName")
	text, _ := json.Marshal(kept)
	plain := regexp.MustCompile(`"PollerGroupName":"stack-[a-z]+"`).ReplaceAllString(string(text), `"PollerGroupName":"shared"`)
	plain = regexp.MustCompile(`"([0-9]+)"`).ReplaceAllString(plain, "$1")
	plain = strings.Replace(plain, "KAFKA_BOOTSTRAP_SERVERS", "KafkaBootstrapServers", 1)
	var value any
	_ = json.Unmarshal([]byte(plain), &value)
	return value
}
