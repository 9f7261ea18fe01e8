package sam_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// deployed is a transformed template with the names that it has in a stack.
type deployed struct {
	t *testing.T
	transformed
	stack string
}

// checkNames compares every name with what its service takes.
func (d deployed) checkNames() {
	kinds := named()
	kinds["AWS::Lambda::Function"] = kinds["AWS::Serverless::Function"]
	for kind, as := range kinds {
		seen := map[string]string{}
		for id, resource := range d.ofType(kind) {
			name := fmt.Sprint(d.resolved(resource.Properties[as.property]))
			if !as.pattern.MatchString(name) || len(name) > as.limit {
				d.t.Errorf("%s: %q is no name (%d characters)", id, name, len(name))
			}
			if seen[name] != "" {
				d.t.Errorf("%s and %s are both %s", id, seen[name], name)
			}
			seen[name] = id
		}
	}
}

// checkPolicies counts the permissions of each role as IAM does.
func (d deployed) checkPolicies() {
	for id, resource := range d.ofType("AWS::IAM::Role") {
		length := 0
		for _, policy := range resource.Properties["Policies"].([]any) {
			length += d.length(policy.(map[string]any)["PolicyDocument"])
		}
		if length > 10_240 {
			d.t.Errorf("%s has inline policies of %d characters", id, length)
		}
	}
	attached := map[string]int{}
	for id, resource := range d.ofType("AWS::IAM::ManagedPolicy") {
		if length := d.length(resource.Properties["PolicyDocument"]); length > 6_144 {
			d.t.Errorf("%s has %d characters", id, length)
		}
		for _, role := range references(resource.Properties["Roles"]) {
			if attached[role]++; attached[role] > 10 {
				d.t.Errorf("%s has more than 10 managed policies", role)
			}
		}
	}
}

// length is that of a policy without white space.
func (d deployed) length(policy any) int {
	text, err := json.Marshal(d.resolved(policy))
	if err != nil {
		d.t.Fatal(err)
	}
	return len(text)
}

// resolved is a value with what its intrinsic functions give in the stack.
func (d deployed) resolved(value any) any {
	switch value := value.(type) {
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = d.resolved(item)
		}
		return items
	case map[string]any:
		members := map[string]any{}
		for key, member := range value {
			switch key {
			case "Ref":
				return d.reference(member.(string))
			case "Fn::GetAtt":
				return d.reference(fmt.Sprintf("%v.%v", member.([]any)...))
			case "Fn::Sub":
				return substitution.ReplaceAllStringFunc(member.(string), func(found string) string { return d.reference(found[2 : len(found)-1]) })
			case "Fn::If":
				return d.resolved(member.([]any)[1])
			}
			members[key] = d.resolved(member)
		}
		return members
	}
	return value
}

// reference is what a name, or a name and an attribute, stand for.
func (d deployed) reference(name string) string {
	switch name {
	case "AWS::StackName":
		return d.stack
	case "AWS::Region":
		return "ap-southeast-1"
	case "AWS::AccountId":
		return "123456789012"
	case "AWS::Partition":
		return "aws-us-gov"
	}
	id, attribute, _ := strings.Cut(name, ".")
	resource := d.Template.Resources[id]
	property := map[string]string{
		"AWS::StepFunctions::StateMachine": "StateMachineName", "AWS::Lambda::Function": "FunctionName", "AWS::Logs::LogGroup": "LogGroupName", "AWS::SecretsManager::Secret": "Name",
	}[resource.Type]
	if property == "" {
		return strings.Repeat("x", 80)
	}
	own := fmt.Sprint(d.resolved(resource.Properties[property]))
	switch {
	case attribute == "Name", resource.Type == "AWS::Lambda::Function" && attribute == "":
		return own
	case resource.Type == "AWS::StepFunctions::StateMachine":
		return "arn:aws-us-gov:states:ap-southeast-1:123456789012:stateMachine:" + own
	case resource.Type == "AWS::Lambda::Function":
		return "arn:aws-us-gov:lambda:ap-southeast-1:123456789012:function:" + own
	case resource.Type == "AWS::Logs::LogGroup":
		return "arn:aws-us-gov:logs:ap-southeast-1:123456789012:log-group:" + own + ":*"
	}
	return "arn:aws-us-gov:secretsmanager:ap-southeast-1:123456789012:secret:" + own + "-a1b2c3"
}
