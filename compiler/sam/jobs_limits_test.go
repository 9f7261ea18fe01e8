package sam_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/job"
)

// numberOfJobs is an application with n jobs of a topic each, the first in line 10.
func numberOfJobs(t testing.TB, n int, long string) sam.Application {
	jobs := &ir.Jobs{Range: at(1)}
	for i := range n {
		jobs.Declared = append(jobs.Declared, ir.DeclaredJob{Range: at(10 + i), Job: job.Job{
			ID: fmt.Sprintf("job-%d", i), Owner: "field", Type: "POST", Topics: []string{fmt.Sprintf("topic-%d", i)}, URL: "https://api.example.com/" + long, DataMap: map[string]string{},
		}})
	}
	return jobsOf(t, jobs)
}

// TestJobLimits: what AWS would refuse of jobs is told at the job, with a way out; what is just below is not.
func TestJobLimits(t *testing.T) {
	topic := func(name string) sam.Application {
		app := numberOfJobs(t, 1, "")
		app.Workflow.Jobs.Declared[0].Topics, app.Workflow.Jobs.Declared[0].TopicRanges = []string{"fine", name}, []diag.Range{at(11), at(12)}
		return app
	}
	brokers := func(n int) sam.Application {
		app := numberOfJobs(t, 1, "")
		app.Workflow.Jobs.Settings = map[string]string{"KAFKA_URL": strings.TrimSuffix(strings.Repeat("kafka:9092,", n), ",")}
		return app
	}
	for name, test := range map[string]struct {
		app     sam.Application
		options sam.Options
		want    string // the code of the only error, "" for none
		line    int
		says    string
	}{
		"200 jobs":                    {app: numberOfJobs(t, 200, "")},
		"300 jobs":                    {app: numberOfJobs(t, 300, ""), want: "SAM007", line: 235, says: "CloudFormation takes 500"},
		"a topic of one character":    {app: topic("t"), want: "SAM031", line: 12, says: `"t"`},
		"a topic of two":              {app: topic("tt")},
		"a topic with a dot in front": {app: topic(".t"), want: "SAM031", line: 12, says: `".t"`},
		"ten brokers":                 {app: brokers(10)},
		"eleven brokers":              {app: brokers(11), want: "SAM031", line: 1, says: "11 brokers"},
		"a long job":                  {app: numberOfJobs(t, 3, strings.Repeat("x", 99_000))},
		"a job that is too long":      {app: numberOfJobs(t, 1, strings.Repeat("x", 100_000)), want: "SAM031", line: 10, says: "there is room for 100000"},
		"direct mode":                 {app: numberOfJobs(t, 1, ""), options: sam.Options{API: sam.APIDirect}, want: "SAM030", line: 1, says: "direct mode"},
		"tokens":                      {app: numberOfJobs(t, 1, ""), options: sam.Options{Authorizer: sam.JWT}, want: "SAM030", line: 1, says: "--authorizer jwt"},
		"keys":                        {app: numberOfJobs(t, 1, ""), options: sam.Options{Authorizer: sam.APIKey}, want: "SAM030", line: 1, says: "--authorizer api-key"},
	} {
		t.Run(name, func(t *testing.T) {
			_, all := sam.Generate(test.app, test.options)
			found := errorsOf(all)
			if len(found) == 0 && test.want == "" {
				return
			}
			if len(found) != 1 || found[0].Code != test.want || found[0].Range.Start.Line != test.line || !strings.Contains(found[0].Summary, test.says) || found[0].Fix == "" {
				t.Errorf("want %s in line %d with %q, found:\n%s", test.want, test.line, test.says, told(found))
			}
		})
	}
}

// TestTopicsOfKafkaAlone: a topic that Lambda does not take is a warning until something is built: the job works on one's own machine.
func TestTopicsOfKafkaAlone(t *testing.T) {
	app := numberOfJobs(t, 1, "")
	app.Workflow.Jobs.Declared[0].Topics = []string{"t"}
	found := sam.Check(app, sam.Options{})
	if len(found) != 1 || found[0].Code != "SAM031" || found[0].Severity != diag.Warning || found[0].Fix == "" {
		t.Errorf("%+v", found)
	}
	if files, list := sam.Generate(app, sam.Options{}); !list.HasErrors() || files != nil {
		t.Errorf("it is built: %+v", list)
	}
}

