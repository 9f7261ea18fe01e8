package sam_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/sam"
)

// TestVersions: a definition calls versions, so that a version of a state machine keeps the code that it was made with; what starts state
// machines starts the alias, and versions outlive those that replace them.
func TestVersions(t *testing.T) {
	for _, v := range variants(t) {
		_, files := written(t, v.app, v.options)
		template := parsed(t, files[sam.TemplateFile])
		for name, machine := range template.ofType("AWS::StepFunctions::StateMachine") {
			for _, called := range references(machine["DefinitionSubstitutions"]) {
				if !strings.HasSuffix(called, "Function.Version") && !strings.HasSuffix(called, "StateMachineVersion") {
					t.Errorf("%s: %s calls %s", v.name, name, called)
				}
			}
			version, alias := template.Resources[name+"Version"], template.Resources[name+"Alias"]
			if version["DeletionPolicy"] != "Retain" || version["UpdateReplacePolicy"] != "Retain" || !slices.Contains(references(alias), name+"Version") {
				t.Errorf("%s: %s is published by %v and %v", v.name, name, version, alias)
			}
		}
		for name, function := range template.ofType("AWS::Serverless::Function") {
			if byJobs(template, name) {
				continue
			}
			if function["AutoPublishAlias"] != "live" {
				t.Errorf("%s: %s has no versions", v.name, name)
			}
			// Settings alone replace the version under its logical id; a DeletionPolicy would take the place of that which SAM gives to versions.
			if body := template.Resources[name]; body["UpdateReplacePolicy"] != "Retain" || body["DeletionPolicy"] != nil {
				t.Errorf("%s: versions of %s go when they are replaced", v.name, name)
			}
		}
		for name, schedule := range template.ofType("AWS::Scheduler::Schedule") {
			if target := references(schedule["Target"].(map[string]any)["Arn"]); !strings.HasSuffix(target[0], "StateMachineAlias") {
				t.Errorf("%s: %s starts %s", v.name, name, target)
			}
		}
	}
}

// TestSettings: the settings hold every parameter on which a function depends, by way of conditions, too, and every function has their number
// where Lambda and SAM look for changes.
func TestSettings(t *testing.T) {
	for _, v := range variants(t) {
		_, files := written(t, v.app, v.options)
		template := parsed(t, files[sam.TemplateFile])
		depends := map[string]bool{}
		for name, function := range template.ofType("AWS::Serverless::Function") {
			for _, found := range append(references(function), conditionsIn(function)...) {
				follow(template, depends, found)
			}
			if byJobs(template, name) {
				continue
			}
			variables := function["Environment"].(map[string]any)["Variables"].(map[string]any)
			for _, value := range []any{variables["STEPLOOM_SETTINGS_VERSION"], function["VersionDescription"]} {
				if got := references(value); len(got) != 1 || got[0] != "SettingsVersion" {
					t.Errorf("%s: %s has %v for the number of its settings", v.name, name, value)
				}
			}
		}
		var want []string
		for name := range depends {
			if template.Parameters[name] != nil {
				want = append(want, name)
			}
		}
		var got []string
		for _, version := range template.ofType("AWS::AppConfig::HostedConfigurationVersion") {
			for _, line := range version["Content"].(map[string]any)["Fn::Join"].([]any)[1].([]any) {
				name, _, _ := strings.Cut(line.(map[string]any)["Fn::Join"].([]any)[1].([]any)[0].(string), "=")
				got = append(got, name)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", v.name, diff)
		}
	}
}

// follow notes a parameter, resource or condition, and what a condition depends on.
func follow(template document, seen map[string]bool, name string) {
	if seen[name] {
		return
	}
	seen[name] = true
	if test := template.Conditions[name]; test != nil {
		for _, found := range append(references(test), conditionsIn(test)...) {
			follow(template, seen, found)
		}
	}
}

// conditionsIn lists the conditions that Fn::If and Condition name.
func conditionsIn(value any) []string {
	var found []string
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			found = append(found, conditionsIn(item)...)
		}
	case map[string]any:
		if choice, ok := value["Fn::If"].([]any); ok {
			found = append(found, choice[0].(string))
		}
		if name, ok := value["Condition"].(string); ok {
			found = append(found, name)
		}
		for _, member := range value {
			found = append(found, conditionsIn(member)...)
		}
	}
	return found
}

// TestSecured: whatever can be kept, encrypted and bounded is.
func TestSecured(t *testing.T) {
	keys := map[string]string{
		"AWS::Logs::LogGroup": "KmsKeyId", "AWS::SecretsManager::Secret": "KmsKeyId", "AWS::Serverless::Function": "KmsKeyArn", "AWS::SQS::Queue": "KmsMasterKeyId",
		"AWS::SNS::Topic": "KmsMasterKeyId", "AWS::S3::Bucket": "BucketEncryption", "AWS::StepFunctions::StateMachine": "EncryptionConfiguration",
		"AWS::DynamoDB::Table": "SSESpecification",
	}
	kept := []string{"AWS::Logs::LogGroup", "AWS::SecretsManager::Secret", "AWS::S3::Bucket", "AWS::DynamoDB::Table"}
	for _, v := range variants(t) {
		_, files := written(t, v.app, v.options)
		template := parsed(t, files[sam.TemplateFile])
		for name, resource := range template.Resources {
			kind, properties := resource["Type"].(string), resource["Properties"].(map[string]any)
			if property := keys[kind]; property != "" && !slices.Contains(references(properties[property]), "KmsKeyArn") {
				t.Errorf("%s: the key does not encrypt %s", v.name, name)
			}
			if kind == "AWS::IAM::Role" && !slices.Contains(references(properties["PermissionsBoundary"]), "PermissionsBoundaryArn") {
				t.Errorf("%s: %s has no boundary", v.name, name)
			}
			if slices.Contains(kept, kind) && (resource["DeletionPolicy"] != "RetainExceptOnCreate" || resource["UpdateReplacePolicy"] != "Retain") {
				t.Errorf("%s: %s goes with the stack", v.name, name)
			}
		}
	}
}

// byJobs tells whether the aliases of a function are those of jobs. They lead to what the function is now, since some of them are made at run time, so
// it has no versions, and settings that change are its own at once.
func byJobs(template document, name string) bool {
	for _, alias := range template.ofType("AWS::Lambda::Alias") {
		if slices.Contains(references(alias["FunctionName"]), name) {
			return true
		}
	}
	return name == "StreamFunction"
}
