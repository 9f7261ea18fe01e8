package sam_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// jobRows are the catalogue with the functions that work for jobs.
func jobRows() []task.Row {
	rows := functions.Rows()
	for _, row := range []task.Row{jobsRow(), streamRow()} {
		if _, ok := task.Find(rows, row.Name); !ok {
			rows = append(rows, row)
		}
	}
	return rows
}

func jobTables() []task.Table {
	text := func(name string) task.Attribute { return task.Attribute{Name: name, Type: task.TypeText} }
	return []task.Table{
		{Name: "jobs", Doc: "The jobs, and what is known of them.", Key: text("key"), Setting: "jobs table",
			Indexes: []task.Index{{Name: "tenants", Key: text("tenant"), Sort: text("key")}}},
		{Name: "logs", Doc: "The logs of the jobs.", Key: text("key"), Sort: task.Attribute{Name: "time", Type: task.TypeNumber}, Expires: "expires", Setting: "logs table"},
	}
}

func brokerVariables() []task.Variable {
	return []task.Variable{
		{Name: "KAFKA_URL", Doc: "brokers", Setting: task.Brokers}, {Name: "SECURITY_PROTOCOL", Doc: "protocol", Setting: task.BrokerProtocol},
		{Name: "SASL_MECHANISM", Doc: "mechanism", Setting: task.BrokerMechanism},
		{Name: "KAFKA_CREDENTIALS", Doc: "credentials", Secret: true, Setting: task.BrokerCredentials},
		{Name: "KAFKA_CERTIFICATE", Doc: "certificate", Secret: true, Setting: task.BrokerCertificate},
		{Name: "KAFKA_AUTHORITY", Doc: "authority", Secret: true, Setting: task.BrokerAuthority},
		{Name: "AUTO_OFFSET_RESET", Doc: "reset", Setting: task.OffsetReset},
		{Name: "STEPLOOM_JOBS_TABLE", Doc: "table", Setting: "jobs table"}, {Name: "STEPLOOM_LOGS_TABLE", Doc: "table", Setting: "logs table"},
	}
}

func streamRow() task.Row {
	return task.Row{
		Name: "stream", Doc: "Hands records of Kafka topics to executions.", Memory: 512, Timeout: 10 * time.Minute, BehindStream: true, Tables: jobTables(),
		Variables: append(brokerVariables(),
			task.Variable{Name: "AETHER_EMIT_FLAG_REQUIRED", Doc: "flag", Setting: task.JobSetting},
			task.Variable{Name: "SCHEMA_REGISTRY_CREDENTIALS", Doc: "registry", Secret: true, Setting: task.RegistryCredentials},
			task.Variable{Name: "STEPLOOM_STATE_MACHINE_PREFIX", Doc: "prefix", Setting: task.MachinePrefix},
			task.Variable{Name: "STEPLOOM_STATE_MACHINE_ALIAS", Doc: "alias", Setting: task.MachineAlias}),
		Permissions: []task.Permission{
			{Action: "states:StartSyncExecution", Resource: "state machine", When: "a record is delivered"},
			{Action: "dynamodb:GetItem", Resource: "table jobs", When: "it finds its job"},
			{Action: "dynamodb:UpdateItem", Resource: "table jobs", When: "it counts"},
			{Action: "dynamodb:BatchWriteItem", Resource: "table logs", When: "it logs"},
			{Action: "secretsmanager:GetSecretValue", Resource: "secret", When: "brokers ask who it is"},
			{Action: "lambda:ListEventSourceMappings", Resource: "mappings", When: "a job stops"},
			{Action: "lambda:UpdateEventSourceMapping", Resource: "mappings", When: "a job stops"},
		},
	}
}

func jobsRow() task.Row {
	return task.Row{
		Name: "jobs", Doc: "Answers for the job API.", Memory: 256, Timeout: 29 * time.Second, JobRoutes: []string{"$default"}, Tables: jobTables(),
		Variables: append(brokerVariables(),
			task.Variable{Name: "ADMIN_USER", Doc: "user", Setting: task.JobSetting}, task.Variable{Name: "ADMIN_PW", Doc: "password", Secret: true, Setting: task.AdminPassword},
			task.Variable{Name: "TENANCY_HEADER", Doc: "tenant", Setting: task.TenancyHeader},
			task.Variable{Name: "STEPLOOM_STREAM_FUNCTION", Doc: "function", Setting: task.StreamFunction}, task.Variable{Name: "STEPLOOM_KAFKA_CLUSTER", Doc: "cluster", Setting: task.Cluster},
			task.Variable{Name: "STEPLOOM_KAFKA_SUBNETS", Doc: "subnets", Setting: task.Subnets}, task.Variable{Name: "STEPLOOM_KAFKA_SECURITY_GROUPS", Doc: "groups", Setting: task.SecurityGroups},
			task.Variable{Name: "STEPLOOM_BATCH_SIZE", Doc: "size", Setting: task.BatchSize}, task.Variable{Name: "STEPLOOM_BATCH_SECONDS", Doc: "seconds", Setting: task.BatchSeconds},
			task.Variable{Name: "STEPLOOM_POLLERS", Doc: "pollers", Setting: task.Pollers}, task.Variable{Name: "STEPLOOM_FAILURE_DESTINATION", Doc: "destination", Setting: task.FailureDestination},
			task.Variable{Name: secret.CallerKeyVariable, Doc: "key", Secret: true, Setting: task.CallerKey}),
		Permissions: []task.Permission{
			{Action: "dynamodb:GetItem", Resource: "table jobs", When: "it finds a job"}, {Action: "dynamodb:PutItem", Resource: "table jobs", When: "it keeps a job"},
			{Action: "dynamodb:Query", Resource: "table jobs", When: "it lists jobs"}, {Action: "dynamodb:DeleteItem", Resource: "table jobs", When: "a job goes"},
			{Action: "dynamodb:Query", Resource: "table logs", When: "it shows a log"},
			{Action: "secretsmanager:GetSecretValue", Resource: "secret", When: "it knows who calls"},
			{Action: "lambda:CreateAlias", Resource: "stream", When: "a job is posted"}, {Action: "lambda:DeleteAlias", Resource: "stream", When: "a job goes"},
			{Action: "lambda:CreateEventSourceMapping", Resource: "mappings", When: "a job is posted"}, {Action: "lambda:DeleteEventSourceMapping", Resource: "mappings", When: "a job goes"},
			{Action: "lambda:ListEventSourceMappings", Resource: "mappings", When: "a job changes"}, {Action: "lambda:UpdateEventSourceMapping", Resource: "mappings", When: "a job starts or stops"},
		},
	}
}