// TestSeeds: many jobs are told in several custom resources, each short enough, all of them once and in order.
func TestSeeds(t *testing.T) {
	_, files := written(t, numberOfJobs(t, 7, strings.Repeat("x", 30_000)), sam.Options{})
	seeds := parsed(t, files[sam.TemplateFile]).ofType("Custom::Jobs")
	var ids []string
	for i := range len(seeds) {
		name := "DeclaredJobs"
		if i > 0 {
			name += fmt.Sprint(i + 1)
		}
		text := seeds[name]["Jobs"].(string)
		var declared []struct{ Job job.Job }
		if err := json.Unmarshal([]byte(text), &declared); err != nil || len(text) > 100_000 {
			t.Fatalf("%s: %d bytes, %v", name, len(text), err)
		}
		for _, one := range declared {
			ids = append(ids, one.Job.ID)
		}
	}
	if want := []string{"job-0", "job-1", "job-2", "job-3", "job-4", "job-5", "job-6"}; !slices.Equal(ids, want) || len(seeds) != 3 {
		t.Errorf("%v in %d resources", ids, len(seeds))
	}
}

// TestMappingsShareByHundreds: a group of pollers takes a hundred mappings.
func TestMappingsShareByHundreds(t *testing.T) {
	_, files := written(t, numberOfJobs(t, 150, ""), sam.Options{})
	members := map[string]int{}
	for _, mapping := range parsed(t, files[sam.TemplateFile]).ofType("AWS::Lambda::EventSourceMapping") {
		config := mapping["ProvisionedPollerConfig"].(map[string]any)
		members[fmt.Sprint(config["PollerGroupName"].(map[string]any)["Fn::If"].([]any)[1].(map[string]any)["Fn::Sub"])]++
	}
	if diff := cmp.Diff(map[string]int{"${AWS::StackName}-jobs": 100, "${AWS::StackName}-jobs2": 50}, members); diff != "" {
		t.Error(diff)
	}
}

// TestRecordSamples: the sample of a mapping's event has what the paths of the first job read, and the flag of an approved record.
func TestRecordSamples(t *testing.T) {
	_, files := written(t, surveys(t), sam.Options{})
	for _, name := range []string{"events/stream.json", "events/stream-msk.json"} {
		var event struct {
			EventSource string
			Records     map[string][]struct {
				Topic string
				Value string
			}
		}
		if err := json.Unmarshal(files[name], &event); err != nil || len(event.Records["Person-0"]) != 1 {
			t.Fatalf("%s: %v %+v", name, err, event)
		}
		value, err := base64.StdEncoding.DecodeString(event.Records["Person-0"][0].Value)
		if want := `{"id":"sample","person":{"name":"sample"},"approved":true}`; err != nil || string(value) != want {
			t.Errorf("%s: %v %s", name, err, value)
		}
	}
	if !strings.Contains(string(files[sam.LocalFile]), `"STEPLOOM_JOB": "surveys"`) {
		t.Errorf("%s names no job:\n%s", sam.LocalFile, files[sam.LocalFile])
	}
}

// TestFilesDecide: what the files say of brokers is the default of the stage's parameters; where they say nothing, the stage must.
func TestFilesDecide(t *testing.T) {
	app := surveys(t)
	app.Workflow.Jobs.Settings["SECURITY_PROTOCOL"], app.Workflow.Jobs.Settings["SASL_MECHANISM"], app.Workflow.Jobs.Settings["AUTO_OFFSET_RESET"] = "SASL_SSL", "SCRAM-SHA-512", "latest"
	app.Workflow.Jobs.Secrets = map[string]string{"ADMIN_PW": "door", "KAFKA_AUTHORITY": "who-signs"}
	_, files := written(t, app, sam.Options{})
	template := parsed(t, files[sam.TemplateFile])
	for name, want := range map[string]any{
		"KafkaBootstrapServers": "kafka-1.internal:9092,kafka-2.internal:9092", "KafkaSecurityProtocol": "SASL_SSL", "KafkaSaslMechanism": "SCRAM-SHA-512", "KafkaAuthorityArn": nil,
	} {
		if got := template.Parameters[name]["Default"]; got != want {
			t.Errorf("%s is %v unless it is changed, want %v", name, got, want)
		}
	}
	for name, mapping := range template.ofType("AWS::Lambda::EventSourceMapping") {
		if mapping["StartingPosition"] != "LATEST" {
			t.Errorf("%s begins at %v", name, mapping["StartingPosition"])
		}
	}
	if _, generated := template.Resources["AdminPasswordSecret"]; generated || template.Resources["DoorSecret"] == nil {
		t.Error("the password of the job API is not that of the files")
	}
	_, files = written(t, numberOfJobs(t, 1, ""), sam.Options{})
	if brokers := parsed(t, files[sam.TemplateFile]).Parameters["KafkaBootstrapServers"]; brokers == nil || brokers["Default"] != nil {
		t.Errorf("brokers that nobody knows: %v", brokers)
	}
}

