package sam_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
)

// TestPermissions compares, both ways, what the template's roles may do with what the definitions and the functions use. What is used is
// read here from the written JSON, without the package's own reader.
func TestPermissions(t *testing.T) {
	for name, app := range applications(t) {
		t.Run(name, func(t *testing.T) {
			_, files := written(t, app, sam.Options{})
			granted, used := grantedBy(t, files[sam.TemplateFile]), usedBy(t, app, files)
			for _, permission := range slices.Sorted(maps.Keys(used)) {
				if !granted[permission] {
					t.Errorf("used but not granted: %s", permission)
				}
			}
			for _, permission := range slices.Sorted(maps.Keys(granted)) {
				if !used[permission] {
					t.Errorf("granted but not used: %s", permission)
				}
			}
		})
	}
}

// TestWildcardsAreExplained finds no resource * without a comment, and none but those whose services have no ARNs.
func TestWildcardsAreExplained(t *testing.T) {
	grants := slices.Concat(sam.Permissions(everything(t), sam.Options{}), sam.Permissions(surveys(t), sam.Options{}))
	for _, grant := range grants {
		for _, resource := range grant.Resources {
			if resource != "*" {
				continue
			}
			for _, action := range grant.Actions {
				service, _, _ := strings.Cut(action, ":")
				if !slices.Contains([]string{"xray", "ec2", "logs", "lambda"}, service) || !strings.Contains(grant.Reason, "ARN") {
					t.Errorf("%s may %s on every resource: %q", grant.Role, action, grant.Reason)
				}
			}
		}
	}
}

