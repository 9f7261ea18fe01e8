package sam_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/dialect/aether"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// The function behind streams as policies name it.
const streamARN = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}_stream"

// useJobs adds what functions that work for jobs call, and what Lambda does in the name of the one behind streams.
func useJobs(app sam.Application, used, functionNames map[string]bool) {
	if app.Workflow.Jobs == nil {
		return
	}
	for _, row := range app.Catalogue {
		if row.BehindStream || len(row.JobRoutes) > 0 {
			functionNames[row.Name] = true
			useRow(app, used, row)
		}
	}
	for _, declared := range app.Workflow.Jobs.Declared {
		for _, reference := range []string{declared.Secrets.Basic, declared.Secrets.Token} {
			if name, _ := secret.Split(reference); name != "" {
				used[permissionOf("HttpRole", "secretsmanager:GetSecretValue", camel(name)+"Secret")] = true
			}
		}
	}
	for _, role := range []string{"HttpRole", "JobsRole"} { // one opens what the other seals
		used[permissionOf(role, "secretsmanager:GetSecretValue", "CallerKeySecret")] = true
	}
	used[permissionOf("JobsRole", "secretsmanager:GetSecretValue", "AdminPasswordSecret")] = true
	use := func(resource string, actions ...string) {
		for _, action := range actions {
			used[permissionOf("StreamRole", action, resource)] = true
		}
	}
	use("MskClusterArn", "kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers", "kafka:ListScramSecrets")
	use("*", "ec2:DescribeVpcs", "ec2:DescribeSecurityGroups")
	for _, resource := range []string{"JobFailureDestinationArn", "${JobFailureDestinationArn}/*"} {
		use(resource, "sqs:SendMessage", "sns:Publish", "s3:PutObject", "s3:ListBucket")
	}
	use("DeliverStateMachine", "states:StartSyncExecution")
	for _, resource := range []string{"KafkaCredentialsArn|KafkaCredentialsSecret", "KafkaClientCertificateArn", "KafkaAuthorityArn"} {
		use(resource, "secretsmanager:GetSecretValue")
		used[permissionOf("JobsRole", "secretsmanager:GetSecretValue", resource)] = true
	}
}

// useRow adds what a row says that its function calls of tables, of the function behind streams and of its mappings.
func useRow(app sam.Application, used map[string]bool, row task.Row) {
	role := camel(row.Name) + "Role"
	for _, permission := range row.Permissions {
		table, isTable := strings.CutPrefix(permission.Resource, "table ")
		switch {
		case isTable && permission.Action == "dynamodb:Scan": // of the index, which has jobs alone, and not of their logs
			used[permissionOf(role, permission.Action, "${"+camel(table)+"Table.Arn}/index/*")] = true
		case isTable:
			used[permissionOf(role, permission.Action, camel(table)+"Table.Arn")] = true
			at := slices.IndexFunc(row.Tables, func(t task.Table) bool { return t.Name == table })
			if permission.Action == "dynamodb:Query" && len(row.Tables[at].Indexes) > 0 {
				used[permissionOf(role, permission.Action, "${"+camel(table)+"Table.Arn}/index/*")] = true
			}
		case permission.Resource == "stream":
			used[permissionOf(role, permission.Action, streamARN)] = true
		case permission.Resource == "mappings":
			resource := "*"
			if permission.Action == "lambda:UpdateEventSourceMapping" || permission.Action == "lambda:DeleteEventSourceMapping" {
				resource = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:event-source-mapping:*"
			}
			used[permissionOf(role, permission.Action, resource)] = true
		}
	}
}

// TestMappingsOfTheStackAlone: whatever is done to event source mappings is done to those of the stack's own function, but for listing, which knows no
// condition.
func TestMappingsOfTheStackAlone(t *testing.T) {
	_, files := written(t, surveys(t), sam.Options{})
	n := 0
	for name, role := range parsed(t, files[sam.TemplateFile]).ofType("AWS::IAM::Role") {
		document := role["Policies"].([]any)[0].(map[string]any)["PolicyDocument"].(map[string]any)
		for _, one := range document["Statement"].([]any) {
			statement := one.(map[string]any)
			actions, _ := statement["Action"].([]any)
			for _, action := range actions {
				if !strings.HasSuffix(action.(string), "EventSourceMapping") {
					continue
				}
				n++
				want := map[string]any{"ArnLike": map[string]any{"lambda:FunctionArn": []any{map[string]any{"Fn::Sub": streamARN}, map[string]any{"Fn::Sub": streamARN + ":*"}}}}
				if diff := cmp.Diff(want, statement["Condition"]); diff != "" {
					t.Errorf("%s: %s: %s", name, action, diff)
				}
			}
		}
	}
	if n < 4 {
		t.Errorf("%d statements about mappings", n)
	}
}

// TestAbsentGrants: what a stage does not ask for is not granted: each permission about brokers hangs on a condition of the template.
func TestAbsentGrants(t *testing.T) {
	for _, grant := range sam.Permissions(surveys(t), sam.Options{}) {
		for _, action := range grant.Actions {
			service, _, _ := strings.Cut(action, ":")
			if slices.Contains([]string{"ec2", "kafka", "sqs", "sns", "s3"}, service) && grant.Role == "StreamRole" && grant.When == "" {
				t.Errorf("%s may always %s", grant.Role, action)
			}
		}
		if strings.Contains(sam.Target(grant.Resources[0]), "Kafka") && grant.When == "" {
			t.Errorf("%s may always %v of %v", grant.Role, grant.Actions, grant.Resources)
		}
	}
}

// TestRegistryCredentials: what the files say of the schema registry's secret reaches the function that asks it, and no other.
func TestRegistryCredentials(t *testing.T) {
	kafka := source.File{Path: "kafka.json", Bytes: []byte(`{"schema_registry_url": "https://registry.example.com", "schema_registry_password": "${REGISTRY}"}`)}
	parsedWorkflow, found := aether.Dialect().Parse(source.Files{kafka})
	if parsedWorkflow == nil || parsedWorkflow.Jobs.Secrets["SCHEMA_REGISTRY_CREDENTIALS"] != "REGISTRY" {
		t.Fatalf("%v", found)
	}
	app := surveys(t)
	app.Workflow.Jobs.Secrets = parsedWorkflow.Jobs.Secrets
	files, list := sam.Generate(app, sam.Options{})
	noErrors(t, list)
	template := parsed(t, files[sam.TemplateFile])
	for name, function := range template.ofType("AWS::Serverless::Function") {
		variables := function["Environment"].(map[string]any)["Variables"].(map[string]any)
		if given := variables["SCHEMA_REGISTRY_CREDENTIALS"] != nil; given != (name == "StreamFunction") {
			t.Errorf("%s knows the credentials: %v", name, given)
		}
	}
	reads := 0
	for _, grant := range sam.Permissions(app, sam.Options{}) {
		if sam.Target(grant.Resources[0]) == "REGISTRYSecret" {
			reads++
			if grant.Role != "StreamRole" {
				t.Errorf("%s may read them", grant.Role)
			}
		}
	}
	if reads != 1 {
		t.Errorf("%d grants", reads)
	}
}