// TestFailuresDecideRetries: a job that stops at failures is tried again for ever, and nothing takes its batches; others are given up where something takes them.
// A job with a limit has one poller.
func TestFailuresDecideRetries(t *testing.T) {
	_, files := written(t, surveys(t), sam.Options{})
	mappings := parsed(t, files[sam.TemplateFile]).ofType("AWS::Lambda::EventSourceMapping")
	skips, stops := mappings["JobSurveysMapping"], map[string]any{}
	for name, mapping := range mappings {
		if !strings.HasPrefix(name, "JobSurveys") {
			stops = mapping
		}
	}
	if stops["MaximumRetryAttempts"] != -1 || stops["DestinationConfig"] != nil {
		t.Errorf("a job that stops: %v, %v", stops["MaximumRetryAttempts"], stops["DestinationConfig"])
	}
	if diff := cmp.Diff(map[string]any{"Fn::If": []any{"WithJobFailureDestination", 10, -1}}, skips["MaximumRetryAttempts"]); diff != "" || skips["DestinationConfig"] == nil {
		t.Errorf("a job that skips: %s", diff)
	}
	pollers := func(mapping map[string]any) any {
		return mapping["ProvisionedPollerConfig"].(map[string]any)["MaximumPollers"]
	}
	if pollers(skips) != 1 || fmt.Sprint(pollers(stops)) != "map[Ref:JobMaximumPollers]" {
		t.Errorf("pollers: %v with a limit, %v without", pollers(skips), pollers(stops))
	}
}

// TestAlikeNames: jobs whose names give the same words, and secrets that are called as those of the stack, are kept apart.
func TestAlikeNames(t *testing.T) {
	one := func(id, token string, line int) ir.DeclaredJob {
		return ir.DeclaredJob{Range: at(line), Secrets: job.Secrets{Token: token}, Job: job.Job{
			ID: id, Owner: "field", Type: "POST", Topics: []string{"people"}, URL: "https://api.example.com/", DataMap: map[string]string{},
		}}
	}
	app := jobsOf(t, &ir.Jobs{Range: at(1), Secrets: map[string]string{"KAFKA_CREDENTIALS": "who reads?"}, Declared: []ir.DeclaredJob{
		one("a-b", "admin-password", 2), one("a_b", "kafka-credentials", 3), one("a b", "caller-key", 4), one("AB", "API-Keys", 5),
	}})
	files, list := sam.Generate(app, sam.Options{})
	noErrors(t, list)
	template := parsed(t, files[sam.TemplateFile])
	names, aliases := map[string]bool{}, map[string]bool{}
	for id, secret := range template.ofType("AWS::SecretsManager::Secret") {
		names[fmt.Sprint(secret["Name"])] = true
		if id == "AdminPasswordSecret" && fmt.Sprint(secret["GenerateSecretString"]) == "<nil>" {
			t.Error("a job's token is the password of the job API")
		}
	}
	for _, alias := range template.ofType("AWS::Lambda::Alias") {
		aliases[fmt.Sprint(alias["Name"])] = true
	}
	if len(aliases) != 4 || len(names) != 7 { // four tokens, the password of the job API, what clients log in to brokers with, the key
		t.Errorf("aliases %v, secrets %v", aliases, names)
	}
	if template.ofType("AWS::Lambda::EventSourceMapping")["JobABMapping"] == nil && len(template.ofType("AWS::Lambda::EventSourceMapping")) != 4 {
		t.Error("mappings are missing")
	}
}