// grantedBy reads "role action resource" out of a template.
func grantedBy(t *testing.T, template []byte) map[string]bool {
	t.Helper()
	var document struct {
		Resources map[string]struct {
			Type       string    `yaml:"Type"`
			Properties yaml.Node `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(template, &document); err != nil {
		t.Fatal(err)
	}
	granted := map[string]bool{}
	for name, resource := range document.Resources {
		if resource.Type != "AWS::IAM::Role" {
			continue
		}
		var role struct {
			Policies []struct {
				PolicyDocument struct {
					Statement []yaml.Node `yaml:"Statement"`
				} `yaml:"PolicyDocument"`
			} `yaml:"Policies"`
		}
		if err := load(&resource.Properties, &role); err != nil {
			t.Fatal(err)
		}
		for _, statement := range role.Policies[0].PolicyDocument.Statement {
			addStatement(t, granted, name, &statement)
		}
	}
	return granted
}

// load reads a node into a value.
func load(node *yaml.Node, value any) error {
	text, err := yaml.Marshal(node)
	if err != nil {
		return err
	}
	return yaml.Unmarshal(text, value)
}

func addStatement(t *testing.T, granted map[string]bool, role string, statement *yaml.Node) {
	if statement.Tag == "!If" {
		statement = statement.Content[1]
	}
	members := map[string]*yaml.Node{}
	for i := 0; i+1 < len(statement.Content); i += 2 {
		members[statement.Content[i].Value] = statement.Content[i+1]
	}
	if members["Effect"].Value != "Allow" {
		t.Errorf("%s has a statement that is no permission", role)
	}
	for _, action := range members["Action"].Content {
		for _, resource := range members["Resource"].Content {
			granted[permissionOf(role, action.Value, strings.TrimPrefix(resourceOf(resource), "${AWS::Partition}"))] = true
		}
	}
}

// resourceOf is a resource of a statement; what a condition chooses from is joined by |.
func resourceOf(resource *yaml.Node) string {
	if resource.Tag != "!If" {
		return resource.Value
	}
	return resourceOf(resource.Content[1]) + "|" + resourceOf(resource.Content[2])
}

func permissionOf(role, action, resource string) string { return role + " " + action + " " + resource }

// usedBy gathers what the roles must allow.
func usedBy(t *testing.T, app sam.Application, files map[string][]byte) map[string]bool {
	used := map[string]bool{}
	functionNames := map[string]bool{}
	asks := slices.ContainsFunc(slices.Collect(maps.Values(files)), func(content []byte) bool { return bytes.Contains(content, []byte("waitForTaskToken")) })
	if slices.ContainsFunc(slices.Collect(maps.Values(files)), func(content []byte) bool { return bytes.Contains(content, []byte("Input.user.token")) }) {
		for _, role := range []string{"ApiRole", "HttpRole"} { // one seals the caller's token, the other opens it
			used[permissionOf(role, "secretsmanager:GetSecretValue", "CallerKeySecret")] = true
		}
	}
	for _, machine := range app.Machines {
		var definition any
		if err := json.Unmarshal(files["statemachine/"+machine.Name+".asl.json"], &definition); err != nil {
			t.Fatal(err)
		}
		role := camel(machine.Name) + "Role"
		for _, action := range []string{"logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
			"logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
			"xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"} {
			used[permissionOf(role, action, "*")] = true
		}
		useKey(used, role)
		eachTask(definition, func(task map[string]any) { useTask(t, app, used, functionNames, role, task) })
		useTriggers(app, used, functionNames, machine, asks)
	}
	useJobs(app, used, functionNames)
	for name := range functionNames {
		useFunction(used, name)
	}
	for _, one := range app.Workflow.Guarding() {
		if one.HasSecret() && functionNames["api"] {
			used[permissionOf("ApiRole", "secretsmanager:GetSecretValue", "Authentication"+camel(one.Name)+"Secret")] = true
		}
	}
	return used
}

func useFunction(used map[string]bool, name string) {
	role := camel(name) + "Role"
	used[permissionOf(role, "logs:CreateLogStream", camel(name)+"Logs.Arn")] = true
	used[permissionOf(role, "logs:PutLogEvents", camel(name)+"Logs.Arn")] = true
	used[permissionOf(role, "xray:PutTraceSegments", "*")] = true
	used[permissionOf(role, "xray:PutTelemetryRecords", "*")] = true
	for _, action := range []string{"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
		"ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"} {
		used[permissionOf(role, action, "*")] = true
	}
	useKey(used, role)
}

// useKey adds what a role does with an account's own key.
func useKey(used map[string]bool, role string) {
	used[permissionOf(role, "kms:Decrypt", "KmsKeyArn")] = true
	used[permissionOf(role, "kms:GenerateDataKey", "KmsKeyArn")] = true
}

// byName is the ARN of the machine with this role, without a reference to it.
func byName(app sam.Application, role string) string {
	at := slices.IndexFunc(app.Machines, func(m sam.Machine) bool { return camel(m.Name)+"Role" == role })
	return "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${AWS::StackName}_" + app.Machines[at].Name
}

func useTriggers(app sam.Application, used, functionNames map[string]bool, machine sam.Machine, asks bool) {
	for _, trigger := range machine.Operation.Triggers {
		switch trigger := trigger.(type) {
		case *ir.HTTP:
			functionNames["api"] = true
			target := camel(machine.Name) + "StateMachine"
			if asks { // a reference would close a circle
				target = byName(app, camel(machine.Name)+"Role")
			}
			if trigger.Async {
				executions := strings.Replace(byName(app, camel(machine.Name)+"Role"), ":stateMachine:", ":execution:", 1) + ":*"
				used[permissionOf("ApiRole", "states:StartExecution", target)] = true
				used[permissionOf("ApiRole", "states:DescribeExecution", executions)] = true
				continue
			}
			used[permissionOf("ApiRole", "states:StartSyncExecution", target)] = true
		case *ir.Schedule:
			used[permissionOf("SchedulerRole", "states:StartExecution", camel(machine.Name)+"StateMachine")] = true
			used[permissionOf("SchedulerRole", "sqs:SendMessage", "Undelivered.Arn")] = true
			useKey(used, "SchedulerRole")
		case *ir.Event:
			used[permissionOf("EventsRole", "states:StartExecution", camel(machine.Name)+"StateMachine")] = true
			useKey(used, "EventsRole")
		}
	}
}

func useTask(t *testing.T, app sam.Application, used, functionNames map[string]bool, role string, task map[string]any) {
	resource, arguments := task["Resource"].(string), task["Arguments"].(map[string]any)
	switch resource {
	case "arn:aws:states:::lambda:invoke", "arn:aws:states:::lambda:invoke.waitForTaskToken":
		target := arguments["FunctionName"].(string)
		name, ours := strings.CutSuffix(strings.Trim(target, "${}"), "FunctionArn")
		if !ours {
			used[permissionOf(role, "lambda:InvokeFunction", target)] = true
			return
		}
		used[permissionOf(role, "lambda:InvokeFunction", "${"+name+"Function.Arn}:*")] = true
		functionNames[strings.ToLower(name)] = true
		payload, _ := arguments["Payload"].(map[string]any) // one that is computed names nothing
		usePayload(app, used, name, payload)
		if name == "Api" {
			for _, action := range []string{"states:SendTaskSuccess", "states:SendTaskFailure"} {
				used[permissionOf("ApiRole", action, byName(app, role))] = true
			}
			for _, action := range []string{"s3:GetObject", "s3:PutObject"} {
				used[permissionOf("ApiRole", action, "${Payloads.Arn}/blobs/*")] = true
			}
		}
	case "arn:aws:states:::aws-sdk:sfn:startSyncExecution":
		used[permissionOf(role, "states:StartSyncExecution", machineTarget(arguments))] = true
	case "arn:aws:states:::states:startExecution.sync:2":
		child := machineTarget(arguments)
		used[permissionOf(role, "states:StartExecution", child)] = true
		for _, action := range []string{"states:DescribeExecution", "states:StopExecution"} {
			used[permissionOf(role, action, "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${"+child+".Name}:*")] = true
		}
		for _, action := range []string{"events:PutTargets", "events:PutRule", "events:DescribeRule"} {
			used[permissionOf(role, action, "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")] = true
		}
	default:
		t.Errorf("the test does not know the task %s", resource)
	}
}

func machineTarget(arguments map[string]any) string {
	return strings.TrimSuffix(strings.Trim(arguments["StateMachineArn"].(string), "${}"), "Arn")
}

// usePayload adds what a call with this payload makes a function use.
func usePayload(app sam.Application, used map[string]bool, function string, payload map[string]any) {
	role := function + "Role"
	if datasource, ok := payload["datasource"].(string); ok {
		for _, connection := range app.Workflow.Connections {
			if connection.Name == datasource && (connection.User != ir.Credential{} || connection.Password != ir.Credential{}) {
				used[permissionOf(role, "secretsmanager:GetSecretValue", "Datasource"+camel(datasource)+"Secret")] = true
			}
		}
	}
	if auth, ok := payload["auth"].(map[string]any); ok {
		if reference, ok := auth["secret"].(string); ok {
			name, _, _ := strings.Cut(reference, "#")
			used[permissionOf(role, "secretsmanager:GetSecretValue", camel(name)+"Secret")] = true
		}
	}
	if strings.Contains(fmt.Sprint(payload), "blob:") {
		used[permissionOf(role, "s3:GetObject", "${Payloads.Arn}/blobs/*")] = true
	}
	if payload["asBlob"] == true || payload["binaryAsBlob"] == true {
		used[permissionOf(role, "s3:PutObject", "${Payloads.Arn}/blobs/*")] = true
	}
}

// eachTask visits the Task states of a definition.
func eachTask(value any, visit func(map[string]any)) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			eachTask(item, visit)
		}
	case map[string]any:
		if value["Type"] == "Task" {
			visit(value)
		}
		for _, key := range []string{"States", "ItemProcessor", "Branches"} {
			eachTask(value[key], visit)
		}
		if _, isState := value["Type"]; !isState {
			for _, member := range value {
				if state, ok := member.(map[string]any); ok && state["Type"] != nil {
					eachTask(state, visit)
				}
			}
		}
	}
}

func camel(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}