// surveys is a workflow of two jobs: one with two topics, a password and a limit, and one whose id is no name.
func surveys(t testing.TB) sam.Application {
	return jobsOf(t, &ir.Jobs{
		Settings: map[string]string{"KAFKA_URL": "kafka-1.internal:9092,kafka-2.internal:9092", "AUTO_OFFSET_RESET": "earliest", "AETHER_EMIT_FLAG_REQUIRED": "true", "ADMIN_USER": "keeper"},
		Declared: []ir.DeclaredJob{
			{Range: at(3), Secrets: job.Secrets{Basic: "surveys-login"}, Job: job.Job{
				ID: "surveys", Owner: "field", Type: "POST", Topics: []string{"Person", "Household"}, URL: "https://api.example.com/{id}", RateLimit: 0.5,
				DataMap: map[string]string{"id": "$.msg.id", "name": "$.msg.person.name"}, JSONBody: []string{"name"}, OnFailure: job.Skip}},
			{Range: at(20), Secrets: job.Secrets{Token: "tokens#mine"}, Job: job.Job{
				ID: "my job!", Owner: "field", Type: "PUT", Topics: []string{"Person"}, URL: "https://api.example.com/{id}", DataMap: map[string]string{"id": "$.msg.id"}}},
		},
		Range: at(1),
	})
}

// jobsOf is an application with jobs and the operation that delivers their records.
func jobsOf(t testing.TB, jobs *ir.Jobs) sam.Application {
	t.Helper()
	deliver := &ir.Operation{Name: job.Deliver, Range: at(1), Triggers: []ir.Trigger{&ir.Manual{Range: at(1)}}, Steps: []ir.Step{
		&ir.Call{Header: ir.Header{Common: ir.Head{Label: "send", Range: at(1)}}, Function: task.HTTP, Arguments: build.Path(ir.Input(), "request")},
		&ir.Return{Status: 200.0, Header: ir.Header{Common: ir.Head{Label: "done", Range: at(1)}}},
	}}
	workflow := ir.Decide(&ir.Workflow{Name: "surveys", Operations: []*ir.Operation{deliver}, Jobs: jobs, Range: at(1)})
	operation := workflow.Operations[0]
	definition, list := lower.Operation(workflow, operation, jobRows())
	noErrors(t, list)
	operation.Triggers, operation.Mode = []ir.Trigger{&ir.Stream{Topics: []string{"any"}, Range: at(1)}}, ir.Express
	return sam.Application{Workflow: workflow, Catalogue: jobRows(), Machines: []sam.Machine{{Name: job.Deliver, Operation: operation, Definition: definition}}}
}

// TestJobs: each job of a file has an alias named by its key, and a mapping for each topic.
func TestJobs(t *testing.T) {
	files, list := sam.Generate(surveys(t), sam.Options{})
	noErrors(t, list)
	template := parsed(t, files[sam.TemplateFile])
	aliases, mappings := template.ofType("AWS::Lambda::Alias"), template.ofType("AWS::Lambda::EventSourceMapping")
	var names, topics []string
	for id, alias := range aliases {
		names = append(names, alias["Name"].(string))
		for _, mapping := range mappings {
			if references(mapping["FunctionName"])[0] == id {
				topics = append(topics, alias["Name"].(string)+" "+mapping["Topics"].([]any)[0].(string))
			}
		}
	}
	slices.Sort(names)
	slices.Sort(topics)
	key := job.Key("", "my job!")
	if want := []string{key, "surveys"}; !slices.Equal(names, want) {
		t.Errorf("aliases %v, want %v", names, want)
	}
	if want := []string{key + " Person", "surveys Household", "surveys Person"}; !slices.Equal(topics, want) || len(mappings) != 3 {
		t.Errorf("mappings %v, want %v", topics, want)
	}
	seeds := template.ofType("Custom::Jobs")["DeclaredJobs"]
	var declared []struct {
		Job     job.Job
		Secrets job.Secrets
	}
	if err := json.Unmarshal([]byte(seeds["Jobs"].(string)), &declared); err != nil || len(declared) != 2 || declared[1].Secrets.Token != "tokens#mine" || declared[0].Job.RateLimit != 0.5 {
		t.Errorf("seeds: %v, %+v", err, declared)
	}
}
